-- Here the tables of test/checks/postgres_fdw.sh, and what is asked of them.
SET timezone TO 'UTC';
SET client_min_messages TO warning;
\ir report.sql
CREATE EXTENSION postgres_fdw;
SELECT format('%s_node0', :'home') AS node0, format('%s_node1', :'home') AS node1 \gset
CREATE SERVER node0 FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host :'way', port :'port', dbname :'node0', extensions 'plg', use_remote_estimate 'true');
CREATE SERVER node1 FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host :'way', port :'port', dbname :'node1', extensions 'plg', use_remote_estimate 'true');
CREATE USER MAPPING FOR CURRENT_USER SERVER node0 OPTIONS (user :'USER');
CREATE USER MAPPING FOR CURRENT_USER SERVER node1 OPTIONS (user :'USER');

CREATE TABLE far (node int NOT NULL, who bigint NOT NULL, at timestamptz NOT NULL, event text NOT NULL) PARTITION BY LIST (node);
CREATE FOREIGN TABLE far_0 PARTITION OF far FOR VALUES IN (0) SERVER node0 OPTIONS (table_name 'events', fetch_size '10000');
CREATE FOREIGN TABLE far_1 PARTITION OF far FOR VALUES IN (1) SERVER node1 OPTIONS (table_name 'events', fetch_size '10000');
CREATE TABLE far_conversions (node int NOT NULL, c plg.conversion) PARTITION BY LIST (node);
CREATE FOREIGN TABLE far_conversions_0 PARTITION OF far_conversions FOR VALUES IN (0) SERVER node0 OPTIONS (table_name 'conversions', fetch_size '1');
CREATE FOREIGN TABLE far_conversions_1 PARTITION OF far_conversions FOR VALUES IN (1) SERVER node1 OPTIONS (table_name 'conversions', fetch_size '1');
CREATE TABLE far_activation (node int NOT NULL, as_of timestamptz, entered bigint, mature bigint, converted bigint) PARTITION BY LIST (node);
CREATE FOREIGN TABLE far_activation_0 PARTITION OF far_activation FOR VALUES IN (0) SERVER node0 OPTIONS (table_name 'activation_by_day');
CREATE FOREIGN TABLE far_activation_1 PARTITION OF far_activation FOR VALUES IN (1) SERVER node1 OPTIONS (table_name 'activation_by_day');
CREATE TABLE near AS TABLE far;
-- one partition here, one there
CREATE TABLE mixed (LIKE near) PARTITION BY LIST (node);
CREATE TABLE mixed_0 PARTITION OF mixed FOR VALUES IN (0);
INSERT INTO mixed SELECT * FROM near WHERE node = 0;
CREATE FOREIGN TABLE mixed_1 PARTITION OF mixed FOR VALUES IN (1) SERVER node1 OPTIONS (table_name 'events', fetch_size '10000');
-- by hash of who, each partition's rows being where PostgreSQL wants them
CREATE TABLE hashed (LIKE near) PARTITION BY HASH (who);
CREATE TABLE hashed_here (LIKE near);
\c :node0
CREATE TABLE hashed_events (LIKE events);
\c :node1
CREATE TABLE hashed_events (LIKE events);
\c :home
SET timezone TO 'UTC';
SET client_min_messages TO warning;
CREATE FOREIGN TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0) SERVER node0 OPTIONS (table_name 'hashed_events', fetch_size '10000', batch_size '10000');
CREATE FOREIGN TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1) SERVER node1 OPTIONS (table_name 'hashed_events', fetch_size '10000', batch_size '10000');
INSERT INTO hashed SELECT * FROM near WHERE who < 1000;
ANALYZE;

-- The statements that are sent, as EXPLAIN shows them.
CREATE FUNCTION sent(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	lines text[];
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS off) ' || query LOOP
		IF line ~ 'Remote SQL: ' THEN
			lines := lines || line;
		END IF;
	END LOOP;
	RETURN array_to_string(lines, E'\n');
END $$;
CREATE FUNCTION told(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE format('SELECT string_agg(r::text, chr(10) ORDER BY r::text) FROM (%s) r', query) INTO answer;
	RETURN answer;
END $$;

CREATE TABLE question (what text, query text, aggregates boolean);
INSERT INTO question VALUES
	('a value of all rows', 'SELECT plg.journeys(who, at, event) AS j FROM far', false),
	('a value of each node', 'SELECT node, plg.journeys(who, at, event) AS j FROM far GROUP BY node', true),
	('these rolled up', 'SELECT plg.rollup(j) AS j FROM (SELECT node, plg.journeys(who, at, event) AS j FROM far GROUP BY node) s', true),
	('with FILTER', 'SELECT node, plg.journeys(who, at, event) FILTER (WHERE event <> ''c'') AS j FROM far GROUP BY node', true),
	('with HAVING', 'SELECT node, plg.journeys(who, at, event) AS j FROM far GROUP BY node HAVING count(*) > 100', true),
	('milestones', 'SELECT node, who, plg.milestones(''7 days'', at, event = ''a'', event = ''d'') AS m FROM far GROUP BY node, who', true),
	('conversions of columns', 'SELECT node, plg.conversion(at, at, ''2026-06-01 00:00+00'') AS c FROM far GROUP BY node', true),
	('a ledger', 'SELECT node, plg.ledger_deltas(who, 1.5, at) AS l FROM far GROUP BY node', true),
	('a reader of a value of each node', 'SELECT a.* FROM (SELECT node, plg.journeys(who, at, event) AS j FROM far GROUP BY node) s, plg.activation(j, ''a'', ''d'', ''7 days'', ''2026-06-01 00:00+00'') a', true),
	('one foreign, one local partition', 'SELECT node, plg.journeys(who, at, event) AS j FROM mixed GROUP BY node', true),
	('hashed by entity', 'SELECT plg.journeys(who, at, event) AS j FROM hashed', false),
	('hashed, a value of each entity', 'SELECT who, plg.journeys(who, at, event) AS j FROM hashed GROUP BY who', true),
	('a correlated subquery, scanned again', 'SELECT x, (SELECT plg.journeys(who, at, event) FROM far WHERE who = x) AS j FROM generate_series(1, 20) x', false),
	('a correlated subquery of nodes', 'SELECT x, (SELECT plg.rollup(j) FROM (SELECT node, plg.journeys(who, at, event) AS j FROM far WHERE who % 7 = x GROUP BY node) s) AS j FROM generate_series(0, 6) x', true),
	('conversions by a view on each node', 'SELECT plg.rollup(c) AS c FROM far_conversions', false),
	('rows of a reader by a view on each node', 'SELECT sum(entered), sum(mature), sum(converted) FROM far_activation WHERE as_of = ''2026-06-01 00:00+00''', false);
ALTER TABLE question ADD near text;
UPDATE question SET near = regexp_replace(replace(query, 'hashed', '(SELECT * FROM near WHERE who < 1000) h'), '\m(far|mixed)\M', 'near');
UPDATE question SET near = 'SELECT plg.conversion(plg.journeys(who, at, event), ''a'', ''d'', ''2026-06-01 00:00+00'') AS c FROM near' WHERE query ~ 'far_conversions';
UPDATE question SET near = 'SELECT a.entered::numeric, a.mature::numeric, a.converted::numeric FROM (SELECT plg.journeys(who, at, event) AS j FROM near) s, plg.activation(j, ''a'', ''d'', ''7 days'', ''2026-06-01 00:00+00'') a' WHERE query ~ 'far_activation';
ALTER TABLE question ADD answer text;
UPDATE question SET answer = told(near);

SET enable_partitionwise_aggregate = on;
SELECT report(answer = told(query) AND length(answer) > 5, what || ': as the local copy, partitionwise') FROM question;
SELECT report((sent(query) ~ 'plg\.\w+\(') = aggregates, what || CASE WHEN aggregates THEN ': aggregated there' ELSE ': not aggregated there' END) FROM question;
SET enable_partitionwise_aggregate = off;
SELECT report(answer = told(query), what || ': as the local copy, not partitionwise') FROM question;
SELECT report(NOT bool_or(sent(query) ~ 'plg\.\w+\('), 'without enable_partitionwise_aggregate nothing is aggregated there') FROM question;
ALTER SERVER node0 OPTIONS (DROP extensions);
ALTER SERVER node1 OPTIONS (DROP extensions);
SET enable_partitionwise_aggregate = on;
SELECT report(NOT bool_or(sent(query) ~ 'plg\.\w+\(') AND bool_and(answer = told(query)), 'nor without extensions, where answers are as the local copy too') FROM question;
ALTER SERVER node0 OPTIONS (ADD extensions 'plg', ADD async_capable 'true');
ALTER SERVER node1 OPTIONS (ADD extensions 'plg', ADD async_capable 'true');
SELECT report(bool_and(answer = told(query)) AND in_plan('Async', 'SELECT node, plg.journeys(who, at, event) AS j FROM far GROUP BY node') > 0, 'both nodes at a time, as the local copy') FROM question;
