-- Questions for test/citus, out of the catalogue, and what a local copy answers.
-- What is only the coordinator's need not be known to workers.
SET citus.enable_ddl_propagation TO off;
SET timezone TO 'UTC';
\ir calls.sql
\ir aggregates.sql
-- Citus takes no subquery in a function of FROM
UPDATE calls.argument SET value = 'plg.relabel(j, ''{"a": "1", "b": "1", "c": "1", "d": "1", "e": "1"}'')' WHERE name = 'invited_by';
RESET citus.enable_ddl_propagation;

CREATE SCHEMA far;
CREATE TABLE far.made (LIKE calls.made);
CREATE TABLE far.pieces (LIKE calls.pieces);
CREATE TABLE near_many (who bigint NOT NULL, at timestamptz NOT NULL, event text NOT NULL);
-- so many that rows travel between processes of a node as they are
INSERT INTO near_many SELECT n % 9973, timestamptz '2026-01-01 00:00+00' + n * interval '37 s', 'event ' || n % 7 FROM generate_series(1, 1200000) n;
CREATE TABLE far.many (LIKE near_many);
CREATE TABLE far.single (LIKE near_many);
SELECT create_distributed_table('far.made', 'who') \g /dev/null
SELECT create_distributed_table('far.pieces', 'shard') \g /dev/null
SELECT create_distributed_table('far.many', 'who', shard_count => 2, colocate_with => 'none') \g /dev/null
SELECT create_distributed_table('far.single', 'who', shard_count => 1, colocate_with => 'none') \g /dev/null
INSERT INTO far.made TABLE calls.made;
INSERT INTO far.pieces TABLE calls.pieces;
INSERT INTO far.many TABLE near_many;
INSERT INTO far.single TABLE near_many;
ANALYZE;

CREATE FUNCTION calls.ask(question text) RETURNS text LANGUAGE plpgsql SET timezone TO 'UTC' AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE question INTO answer;
	RETURN answer;
EXCEPTION WHEN OTHERS THEN
	RETURN concat_ws(' ', SQLSTATE, SQLERRM);
END $$;

-- Where the tables are those of schema far, it is for Citus; else for the copy.
CREATE TABLE calls.question (kind text, name text, near text, answer text, far text);
INSERT INTO calls.question (kind, name, near)
SELECT 'aggregate', signature, format('SELECT (%s)::text FROM %s', call, rows) FROM calls.aggregate;
INSERT INTO calls.question (kind, name, near)
SELECT 'reader of one value', value || ' ' || name, format('SELECT concat(count(*), md5(string_agg(r::text, '','' ORDER BY r::text))) FROM (SELECT %s FROM calls.made OFFSET 0) s, LATERAL (SELECT f.* FROM %s f) r',
	CASE value WHEN 'plg.journeys'::regtype THEN 'plg.journeys(who, at, event) AS j'
		WHEN 'plg.conversion'::regtype THEN 'plg.conversion(at, later, ''2027-06-01 00:00+00'') AS c' ELSE 'plg.ledger(who, mrr, at, later) AS l' END, call)
FROM calls.reader;
INSERT INTO calls.question (kind, name, near)
SELECT 'reader of stored pieces', value || ' ' || name, format('SELECT concat(count(*), sum(hashtextextended(r::text, 0)::numeric)) FROM calls.pieces p, LATERAL (SELECT f.* FROM %s f) r', call)
FROM calls.reader;
INSERT INTO calls.question (kind, name, near) VALUES
	('rows of many processes', 'two shards', 'SELECT md5(plg.journeys(who, at, event)::text) FROM near_many'),
	('rows of many processes', 'rollup over two shards', 'SELECT md5(plg.rollup(j)::text) FROM (SELECT who % 3, plg.journeys(who, at, event) AS j FROM near_many GROUP BY 1) s (x, j)'),
	('rows of one shard', 'one shard', 'SELECT md5(plg.journeys(who, at, event)::text) FROM near_many'),
	('rows of one shard', 'a reader there', 'SELECT md5(string_agg(r::text, '','')) FROM (SELECT plg.journeys(who, at, event) AS j FROM near_many) s, plg.retention(j, ''event 0'', ''2026-12-01 00:00+00'') r');
UPDATE calls.question SET answer = calls.ask(near);
UPDATE calls.question SET far = replace(replace(near, 'calls.made', 'far.made'), 'calls.pieces', 'far.pieces');
UPDATE calls.question SET far = replace(near, 'near_many', CASE kind WHEN 'rows of one shard' THEN 'far.single' ELSE 'far.many' END) WHERE near ~ 'near_many';
SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'not ok' END || ' - the local copy answers all ' || (SELECT count(*) FROM calls.question) || ' questions'
	|| coalesce(E'\n# ' || string_agg(concat_ws(' ', kind, name, answer), E'\n# '), '')
FROM calls.question WHERE answer IS NULL OR answer ~ '^[0-9A-Z]{5} ';

-- A line for each kind of question: what Citus answers differently, as the session is set.
CREATE FUNCTION calls.compared(how text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT CASE WHEN count(*) FILTER (WHERE differs) = 0 THEN 'ok' ELSE 'not ok' END || format(' - %s, %s: %s as the local copy', how, kind, count(*))
		|| coalesce(E'\n# ' || string_agg(name || ' gives ' || left(given, 200), E'\n# ') FILTER (WHERE differs), '')
	FROM (SELECT *, given IS DISTINCT FROM answer AS differs FROM calls.question, LATERAL (SELECT calls.ask(far)) f (given)) q GROUP BY kind ORDER BY kind
$$;

-- Each aggregate is built on the workers.
CREATE FUNCTION calls.pushed(question text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS off) ' || question LOOP
		IF line ~ 'Query: .*partial_agg\(' THEN
			RETURN true;
		END IF;
	END LOOP;
	RETURN false;
END $$;
SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'not ok' END || ' - every aggregate is built on the workers' || coalesce(E'\n# not ' || string_agg(name, E'\n# not '), '')
FROM calls.question WHERE kind = 'aggregate' AND NOT calls.pushed(far);
