-- test: 20 s
-- What a distributed executor does, without one: the rows of ten shards go into
-- states that are no further than their transition function brought them, these
-- are sent as text and as binary, and the combine function adds up what arrived.
-- That is Citus' way (worker_partial_agg, coord_combine_agg), and each aggregate
-- of the catalogue must give by it what it gives by itself.  What is sent may mean
-- nothing beyond its process, whatever the plan: a noun's state is sent as a value.
-- The magics of what is no value, plgP, plgR and plgT, are cGxnU or cGxnV in base64.
SET timezone TO 'UTC';
SET client_min_messages TO warning;
\ir ../oracle/calls.sql
\ir ../oracle/aggregates.sql
\ir ../oracle/report.sql
CREATE SCHEMA shards;

-- Sends the states of the shards, and of one without rows, and keeps what arrives in shards.sent.
CREATE FUNCTION shards.send(a calls.aggregate, format text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	file text := current_setting('data_directory') || '/shards';
BEGIN
	EXECUTE format('CREATE TABLE shards.sent (s %s)', a.state);
	EXECUTE format('COPY (SELECT shards.part(%s) FROM %s GROUP BY shard UNION ALL SELECT shards.part(%1$s) FROM %2$s WHERE shard < 0) TO %L (FORMAT %s)',
		a.arguments, a.rows, file, format);
	EXECUTE format('COPY shards.sent FROM %L (FORMAT %s)', file, format);
END $$;

-- What is wrong with an aggregate, or NULL.
CREATE FUNCTION shards.fault(a calls.aggregate) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	initial text := coalesce(', INITCOND = ' || quote_literal(a.agginitval), '');
	format text;
	alone text;
	added text;
	lost text;
	fault text;
BEGIN
	EXECUTE format('CREATE AGGREGATE shards.part (%s) (SFUNC = %s, STYPE = %s, COMBINEFUNC = %s, PARALLEL = SAFE%s)',
		a.declared, a.aggtransfn, a.state, a.aggcombinefn, initial);
	EXECUTE format('CREATE AGGREGATE shards.whole (%s) (SFUNC = %s, STYPE = %1$s%3$s%4$s)',
		a.state, a.aggcombinefn, CASE WHEN a.aggfinalfn::oid <> 0 THEN ', FINALFUNC = ' || a.aggfinalfn ELSE '' END, initial);
	EXECUTE format('SELECT (%s)::text FROM %s', a.call, a.rows) INTO alone;
	FOREACH format IN ARRAY ARRAY['text', 'binary'] LOOP
		PERFORM shards.send(a, format);
		SELECT shards.whole(s)::text FROM shards.sent INTO added;
		IF added IS DISTINCT FROM alone OR alone IS NULL THEN
			fault := concat_ws(' ', fault, format, left(added, 60), 'but alone', left(alone, 60));
		END IF;
		SELECT 'what means nothing elsewhere: ' || left(min(s::text), 20) FROM shards.sent
		WHERE s::text ~ '^(cGxn[UV]|\\x706c675[024])' OR a.state::text ~ '^plg\.' AND s::text !~ '^cGxn[SQT]' HAVING count(*) > 0 INTO lost;
		fault := concat_ws(' ', fault, lost);
		DROP TABLE shards.sent;
	END LOOP;
	EXECUTE format('DROP AGGREGATE shards.part (%s)', a.declared);
	EXECUTE format('DROP AGGREGATE shards.whole (%s)', a.state);
	RETURN nullif(fault, '');
EXCEPTION WHEN OTHERS THEN
	RETURN SQLERRM;
END $$;

-- Of all aggregates, or of one of each name.
CREATE FUNCTION shards.verdict(how text, every boolean) RETURNS text LANGUAGE sql AS $$
	SELECT report(count(*) = 0, concat('what aggregates send adds up to what they are, ', how, E'\n# ' || string_agg(signature || ': ' || fault, E'\n# ') FILTER (WHERE n < 10)))
	FROM (SELECT signature, fault, row_number() OVER () AS n
		FROM (SELECT DISTINCT ON (CASE WHEN every THEN signature ELSE name END) * FROM calls.aggregate) a, shards.fault(a::calls.aggregate) f (fault)
		WHERE fault IS NOT NULL) f
$$;

SET max_parallel_workers_per_gather = 0;
SELECT shards.verdict('all of them, serial plans', true);

SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET parallel_leader_participation = off;
ALTER TABLE calls.made SET (parallel_workers = 2);
ALTER TABLE calls.pieces SET (parallel_workers = 2);
ANALYZE calls.made;
ANALYZE calls.pieces;
SELECT report(in_plan('Partial', 'SELECT plg.journeys(who, at, event) FROM calls.made GROUP BY shard') = 1, 'the plans are parallel');
SELECT shards.verdict('one of each name, parallel plans', false);

-- So many that rows travel between processes as they are.
CREATE AGGREGATE shards.part (entity bigint, at timestamptz, event text) (SFUNC = plg.journeys_add, STYPE = plg.journeys, COMBINEFUNC = plg.journeys_combine, PARALLEL = SAFE);
CREATE UNLOGGED TABLE shards.many AS SELECT n % 9973 AS who, timestamptz '2026-01-01 00:00+00' + n * interval '37 s' AS at, 'event ' || n % 7 AS event FROM generate_series(1, 700000) n;
ALTER TABLE shards.many SET (parallel_workers = 2);
ANALYZE shards.many;
SET parallel_leader_participation = on;
SELECT report(in_plan('Partial', 'SELECT shards.part(who, at, event) FROM shards.many') = 1
		AND (SELECT shards.part(who, at, event)::text FROM shards.many) = (SELECT plg.journeys(who, at, event)::text FROM shards.many),
	'a state of 700000 rows out of two workers and their leader is sent as a value');
