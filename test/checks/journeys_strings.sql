-- Rows of uuid and text entities wait until several can be looked up together,
-- once there are many entities.  None is lost, doubled or given to another
-- group, whatever the groups, the lengths and the time of the final call.
SET timezone TO 'UTC';

-- 5,000 entities in an order that knows neither entity nor group; some are
-- longer than all that may wait, or empty
CREATE TEMP TABLE rows AS
SELECT u, CASE WHEN k % 50 = 7 THEN repeat('long', 4000) || k WHEN k = 9 THEN '' ELSE repeat('-', k % 60) || k END AS t,
	n % 3 AS part, timestamptz '2026-01-01 00:00+00' + n * interval '1 minute' AS at, 'event ' || n % 7 AS event
FROM (SELECT n, n * 7919 % 5003 AS k, md5((n * 7919 % 5003)::text)::uuid AS u FROM generate_series(1, 20000) n) r;

CREATE FUNCTION pg_temp.same(what text, uuids text, texts text) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
	kind text;
	wrong bigint;
BEGIN
	FOREACH kind IN ARRAY ARRAY['u', 't'] LOOP
		EXECUTE format('WITH got AS (SELECT s.part, v.entity, v.at, v.event FROM (%s) s, plg.unnest(s.j) v),
			want AS (SELECT part, %I::text, at, event FROM rows)
			SELECT count(*) FROM ((TABLE got EXCEPT ALL TABLE want) UNION ALL (TABLE want EXCEPT ALL TABLE got)) d',
			CASE kind WHEN 'u' THEN uuids ELSE texts END, kind) INTO wrong;
		RETURN NEXT format('%s - %s entities, %s', CASE wrong WHEN 0 THEN 'ok' ELSE 'not ok' END,
			CASE kind WHEN 'u' THEN 'uuid' ELSE 'text' END, what);
	END LOOP;
END $$;

SELECT pg_temp.same('groups hashed',
	'SELECT part, plg.journeys(u, at, event) AS j FROM rows GROUP BY part',
	'SELECT part, plg.journeys(t, at, event) AS j FROM rows GROUP BY part');
SET enable_hashagg TO off;
SELECT pg_temp.same('groups sorted',
	'SELECT part, plg.journeys(u, at, event) AS j FROM rows GROUP BY part',
	'SELECT part, plg.journeys(t, at, event) AS j FROM rows GROUP BY part');
RESET enable_hashagg;
SELECT pg_temp.same('groups small and many',
	'SELECT min(part) AS part, plg.journeys(u, at, event) AS j FROM rows GROUP BY part, u',
	'SELECT min(part) AS part, plg.journeys(t, at, event) AS j FROM rows GROUP BY part, t');
SELECT pg_temp.same('values and rows added to one state',
	'SELECT part, plg.rollup(j) AS j FROM (SELECT part, plg.journeys(u, at, event) AS j FROM rows GROUP BY part, date_trunc(''day'', at)) d GROUP BY part',
	'SELECT part, plg.rollup(j) AS j FROM (SELECT part, plg.journeys(t, at, event) AS j FROM rows GROUP BY part, date_trunc(''day'', at)) d GROUP BY part');

-- a window's final calls come between the rows
SELECT CASE WHEN bool_and(u = n AND t = n) AND count(*) > 10 THEN 'ok' ELSE 'not ok' END
	|| ' - final calls between the rows see all rows so far'
FROM (SELECT DISTINCT count(*) OVER w AS n, plg.events(plg.journeys(u, at, event) OVER w) AS u,
		plg.events(plg.journeys(t, at, event) OVER w) AS t
	FROM rows WINDOW w AS (ORDER BY date_trunc('day', at))) s;

-- strings that are stored out of line, compressed or not
CREATE TEMP TABLE far (entity text, at timestamptz, event text);
ALTER TABLE far ALTER entity SET STORAGE EXTERNAL, ALTER event SET STORAGE EXTERNAL;
INSERT INTO far SELECT repeat('entity ' || n % 5, n % 9 * 500), timestamptz '2026-01-01' + make_interval(hours => n), repeat('event ' || n % 7, n % 4 * 900)
FROM generate_series(1, 200) n;
SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'not ok' END || ' - strings out of line'
FROM ((SELECT u.entity, u.at, u.event FROM (SELECT plg.journeys(entity, at, event) AS j FROM far) s, plg.unnest(j) u EXCEPT ALL TABLE far)
	UNION ALL (TABLE far EXCEPT ALL SELECT u.entity, u.at, u.event FROM (SELECT plg.journeys(entity, at, event) AS j FROM far) s, plg.unnest(j) u)) d;
