-- A value of megabytes is fetched from its row piece by piece; it reads as it does
-- from the aggregate that made it, and as one that has to be fetched whole.
-- test: slow, 40 s
CREATE TABLE large (entities text, stored plg.journeys, compressed plg.journeys);
ALTER TABLE large ALTER compressed SET STORAGE EXTENDED;
-- one entity has half of the events, in many pieces
CREATE TEMP VIEW events AS
	SELECT CASE WHEN n % 2 = 0 THEN 17 ELSE n % 50021 END AS entity, timestamptz '2026-01-01 00:00+00' + n * 7919 % 7776000 * interval '1 second' AS at,
		(ARRAY['a', 'b', 'c'])[n % 7 % 3 + 1] AS event
	FROM generate_series(1::bigint, 500000) n;
CREATE TEMP VIEW fresh AS
	SELECT 'bigint' AS entities, plg.journeys(entity, at, event) AS j FROM events
	UNION ALL SELECT 'uuid', plg.journeys(md5(entity::text)::uuid, at, event) FROM events
	UNION ALL SELECT 'text', plg.journeys('user_' || entity, at, event) FROM events;
INSERT INTO large SELECT entities, j, j FROM fresh;
CREATE FUNCTION answers(j plg.journeys) RETURNS text LANGUAGE sql AS $$
	SELECT concat((SELECT md5(string_agg(r::text, ',' ORDER BY r::text)) FROM plg.retention(j, 'a', '2026-06-01 00:00+00') r),
		(SELECT md5(string_agg(m::text, ',' ORDER BY m::text)) FROM plg.milestones(j, '{a,b,c}', '14 days') m),
		(SELECT md5(string_agg(f::text, ',' ORDER BY f::text)) FROM plg.flows(j, 'a') f)) $$;
SELECT CASE WHEN min(pg_column_size(stored)) > 1024 * 1024 AND bool_and(answers(stored) = answers(j)
		AND answers(compressed) = answers(j) AND stored OPERATOR(plg.=) j)
	THEN 'ok' ELSE 'not ok' END || ' - large values read from a table as from the aggregate'
FROM large JOIN fresh USING (entities);
SELECT CASE WHEN (SELECT md5(string_agg(u::text, ',')) FROM large, plg.unnest(stored) u WHERE entities = 'text')
		= (SELECT md5(string_agg(('user_' || entity, at, event)::text, ',' ORDER BY ('user_' || entity) COLLATE "C", at, event)) FROM events)
	THEN 'ok' ELSE 'not ok' END || ' - all rows of a large value come back';
-- rows of a result whose value is large, with and without NULL beside it
CREATE UNLOGGED TABLE split_row AS
	SELECT n % 100000 AS id, timestamptz '2026-01-01 00:00+00' + n * interval '13 seconds' AS at, 'l' || n % 7 AS event, (ARRAY['a', 'b'])[1 + n % 100000 % 3] AS segment
	FROM generate_series(1::bigint, 2000000) n;
WITH parts AS (
	SELECT s.segment, s.journeys
	FROM (SELECT plg.journeys(id, at, event) AS j, plg.journeys(id, '2025-01-01 00:00+00'::timestamptz, segment) AS segments FROM split_row) v, plg.split(j, segments) s)
SELECT CASE WHEN count(*) = 3 AND bool_and(pg_column_size(p.journeys) > 2200000 AND p.journeys OPERATOR(plg.=) d.journeys) THEN 'ok' ELSE 'not ok' END || ' - segments with large values are those of their rows'
FROM parts p JOIN (SELECT segment, plg.journeys(id, at, event) AS journeys FROM split_row GROUP BY 1) d ON d.segment IS NOT DISTINCT FROM p.segment;
-- As many events of one entity as there may be, beside others: read alone, by windows, less one of them; and one more.
CREATE UNLOGGED TABLE crowd AS
	SELECT plg.rollup(j) AS j FROM (SELECT plg.journeys(7, timestamptz '2026-01-01 00:00+00', 'a') AS j FROM generate_series(1, 1 << 22)) p, generate_series(1, 16);
CREATE FUNCTION most(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	most text;
BEGIN
	EXECUTE format('SELECT max(e.events) FROM (SELECT plg.rollup(kept, gone) AS j FROM (%s) p (kept, gone)) r, plg.entity_summary(j) e', query) INTO most;
	RETURN most;
EXCEPTION WHEN program_limit_exceeded THEN
	RETURN SQLERRM;
END $$;
SELECT CASE WHEN most(query) = answer THEN 'ok' ELSE 'not ok' END || format(' - an entity of %s: %s', what, answer)
FROM (VALUES
	('as many events as there may be', 'SELECT j, NULL::plg.journeys FROM crowd', '67108864'),
	('as many, beside others', 'SELECT j, NULL::plg.journeys FROM crowd UNION ALL SELECT plg.journeys(n, ''2026-01-01 00:00+00''::timestamptz, ''a''), NULL FROM generate_series(10, 20) n GROUP BY n', '67108864'),
	('as many, less one', 'SELECT j, plg.journeys(7, ''2026-01-01 00:00+00''::timestamptz, ''a'') FROM crowd GROUP BY j', '67108863'),
	('one more', 'SELECT j, NULL::plg.journeys FROM crowd UNION ALL SELECT plg.journeys(7, ''2026-01-01 00:00+00''::timestamptz, ''a''), NULL', 'one entity has more than 67108864 events')) v (what, query, answer);
