-- A schema evil, full of what goes by the names that plg uses.  Its functions and
-- operators fail when they are called; its types and tables make no sense.
CREATE SCHEMA evil;
DO $plant$
DECLARE
	name text;
	f record;
BEGIN
	FOREACH name IN ARRAY '{text,bigint,int8,int4,integer,interval,timestamptz,timestamp,numeric,float8,date,boolean,bool,uuid,bytea,jsonb,tstzrange,journeys,conversion,ledger}'::pg_catalog.text[] LOOP
		EXECUTE format('CREATE TYPE evil.%I AS (a pg_catalog.int4)', name);
	END LOOP;
	FOREACH name IN ARRAY '{pg_type,pg_proc,pg_class,pg_timezone_names,pg_cast}'::pg_catalog.text[] LOOP
		EXECUTE format('CREATE TABLE evil.%I (oid int4)', name);
	END LOOP;

	-- every function of pg_catalog that a plain role could shadow, of a few names
	FOR f IN
		SELECT proname, string_agg(format_type(t, NULL), ', ' ORDER BY n) AS arguments, format_type(prorettype, NULL) AS result
		FROM pg_catalog.pg_proc p, unnest(proargtypes) WITH ORDINALITY a (t, n)
		WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f' AND NOT proretset AND provariadic = 0
			AND (proname IN ('lower', 'now', 'timezone', 'date_trunc', 'numeric_send', 'hashtext', 'uuid_send', 'length', 'abs', 'greatest', 'jsonb_typeof', 'extract', 'age', 'to_char')
				OR proname ~ '^(int8|text|timestamptz|numeric|uuid|date|interval|bytea|float8)(eq|ne|lt|gt|le|ge|cmp|_eq|_lt|_gt|_cmp|pl|mi|_add|_sub|_mul|_div|_mi|_pl)$')
		GROUP BY p.oid, proname, prorettype
		HAVING NOT bool_or(format_type(t, NULL) ~ '^(internal|cstring|"any"|any)') AND format_type(prorettype, NULL) !~ '^(internal|cstring|any)'
	LOOP
		EXECUTE format('CREATE FUNCTION evil.%I(%s) RETURNS %s LANGUAGE plpgsql AS $$ BEGIN RAISE ''planted''; END $$', f.proname, f.arguments, f.result);
	END LOOP;

	FOR f IN
		SELECT oprname, format_type(oprleft, NULL) AS l, format_type(oprright, NULL) AS r, format_type(oprresult, NULL) AS result, row_number() OVER () AS n
		FROM pg_catalog.pg_operator
		WHERE oprnamespace = 'pg_catalog'::regnamespace AND oprkind = 'b' AND oprname IN ('=', '<', '>', '<=', '>=', '<>', '+', '-', '*', '/', '||', '@>')
			AND format_type(oprleft, NULL) IN ('bigint', 'integer', 'text', 'timestamp with time zone', 'numeric', 'uuid', 'date', 'interval', 'double precision', 'bytea')
			AND format_type(oprright, NULL) = format_type(oprleft, NULL)
	LOOP
		EXECUTE format('CREATE FUNCTION evil.operator_%s(%s, %s) RETURNS %s LANGUAGE plpgsql AS $$ BEGIN RAISE ''planted''; END $$', f.n, f.l, f.r, f.result);
		EXECUTE format('CREATE OPERATOR evil.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = evil.operator_%s)', f.oprname, f.l, f.r, f.n);
	END LOOP;
END
$plant$;
-- functions of plg's own names, which fit better
CREATE FUNCTION evil.journeys(int4, timestamptz, text) RETURNS text LANGUAGE sql AS $$ SELECT 'planted' $$;
CREATE FUNCTION evil.activation_rate(plg.journeys, text, text, interval, timestamptz) RETURNS text LANGUAGE sql AS $$ SELECT 'planted' $$;
