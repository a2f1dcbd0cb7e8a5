-- The functions that callers may call, out of the catalogue, and a call of each
-- reader of a value and of each aggregate: so a check that names calls of its own
-- tries those that it does not name, too.

CREATE SCHEMA calls;

-- Functions that serve a type, an operator, an aggregate or the planner are not public.
CREATE VIEW calls.plumbing AS
	SELECT unnest(ARRAY[typinput, typoutput, typreceive, typsend, typmodin, typmodout, typanalyze]::oid[]) AS proc FROM pg_type
	UNION SELECT unnest(ARRAY[aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn, aggmfinalfn]::oid[]) FROM pg_aggregate
	UNION SELECT oprcode FROM pg_operator UNION SELECT amproc FROM pg_amproc
	UNION SELECT castfunc FROM pg_cast UNION SELECT prosupport FROM pg_proc
	-- called by triggers and views of live values
	UNION SELECT oid FROM pg_proc WHERE prorettype = 'trigger'::regtype OR proname IN ('live_seal', 'live_unsealed');

CREATE VIEW calls.callable AS
	SELECT p.*, p.oid::regprocedure::text AS signature
	FROM pg_proc p WHERE p.pronamespace = 'plg'::regnamespace AND p.oid NOT IN (SELECT proc FROM calls.plumbing WHERE proc IS NOT NULL);

-- What a required argument is given, by its name, for names mean the same in all
-- readers, or by name and type.  The value that is read stands as j, c or l.
CREATE TABLE calls.argument (name text PRIMARY KEY, value text);
INSERT INTO calls.argument VALUES
	('j', 'j'),
	('c', 'c'),
	('l', 'l'),
	('type', 'NULL::bigint'),
	('start', '''a'''),
	('goal', '''b'''),
	('from_event', '''a'''),
	('steps', '''{a,b,c}'''),
	('events', '''{a,b}'''),
	('labels', '''{"a": "b"}'''),
	('entities', '''{1,2,3,5,8,13}'''),
	('within', '''3 days'''),
	('as_of', '''2026-03-01 00:00+00'''),
	('at', '''2026-02-10 00:00+00'''),
	('since', '''2026-01-12 00:00+00'''),
	('until', '''2026-02-16 00:00+00'''),
	('p', '0.5'),
	('p double precision[]', '''{0.5,0.9}'''),
	('step', '''1 day'''),
	('upto', '''30 days'''),
	('unit', '''week'''),
	('span', '3'),
	('periods', '12'),
	('rows', 'NULL::plg.ledger'),
	('customers', 'l'),
	('gone', 'plg.only_events(j, ''{a}'')'),
	('properties', 'j'),
	('label', '''new'''),
	('goals', '''{a,b}'''),
	('accounts text[]', '''{1,2,3,5,8,13}'''),
	('accounts jsonb', '''{"1": 2}'''),
	('aliases', 'NULL::plg.journeys'),
	('a', 'c'),
	('b', 'c'),
	('exposures', 'j'),
	('control', '''a'''),
	('touches', 'j'),
	('lookback', '''20 days'''),
	('gap', '''40 days'''),
	('outcome', '''b'''),
	('event', '''b'''),
	('weights', '''{"a": 1, "b": 2}'''),
	('half_life', '''7 days'''),
	('members', '2'),
	('aha', '''b'''),
	('wall', '''c'''),
	('paid', '''d'''),
	-- of j's own type, whatever that is: the first entity invited all, or is all
	('invited_by', 'plg.relabel(j, (SELECT jsonb_object_agg(event, first) FROM plg.event_summary(j), (SELECT min(entity COLLATE "C") AS first FROM plg.entity_summary(j)) f))');

-- One call for each reader of each type.
CREATE VIEW calls.reader AS
	SELECT DISTINCT ON (held, proname) held::regtype AS value, proname::text AS name, procost AS cost, format('plg.%I(%s)', proname, a.list) AS call, a.unknown
	FROM calls.callable c, unnest(proargtypes) held,
		LATERAL (SELECT string_agg(coalesce(value, 'NULL'), ', ' ORDER BY i) AS list, array_agg(n) FILTER (WHERE value IS NULL) AS unknown
			FROM unnest(proargnames[1:pronargs - pronargdefaults], proargtypes[0:pronargs - pronargdefaults - 1]) WITH ORDINALITY u (n, type, i),
				LATERAL (SELECT coalesce(CASE WHEN type <> held AND n IN ('j', 'c', 'l') THEN 'NULL::' || type::regtype END, (SELECT value FROM calls.argument WHERE name = n || ' ' || type::regtype), (SELECT value FROM calls.argument WHERE name = n))) v (value)) a
	WHERE prokind = 'f' AND held IN ('plg.journeys'::regtype, 'plg.conversion'::regtype, 'plg.ledger'::regtype)
	ORDER BY held, proname, proargtypes[0];

-- The readers of a type that a text does not call.
CREATE FUNCTION calls.others(value regtype, tried text) RETURNS SETOF calls.reader LANGUAGE sql STABLE
	AS $$ SELECT * FROM calls.reader r WHERE r.value = $1 AND tried !~ format('\m%s\(', name) $$;

-- What an aggregate's argument is given, by its name: of rows (n int, who bigint, at timestamptz, later timestamptz,
-- event text, mrr numeric), such as calls.made, or of calls.pieces (aggregates.sql).
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
	SELECT p.oid, p.proname::text AS name, p.proargnames AS names, p.oid::regprocedure::text AS signature, pg_get_function_identity_arguments(p.oid) AS declared,
		aggtransfn, aggtranstype::regtype AS state, aggcombinefn, aggfinalfn, agginitval, aggfinalextra,
		CASE WHEN p.oid::regprocedure::text ~ '\((plg\.|.*,plg\.)' THEN 'calls.pieces' ELSE 'calls.made' END AS rows,
		a.list AS arguments, a.unknown, a.usual, format('plg.%I(%s)', p.proname, a.list) AS call
	FROM pg_aggregate g JOIN pg_proc p ON p.oid = g.aggfnoid,
		LATERAL (SELECT string_agg(CASE WHEN type = provariadic OR i = pronargs AND provariadic <> 0 THEN 'VARIADIC ' ELSE '' END
				|| CASE WHEN type::text ~ 'multirange' THEN format('%s(%s)', type, v) ELSE v END, ', ' ORDER BY i) AS list,
			array_agg(n) FILTER (WHERE v IS NULL) AS unknown,
			count(*) FILTER (WHERE type IN ('bigint'::regtype, 'timestamptz'::regtype, 'tstzrange'::regtype)) AS usual
			FROM unnest(proargnames, proargtypes::regtype[]) WITH ORDINALITY u (n, type, i),
				LATERAL (SELECT calls.aggregated_as((SELECT value FROM calls.aggregated WHERE n = ANY(names)), n, type)) x (v)) a
	WHERE p.pronamespace = 'plg'::regnamespace;

-- One call for each aggregate of rows: each of its lists of arguments, for one type each.
CREATE VIEW calls.row_aggregate AS
	SELECT DISTINCT ON (name, names) name, call, unknown FROM calls.aggregate WHERE rows = 'calls.made' ORDER BY name, names, usual DESC;

-- The aggregates that a text does not call.
CREATE FUNCTION calls.other_aggregates(tried text) RETURNS SETOF calls.row_aggregate LANGUAGE sql STABLE
	AS $$ SELECT * FROM calls.row_aggregate a WHERE tried !~ format('\m%s\(', name) $$;

SELECT CASE WHEN count(unknown) = 0 AND count(*) > 300 THEN format('ok - %s readers and aggregates, every one of which can be called', count(*))
	ELSE E'not ok - a reader or an aggregate that this check does not try\n# test/oracle/calls.sql has no value for '
		|| coalesce(string_agg(array_to_string(unknown, ', ') || ' of ' || name, E'\n# '), 'so many arguments') END
FROM (SELECT name, unknown FROM calls.reader UNION ALL SELECT signature, unknown FROM calls.aggregate) c;
