-- A value of megabytes reads from a row of a table, where it is fetched in a way
-- of its own, as it does from the aggregate that made it.
CREATE TABLE large (stored plg.journeys, compressed plg.journeys);
ALTER TABLE large ALTER compressed SET STORAGE EXTENDED;
INSERT INTO large SELECT j, j FROM (
	SELECT plg.journeys(n % 50021, timestamptz '2026-01-01 00:00+00' + n * 7919 % 7776000 * interval '1 second', (ARRAY['a', 'b', 'c'])[n % 7 % 3 + 1]) AS j
	FROM generate_series(1::bigint, 500000) n) s;
CREATE FUNCTION answers(j plg.journeys) RETURNS text LANGUAGE sql AS $$
	SELECT md5(string_agg(r::text, ',' ORDER BY r::text)) FROM plg.retention(j, 'a', '2026-06-01 00:00+00') r $$;
SELECT CASE WHEN pg_column_size(stored) > 1024 * 1024 AND answers(stored) = answers(fresh)
		AND answers(compressed) = answers(fresh) AND stored OPERATOR(plg.=) fresh
	THEN 'ok' ELSE 'not ok' END || ' - a large value reads from a table as from the aggregate'
FROM large, (
	SELECT plg.journeys(n % 50021, timestamptz '2026-01-01 00:00+00' + n * 7919 % 7776000 * interval '1 second', (ARRAY['a', 'b', 'c'])[n % 7 % 3 + 1]) AS fresh
	FROM generate_series(1::bigint, 500000) n) s;
