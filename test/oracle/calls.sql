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

-- What an aggregate of rows is given, by the argument's name and, where there are several, its type, of rows
-- (id bigint, name text, at timestamptz, event text).
CREATE TABLE calls.column (name text PRIMARY KEY, value text);
INSERT INTO calls.column VALUES
	('entity bigint', 'id'), ('entity text', 'name'), ('account bigint', 'id'), ('account text', 'name'), ('member bigint', 'id'), ('member text', 'name'),
	('subscription bigint', 'id % 3'), ('subscription text', 'event'),
	('at', 'at'), ('started', 'at'), ('from', 'at'), ('to', 'at + interval ''30 days'''), ('during', 'tstzrange(at, at + interval ''30 days'')'),
	('converted', 'at + interval ''1 day'''), ('seen_from', 'at'), ('as_of', '''2026-12-01'''), ('reached', 'ARRAY[at, at + interval ''1 day'', NULL]'),
	('month', 'date_trunc(''month'', at)::date'), ('event', 'event'), ('currency', '''EUR'''),
	('mrr', '(id % 100)::numeric'), ('delta', '(id % 100)::numeric'), ('amount', '(id % 100)::numeric'), ('quantity', '(id % 100)::numeric'),
	('opening', '(id % 100)::numeric'), ('closing', '(id % 90)::numeric'), ('threshold', '100000000'),
	('value', '(id % 1009)::float8'), ('before', '(id % 1013)::float8'), ('score', '(id % 1019)::float8'), ('weight', '(id % 100)::float8'),
	('treated', 'id % 2 = 0'), ('outcome', 'id % 3 = 0'), ('condition', 'id % 5 = 0'), ('paid_before', 'id % 5 = 0'),
	('conditions', 'VARIADIC ARRAY[id % 2 = 0, id % 3 = 0, id % 7 = 0]'),
	('members', '2'), ('n', '2'), ('within', '''7 days'''), ('half_life', '''7 days'''), ('covers', '''1 month'''), ('grace', '''3 days''');

-- One call for each aggregate of rows: each of its lists of arguments, for one type each.
CREATE VIEW calls.row_aggregate AS
	SELECT DISTINCT ON (proname, proargnames) proname::text AS name, format('plg.%I(%s)', proname, a.list) AS call, a.unknown
	FROM calls.callable c, LATERAL (
		SELECT string_agg(coalesce(value, 'NULL'), ', ' ORDER BY i) AS list, array_agg(n) FILTER (WHERE value IS NULL) AS unknown,
			count(*) FILTER (WHERE type IN ('bigint'::regtype, 'timestamptz'::regtype, 'tstzrange'::regtype)) AS usual
		FROM unnest(proargnames, proargtypes[0:pronargs - 1]) WITH ORDINALITY u (n, type, i),
			LATERAL (SELECT coalesce((SELECT value FROM calls.column WHERE name = n || ' ' || type::regtype), (SELECT value FROM calls.column WHERE name = n))) v (value)) a
	WHERE prokind = 'a' AND proname <> 'rollup'
	ORDER BY proname, proargnames, usual DESC;

-- The aggregates that a text does not call.
CREATE FUNCTION calls.other_aggregates(tried text) RETURNS SETOF calls.row_aggregate LANGUAGE sql STABLE
	AS $$ SELECT * FROM calls.row_aggregate a WHERE tried !~ format('\m%s\(', name) $$;

SELECT CASE WHEN count(unknown) = 0 AND count(*) > 60 THEN format('ok - %s readers and aggregates, every one of which can be called', count(*))
	ELSE E'not ok - a reader or an aggregate that this check does not try\n# test/oracle/calls.sql has no value for '
		|| coalesce(string_agg(array_to_string(unknown, ', ') || ' of ' || name, E'\n# '), 'so many arguments') END
FROM (SELECT name, unknown FROM calls.reader UNION ALL SELECT name, unknown FROM calls.row_aggregate) c;
