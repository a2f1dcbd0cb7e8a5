-- The same entrants give the same bytes whatever the order of rows, the plan,
-- the number of workers, the splitting and the session's settings.
SELECT setseed(0.5) \g /dev/null
SET timezone TO 'UTC';

CREATE TABLE signups (id int, grp int, started timestamptz, converted timestamptz, as_of timestamptz);
INSERT INTO signups
SELECT i, i % 97, s, CASE WHEN random() < 0.5 THEN s + random() * random() * interval '60 days'
		WHEN random() < 0.1 THEN 'infinity' END,
	CASE WHEN i % 11 = 0 THEN timestamptz 'infinity' ELSE timestamptz '2026-03-01' + (i % 40) * interval '1 day' END
FROM (SELECT i, timestamptz '2026-01-01' + floor(random() * 8e6) * interval '1 s' AS s
	FROM generate_series(1, 30000) i OFFSET 0) x;
ANALYZE signups;

CREATE VIEW built AS SELECT plg.conversion(started, converted, as_of) AS c FROM signups;
CREATE VIEW grouped AS SELECT grp, plg.conversion(started, converted, as_of) AS c FROM signups GROUP BY grp;
CREATE TABLE reference AS TABLE built;
CREATE TABLE reference_grouped AS TABLE grouped;

\ir ../oracle/report.sql
\ir ../oracle/same.sql
CREATE FUNCTION same_groups(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	result boolean;
BEGIN
	EXECUTE format('SELECT count(*) = 97 AND bool_and(plg.conversion_send(v.c) = plg.conversion_send(r.c)) FROM (%s) v (grp, c) FULL JOIN reference_grouped r USING (grp)', query)
	INTO result;
	RETURN result;
END $$;

SELECT report((SELECT plg.entered(c) > 20000 AND plg.converted(c) > 5000 AND plg.waiting(c) > 5000 FROM reference),
	'the reference holds converted and waiting');
SELECT report(same('SELECT plg.conversion(started, converted, as_of) FROM (SELECT * FROM signups ORDER BY md5(id::text)) s'),
	'shuffled rows');
SELECT report(same('SELECT plg.conversion(started, converted, as_of) FROM (SELECT * FROM signups ORDER BY converted DESC, started DESC) s'),
	'rows in descending order');
SELECT report(same(format('SELECT plg.rollup(c ORDER BY md5(part::text)) FROM (SELECT (hashint4(id) %% %s) part, plg.conversion(started, converted, as_of) c FROM signups GROUP BY 1) s', parts)),
	'rollup of up to ' || parts * 2 || ' parts')
FROM unnest(array[1, 3, 50, 10000]) parts;
CREATE TABLE stored AS SELECT id % 13 AS a, id % 5 AS b, plg.conversion(started, converted, as_of) AS c FROM signups GROUP BY 1, 2;
SELECT report(same('SELECT plg.rollup(c) FROM (SELECT plg.rollup(c) FROM stored GROUP BY a) s (c)'), 'rollup of rollups of stored values');
SELECT report(same('SELECT plg.rollup(c::text::plg.conversion) FROM stored'), 'rollup of values through their text form');

SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE signups SET (parallel_workers = 2);
ALTER TABLE stored SET (parallel_workers = 2);
SELECT report(in_plan('Partial', 'TABLE built') = 1 AND in_plan('Partial', 'TABLE grouped') = 1
	AND in_plan('Partial', 'SELECT plg.rollup(c) FROM stored') = 1, 'the plans are parallel');
SET max_parallel_workers_per_gather = 0;
SELECT report(same('TABLE built') AND same_groups('TABLE grouped') AND same('SELECT plg.rollup(c) FROM stored'), 'no worker');
SET max_parallel_workers_per_gather = 1;
SELECT report(same('TABLE built') AND same_groups('TABLE grouped') AND same('SELECT plg.rollup(c) FROM stored'), '1 worker');
SET max_parallel_workers_per_gather = 2;
SELECT report(same('TABLE built') AND same_groups('TABLE grouped') AND same('SELECT plg.rollup(c) FROM stored'), '2 workers');
SET parallel_leader_participation = off;
SELECT report(same('TABLE built') AND same_groups('TABLE grouped') AND same('SELECT plg.rollup(c) FROM stored'), '2 workers without their leader');
SET enable_hashagg = off;
SELECT report(same_groups('TABLE grouped'), '2 workers, sorted groups');
SET max_parallel_workers_per_gather = 0;
SELECT report(in_plan('GroupAggregate', 'TABLE grouped') = 1 AND same_groups('TABLE grouped'), 'sorted groups');
RESET enable_hashagg;
SET enable_sort = off;
SELECT report(in_plan('HashAggregate', 'TABLE grouped') = 1 AND same_groups('TABLE grouped'), 'hashed groups');
SET work_mem = '64kB';
SELECT report(same_groups('TABLE grouped') AND same('TABLE built'), 'hashed groups, work_mem 64 kB');
SET max_parallel_workers_per_gather = 2;
SELECT report(same_groups('TABLE grouped'), 'hashed groups, work_mem 64 kB, 2 workers');
RESET enable_sort;
RESET work_mem;
RESET parallel_leader_participation;
SET max_parallel_workers_per_gather = 0;

SELECT report(same_groups('SELECT DISTINCT grp, plg.conversion(started, converted, as_of) OVER (PARTITION BY grp) FROM signups'), 'window over partitions');
SELECT report(same_groups('SELECT grp, c FROM (SELECT grp, grouping(grp) AS g, plg.conversion(started, converted, as_of) AS c
	FROM signups GROUP BY GROUPING SETS ((grp), ())) s WHERE g = 0'), 'grouping sets');
SELECT report(same('SELECT plg.conversion(started, converted, as_of) FILTER (WHERE keep) FROM (SELECT true AS keep, * FROM signups UNION ALL SELECT false, * FROM signups) s'), 'FILTER');

-- A running window asks for the final value again and again.
SELECT report(bool_and(plg.conversion_send(running) = plg.conversion_send(alone)), 'running window')
FROM (SELECT id, plg.conversion(started, converted, as_of) OVER (ORDER BY id) AS running FROM signups WHERE id <= 50) w,
	LATERAL (SELECT plg.conversion(started, converted, as_of) AS alone FROM signups s WHERE s.id <= w.id) a
WHERE running IS NOT NULL;

CREATE TABLE naive AS
	SELECT grp, started AT TIME ZONE 'UTC' AS started, converted AT TIME ZONE 'UTC' AS converted, as_of FROM signups;
CREATE TABLE days AS
	SELECT (started AT TIME ZONE 'UTC')::date AS started, (converted AT TIME ZONE 'UTC')::date AS converted, as_of FROM signups;
CREATE TABLE reference_days AS
	SELECT plg.conversion(started::timestamp AT TIME ZONE 'UTC', converted::timestamp AT TIME ZONE 'UTC', as_of) AS c FROM days;
\set same_days 'SELECT bool_and(plg.conversion_send(r.c) = plg.conversion_send(v.c)) FROM reference_days r, LATERAL (SELECT plg.conversion(started, converted, as_of) FROM days UNION ALL SELECT plg.conversion(started, converted::timestamp, as_of) FROM days UNION ALL SELECT plg.conversion(started::timestamp, converted, as_of) FROM days) v (c)'
SET timezone TO 'America/New_York';
SELECT report(same('TABLE built') AND same('SELECT plg.conversion(started, converted, as_of) FROM naive') AND (:same_days), 'session in New York');
SET timezone TO 'Asia/Kathmandu';
SET datestyle TO 'German';
SET intervalstyle TO 'iso_8601';
SELECT report(same('TABLE built') AND same('SELECT plg.conversion(started, converted, as_of) FROM naive') AND (:same_days), 'session in Kathmandu');
SELECT report(same('SELECT plg.conversion(s.started, n.converted, s.as_of) FROM signups s JOIN naive n ON n.started = s.started AT TIME ZONE ''UTC'' AND n.converted IS NOT DISTINCT FROM s.converted AT TIME ZONE ''UTC'' AND n.as_of = s.as_of AND n.grp = s.grp'), 'timestamptz and timestamp mixed');

CREATE MATERIALIZED VIEW matview AS TABLE grouped;
REFRESH MATERIALIZED VIEW matview;
SELECT report(same_groups('TABLE matview'), 'materialized view');
