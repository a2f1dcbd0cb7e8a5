-- Large journeys of numbers are read where the aggregate left their rows, without a
-- packed value; each reader answers as it does from the value packed and stored.
-- test: slow, 100 s
SET timezone TO 'UTC';
SET jit TO off;
\ir ../oracle/answers.sql

CREATE TABLE rows AS
	SELECT n, n * 7919 % 50021 AS entity, timestamptz '2026-01-01' + (n - CASE WHEN n % 100 = 0 THEN n % 3000 ELSE 0 END) * interval '10.5 seconds' AS at,
		(ARRAY['a', 'b', 'c', 'd'])[n * 31 % 97 % 4 + 1] AS event
	FROM generate_series(1::bigint, 300000) n;
-- what decides how rows lie in memory: kinds of entities, times and labels
CREATE VIEW forms AS
	SELECT 'numbers close together' AS form, entity, at, event, n FROM rows
	UNION ALL SELECT 'numbers far apart', (entity - 25000) * 36874123456789, at, event, n FROM rows
	UNION ALL SELECT 'one number far away', CASE WHEN n = 200000 THEN 9223372036854775807 ELSE entity END, at, event, n FROM rows
	UNION ALL SELECT 'numbers ever farther away', CASE WHEN n % 60000 = 0 THEN (10::numeric ^ (3 * n / 60000 + 3))::bigint ELSE entity END, at, event, n FROM rows
	UNION ALL SELECT 'rows in no order', entity, timestamptz '2026-01-01' + n * 611953 % 300007 * interval '10 seconds', event, n FROM rows
	UNION ALL SELECT 'many labels', entity, at, CASE WHEN n % 5 = 0 THEN 'label ' || n % 2003 ELSE event END, n FROM rows
	UNION ALL SELECT 'half of all rows of one number', CASE WHEN n % 2 = 0 THEN 17 ELSE entity END, at, event, n FROM rows
	UNION ALL SELECT 'times of all the calendar', entity, CASE n % 30000 WHEN 1 THEN '4713-01-01 BC' WHEN 2 THEN '290000-01-01' ELSE at END, event, n FROM rows;
CREATE TABLE packed (form text, j plg.journeys);
INSERT INTO packed SELECT form, plg.journeys(entity, at, event) FROM forms GROUP BY form;

SELECT CASE WHEN (SELECT md5(string_agg((u.entity, u.at, u.event)::text, ',')) FROM plg.unnest(j) u)
		= (SELECT md5(string_agg((entity::text, at, event)::text, ',' ORDER BY entity, at, event COLLATE "C")) FROM forms WHERE forms.form = packed.form)
	THEN 'ok' ELSE 'not ok' END || ' - all rows in order: ' || form
FROM packed ORDER BY form;
SET max_parallel_workers_per_gather TO 0;
CREATE FUNCTION fresh_of(form text) RETURNS text LANGUAGE sql RETURN format('SELECT plg.journeys(entity, at, event) AS j FROM forms WHERE form = %L', form);
SELECT CASE WHEN answers_apart(fresh_of(form)) = answers(j) THEN 'ok' ELSE 'not ok' END || ' - as from a value packed: ' || form
FROM packed ORDER BY form;
SELECT CASE WHEN answers_apart(fresh_of(form), by_unit => true) = answers_by_unit(j) THEN 'ok' ELSE 'not ok' END || ' - as from a value packed, by weeks: ' || form
FROM packed WHERE form IN ('numbers ever farther away', 'rows in no order', 'many labels') ORDER BY form;
SELECT CASE WHEN count(*) = 8 AND bool_and(answers(j) = (SELECT answers(j) FROM packed WHERE packed.form = s.form)) THEN 'ok' ELSE 'not ok' END || ' - many readers of one value'
FROM (SELECT form, plg.journeys(entity, at, event) AS j FROM forms GROUP BY form) s;

-- the ways in which PostgreSQL keeps a value
CREATE TYPE one AS (j plg.journeys);
CREATE VIEW fresh AS SELECT plg.journeys(entity, at, event) AS j FROM rows;
CREATE FUNCTION kept() RETURNS plg.journeys LANGUAGE plpgsql AS $$
	DECLARE j plg.journeys;
	BEGIN SELECT f.j INTO j FROM fresh f; RETURN j; END $$;
CREATE TEMP VIEW ways AS
	SELECT 'as it is' AS way, j FROM fresh
	UNION ALL SELECT 'a record', (ROW(j)::one).j FROM fresh
	UNION ALL (SELECT 'sorted', j FROM fresh, generate_series(1, 2) n ORDER BY n DESC LIMIT 1)
	UNION ALL SELECT 'an array', (array_agg(j))[1] FROM fresh
	UNION ALL SELECT 'a variable', kept()
	UNION ALL SELECT 'groups', j FROM (SELECT plg.journeys(entity, at, event) AS j FROM rows GROUP BY n > 0) g
	UNION ALL (SELECT 'a window', plg.journeys(entity, at, event) OVER () FROM rows LIMIT 1)
	UNION ALL SELECT 'an array of two', (array_agg(j ORDER BY n))[2] FROM fresh, generate_series(1, 2) n
	UNION ALL SELECT 'rolled up', plg.rollup(j) FROM fresh;
CREATE TABLE kept AS SELECT * FROM ways;
SELECT CASE WHEN count(*) = 9 AND bool_and(kept.j OPERATOR(plg.=) p.j AND pg_column_size(kept.j) = pg_column_size(p.j)) THEN 'ok' ELSE 'not ok' END
	|| ' - kept as it is, in a record, sorted, in arrays, a variable, groups, a window, rolled up'
FROM kept, (SELECT j FROM packed WHERE form = 'numbers close together') p;
SELECT CASE WHEN count(*) = 9 AND bool_and(answers(ways.j) = (SELECT answers(j) FROM packed WHERE form = 'numbers close together')) THEN 'ok' ELSE 'not ok' END
	|| ' - read at once from each of these'
FROM ways;
BEGIN;
DECLARE c CURSOR WITH HOLD FOR SELECT j FROM fresh;
COMMIT;
CREATE TABLE fetched (j plg.journeys);
DO $$ DECLARE c refcursor := 'c'; v plg.journeys; BEGIN FETCH c INTO v; INSERT INTO fetched VALUES (v); END $$;
SELECT CASE WHEN f.j OPERATOR(plg.=) p.j THEN 'ok' ELSE 'not ok' END || ' - a cursor that outlives its transaction'
FROM fetched f, packed p WHERE form = 'numbers close together';
SELECT CASE WHEN count(*) = 2 AND count(DISTINCT answer) = 1 THEN 'ok' ELSE 'not ok' END || ' - two readers of one value'
FROM (SELECT plg.journeys(entity, at, event) AS j FROM rows) s,
	LATERAL (SELECT answers(j) AS answer FROM generate_series(1, 2)) a;

-- what a reader itself needs is little; a packed value takes a megabyte, which many readers share
CREATE FUNCTION other_memory() RETURNS bigint LANGUAGE sql VOLATILE AS
	$$ SELECT max(total_bytes) FROM pg_backend_memory_contexts WHERE name IN ('ExprContext', 'ExecutorState') $$;
SELECT CASE WHEN periods = 12 AND other_memory() < 900000 AND pg_column_size(packed.j) > 1000000 THEN 'ok' ELSE 'not ok' END || ' - a reader takes no packed copy'
FROM (SELECT (SELECT max(period) + 1 FROM plg.retention(j, 'a', '2026-03-01')) AS periods FROM (SELECT plg.journeys(entity, at, event) AS j FROM rows) s OFFSET 0) a, packed
WHERE form = 'numbers close together';
CREATE FUNCTION journeys_memory() RETURNS bigint LANGUAGE sql VOLATILE PARALLEL RESTRICTED AS
	$$ SELECT sum(total_bytes) FROM pg_backend_memory_contexts WHERE name = 'plg.journeys' $$;
SELECT CASE WHEN heads > 300000 AND read - built < 100000 AND text > 1000000 AND packed - read > 1000000 THEN 'ok' ELSE 'not ok' END || ' - events and times are told without packing'
FROM (SELECT journeys_memory() AS built, plg.events(j) + extract(epoch FROM plg.last_at(j) - plg.first_at(j)) AS heads, journeys_memory() AS read,
	length(j::text) AS text, journeys_memory() AS packed FROM fresh OFFSET 0) a;
SELECT CASE WHEN two - one > 1000000 AND five - two < 100000 AND equal THEN 'ok' ELSE 'not ok' END || ' - the second reader has the rows packed, for all that follow'
FROM (SELECT plg.entities(j) = plg.entities(j) AND plg.entities(j) = plg.entities(j) AS equal, *
	FROM (SELECT j, one, journeys_memory() AS two FROM (SELECT j, plg.activation_rate(j, 'a', 'b', '3 days', '2026-03-01'), journeys_memory() AS one FROM fresh OFFSET 0) a
		WHERE plg.activation_rate(j, 'a', 'b', '3 days', '2026-03-01') > 0 OFFSET 0) b, LATERAL (SELECT journeys_memory() AS five WHERE plg.activation_rate(j, 'a', 'b', '3 days', '2026-03-01') > 0 OFFSET 0) c OFFSET 0) d;
SELECT CASE WHEN entities = 50021 AND read - built < 100000 THEN 'ok' ELSE 'not ok' END || ' - so are entities, which are counted'
FROM (SELECT journeys_memory() AS built, plg.entities(j) AS entities, journeys_memory() AS read FROM fresh OFFSET 0) a;
SELECT CASE WHEN hash = (SELECT plg.journeys_hash(j) FROM packed WHERE form = 'numbers close together') AND same AND other_memory() < 900000 THEN 'ok' ELSE 'not ok' END
	|| ' - many who need it packed take one packed copy'
FROM (SELECT plg.journeys_hash(j) AS hash, plg.journeys_eq(j, j) AND plg.journeys_cmp(j, j) = 0 AS same FROM fresh OFFSET 0) a;
SELECT CASE WHEN built - packed > 1000000 AND same THEN 'ok' ELSE 'not ok' END || ' - once the value is packed its rows are given back, and readers read that'
FROM (SELECT journeys_memory() AS built, length(j::text) AS text, journeys_memory() AS packed, answers(j) = (SELECT answers(j) FROM packed WHERE form = 'numbers close together') AS same
	FROM fresh OFFSET 0) a WHERE text > 1000000;
SELECT CASE WHEN (SELECT string_agg(r::text, ',' ORDER BY r::text) FROM fresh, plg.attribution(j, j, 'b', '2026-03-01', '3 days') r)
		= (SELECT string_agg(r::text, ',' ORDER BY r::text) FROM packed, plg.attribution(j, j, 'b', '2026-03-01', '3 days') r WHERE form = 'numbers close together')
	THEN 'ok' ELSE 'not ok' END || ' - a reader has the rows open while it has them packed';
SELECT CASE WHEN array_send(ARRAY[j, j]) = (SELECT array_send(ARRAY[p.j, p.j]) FROM packed p WHERE form = 'numbers close together') THEN 'ok' ELSE 'not ok' END
	|| ' - sent in an array'
FROM fresh;

-- no one but the aggregate adds to its rows
CREATE FUNCTION add_row(j plg.journeys) RETURNS text LANGUAGE plpgsql AS $$
	BEGIN PERFORM plg.journeys_add(j, 1::bigint, '2026-01-01'::timestamptz, 'a'); RETURN 'taken';
	EXCEPTION WHEN feature_not_supported THEN RETURN SQLERRM; END $$;
SELECT CASE WHEN add_row(j) ~ 'only be called as part of an aggregate' THEN 'ok' ELSE 'not ok' END || ' - a finished value takes no more rows' FROM fresh;

-- workers with so many rows leave them in shared memory, and a leader that takes no part has no copy
CREATE TABLE many AS SELECT entity + 3 * k AS entity, at, event FROM rows, generate_series(0, 2) k;
ANALYZE many;
INSERT INTO packed SELECT 'many', plg.journeys(entity, at, event) FROM many;
SET parallel_setup_cost TO 0;
SET parallel_tuple_cost TO 0;
SET min_parallel_table_scan_size TO 0;
SET max_parallel_workers_per_gather TO 2;
SELECT CASE WHEN answers_apart('SELECT plg.journeys(entity, at, event) AS j FROM many') = answers(j) THEN 'ok' ELSE 'not ok' END || ' - read from what workers and their leader collected'
FROM packed WHERE form = 'many';
SET parallel_leader_participation TO off;
SELECT CASE WHEN string_agg(r::text, ',' ORDER BY r::text) = (SELECT string_agg(r::text, ',' ORDER BY r::text) FROM packed, plg.retention(j, 'a', NULL) r WHERE form = 'many') THEN 'ok' ELSE 'not ok' END
	|| ' - from workers alone, below a LIMIT'
FROM (SELECT plg.journeys(entity, at, event) AS j FROM many LIMIT 1) f, plg.retention(j, 'a', NULL) r;
SELECT CASE WHEN periods = 12 AND journeys_memory() < 4000000 THEN 'ok' ELSE 'not ok' END || ' - a leader takes no copy of what workers collected'
FROM (SELECT (SELECT max(period) + 1 FROM plg.retention(j, 'a', '2026-03-01')) AS periods FROM (SELECT plg.journeys(entity, at, event) AS j FROM many) s OFFSET 0) a;
