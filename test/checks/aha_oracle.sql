-- plg.aha against plain SQL that counts every cell by brute force.
--
-- test: slow, 20 s
\ir ../oracle/events.sql
\ir ../oracle/real.sql
\ir ../oracle/statistics.sql
CREATE SCHEMA oracle;
\ir ../oracle/compare.sql
SELECT setseed(0.57) \g /dev/null

-- The hash that halves entities: FNV-1a and the finalizer of MurmurHash3, in whole numbers of any size.
CREATE FUNCTION times(a numeric, b numeric) RETURNS numeric IMMUTABLE LANGUAGE sql AS $$ SELECT a * b % 18446744073709551616 $$;
CREATE FUNCTION xor(a numeric, b numeric) RETURNS numeric IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	result numeric := 0;
BEGIN
	FOR digit IN REVERSE 3 .. 0 LOOP
		result := result * 65536 + ((div(a, 65536::numeric ^ digit) % 65536)::int # (div(b, 65536::numeric ^ digit) % 65536)::int);
	END LOOP;
	RETURN trunc(result);
END
$$;
CREATE FUNCTION half_of(bytes bytea) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	hash numeric := 14695981039346656037;
BEGIN
	FOR i IN 0 .. length(bytes) - 1 LOOP
		hash := times(xor(hash, get_byte(bytes, i)), 1099511628211);
	END LOOP;
	hash := times(xor(hash, div(hash, 8589934592)), 18397679294719823053);
	hash := times(xor(hash, div(hash, 8589934592)), 14181476777654086739);
	RETURN xor(hash, div(hash, 8589934592)) % 2;
END
$$;
CREATE FUNCTION reversed(bytes bytea) RETURNS bytea IMMUTABLE LANGUAGE sql
	AS $$ SELECT string_agg(substring(bytes FROM i FOR 1), '' ORDER BY i DESC) FROM generate_series(1, length(bytes)) i $$;

-- The value at hand, of entities of that type, in pieces, too; and their halves.
CREATE TABLE half (entity text, half int);
CREATE TABLE piece (j plg.journeys);
CREATE FUNCTION take_as(type text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	named text := CASE type WHEN 'bigint' THEN 'hashtext(entity)::bigint' WHEN 'uuid' THEN 'md5(entity)::uuid' ELSE 'entity' END;
	bytes text := CASE type WHEN 'bigint' THEN 'reversed(int8send(%s))' WHEN 'uuid' THEN 'uuid_send(%s)' ELSE 'convert_to(%s, ''UTF8'')' END;
BEGIN
	TRUNCATE value, piece, half;
	EXECUTE format('INSERT INTO value SELECT plg.journeys(%s, at, event) FROM event', named);
	EXECUTE format('INSERT INTO piece SELECT plg.journeys(%s, at, event) FROM event GROUP BY floor(random() * 4)', named);
	EXECUTE format('INSERT INTO half SELECT entity, half_of(%s) FROM event GROUP BY 1', format(bytes, named));
	ANALYZE half;
END
$$;

CREATE TABLE question (start text, outcome text, as_of timestamptz, windows interval[], counts int[], outcome_from interval, outcome_until interval,
	outcome_count int, min_reach float8, max_reach float8, min_entities int, top int, entered tstzrange);

-- In numbers of seconds, for hours are exact; the rows of each entrant after its start.
CREATE VIEW entrant AS
SELECT q AS question, s.*, h.half,
	(SELECT count(*) FROM event e WHERE e.entity = s.entity AND e.at <= seen.at AND (q.outcome IS NULL OR e.event = ANY (labels(q.outcome)))
		AND extract(epoch FROM e.at - s.started) > extract(epoch FROM coalesce(q.outcome_from, longest))
		AND extract(epoch FROM e.at - s.started) <= extract(epoch FROM q.outcome_until)) >= q.outcome_count AS hit,
	(SELECT count(*) - 1 FROM event e WHERE e.entity = s.entity AND e.at <= seen.at
		AND extract(epoch FROM e.at - s.started) BETWEEN 0 AND extract(epoch FROM longest)) AS activity
FROM question q, (SELECT coalesce(as_of, (SELECT max(at) FROM event)) AS at FROM question) seen, (SELECT max(w) AS longest FROM question, unnest(windows) w) l,
	LATERAL (SELECT entity, min(at) AS started, array_agg(DISTINCT event) FILTER (WHERE at = first) AS kinds
		FROM (SELECT *, min(e.at) OVER (PARTITION BY entity) AS first FROM event e
			WHERE (q.start IS NULL OR e.event = ANY (labels(q.start))) AND e.at <= seen.at) e GROUP BY 1) s JOIN half h USING (entity)
WHERE (q.entered IS NULL OR s.started <@ q.entered)
	AND (seen.at = 'infinity' OR extract(epoch FROM seen.at - s.started) >= extract(epoch FROM q.outcome_until));

-- Each cell by brute force, in each half; strata are those of that many events, or four to a doubling.
CREATE FUNCTION expected() RETURNS TABLE (key text, exact text, floats float8[]) LANGUAGE sql AS $$
	WITH entrants AS MATERIALIZED (
		SELECT n.*, width_bucket(activity::float8, ARRAY[0, 1, 2, 3, 4, 5, 6, 7]::float8[]
			|| (SELECT array_agg((4 + k) * 2.0::float8 ^ e ORDER BY e, k) FROM generate_series(1, 24) e, generate_series(0, 3) k)) AS stratum
		FROM entrant n
	), cell AS MATERIALIZED (
		SELECT l.event, c AS at_least, w AS within FROM question q, (SELECT DISTINCT event FROM event) l, unnest(q.counts) c, unnest(q.windows) w
		WHERE q.outcome IS NULL OR l.event <> ALL (labels(q.outcome)) GROUP BY 1, 2, 3
	), did AS MATERIALIZED (
		SELECT n.entity, l.event, w AS within, count(*) FILTER (WHERE e.event = l.event) - (n.kinds = ARRAY[l.event])::int AS times
		FROM entrants n, (SELECT DISTINCT event FROM event) l, question q, (SELECT DISTINCT unnest(windows) AS w FROM question) w, event e
		WHERE e.entity = n.entity AND extract(epoch FROM e.at - n.started) BETWEEN 0 AND extract(epoch FROM w)
			AND (q.as_of IS NULL OR e.at <= q.as_of)
		GROUP BY 1, 2, 3, n.kinds
	), stratum AS (
		SELECT c.event, c.at_least, c.within, n.half, n.stratum, count(*) AS n, count(*) FILTER (WHERE hit) AS hits,
			count(*) FILTER (WHERE did.times >= c.at_least) AS did, count(*) FILTER (WHERE did.times >= c.at_least AND hit) AS did_hit
		FROM cell c JOIN did USING (event, within) JOIN entrants n USING (entity)
		GROUP BY 1, 2, 3, 4, 5
	), counted AS (
		SELECT event, at_least, within, sum(n)::bigint AS n, sum(hits)::bigint AS hits, sum(did)::bigint AS did, sum(did_hit)::bigint AS did_hit,
			coalesce(sum(n) FILTER (WHERE half = 0), 0)::bigint AS n0, coalesce(sum(hits) FILTER (WHERE half = 0), 0)::bigint AS hits0,
			coalesce(sum(did) FILTER (WHERE half = 0), 0)::bigint AS did0, coalesce(sum(did_hit) FILTER (WHERE half = 0), 0)::bigint AS did_hit0
		FROM stratum GROUP BY 1, 2, 3
	), tested AS (
		SELECT event, at_least, within, sum(did_hit - did * hits / n) AS excess, sum(did * (n - did) * hits * (n - hits) / (n * n * (n - 1))) AS variance,
			sum(did_hit * (n - did - hits + did_hit) / n) / nullif(sum((did - did_hit) * (hits - did_hit) / n), 0) AS odds_ratio
		FROM (SELECT event, at_least, within, stratum, sum(n)::float8 AS n, sum(hits)::float8 AS hits, sum(did)::float8 AS did, sum(did_hit)::float8 AS did_hit
			FROM stratum GROUP BY 1, 2, 3, 4) s
		WHERE did > 0 AND did < n
		GROUP BY 1, 2, 3
	), looked AS (
		SELECT c.*, odds_ratio, did::float8 / n AS reach, newcombe_bound(hits - did_hit, n - did, did_hit, did, z, -1) AS low,
			did0::float8 / nullif(n0, 0) * newcombe_bound(hits0 - did_hit0, n0 - did0, did_hit0, did0, z, -1) AS explained0,
			CASE WHEN variance > 0 THEN erfc_of(greatest(abs(excess) - 0.5, 0) / sqrt(2 * variance)) END AS p, z
		FROM counted c JOIN question q ON true LEFT JOIN tested USING (event, at_least, within), (SELECT 1.959963984540054::float8 AS z) z
		WHERE did > 0 AND did >= min_entities AND did::float8 / n BETWEEN min_reach AND max_reach
	), ranked AS (
		SELECT l.*, reach * low AS explained, count(*) OVER () AS cells,
			row_number() OVER (ORDER BY explained0 DESC NULLS LAST, reach * low DESC NULLS LAST, event COLLATE "C", at_least, within) AS choice,
			row_number() OVER (ORDER BY reach * low DESC NULLS LAST, event COLLATE "C", at_least, within) AS place,
			count(*) OVER (ORDER BY coalesce(p, 1)) AS rank
		FROM looked l
	), adjusted AS (
		SELECT r.*, least(1, min(coalesce(p, 1) * cells / rank) OVER (ORDER BY coalesce(p, 1) DESC)) AS q, least(cells, top) AS listed FROM ranked r, question
	)
	SELECT format('%s %s %s', event, at_least, extract(epoch FROM within)), format('%s %s %s %s', n, did, did_hit, hits - did_hit),
		ARRAY[reach, did_hit / did::float8, (hits - did_hit)::float8 / nullif(n - did, 0), did_hit::float8 / nullif(hits, 0),
			did_hit / did::float8 - (hits - did_hit)::float8 / nullif(n - did, 0), low, newcombe_bound(hits - did_hit, n - did, did_hit, did, z, 1), explained,
			(n * did_hit - did * hits::numeric)::float8 / nullif(sqrt(did::float8 * (n - did) * hits * (n - hits)), 0), odds_ratio, p, CASE WHEN p IS NOT NULL THEN q END,
			CASE WHEN choice <= listed THEN (did_hit - did_hit0)::float8 / nullif(did - did0, 0)
				- (hits - did_hit - hits0 + did_hit0)::float8 / nullif(n - did - n0 + did0, 0) END,
			CASE WHEN choice <= listed THEN newcombe_bound(hits - did_hit - hits0 + did_hit0, n - did - n0 + did0, did_hit - did_hit0, did - did0,
				two_sided_quantile(0.05 / listed), -1) END, cells]
	FROM adjusted WHERE place <= listed
$$;
CREATE FUNCTION got(source text DEFAULT 'SELECT j FROM value') RETURNS TABLE (key text, exact text, floats float8[]) LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format($q$
	SELECT format('%%s %%s %%s', a.event, a.at_least, extract(epoch FROM a.within)), format('%%s %%s %%s %%s', entrants, did, did_hit, not_hit),
		ARRAY[reach, rate_did, rate_not, recall, difference, difference_low, difference_high, explained, phi, odds_ratio, p_value, q_value,
			holdout_difference, holdout_low, cells]
	FROM (%s) v, question q, plg.aha(v.j, q.start, q.outcome, q.as_of, q.windows, q.counts, q.outcome_from, q.outcome_until, q.outcome_count,
		q.min_reach, q.max_reach, q.min_entities, q.top, q.entered) a$q$, source);
END
$$;
CREATE FUNCTION ask(start text, outcome text, as_of timestamptz, windows interval[], counts int[], outcome_from interval, outcome_until interval, outcome_count int,
	min_reach float8, max_reach float8, min_entities int, top int, entered tstzrange) RETURNS void LANGUAGE sql AS $$
	TRUNCATE question;
	INSERT INTO question VALUES (start, outcome, as_of, windows, counts, outcome_from, outcome_until, outcome_count, min_reach, max_reach, min_entities, top, entered);
$$;

CREATE TABLE result (data text, what text, n bigint, wrong text);
CREATE FUNCTION compare(data text, what text) RETURNS void LANGUAGE sql AS $$
	INSERT INTO result SELECT data, what, (SELECT count(*) FROM got()), nullif(d, '') || E'\n# ' || (SELECT q::text FROM question q)
	FROM oracle.difference('SELECT * FROM got()', 'SELECT * FROM expected()', true, 1e-9) d
	UNION ALL SELECT data, 'the same bits from pieces', count(*), min('# ' || d::text) FROM (SELECT * FROM got() EXCEPT ALL SELECT * FROM got('SELECT plg.rollup(j) AS j FROM piece')) d
$$;
-- More of the same instant than at random: a start with others, and windows' ends.
CREATE FUNCTION take_entrants() RETURNS void LANGUAGE sql AS $$
	SELECT take(format($q$
		SELECT 'e' || floor(random() * %s), timestamptz '2026-03-20 00:00+00' + floor(power(random(), 2) * %s) * interval '%s', (array['a', 'b', 'c', 'd', 'e'])[1 + floor(power(random(), %s) * 5)]
		FROM generate_series(1, %s)$q$,
		pick('10', '40', '100'), pick('40', '300', '900'), pick('1 hour', '3 hours', '7 hours 1 second'), pick('1', '2'), pick('100', '600', '1500')))
$$;
CREATE PROCEDURE try_random(data_sets int) LANGUAGE plpgsql AS $$
DECLARE
	type text;
	entered tstzrange;
BEGIN
	FOR data_set IN 1 .. data_sets LOOP
		type := (array['text', 'bigint', 'uuid'])[1 + data_set % 3];
		IF data_set % 4 = 0 THEN
			PERFORM take_random();
		ELSE
			PERFORM take_entrants();
		END IF;
		PERFORM take_as(type);
		FOR run IN 1 .. 4 LOOP
			SELECT CASE WHEN random() < 0.3 THEN tstzrange(min(at), min(at) + (max(at) - min(at)) / 2) END INTO entered FROM event;
			PERFORM ask(pick(NULL, 'a', 'a|b', 'nothing'), pick(NULL, 'b', 'c|d', 'd'), random_as_of(),
				pick('{1 hour,6 hours,1 day}', '{10 minutes}', '{3 days,1 day,3 days}', '{0,12 hours}')::interval[], pick('{1}', '{1,2,3}', '{4,1,2}', '{2,5}')::int[],
				pick(NULL, NULL, '3 days')::interval, pick('4 days', '10 days', '72 hours 1 second')::interval, pick('1', '1', '2')::int,
				pick('0', '0', '0.1')::float8, pick('1', '1', '0.7')::float8, pick('1', '1', '3')::int, pick('1000', '1000', '5')::int, entered),
				compare('random', 'entities are ' || type);
		END LOOP;
	END LOOP;
END
$$;
\if :{?runs}
\else
\set runs 40
\endif
CALL try_random(:runs);
\if :load
CREATE PROCEDURE try_real() LANGUAGE plpgsql AS $$
DECLARE
	d record;
BEGIN
	FOR d IN SELECT * FROM real_data WHERE name IN ('git_events', 'sparkify') LOOP
		PERFORM take_real(d.name), take_as('text'), set_config('timezone', d.zones[2], false);
		PERFORM ask(d.start, NULL, '2026-01-01', '{1 day,7 days,30 days}', '{1,2,3,5,10}', NULL, '400 days', 2, 0.02, 0.9, 2, 1000, NULL), compare(d.name, 'any outcome');
		PERFORM ask(NULL, 'review|Logout', '2026-01-01', '{2 hours,12 hours,3 days}', '{1,2,3,4,20}', '4 days', '20 days', 1, 0, 1, 1, 30, NULL), compare(d.name, 'a named outcome');
		RESET timezone;
	END LOOP;
END
$$;
CALL try_real();
\else
\echo ok - aha of git_events and sparkify # SKIP shared data not found
\endif
SELECT CASE WHEN count(wrong) = 0 AND (sum(n) > 0 OR what ~ 'pieces') THEN 'ok' ELSE 'not ok' END || ' - ' || data || ', ' || what || ': ' || count(*) || ' times, ' || sum(n) || ' cells'
	|| coalesce(E'\n' || min(wrong), '')
FROM result GROUP BY data, what ORDER BY data, what;
