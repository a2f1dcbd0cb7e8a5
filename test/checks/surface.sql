-- What every function of schema plg owes its callers: a comment, IMMUTABLE,
-- PARALLEL SAFE, a call that needs no casts, and a place inside the schema.
SET client_min_messages TO warning;
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

-- Functions that serve a type, an operator or an aggregate are not public.
CREATE VIEW surface.plumbing AS
	SELECT unnest(ARRAY[typinput, typoutput, typreceive, typsend, typmodin, typmodout, typanalyze]::oid[]) AS proc FROM pg_type
	UNION SELECT unnest(ARRAY[aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn, aggmfinalfn]::oid[]) FROM pg_aggregate
	UNION SELECT oprcode FROM pg_operator UNION SELECT amproc FROM pg_amproc
	UNION SELECT castfunc FROM pg_cast;

CREATE VIEW surface.callable AS
	SELECT p.*, p.oid::regprocedure::text AS signature
	FROM pg_proc p WHERE p.pronamespace = 'plg'::regnamespace AND p.oid NOT IN (SELECT proc FROM surface.plumbing WHERE proc IS NOT NULL);

SELECT surface.line('plg has functions and all are members of the extension', array_agg(p.oid::regprocedure::text))
FROM pg_proc p WHERE p.pronamespace = 'plg'::regnamespace
	AND NOT EXISTS (SELECT FROM surface.member m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid);
SELECT surface.line('public functions there are: ' || 'journeys, rollup, readers',
	CASE WHEN count(*) < 20 THEN ARRAY['only ' || count(*)] END) FROM surface.callable;

SELECT surface.line('nothing of plg lies outside its schema', array_agg(m.what))
FROM surface.member m
LEFT JOIN LATERAL pg_identify_object(m.classid, m.objid, 0) i ON true
WHERE NOT (m.classid = 'pg_namespace'::regclass AND m.what = 'schema plg')
	AND i.schema IS DISTINCT FROM 'plg'
	AND NOT (m.classid = 'pg_cast'::regclass AND m.what ~ 'plg\.');

SELECT surface.line('every function is IMMUTABLE', array_agg(p.oid::regprocedure::text))
FROM pg_proc p WHERE p.pronamespace = 'plg'::regnamespace AND provolatile <> 'i';
SELECT surface.line('every function is PARALLEL SAFE', array_agg(p.oid::regprocedure::text))
FROM pg_proc p WHERE p.pronamespace = 'plg'::regnamespace AND proparallel <> 's';
SELECT surface.line('no function is SECURITY DEFINER or sets a parameter', array_agg(p.oid::regprocedure::text))
FROM pg_proc p WHERE p.pronamespace = 'plg'::regnamespace AND (prosecdef OR proconfig IS NOT NULL);
SELECT surface.line('every aggregate has a combine function, a read-only final function and a state size',
	array_agg(p.oid::regprocedure::text))
FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid
WHERE p.pronamespace = 'plg'::regnamespace
	AND (aggcombinefn = 0 OR aggfinalmodify <> 'r' OR aggtransspace = 0 OR aggserialfn <> 0);
SELECT surface.line('every public function has a comment', array_agg(signature))
FROM surface.callable c WHERE obj_description(c.oid, 'pg_proc') IS NULL;
SELECT surface.line('every type has a comment', array_agg(typname::text))
FROM pg_type t WHERE typnamespace = 'plg'::regnamespace AND typtype IN ('b', 'd', 'r', 'e') AND typcategory <> 'A'
	AND obj_description(t.oid, 'pg_type') IS NULL;
SELECT surface.line('result columns are what drivers understand', array_agg(c.signature || ' gives ' || t::regtype))
FROM surface.callable c, LATERAL (SELECT prorettype AS t WHERE proargmodes IS NULL OR NOT proargmodes && '{t,o}'
	UNION ALL SELECT a FROM unnest(proallargtypes, proargmodes) x(a, m) WHERE m IN ('t', 'o')) r
WHERE t::regtype::text !~ ('^(bigint|integer|double precision|numeric|text|boolean|date|timestamp with time zone|interval)(\[\])?$')
	AND (SELECT typnamespace FROM pg_type WHERE oid = t) <> 'plg'::regnamespace
	AND NOT (c.proname ~ '_as$' AND t IN ('uuid'::regtype));

-- PREPARE with untyped parameters: only a value's argument is typed, as it
-- would be by the column that holds it, the NULL that tells unnest_as the
-- entity's type, and, for aggregates, the columns that they are over.
CREATE FUNCTION surface.prepare_call(c surface.callable, n int) RETURNS text
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
	FROM surface.callable c, generate_series((c.pronargs - c.pronargdefaults)::int, c.pronargs) n) p
WHERE wrong IS NOT NULL;

-- roles
\set home :DBNAME
\set own :DBNAME '_own'
\set plain :DBNAME '_plain'
\set owner :DBNAME '_owner'
CREATE ROLE :"plain";
CREATE ROLE :"owner";
GRANT USAGE ON SCHEMA surface TO :"plain";
GRANT SELECT ON ALL TABLES IN SCHEMA surface TO :"plain";
SET ROLE :"plain";
SELECT surface.line('a role without any grant may call every function', array_agg(signature))
FROM surface.callable c WHERE NOT has_function_privilege(c.oid, 'EXECUTE') OR NOT has_schema_privilege('plg', 'USAGE')
	OR NOT has_type_privilege('plg.journeys', 'USAGE');
SELECT CASE WHEN plg.activation_rate(plg.journeys(1::bigint, at, event), 'a', 'b', '1 day', 'infinity') = 1 THEN 'ok' ELSE 'not ok' END
	|| ' - a role without any grant gets an answer'
FROM (VALUES ('2026-01-01'::timestamptz, 'a'), ('2026-01-01', 'b')) v(at, event);
RESET ROLE;

CREATE DATABASE :"own" TEMPLATE template0;
GRANT CREATE ON DATABASE :"own" TO :"owner";
\c :"own"
SET ROLE :"owner";
CREATE EXTENSION plg;
SELECT CASE WHEN count(*) = 1 THEN 'ok' ELSE 'not ok' END || ' - a plain role with CREATE on its database installs the extension'
FROM pg_extension e WHERE extname = 'plg' AND extowner = current_user::regrole;
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
RESET ROLE;
\c :"home"
DROP DATABASE :"own";
DROP OWNED BY :"plain";
DROP ROLE :"plain", :"owner";
DROP SCHEMA surface CASCADE;
