-- What every function of schema plg owes its callers: a comment, an entry in
-- docs/reference.md, IMMUTABLE, PARALLEL SAFE, a call that needs no casts, and a
-- place inside the schema.
SET client_min_messages TO warning;
\ir ../oracle/calls.sql
CREATE SCHEMA surface;

CREATE FUNCTION surface.line(what text, wrong text[]) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN wrong IS NULL THEN 'ok - ' ELSE 'not ok - ' END || what
		|| coalesce(E'\n# ' || array_to_string(wrong, E'\n# '), '')
$$;

CREATE VIEW surface.member AS
	SELECT d.classid, d.objid, pg_describe_object(d.classid, d.objid, 0) AS what
	FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
	WHERE d.deptype = 'e' AND e.extname = 'plg';

SELECT surface.line('plg has functions and all are members of the extension', array_agg(p.oid::regprocedure::text))
FROM pg_proc p WHERE p.pronamespace = 'plg'::regnamespace
	AND NOT EXISTS (SELECT FROM surface.member m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid);
SELECT surface.line('public functions there are: ' || 'journeys, rollup, readers',
	CASE WHEN count(*) < 20 THEN ARRAY['only ' || count(*)] END) FROM calls.callable;

SELECT surface.line('nothing of plg lies outside its schema', array_agg(m.what))
FROM surface.member m
LEFT JOIN LATERAL pg_identify_object(m.classid, m.objid, 0) i ON true
WHERE NOT (m.classid = 'pg_namespace'::regclass AND m.what = 'schema plg')
	AND i.schema IS DISTINCT FROM 'plg'
	AND NOT (m.classid = 'pg_cast'::regclass AND m.what ~ 'plg\.');

SELECT surface.line('every function is IMMUTABLE, but those of live values', array_agg(p.oid::regprocedure::text))
FROM pg_proc p WHERE p.pronamespace = 'plg'::regnamespace AND provolatile <> 'i' AND proname !~ '^live_';
SELECT surface.line('every function is PARALLEL SAFE, but those that write', array_agg(p.oid::regprocedure::text))
FROM pg_proc p WHERE p.pronamespace = 'plg'::regnamespace AND proparallel <> 's' AND provolatile <> 'v';
SELECT surface.line('no function is SECURITY DEFINER or sets a parameter', array_agg(p.oid::regprocedure::text))
FROM pg_proc p WHERE p.pronamespace = 'plg'::regnamespace AND (prosecdef OR proconfig IS NOT NULL);
-- 1 and 1000 are what PostgreSQL takes where nothing is said
SELECT surface.line('every function says what it costs, and how many rows it gives',
	array_agg(format('%s COST %s ROWS %s', p.oid::regprocedure, procost, prorows)))
FROM pg_proc p WHERE p.pronamespace = 'plg'::regnamespace AND prokind = 'f' AND (procost = 1 OR prorows = 1000);
SELECT surface.line('the planner is told more of every function that reads a whole value', array_agg(signature || ' COST ' || procost))
FROM calls.callable c WHERE prokind = 'f' AND provolatile = 'i' AND (procost >= 1000 OR proretset) <> (prosupport <> 0);
SELECT surface.line('every aggregate has a combine function, a read-only final function and a state size',
	array_agg(p.oid::regprocedure::text))
FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid
WHERE p.pronamespace = 'plg'::regnamespace
	AND (aggcombinefn = 0 OR aggfinalmodify <> 'r' OR aggtransspace = 0 OR aggserialfn <> 0);
SELECT surface.line('every public function has a comment', array_agg(signature))
FROM calls.callable c WHERE obj_description(c.oid, 'pg_proc') IS NULL;
SELECT surface.line('every type has a comment', array_agg(typname::text))
FROM pg_type t WHERE typnamespace = 'plg'::regnamespace AND typtype IN ('b', 'd', 'r', 'e') AND typcategory <> 'A'
	AND obj_description(t.oid, 'pg_type') IS NULL;
SELECT surface.line('result columns are what drivers understand', array_agg(c.signature || ' gives ' || t::regtype))
FROM calls.callable c, LATERAL (SELECT prorettype AS t WHERE proargmodes IS NULL OR NOT proargmodes && '{t,o}'
	UNION ALL SELECT a FROM unnest(proallargtypes, proargmodes) x(a, m) WHERE m IN ('t', 'o')) r
WHERE t::regtype::text !~ ('^(bigint|integer|double precision|numeric|text|boolean|date|timestamp with time zone|tstzmultirange|jsonb|interval|void)(\[\])?$')
	AND (SELECT typnamespace FROM pg_type WHERE oid = t) <> 'plg'::regnamespace
	AND NOT (c.proname ~ '_as$' AND t IN ('uuid'::regtype));

-- docs/reference.md: test/docs holds its entries against the catalogue; here
-- each function has one, and each argument is told of in the table of its
-- section or in the first of all.
\set page `cat ../../docs/reference.md`
CREATE TABLE surface.section AS
	SELECT n, text, text ~ '^Arguments' AS for_all FROM regexp_split_to_table(:'page', E'\n## ') WITH ORDINALITY s (text, n);
CREATE TABLE surface.entry AS
	SELECT n, name, c.signature, c.proargnames[1:c.pronargs] AS arguments
	FROM surface.section, regexp_matches(text, '<!-- functions: (.*?) -->', 'g') mark, regexp_split_to_table(mark[1], ' +') name
	LEFT JOIN calls.callable c ON name IN (c.proname, c.proname || '(' || c.proargnames[1] || ')');
CREATE TABLE surface.told AS
	SELECT n, for_all, a[1] AS argument
	FROM surface.section, regexp_matches(text, '\n\|((?: `\w+`)+) \|', 'g') line, regexp_matches(line[1], '\w+', 'g') a;
SELECT surface.line('every function has one entry in docs/reference.md', array_agg(signature))
FROM calls.callable c WHERE (SELECT count(*) FROM surface.entry e WHERE e.signature = c.signature) <> 1;
SELECT surface.line('every entry there is a function', array_agg(name)) FROM surface.entry WHERE signature IS NULL;
SELECT surface.line('every argument is told of there', array_agg(DISTINCT argument || ' of ' || name))
FROM surface.entry e, unnest(e.arguments) a (argument)
WHERE NOT EXISTS (SELECT FROM surface.told t WHERE t.argument = a.argument AND (t.for_all OR t.n = e.n));
SELECT surface.line('every argument told of there is one', array_agg(argument))
FROM surface.told t WHERE NOT EXISTS (SELECT FROM surface.entry e WHERE argument = ANY(e.arguments) AND (t.for_all OR t.n = e.n));

-- A function is told of in a page and called in a regression file; a reader is
-- held against an oracle, but for those that give what another one gives, or
-- what was put in.
\set pages `cat ../../docs/*.md`
\set regression `cat ../../sql/*.sql`
\set oracles `cat ../oracle/readers.sql *_oracle.sql *_cases.s* *_properties.sql ledger_*.sql journeys_random.sql values.sql`
SELECT surface.line('a page of docs tells of every function', array_agg(DISTINCT proname::text))
FROM calls.callable WHERE :'pages' !~ format('\mplg\.%s\M', proname);
SELECT surface.line('a regression file calls every function', array_agg(DISTINCT proname::text))
FROM calls.callable WHERE :'regression' !~ format('\m%s\(', proname);
SELECT surface.line('every reader is held against an oracle', array_agg(DISTINCT name))
FROM calls.reader WHERE :'oracles' !~ format('\mplg\.%s\(', name) AND name !~ '_as$' AND name NOT IN ('currency', 'strict');

-- PREPARE with untyped parameters: only a value's argument is typed, as it
-- would be by the column that holds it, the NULL that tells unnest_as the
-- entity's type, and, for aggregates, the columns that they are over.
CREATE FUNCTION surface.prepare_call(c calls.callable, n int) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	arguments text;
BEGIN
	SELECT string_agg(CASE WHEN i = cardinality(c.proargtypes::oid[]) AND c.provariadic <> 0 THEN 'VARIADIC ' ELSE '' END
			|| CASE WHEN typed THEN format('NULL::%s', kind) WHEN held THEN format('$%s::%s', nth, kind) ELSE '$' || nth END, ', ' ORDER BY i)
	INTO arguments
	FROM (SELECT *, sum((NOT typed)::int) OVER (ORDER BY i) AS nth
		FROM (SELECT i, a::regtype AS kind, t.typnamespace = 'plg'::regnamespace AS held,
				c.proname ~ '_as$' AND i = 1 OR c.prokind = 'a' AND a <> 'text'::regtype AND t.typnamespace <> 'plg'::regnamespace AS typed
			FROM unnest(c.proargtypes::oid[]) WITH ORDINALITY AS u(a, i) JOIN pg_type t ON t.oid = a
			WHERE i <= n) p) q;
	EXECUTE format('PREPARE call AS SELECT plg.%I(%s)', c.proname, arguments);
	EXECUTE 'DEALLOCATE call';
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	RETURN format('plg.%I(%s): %s', c.proname, arguments, sqlerrm);
END
$$;
SELECT surface.line('every function prepares with untyped parameters', array_agg(wrong)) FROM (
	SELECT surface.prepare_call(c, n) AS wrong
	FROM calls.callable c, generate_series((c.pronargs - c.pronargdefaults)::int, c.pronargs) n) p
WHERE wrong IS NOT NULL;

-- roles: what they may do is asked for every function and tried with each noun
\set answer 'plg.activation_rate(plg.journeys(1, at, event), ''a'', ''b'', ''1 day'', ''infinity'') = 1 AND plg.ttv(plg.conversion(at, at, now()), 0.5, NULL) = ''0'' AND plg.mrr(plg.ledger(1, 10, at, ''infinity''), ''2026-02-01'') = 20 AND plg.journeys(1, at, event) OPERATOR(plg.=) plg.rollup(NULL::plg.journeys) IS NULL AND plg.ledger(1, 10, at, ''infinity'')::text::plg.ledger IS NOT NULL FROM (VALUES (timestamptz ''2026-01-01'', ''a''), (''2026-01-01'', ''b'')) v(at, event)'
\set home :DBNAME
\set own :DBNAME '_own'
\set plain :DBNAME '_plain'
\set owner :DBNAME '_owner'
CREATE ROLE :"plain";
CREATE ROLE :"owner";
GRANT USAGE ON SCHEMA surface, calls TO :"plain";
GRANT SELECT ON ALL TABLES IN SCHEMA surface, calls TO :"plain";
SET ROLE :"plain";
SELECT surface.line('a role without any grant may call every function', array_agg(signature))
FROM calls.callable c WHERE NOT has_function_privilege(c.oid, 'EXECUTE') OR NOT has_schema_privilege('plg', 'USAGE')
	OR NOT has_type_privilege('plg.journeys', 'USAGE');
SELECT CASE WHEN a THEN 'ok' ELSE 'not ok' END || ' - a role without any grant gets an answer from each noun' FROM (SELECT :answer) s(a);
RESET ROLE;

CREATE DATABASE :"own" TEMPLATE template0;
GRANT CREATE ON DATABASE :"own" TO :"owner";
\c :"own"
-- a trusted extension's script runs as the superuser, so both roles' habits count
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" REVOKE USAGE ON TYPES FROM PUBLIC;
SET ROLE :"owner";
CREATE EXTENSION plg;
SELECT CASE WHEN count(*) = 1 THEN 'ok' ELSE 'not ok' END || ' - a plain role with CREATE on its database installs the extension'
FROM pg_extension e WHERE extname = 'plg' AND extowner = current_user::regrole;
SET ROLE :"plain";
SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'not ok' END
	|| ' - a role without any grant may call every function, even where default privileges give PUBLIC nothing'
	|| coalesce(E'\n# ' || min(oid::regprocedure::text), '')
FROM pg_proc WHERE pronamespace = 'plg'::regnamespace AND NOT has_function_privilege(oid, 'EXECUTE');
SELECT CASE WHEN bool_and(has_type_privilege(oid, 'USAGE')) THEN 'ok' ELSE 'not ok' END || ' - and use every type' || coalesce(E'\n# ' || string_agg(typname, ' ') FILTER (WHERE NOT has_type_privilege(oid, 'USAGE')), '')
FROM pg_type WHERE typnamespace = 'plg'::regnamespace;
SELECT CASE WHEN a THEN 'ok' ELSE 'not ok' END || ' - and gets an answer from each noun' FROM (SELECT :answer) s(a);
RESET ROLE;
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
SET ROLE :"owner";
CREATE FUNCTION pg_temp.refused(command text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE command;
	RETURN 'not ok - the installing role may: ' || command;
EXCEPTION WHEN insufficient_privilege THEN
	RETURN 'ok - the installing role is refused: ' || command;
END
$$;
SELECT pg_temp.refused(c) FROM (VALUES ('CREATE FUNCTION plg.mine() RETURNS int LANGUAGE sql AS ''SELECT 1'''),
	('CREATE TABLE plg.mine (i int)'), ('CREATE TYPE plg.mine AS (i int)'),
	('CREATE OPERATOR plg.== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)')) v(c);

-- where no schema can be created in, and none may be relied upon
DROP EXTENSION plg;
SET search_path TO '';
CREATE EXTENSION plg SCHEMA pg_catalog;
RESET ROLE;
DROP SCHEMA public CASCADE;
SELECT CASE WHEN count(*) = 1 THEN 'ok' ELSE 'not ok' END || ' - recorded in pg_catalog, the extension outlives schema public'
FROM pg_extension e JOIN pg_namespace n ON n.nspname = 'plg' WHERE extname = 'plg';
DROP EXTENSION plg;
\c :"home"
DROP DATABASE :"own";
DROP OWNED BY :"plain";
DROP ROLE :"plain", :"owner";
DROP SCHEMA surface, calls CASCADE;
