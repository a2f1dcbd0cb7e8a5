-- A call of each aggregate, out of the catalogue, over rows made here: so a check
-- names no aggregate, and a new one is tried by all of them.  Needs calls.sql.
--
-- Rows are calls.made: who did what when, and until when.  An account's rows are
-- a month apart, and a day has one of them.  calls.pieces has values of ten parts
-- of these rows, for rollup.

CREATE TABLE calls.made (shard int NOT NULL, n int NOT NULL, who bigint NOT NULL, at timestamptz NOT NULL, later timestamptz, event text NOT NULL, mrr numeric NOT NULL);
INSERT INTO calls.made
SELECT who % 10, n, who, at, CASE WHEN n % 3 > 0 THEN at + make_interval(days => 3 + n % 90) END, (ARRAY['a', 'b', 'c', 'd', 'e'])[1 + n * 7 % 11 % 5], n % 37 * 10.25 + 1
FROM generate_series(1, 1500) n, LATERAL (SELECT n % 120 AS who, timestamptz '2026-01-01 00:00+00' + n * interval '6 hours 13 minutes' AS at) a;

CREATE TABLE calls.pieces (shard int NOT NULL, j plg.journeys, gone plg.journeys, c plg.conversion, l plg.ledger);
INSERT INTO calls.pieces
SELECT shard, j, plg.only_events(j, '{a}'), c, l
FROM (SELECT shard, plg.journeys(who, at, event) AS j, plg.conversion(at, later, '2027-06-01 00:00+00') AS c, plg.ledger(who, mrr, at, later) AS l
	FROM calls.made GROUP BY shard) s;

-- What an argument is given, by its name, and for an instant by its type too.
CREATE TABLE calls.aggregated (names text[], value text);
INSERT INTO calls.aggregated VALUES
	('{entity,account,member}', 'who'),
	('{subscription}', 'who * 2 + n % 2'),
	('{at,started,from,month}', 'at'),
	('{converted,to}', 'later'),
	('{seen_from}', 'at - interval ''1 hour'''),
	('{as_of}', '''2027-06-01 00:00+00'''),
	('{event}', 'event'),
	('{mrr,amount,quantity,opening}', 'mrr'),
	('{delta}', 'mrr - 120'),
	('{closing}', 'mrr * (n % 3)'),
	('{currency}', '''EUR'''),
	('{covers}', '''1 month'''),
	('{grace,within,half_life}', '''5 days'''),
	('{n,members}', '2'),
	('{threshold}', '5000'),
	('{weight,score,value,before}', 'n * 7919 % 101 / 7.0'),
	('{condition,treated,outcome,paid_before}', '(n % 7 < 3)'),
	('{conditions}', 'ARRAY[event = ''a'', event = ''b'', event = ''c'']'),
	('{reached}', 'ARRAY[at, later]'),
	('{during}', 'range(at, later)'),
	('{j}', 'j'), ('{gone}', 'gone'), ('{c}', 'c'), ('{l}', 'l');

-- The value as the argument's type; the types of ranges have the names of their makers.
CREATE FUNCTION calls.aggregated_as(value text, name text, type regtype) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE
		WHEN type IN ('bigint'::regtype, 'integer'::regtype, 'float8'::regtype, 'numeric'::regtype) THEN format('(%s)::%s', value, type)
		WHEN type = 'uuid'::regtype THEN format('md5((%s)::text)::uuid', value)
		WHEN type = 'text'::regtype AND name IN ('entity', 'account', 'member', 'subscription') THEN format('''who '' || %s', value)
		WHEN name = 'month' THEN format('date_trunc(''month'', %s AT TIME ZONE ''UTC'')::date', value)
		WHEN type = 'timestamp'::regtype THEN format('%s AT TIME ZONE ''UTC''', value)
		WHEN type = 'date'::regtype THEN format('(%s AT TIME ZONE ''UTC'')::date', value)
		WHEN type IN ('tstzrange'::regtype, 'tstzmultirange'::regtype) THEN 'tstzrange(at, later)'
		WHEN type IN ('tsrange'::regtype, 'tsmultirange'::regtype) THEN 'tsrange(at AT TIME ZONE ''UTC'', later AT TIME ZONE ''UTC'')'
		WHEN type IN ('daterange'::regtype, 'datemultirange'::regtype) THEN 'daterange((at AT TIME ZONE ''UTC'')::date, (later AT TIME ZONE ''UTC'')::date)'
		WHEN type = 'interval'::regtype THEN 'interval ' || value
		ELSE value END
$$;

CREATE VIEW calls.aggregate AS
	SELECT p.oid, p.proname::text AS name, p.oid::regprocedure::text AS signature, pg_get_function_identity_arguments(p.oid) AS declared,
		aggtransfn, aggtranstype::regtype AS state, aggcombinefn, aggfinalfn, agginitval, aggfinalextra,
		CASE WHEN p.oid::regprocedure::text ~ '\((plg\.|.*,plg\.)' THEN 'calls.pieces' ELSE 'calls.made' END AS rows,
		a.list AS arguments, a.unknown, format('plg.%I(%s)', p.proname, a.list) AS call
	FROM pg_aggregate g JOIN pg_proc p ON p.oid = g.aggfnoid,
		LATERAL (SELECT string_agg(CASE WHEN type = provariadic OR i = pronargs AND provariadic <> 0 THEN 'VARIADIC ' ELSE '' END
				|| CASE WHEN type::text ~ 'multirange' THEN format('%s(%s)', type, v) ELSE v END, ', ' ORDER BY i) AS list,
			array_agg(n) FILTER (WHERE v IS NULL) AS unknown
			FROM unnest(proargnames, proargtypes::regtype[]) WITH ORDINALITY u (n, type, i),
				LATERAL (SELECT calls.aggregated_as((SELECT value FROM calls.aggregated WHERE n = ANY(names)), n, type)) x (v)) a
	WHERE p.pronamespace = 'plg'::regnamespace;

SELECT CASE WHEN count(unknown) = 0 AND count(*) > 200 THEN format('ok - %s aggregates, every one of which can be called', count(*))
	ELSE E'not ok - an aggregate that this check does not try\n# test/oracle/aggregates.sql has no value for '
		|| coalesce(string_agg(array_to_string(unknown, ', ') || ' of ' || signature, E'\n# '), 'so many arguments') END
FROM calls.aggregate;
