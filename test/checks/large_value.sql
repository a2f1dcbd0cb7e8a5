-- A value of megabytes is fetched from its row piece by piece; it reads as it does
-- from the aggregate that made it, and as one that has to be fetched whole.
-- test: slow, 10 s
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
