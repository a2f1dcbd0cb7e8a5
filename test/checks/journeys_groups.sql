-- Where groups are many, their rows wait and go to their states together.  None
-- is lost, doubled or given to another group, whatever the plan, the type of
-- entity and the time of the final call.
SET timezone TO 'UTC';
SET jit TO off;
SET max_parallel_workers_per_gather TO 0;
SET enable_sort TO off;

-- 4,000 groups, whose rows come in an order that knows no group; some entities
-- are longer than all that may wait
CREATE TEMP TABLE rows AS
SELECT n * 7919 % 4001 AS part, n % 97 AS b, md5((n % 97)::text)::uuid AS u,
	CASE WHEN n % 5000 = 7 THEN repeat('long', 4000) ELSE repeat('-', (n % 40)::int) || n % 97 END AS t,
	timestamptz '2026-01-01 00:00+00' + n * interval '1 minute' AS at, 'event ' || n % 7 AS event
FROM generate_series(1::bigint, 40000) n;
ANALYZE rows;

-- The query gives part and j; entity is what its entities are in rows.
CREATE FUNCTION pg_temp.same(what text, entity text, query text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	wrong bigint;
BEGIN
	EXECUTE format('WITH got AS (SELECT s.part, v.entity, v.at, v.event FROM (%s) s, plg.unnest(s.j) v),
		want AS (SELECT part, (%s)::text, at, event FROM rows)
		SELECT count(*) FROM ((TABLE got EXCEPT ALL TABLE want) UNION ALL (TABLE want EXCEPT ALL TABLE got)) d', query, entity) INTO wrong;
	RETURN format('%s - %s', CASE wrong WHEN 0 THEN 'ok' ELSE 'not ok' END, what);
END $$;

CREATE FUNCTION pg_temp.plan_has(what text, node text, query text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		IF line LIKE '%' || node || '%' THEN
			RETURN 'ok - ' || what;
		END IF;
	END LOOP;
	RETURN 'not ok - ' || what;
END $$;

SELECT pg_temp.plan_has('groups are hashed, so all live at once', 'HashAggregate', 'SELECT part, plg.journeys(b, at, event) AS j FROM rows GROUP BY part');
SELECT pg_temp.same('numbers, groups hashed', 'b', 'SELECT part, plg.journeys(b, at, event) AS j FROM rows GROUP BY part');
SELECT pg_temp.same('uuids, groups hashed', 'u', 'SELECT part, plg.journeys(u, at, event) AS j FROM rows GROUP BY part');
SELECT pg_temp.same('texts, groups hashed', 't', 'SELECT part, plg.journeys(t, at, event) AS j FROM rows GROUP BY part');

-- several aggregates, whose states lie side by side
SELECT pg_temp.same('numbers beside uuids and texts', 'b',
	'SELECT part, plg.journeys(b, at, event) AS j, plg.journeys(u, at, event) AS x, plg.journeys(t, at, event) AS y FROM rows GROUP BY part');
SELECT pg_temp.same('texts beside numbers and uuids', 't',
	'SELECT part, plg.journeys(b, at, event) AS x, plg.journeys(u, at, event) AS y, plg.journeys(t, at, event) AS j FROM rows GROUP BY part');
SELECT pg_temp.same('values and rows of one statement', 'b',
	'SELECT part, plg.journeys(b, at, event) AS x, plg.rollup(v) AS j
	FROM (SELECT *, (SELECT plg.journeys(x, y, z) FROM (VALUES (b, at, event)) o (x, y, z)) AS v FROM rows) r GROUP BY part');
SELECT pg_temp.same('rows in two parts of one statement', 'b',
	'SELECT part, plg.rollup(j) AS j FROM (
		SELECT part, unnest(ARRAY[plg.journeys(b, at, event) FILTER (WHERE event < ''event 3''),
			plg.journeys(b, at, event) FILTER (WHERE event >= ''event 3'')]) AS j FROM rows GROUP BY part) s GROUP BY part');

-- groups of several contexts in turns
SET enable_sort TO on;
SELECT pg_temp.same('grouping sets, hashed and sorted', 'b',
	'SELECT part, j FROM (SELECT part, b, plg.journeys(b, at, event) AS j FROM rows GROUP BY GROUPING SETS ((part), (part, b), (b), ())) s
	WHERE part IS NOT NULL AND b IS NULL');
SET enable_sort TO off;
SET work_mem TO '64kB';
SELECT pg_temp.plan_has('groups are hashed and spill', 'HashAggregate', 'SELECT part, plg.journeys(t, at, event) AS j FROM rows GROUP BY part');
SELECT pg_temp.same('numbers, groups spilled', 'b', 'SELECT part, plg.journeys(b, at, event) AS j FROM rows GROUP BY part');
SELECT pg_temp.same('texts, groups spilled', 't', 'SELECT part, plg.journeys(t, at, event) AS j FROM rows GROUP BY part');
RESET work_mem;
SELECT pg_temp.same('groups scanned again and again', 'b',
	'SELECT s.part, s.j FROM generate_series(0, 2) x,
		LATERAL (SELECT part, plg.journeys(b, at, event) AS j FROM rows WHERE b % 3 = x GROUP BY part OFFSET 0) s');

-- a statement that fails in the middle leaves nothing to the next
CREATE FUNCTION pg_temp.fails_at(n bigint) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM count(j) FROM (SELECT plg.journeys(b / (b - n), at, event) AS j FROM (SELECT * FROM rows OFFSET 1) r GROUP BY part) s;
	RETURN 'not ok - a row that cannot be read';
EXCEPTION WHEN division_by_zero THEN
	RETURN pg_temp.same('after a statement that failed', 'b', 'SELECT part, plg.journeys(b, at, event) AS j FROM rows GROUP BY part');
END $$;
SELECT pg_temp.fails_at(96);

-- aggregates of one's own: states without a final function, and ones that begin with a value
SELECT plg.journeys('somebody'::text, '2026-03-01'::date, 'x')::text AS value \gset
CREATE AGGREGATE pg_temp.unfinished(bigint, timestamptz, text) (SFUNC = plg.journeys_add, STYPE = plg.journeys);
CREATE AGGREGATE pg_temp.continued(text, timestamptz, text)
	(SFUNC = plg.journeys_add, STYPE = plg.journeys, FINALFUNC = plg.journeys_final, INITCOND = :'value');
CREATE AGGREGATE pg_temp.confused(bigint, timestamptz, text)
	(SFUNC = plg.journeys_add, STYPE = plg.journeys, FINALFUNC = plg.journeys_final, INITCOND = :'value');
SELECT pg_temp.same('states without a final function', 'b', 'SELECT part, pg_temp.unfinished(b, at, event) AS j FROM rows GROUP BY part');
SELECT CASE WHEN (SELECT sum(plg.events(j)) FROM (SELECT pg_temp.continued(t, at, event) AS j FROM rows GROUP BY part) s) = 40000 + 4001
	THEN 'ok' ELSE 'not ok' END || ' - states that begin with a value';
CREATE FUNCTION pg_temp.refused() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM count(j) FROM (SELECT pg_temp.confused(b, at, event) AS j FROM rows GROUP BY part) s;
	RETURN 'not ok - entities of two types in one state';
EXCEPTION WHEN datatype_mismatch THEN
	RETURN 'ok - entities of two types in one state: ' || SQLERRM;
END $$;
SELECT pg_temp.refused();

-- equal bytes, whatever waited
SET enable_hashagg TO off;
SET enable_sort TO on;
CREATE TEMP TABLE alone AS SELECT part, plg.journeys(b, at, event) AS b, plg.journeys(u, at, event) AS u, plg.journeys(t, at, event) AS t
FROM rows GROUP BY part;
RESET enable_hashagg;
SET enable_sort TO off;
SELECT CASE WHEN count(*) = 4001 AND count(*) FILTER (WHERE a.b::text = h.b::text AND a.u::text = h.u::text AND a.t::text = h.t::text) = 4001
	THEN 'ok' ELSE 'not ok' END || ' - equal bytes, whether groups live at once or one after the other'
FROM alone a JOIN (SELECT part, plg.journeys(b, at, event) AS b, plg.journeys(u, at, event) AS u, plg.journeys(t, at, event) AS t
	FROM rows GROUP BY part) h USING (part);

-- many groups wait before there is a string at all
SELECT CASE WHEN count(*) = 4001 AND sum(plg.events(b)) = 40000 AND sum(plg.events(t)) = (SELECT count(*) FROM rows WHERE part > 2000)
	THEN 'ok' ELSE 'not ok' END || ' - the first string comes when rows of many groups wait already'
FROM (SELECT plg.journeys(b, at, event) AS b, plg.journeys(t, at, event) FILTER (WHERE part > 2000) AS t
	FROM (SELECT * FROM rows ORDER BY part OFFSET 0) r GROUP BY part) s;
