-- plg.score, plg.scores, plg.reached and plg.auc against plain SQL, in exact numbers
-- where there are such; and the same bits from every order, split and plan.
SET timezone TO 'UTC';
SET jit TO off;
SET client_min_messages TO warning;
SELECT setseed(0.21) \g /dev/null

CREATE FUNCTION say(good boolean, what text) RETURNS text LANGUAGE sql AS $$ SELECT CASE WHEN good THEN 'ok' ELSE 'not ok' END || ' - ' || what $$;
CREATE TABLE event AS
SELECT n, n % 500 AS who, timestamptz '2026-01-01' + (random() * 7776000)::int * interval '1 second' AS at, (ARRAY['a', 'b', 'c', 'd', 'e'])[1 + floor(random() * 5)] AS event,
	(random() - 0.4) * power(10, floor(random() * 30 - 10)) AS weight, round((random() * 100 - 20)::numeric, floor(random() * 5)::int) AS quantity, random() < 0.3 AS paid
FROM generate_series(1, 50000) n;
CREATE INDEX ON event (who);
ANALYZE event;
CREATE TABLE value AS SELECT plg.journeys(who, at, event) AS j FROM event;
CREATE TABLE weight (label text, weight float8);
INSERT INTO weight VALUES ('a', 5), ('b', -1.25), ('c', 0.1), ('missing', 3);
\set weights '(SELECT jsonb_object_agg(label, weight) FROM weight)'

-- points, each a double as the definition has it, added up as numeric: a double's digits are all of it
CREATE FUNCTION exact(x float8) RETURNS numeric LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	-- 17 digits of a double differ from it by less than half of its last bit
	RETURN x::text::numeric;
END $$;
CREATE FUNCTION near(a float8, b float8, tolerance float8 DEFAULT 1e-12) RETURNS boolean LANGUAGE sql IMMUTABLE
	AS $$ SELECT a IS NOT DISTINCT FROM b OR coalesce(abs(a - b) <= tolerance * greatest(abs(a), abs(b)), false) $$;
CREATE FUNCTION point(weight float8, at timestamptz, half_life interval, as_of timestamptz) RETURNS float8 LANGUAGE sql IMMUTABLE
	AS $$ SELECT CASE WHEN half_life IS NULL THEN weight ELSE weight * power(2::float8, -(extract(epoch FROM as_of - at) / extract(epoch FROM half_life))::float8) END $$;

SELECT say(count(*) > 1900 AND bool_and(near(got, want, 1e-11)), count(*) || ' scores of rows') FROM (
	SELECT plg.score(weight, at, half_life, as_of) AS got, sum(exact(point(weight, at, half_life, as_of))) FILTER (WHERE at <= as_of)::float8 AS want
	FROM event, (VALUES (interval '7 days'), ('90 minutes'), ('1000 days'), (NULL)) h (half_life), (VALUES (timestamptz '2026-02-15')) a (as_of) GROUP BY who, half_life) s;

SELECT say(count(*) > 3900 AND bool_and(g.entity IS NOT NULL AND near(g.score, w.score, 1e-11) AND g.last_at = w.last_at AND (SELECT bool_and(near((contributions ->> label)::float8, points, 1e-11)) AND count(*) = (SELECT count(*) FROM jsonb_object_keys(contributions)) FROM unnest(labels, points) c (label, points))), count(*) || ' rows of scores')
FROM (VALUES (interval '7 days', NULL::float8), (interval '3 hours', NULL), (NULL, NULL), ('20 days', 4)) o (half_life, cap), (VALUES (timestamptz '2026-02-15'), ('2026-05-01')) a (as_of), LATERAL (
	SELECT who, sum(points) AS score, max(last_at) AS last_at, array_agg(label) AS labels, array_agg(points) AS points FROM (
		SELECT who, label, greatest(least(sum(exact(point(w.weight, at, half_life, as_of)))::float8, coalesce(cap, 'infinity')), -coalesce(cap, 'infinity')) AS points, max(at) AS last_at
		FROM event e JOIN weight w ON w.label = e.event WHERE at <= as_of GROUP BY who, label) s GROUP BY who) w
LEFT JOIN LATERAL (SELECT s.* FROM value, plg.scores_as(NULL::bigint, j, :weights, half_life, as_of, cap) s) g ON g.entity = w.who;

SELECT say(count(*) = 500 AND bool_and(g.score = w.score), 'scores are score of the same rows, to the bit')
FROM (SELECT s.* FROM value, plg.scores_as(NULL::bigint, j, :weights, '5 days', '2026-03-01') s) g
JOIN (SELECT who, plg.score(w.weight, at, '5 days', '2026-03-01') AS score FROM event e JOIN weight w ON w.label = e.event GROUP BY who) w ON who = entity;

CREATE FUNCTION told(source text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE told text;
BEGIN
	EXECUTE format($q$SELECT md5(string_agg(s::text, ',' ORDER BY who)) FROM (SELECT who, plg.score(weight, at, '7 days', '2026-03-15') AS s, plg.reached(at, quantity, 1234.5),
		plg.auc(weight, paid), sum(1) FROM %s e GROUP BY who) s$q$, source) INTO told;
	RETURN told;
END $$;
SELECT told('event') AS told \gset
SELECT say(bool_and(told('(SELECT * FROM event ORDER BY ' || o || ')') = :'told'), 'any order gives the same bits') FROM unnest('{random(),weight,-weight,at}'::text[]) o;
ALTER TABLE event SET (parallel_workers = 2);
SET parallel_setup_cost TO 0;
SET parallel_tuple_cost TO 0;
SET min_parallel_table_scan_size TO 0;
SELECT say(told('event') = :'told', 'and so do parallel workers');
CREATE TABLE parted (LIKE event) PARTITION BY HASH (n);
SELECT format('CREATE TABLE part_%s PARTITION OF parted FOR VALUES WITH (MODULUS 5, REMAINDER %1$s)', n) FROM generate_series(0, 4) n \gexec
INSERT INTO parted TABLE event;
SET enable_partitionwise_aggregate TO on;
SELECT say(told('parted') = :'told', 'and so do partitions');
RESET ALL;
SET timezone TO 'UTC';
SELECT say(count(DISTINCT md5(s.answer)) = 1 AND count(*) = 3, 'scores of one value, of its pieces, of its rows')
FROM (SELECT plg.rollup(j) AS j FROM (SELECT plg.journeys(who, at, event) AS j FROM event GROUP BY n % 7) p UNION ALL TABLE value UNION ALL SELECT plg.journeys(who, at, event) FROM (SELECT * FROM event ORDER BY random()) e) v,
	LATERAL (SELECT string_agg(s::text, ',' ORDER BY entity) AS answer FROM plg.scores(j, :weights, '3 days', '2026-03-01') s) s;

-- reached: running sums by a window over instants
SELECT say(count(*) > 1900 AND bool_and(got IS NOT DISTINCT FROM want) AND count(want) > 900, count(*) || ' instants at which sums are reached') FROM (
	SELECT (SELECT plg.reached(date_trunc('day', at), quantity, threshold) FROM event e WHERE e.who = w.who) AS got,
		(SELECT min(at) FROM (SELECT at, sum(sum(quantity)) OVER (ORDER BY at) AS so_far FROM (SELECT date_trunc('day', at) AS at, quantity FROM event e WHERE e.who = w.who) d GROUP BY at) s WHERE so_far >= threshold) AS want
	FROM generate_series(0, 499) w (who), unnest('{100,1000.05,3333,-5}'::numeric[]) threshold) s;

-- auc: all pairs
SELECT say(count(*) = 200 AND bool_and(got = want), count(*) || ' areas by all pairs') FROM (
	SELECT (SELECT plg.auc(round(weight * 3), paid) FROM event e WHERE e.who = w.who) AS got,
		(SELECT sum(CASE WHEN a.s > b.s THEN 2 WHEN a.s = b.s THEN 1 ELSE 0 END) / (2.0 * count(*)) FROM (SELECT round(weight * 3) AS s FROM event e WHERE e.who = w.who AND paid) a, (SELECT round(weight * 3) AS s FROM event e WHERE e.who = w.who AND NOT paid) b)::float8 AS want
	FROM generate_series(0, 199) w (who)) s;
