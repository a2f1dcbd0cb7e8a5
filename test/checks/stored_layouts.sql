-- A large value is fetched from the pages of its TOAST table: it reads as it does from
-- the aggregate that made it, however its chunks lie there.
-- test: 10 s
SET timezone TO 'UTC';
CREATE TEMP VIEW fresh AS
	SELECT plg.journeys(n % 10007, timestamptz '2026-01-01 00:00+00' + n * 7919 % 7776000 * interval '1 second', (ARRAY['a', 'b', 'c'])[n % 7 % 3 + 1]) AS j
	FROM generate_series(1::bigint, 330000) n;
CREATE FUNCTION answers(j plg.journeys) RETURNS text LANGUAGE sql AS $$
	SELECT concat((SELECT md5(string_agg(r::text, ',' ORDER BY r::text)) FROM plg.retention(j, 'a', '2026-06-01 00:00+00') r),
		(SELECT md5(string_agg(f::text, ',' ORDER BY f::text)) FROM plg.funnel(j, '{a,b,c}', '14 days', '2026-06-01 00:00+00') f)) $$;
-- in how many stretches the chunks of a table's value lie
CREATE FUNCTION stretches(stored regclass) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	EXECUTE format('SELECT count(*) FILTER (WHERE place - before IS DISTINCT FROM 1)
		FROM (SELECT place, lag(place) OVER (ORDER BY chunk_seq) AS before
			FROM (SELECT chunk_seq, (ctid::text::point)[0] * 4 + (ctid::text::point)[1] - 1 AS place
				FROM %s WHERE chunk_id = (SELECT max(chunk_id) FROM %1$s WHERE chunk_seq > 0)) c) p',
		(SELECT reltoastrelid::regclass FROM pg_class WHERE oid = stored)) INTO n;
	RETURN n;
END $$;

CREATE TABLE whole AS SELECT j FROM fresh;
CREATE TEMP TABLE temporary AS SELECT j FROM fresh;

-- chunks of others between its own: after every second, every third, or in some places
CREATE TABLE others_2 (id int, bytes text, j plg.journeys);
ALTER TABLE others_2 ALTER bytes SET STORAGE EXTERNAL;
CREATE TABLE others_3 (LIKE others_2 INCLUDING STORAGE);
CREATE TABLE others_100 (LIKE others_2 INCLUDING STORAGE);
INSERT INTO others_2 SELECT n, repeat('x', 2 * 1996) FROM generate_series(1, 1000) n;
INSERT INTO others_3 SELECT n, repeat('x', 3 * 1996) FROM generate_series(1, 1000) n;
INSERT INTO others_100 TABLE others_2;
DELETE FROM others_2 WHERE id % 2 = 0;
DELETE FROM others_3 WHERE id % 2 = 0;
DELETE FROM others_100 WHERE id % 50 <> 25;
-- rows go once nobody sees them: an autovacuum's worker may analyze
DO $$BEGIN
	FOR try IN 1 .. 100 LOOP
		EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xmin IS NOT NULL);
		PERFORM pg_sleep(0.1), pg_stat_clear_snapshot();
	END LOOP;
END$$;
VACUUM others_2, others_3, others_100;
INSERT INTO others_2 (j) SELECT j FROM fresh;
INSERT INTO others_3 (j) SELECT j FROM fresh;
INSERT INTO others_100 (j) SELECT j FROM fresh;

-- moved, and behind what VACUUM has cut off
CREATE TABLE moved AS SELECT * FROM others_3;
DELETE FROM moved WHERE id IS NOT NULL;
VACUUM FULL moved;
CREATE TABLE cut AS SELECT j FROM fresh UNION ALL SELECT plg.only_events(j, '{a,b}') FROM fresh;
DELETE FROM cut WHERE NOT '{c}' <@ ARRAY(SELECT event FROM plg.event_summary(j));
VACUUM cut;

SELECT CASE WHEN stretches('whole') = 1 AND stretches('temporary') = 1 AND stretches('others_2') > 200
		AND stretches('others_3') > 100 AND stretches('others_100') BETWEEN 4 AND 40
	THEN 'ok - ' ELSE 'not ok - ' || array(SELECT format('%s: %s, ', t, stretches(t)) FROM unnest('{whole,temporary,others_2,others_3,others_100}'::regclass[]) t)::text END || 'chunks lie as they are meant to';
WITH fresh AS MATERIALIZED (SELECT j, answers(j) FROM fresh)
SELECT CASE WHEN bool_and(pg_column_size(s.j) > 1024 * 1024 AND answers(s.j) = fresh.answers AND s.j OPERATOR(plg.=) fresh.j)
	THEN 'ok' ELSE 'not ok' END || ' - ' || layout || ': read as from the aggregate'
FROM fresh, (SELECT 'whole' AS layout, j FROM whole
	UNION ALL SELECT 'temporary', j FROM temporary
	UNION ALL SELECT 'two chunks together', j FROM others_2 WHERE j IS NOT NULL
	UNION ALL SELECT 'three chunks together', j FROM others_3 WHERE j IS NOT NULL
	UNION ALL SELECT 'long stretches', j FROM others_100 WHERE j IS NOT NULL
	UNION ALL SELECT 'moved by VACUUM FULL', j FROM moved
	UNION ALL SELECT 'before the end', j FROM cut) s
GROUP BY layout;
-- all of them at a time, by windows that take turns
SELECT CASE WHEN (SELECT answers(plg.rollup(j)) FROM (SELECT j FROM whole UNION ALL SELECT j FROM others_2 UNION ALL SELECT j FROM others_3 UNION ALL SELECT j FROM others_100) s)
	= (SELECT answers(plg.rollup(j)) FROM fresh, generate_series(1, 4))
	THEN 'ok' ELSE 'not ok' END || ' - several side by side';
