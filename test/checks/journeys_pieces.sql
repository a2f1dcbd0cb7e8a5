-- What plg.rollup gives is read piece by piece; each reader answers as it does from
-- the same rows in one value, and kept anywhere it is that value.
-- test: slow, 40 s
SET timezone TO 'UTC';
SET jit TO off;
\ir ../oracle/answers.sql

CREATE TABLE rows AS
	SELECT n, n * 7919 % 20011 AS entity, timestamptz '2026-01-01' + n * 7 % 90000 * interval '60 seconds' AS at,
		CASE WHEN n % 50 = 0 THEN 'label ' || n * 17 % 301 ELSE (ARRAY['a', 'b', 'c', 'd'])[n * 31 % 97 % 4 + 1] END AS event
	FROM generate_series(1::bigint, 160000) n;
-- rows by pieces: each entity in one, or in many; pieces that follow each other; large and small; labels that only some have
CREATE VIEW splits AS
	SELECT 'by entity' AS split, plg.bucket(entity, 7) AS piece, * FROM rows
	UNION ALL SELECT 'by week', extract(day FROM at - '2026-01-01')::int / 7, * FROM rows
	UNION ALL SELECT 'at random', n * 611953 % 5, * FROM rows
	UNION ALL SELECT 'a late row here and there', (n % 997 = 0)::int, * FROM rows
	UNION ALL SELECT 'by label', hashtext(event) & 3, * FROM rows
	UNION ALL SELECT 'by entity, many', plg.bucket(entity, 23), * FROM rows
	UNION ALL SELECT 'at random, many', n * 611953 % 19, * FROM rows
	UNION ALL SELECT 'by buckets that overlap', CASE WHEN n % 2 = 0 THEN plg.bucket(entity, 4) ELSE 10 + plg.bucket(entity, 6) END, * FROM rows
	UNION ALL SELECT 'one piece', 1, * FROM rows;
CREATE TABLE pieces AS SELECT split, piece, plg.journeys(entity, at, event) AS j FROM splits GROUP BY split, piece;
ALTER TABLE pieces SET (parallel_workers = 2);
CREATE TABLE whole AS SELECT plg.journeys(entity, at, event) AS j FROM rows;
SET max_parallel_workers_per_gather TO 0;

SELECT CASE WHEN count(*) = 9 AND bool_and(r.j OPERATOR(plg.=) whole.j) THEN 'ok' ELSE 'not ok' END || ' - rolled up and kept they are the value of all rows'
FROM (SELECT split, plg.rollup(j) AS j FROM pieces GROUP BY split) r, whole;
SELECT CASE WHEN answers(r.j) = answers(whole.j) AND answers_by_unit(r.j) = answers_by_unit(whole.j) THEN 'ok' ELSE 'not ok' END
	|| ' - every reader answers alike: ' || split
FROM (SELECT split, plg.rollup(j) AS j FROM pieces GROUP BY split) r, whole ORDER BY split;
SELECT CASE WHEN answers_by_unit(r.j) = answers_by_unit(whole.j) THEN 'ok' ELSE 'not ok' END || ' - so do pieces that are rollups, and rows not yet packed'
FROM (SELECT plg.rollup(j) AS j FROM (
	SELECT plg.rollup(j) AS j FROM pieces WHERE split = 'at random' AND piece < 3 GROUP BY piece % 2
	UNION ALL SELECT plg.journeys(entity, at, event) FROM splits WHERE split = 'at random' AND piece >= 3) p) r, whole;
SELECT CASE WHEN count(*) = 7 AND bool_and(so_far = rows) THEN 'ok' ELSE 'not ok' END || ' - in a window'
FROM (SELECT plg.events(plg.rollup(j) OVER (ORDER BY piece)) AS so_far, sum(plg.events(j)) OVER (ORDER BY piece) AS rows FROM pieces WHERE split = 'by entity') s;

-- a value tells by which number its entities are a bucket, and nobody tells it otherwise
SELECT CASE WHEN bool_and(get_byte(bytes, 10) = CASE split WHEN 'by entity' THEN 7 WHEN 'by entity, many' THEN 23 ELSE 0 END) THEN 'ok' ELSE 'not ok' END || ' - the modulus of a bucket'
FROM (SELECT split, decode(j::text, 'base64') AS bytes FROM pieces WHERE split <> 'by buckets that overlap') p;
DO $$
DECLARE bytes bytea := decode((SELECT j::text FROM pieces WHERE split = 'by entity' AND piece = 3), 'base64');
BEGIN
	PERFORM translate(encode(set_byte(bytes, 10, 14), 'base64'), E'\n', '')::plg.journeys;
	RAISE EXCEPTION 'taken';
EXCEPTION WHEN invalid_text_representation THEN RAISE NOTICE 'refused: %', SQLERRM; END $$;

-- other types of entities
CREATE TABLE named AS
	SELECT plg.journeys(md5(entity::text)::uuid, at, event) AS u, plg.journeys('user ' || entity % 977 || repeat('x', (entity % 20)::int), at, event) AS t,
		n * 611953 % 4 AS piece FROM rows GROUP BY 3;
SELECT CASE WHEN plg.rollup(u) OPERATOR(plg.=) (SELECT plg.journeys(md5(entity::text)::uuid, at, event) FROM rows)
		AND plg.rollup(t) OPERATOR(plg.=) (SELECT plg.journeys('user ' || entity % 977 || repeat('x', (entity % 20)::int), at, event) FROM rows)
	THEN 'ok' ELSE 'not ok' END || ' - uuids and texts'
FROM named;
SELECT CASE WHEN answers(r.u) = answers(p.u) AND answers(r.t) = answers(p.t) THEN 'ok' ELSE 'not ok' END || ' - uuids and texts, as readers see them'
FROM (SELECT plg.rollup(u) AS u, plg.rollup(t) AS t FROM named) r,
	(SELECT plg.journeys(md5(entity::text)::uuid, at, event) AS u, plg.journeys('user ' || entity % 977 || repeat('x', (entity % 20)::int), at, event)::text::plg.journeys AS t FROM rows) p;
DO $$ BEGIN
	PERFORM plg.events(plg.rollup(j)) FROM (SELECT u AS j FROM named UNION ALL SELECT j FROM whole) p;
	RAISE EXCEPTION 'taken';
EXCEPTION WHEN datatype_mismatch THEN RAISE NOTICE 'refused: %', SQLERRM; END $$;

-- pieces so large that they are not fetched whole, also by workers
CREATE TABLE large (piece int, j plg.journeys) WITH (parallel_workers = 2);
INSERT INTO large SELECT r.n % 3, plg.journeys(entity * 1000003 + k, at + k * interval '1.000007 seconds', event) FROM rows r, generate_series(1, 8) k GROUP BY 1;
SELECT CASE WHEN min(pg_column_size(j)) > 1100000 THEN 'ok' ELSE 'not ok' END || ' - large pieces' FROM large;
CREATE TABLE large_whole AS SELECT plg.rollup(j) AS j FROM large;
SELECT CASE WHEN plg.events(j) = 1280000 AND j OPERATOR(plg.=) (SELECT plg.journeys(entity * 1000003 + k, at + k * interval '1.000007 seconds', event)
	FROM rows r, generate_series(1, 8) k) THEN 'ok' ELSE 'not ok' END || ' - kept they are one value' FROM large_whole;
CREATE FUNCTION few(j plg.journeys) RETURNS text LANGUAGE sql AS
	$$ SELECT concat_ws(' ', plg.activation(j, 'a', 'b', '3 days', '2026-03-01'), (SELECT md5(string_agg(r::text, ',')) FROM plg.lifecycle(j, NULL) r), (SELECT md5(string_agg(r::text, ',')) FROM plg.event_summary(j) r)) $$;
SELECT CASE WHEN few(r.j) = few(w.j) THEN 'ok' ELSE 'not ok' END || ' - large pieces, side by side' FROM (SELECT plg.rollup(j) AS j FROM large) r, large_whole w;
CREATE FUNCTION memory() RETURNS bigint LANGUAGE sql VOLATILE PARALLEL RESTRICTED AS $$ SELECT sum(total_bytes) FROM pg_backend_memory_contexts $$;
SELECT CASE WHEN after - before < 300000 AND size > 4000000 THEN 'ok' ELSE 'not ok' END || ' - a rollup holds where its pieces are stored, not the pieces'
	|| E'\n# ' || after - before || ' bytes'
FROM (SELECT memory() AS before, plg.events(j) AS events, memory() AS after FROM (SELECT plg.rollup(j) AS j FROM large) r OFFSET 0) m,
	(SELECT sum(pg_column_size(j)) AS size FROM large) s;
SET max_parallel_workers_per_gather TO 2;
SET parallel_setup_cost TO 0;
SET parallel_tuple_cost TO 0;
SET min_parallel_table_scan_size TO 0;
SELECT CASE WHEN few(r.j) = few(w.j) AND r.j OPERATOR(plg.=) w.j THEN 'ok' ELSE 'not ok' END || ' - by workers' FROM (SELECT plg.rollup(j) AS j FROM large) r, large_whole w;
SELECT CASE WHEN r.j OPERATOR(plg.=) whole.j AND answers_by_unit(r.j) = answers_by_unit(whole.j) THEN 'ok' ELSE 'not ok' END || ' - by workers: ' || split
FROM (SELECT split, plg.rollup(j) AS j FROM pieces GROUP BY split) r, whole ORDER BY split;
