-- Hypertables of TimescaleDB, where the server has it loaded
-- (shared_preload_libraries): the values of many chunks are those of a table.
SET timezone TO 'UTC';
SET client_min_messages TO warning;
SELECT count(*) > 0 AND current_setting('shared_preload_libraries') ~ 'timescaledb' AS there FROM pg_available_extensions WHERE name = 'timescaledb' \gset
\if :there
\ir ../oracle/report.sql
CREATE EXTENSION timescaledb;
CREATE TABLE near AS SELECT n % 4001 AS who, timestamptz '2026-01-01 00:00+00' + n * interval '97 s' AS at, (ARRAY['a', 'b', 'c'])[1 + n * 7 % 11 % 3] AS event FROM generate_series(1, 120000) n;
CREATE TABLE events (LIKE near);
SELECT create_hypertable('events', 'at', chunk_time_interval => interval '7 days') \g /dev/null
INSERT INTO events TABLE near;
ANALYZE;
CREATE TABLE question (what text, query text);
INSERT INTO question VALUES
	('a value of all', 'SELECT plg.journeys(who, at, event)::text FROM %s'),
	('a value of each week', 'SELECT string_agg(j::text, '','' ORDER BY week) FROM (SELECT time_bucket(''7 days'', at) AS week, plg.journeys(who, at, event) AS j FROM %s GROUP BY 1) s'),
	('weeks rolled up', 'SELECT plg.rollup(j)::text FROM (SELECT time_bucket(''7 days'', at) AS week, plg.journeys(who, at, event) AS j FROM %s GROUP BY 1) s'),
	('a reader', 'SELECT a::text FROM (SELECT plg.journeys(who, at, event) AS j FROM %s) s, plg.activation(j, ''a'', ''b'', ''7 days'', ''2026-06-01 00:00+00'') a');
CREATE FUNCTION told(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE query INTO answer;
	RETURN answer;
END $$;
SELECT report((SELECT count(*) > 10 FROM show_chunks('events')), 'there are chunks');
SELECT report(told(format(query, 'events')) = told(format(query, 'near')), what || ': as of a table') FROM question;
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET enable_partitionwise_aggregate = on;
SELECT report(told(format(query, 'events')) = told(format(query, 'near')), what || ', parallel and by chunk: as of a table') FROM question;
\else
\echo 'ok - hypertables # SKIP TimescaleDB is not installed and loaded'
\endif
