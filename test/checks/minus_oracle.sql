-- plg.minus, plg.net and the rollup that takes away against EXCEPT ALL: the bytes
-- of what is left, every reader's answers from what is not put together yet, and
-- the row that is named where one is not there.
-- test: slow, 40 s
\ir ../oracle/events.sql
\ir ../oracle/answers.sql
SELECT setseed(0.17) \g /dev/null

CREATE FUNCTION same(a plg.journeys, b plg.journeys) RETURNS boolean IMMUTABLE LANGUAGE sql
	AS $$ SELECT CASE WHEN a IS NULL OR b IS NULL THEN a IS NULL AND b IS NULL ELSE a OPERATOR(plg.=) b AND a::text = b::text END $$;
CREATE FUNCTION message(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE query INTO answer;
	RETURN answer;
EXCEPTION WHEN invalid_parameter_value THEN
	RETURN SQLERRM;
END $$;

-- Rows, those to take away (at random, few, all but a few, one entity's, one label's, one too many) and what is left, in which pieces
CREATE FUNCTION share() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	which text := pick('true', 'random() < 0.5', 'random() < 0.05', 'random() < 0.95', 'entity = (SELECT entity FROM event LIMIT 1)', 'event = ''a''', 'event <> ''a''', 'at = (SELECT max(at) FROM event)', 'at <> (SELECT min(at) FROM event)');
	pieces int := pick('1', '2', '5', '20');
	kind text := pick('entity', 'hashtextextended(entity, 0)', 'md5(entity)::uuid', 'length(entity) * 1000 + ascii(right(entity, 1)) - 128');
BEGIN
	DROP TABLE IF EXISTS have, gone, rest, missing, part;
	EXECUTE format('CREATE TABLE have AS SELECT %s AS entity, at, event FROM event, generate_series(1, 1 + (random() < 0.3)::int)', kind);
	EXECUTE format('CREATE TABLE gone AS SELECT %s AS entity, at, event FROM event WHERE %s', kind, which);
	IF random() < 0.4 THEN
		INSERT INTO gone SELECT entity, at + round(random()) * interval '1 us', CASE WHEN random() < 0.8 THEN event ELSE 'z' END FROM have ORDER BY random() LIMIT 1 + 4 * random();
	END IF;
	CREATE TABLE rest AS SELECT * FROM have EXCEPT ALL SELECT * FROM gone;
	CREATE TABLE missing AS SELECT * FROM gone EXCEPT ALL SELECT * FROM have;
	EXECUTE format($q$CREATE TABLE part AS
		SELECT coalesce(h.piece, g.piece) AS piece, h.j, g.j AS gone
		FROM (SELECT floor(random() * %1$s) AS piece, plg.journeys(entity, at, event) AS j FROM have GROUP BY 1) h
		FULL JOIN (SELECT floor(random() * %1$s) AS piece, plg.journeys(entity, at, event) AS j FROM gone GROUP BY 1) g USING (piece)$q$, pieces);
END $$;

CREATE TABLE result (what text, equal boolean, is_error boolean);
CREATE PROCEDURE try_random(data_sets int) LANGUAGE plpgsql AS $$
DECLARE
	first_missing text;
BEGIN
	FOR data_set IN 1 .. data_sets LOOP
		PERFORM take_random();
		PERFORM share();
		SELECT format('a row is taken away that the journeys do not have: entity "%s", %s, event "%s"', entity, at, event) INTO first_missing
			FROM missing ORDER BY entity::text COLLATE "C", at, event COLLATE "C" LIMIT 1;
		IF (SELECT pg_typeof(entity) = 'bigint'::regtype OR pg_typeof(entity) = 'integer'::regtype FROM gone LIMIT 1) THEN
			EXECUTE $q$ SELECT format('a row is taken away that the journeys do not have: entity "%s", %s, event "%s"', entity, at, event)
				FROM missing ORDER BY entity, at, event COLLATE "C" LIMIT 1 $q$ INTO first_missing;
		END IF;
		INSERT INTO result
		SELECT 'net', same(n.j, (SELECT plg.journeys(entity, at, event) FROM rest)) AND same(n.gone, (SELECT plg.journeys(entity, at, event) FROM missing)), false
		FROM plg.net((SELECT plg.journeys(entity, at, event) FROM have), (SELECT plg.journeys(entity, at, event) FROM gone)) n;
		INSERT INTO result
		SELECT what, got IS NOT DISTINCT FROM coalesce(first_missing, want), first_missing IS NOT NULL
		FROM (VALUES ('minus', message('SELECT plg.minus((SELECT plg.journeys(entity, at, event) FROM have), (SELECT plg.journeys(entity, at, event) FROM gone))'),
				(SELECT plg.journeys(entity, at, event)::text FROM rest)),
			('rollup, kept', message('SELECT plg.rollup(j, gone) FROM part'), (SELECT plg.journeys(entity, at, event)::text FROM rest)),
			('rollup of rollups, kept', message('SELECT plg.rollup(j, gone) FROM (SELECT plg.rollup(j) AS j, NULL::plg.journeys AS gone FROM part UNION ALL SELECT NULL, plg.rollup(gone) FROM part) r'),
				(SELECT plg.journeys(entity, at, event)::text FROM rest)),
			('rollup, unnested', message('SELECT md5(string_agg(u::text, '','')) FROM (SELECT plg.rollup(j, gone) AS j FROM part) r, plg.unnest(j) u'),
				(SELECT md5(string_agg(u::text, ',')) FROM (SELECT plg.journeys(entity, at, event) AS j FROM rest) r, plg.unnest(j) u)),
			('rollup, as of its last event', message('SELECT md5(string_agg(u::text, '','')) FROM (SELECT plg.rollup(j, gone) AS j FROM part) r, plg.lifecycle(j, NULL) u'),
				(SELECT md5(string_agg(u::text, ',')) FROM (SELECT plg.journeys(entity, at, event) AS j FROM rest) r, plg.lifecycle(j, NULL) u))) s (what, got, want);
		-- a reader of some events sees what they are, or the error
		INSERT INTO result
		SELECT what, got IS NOT DISTINCT FROM want OR (first_missing IS NOT NULL AND got = first_missing), first_missing IS NOT NULL
		FROM (VALUES ('rollup, a funnel', message('SELECT string_agg(f::text, '','') FROM (SELECT plg.rollup(j, gone) AS j FROM part) r, plg.funnel(j, ''{a,b|c}'', ''3 days'', ''infinity'') f'),
			(SELECT string_agg(f::text, ',') FROM plg.funnel((SELECT plg.journeys(entity, at, event) FROM rest), '{a,b|c}', '3 days', 'infinity') f))) s (what, got, want)
		WHERE EXISTS (SELECT FROM rest);
	END LOOP;
END
$$;
CALL try_random(150);
SELECT CASE WHEN bool_and(equal) THEN 'ok' ELSE 'not ok' END || format(' - %s: %s values, %s of them errors', what, count(*), count(*) FILTER (WHERE is_error))
FROM result GROUP BY what ORDER BY what;

-- Large ones: stored in pieces, of which some are read where they are stored, by several processes, in a window.
CREATE TABLE rows AS
	SELECT n, n * 7919 % 20011 AS entity, timestamptz '2026-01-01' + n * 7 % 90000 * interval '60 seconds' AS at,
		CASE WHEN n % 50 = 0 THEN 'label ' || n * 17 % 301 ELSE (ARRAY['a', 'b', 'c', 'd'])[n * 31 % 97 % 4 + 1] END AS event,
		n * 611953 % 1009 < 300 AS often, n * 611953 % 1009 < 3 AS seldom
	FROM generate_series(1::bigint, 160000) n;
CREATE TABLE pieces AS
	SELECT 'many taken away' AS split, n * 7 % 5 AS piece, plg.journeys(entity, at, event) AS j, plg.journeys(entity, at, event) FILTER (WHERE often) AS gone FROM rows GROUP BY 2
	UNION ALL SELECT 'few taken away', plg.bucket(entity, 7), plg.journeys(entity, at, event), plg.journeys(entity, at, event) FILTER (WHERE seldom) FROM rows GROUP BY 2
	UNION ALL SELECT 'taken away elsewhere', n % 4, plg.journeys(entity, at, event), NULL FROM rows GROUP BY 2
	UNION ALL SELECT 'taken away elsewhere', 4, NULL, plg.journeys(entity, at, event) FROM rows WHERE often
	UNION ALL SELECT 'seldom labels taken away', n % 2, plg.journeys(entity, at, event), plg.journeys(entity, at, event) FILTER (WHERE event LIKE 'label 1%') FROM rows GROUP BY 2
	UNION ALL SELECT 'a label taken away', 0, plg.journeys(entity, at, event), plg.journeys(entity, at, event) FILTER (WHERE event = 'a' OR event LIKE 'label 1%') FROM rows;
ALTER TABLE pieces SET (parallel_workers = 2);
CREATE TABLE net AS
	SELECT split, plg.journeys(entity, at, event) AS j FROM rows, (SELECT DISTINCT split FROM pieces) s
	WHERE NOT CASE split WHEN 'few taken away' THEN seldom WHEN 'seldom labels taken away' THEN event LIKE 'label 1%' WHEN 'a label taken away' THEN event = 'a' OR event LIKE 'label 1%' ELSE often END GROUP BY 1;
SET max_parallel_workers_per_gather TO 0;
SELECT CASE WHEN answers(r.j) = answers(net.j) AND answers_by_unit(r.j) = answers_by_unit(net.j) THEN 'ok' ELSE 'not ok' END || ' - every reader answers alike: ' || split
FROM (SELECT split, plg.rollup(j, gone) AS j FROM pieces GROUP BY split) r JOIN net USING (split) ORDER BY split;
-- which has put it together by then: and each by itself
SELECT CASE WHEN answers_apart(query, by_unit) = CASE WHEN by_unit THEN answers_by_unit(j) ELSE answers(j) END THEN 'ok' ELSE 'not ok' END
	|| format(' - so does each that has it first: %s%s', split, CASE WHEN by_unit THEN ', by unit' END)
FROM net, format('SELECT plg.rollup(j, gone) AS j FROM pieces WHERE split = %L', split) query, (VALUES (false), (true)) u (by_unit) ORDER BY split, by_unit;
SELECT CASE WHEN count(*) = 5 AND bool_and(same(r.j, net.j)) THEN 'ok' ELSE 'not ok' END || ' - kept they are the value of the rows that are left'
FROM (SELECT split, plg.rollup(j, gone) AS j FROM pieces GROUP BY split) r JOIN net USING (split);
SELECT CASE WHEN count(*) = 5 AND bool_and(same(plg.minus(r.j, r.gone), net.j)) THEN 'ok' ELSE 'not ok' END || ' - minus of two rollups gives the same'
FROM (SELECT split, plg.rollup(j) AS j, plg.rollup(gone) AS gone FROM pieces GROUP BY split) r JOIN net USING (split);
SELECT CASE WHEN count(*) = 5 AND bool_and(n.gone IS NULL AND same(n.j, net.j)) THEN 'ok' ELSE 'not ok' END || ' - so does net'
FROM (SELECT split, plg.rollup(j) AS j, plg.rollup(gone) AS gone FROM pieces GROUP BY split) r JOIN net USING (split), plg.net(r.j, r.gone) n;
SELECT CASE WHEN bool_and(same(plg.minus(r.j, b), a)) THEN 'ok' ELSE 'not ok' END || ' - what was added can be taken away'
FROM (SELECT plg.rollup(j) AS j, min(b::text)::plg.journeys AS b, min(a::text)::plg.journeys AS a
	FROM (SELECT a.j AS a, b.j AS b FROM net a, net b WHERE a.split = 'few taken away' AND b.split = 'many taken away') v, LATERAL (VALUES (a), (b)) x (j)) r;
SELECT CASE WHEN count(*) = 6 AND bool_and(so_far = rows) THEN 'ok' ELSE 'not ok' END || ' - in a window'
FROM (SELECT plg.entities(plg.rollup(j, gone) OVER w) AS so_far,
		(SELECT count(DISTINCT entity) FROM rows WHERE plg.bucket(entity, 7) <= piece AND NOT seldom) AS rows
	FROM pieces WHERE split = 'few taken away' AND piece < 6 WINDOW w AS (ORDER BY piece)) s;
SELECT CASE WHEN answers_by_unit(r.j) = answers_by_unit(net.j) THEN 'ok' ELSE 'not ok' END || ' - a rollup of rollups that take away'
FROM (SELECT plg.rollup(j) AS j FROM (SELECT plg.rollup(j, gone) AS j FROM pieces WHERE split = 'few taken away' GROUP BY piece % 3) p) r,
	(SELECT j FROM net WHERE split = 'few taken away') net;
SET max_parallel_workers_per_gather TO 2;
SET parallel_setup_cost TO 0;
SET parallel_tuple_cost TO 0;
SET min_parallel_table_scan_size TO 0;
SELECT CASE WHEN answers_by_unit(r.j) = answers_by_unit(net.j) AND same(r.j, net.j) THEN 'ok' ELSE 'not ok' END || ' - by workers: ' || split
FROM (SELECT split, plg.rollup(j, gone) AS j FROM pieces GROUP BY split) r JOIN net USING (split) ORDER BY split;
-- a worker may see what is taken away, and another one what it is taken away from
SELECT CASE WHEN same(r.j, net.j) THEN 'ok' ELSE 'not ok' END || ' - by workers, of one group: ' || split
FROM net, LATERAL (SELECT plg.rollup(j, gone) AS j FROM pieces p WHERE p.split = net.split) r ORDER BY split;
