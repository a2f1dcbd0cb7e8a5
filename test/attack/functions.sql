-- Functions of an attacker, in PL/pgSQL and SQL: they get at the states that their
-- aggregate hands them, and do with them what they should not.  What they call is
-- any function of plg, as the catalogue has them.

CREATE TABLE attack.menu AS
SELECT kind, takes, gives, is_first, array_agg(DISTINCT name ORDER BY name) AS names
FROM attack.routine r, LATERAL (SELECT DISTINCT type AS takes, n = 1 AS is_first FROM unnest(types) WITH ORDINALITY t (type, n)) t,
	LATERAL (VALUES (r.result), (NULL)) g (gives)
GROUP BY GROUPING SETS ((kind, takes, gives, is_first), (kind, takes, gives));
CREATE INDEX ON attack.menu (takes);
CREATE INDEX ON attack.routine (name);
ANALYZE attack.menu;

CREATE FUNCTION attack.chance(p float8) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN random() < p; END $$;
CREATE FUNCTION attack.one(VARIADIC of text[]) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN of[1 + floor(random() * cardinality(of))::int]; END $$;

-- A function or aggregate: first by its name, for given have a hundred overloads.
CREATE FUNCTION attack.pick(wanted "char", taken regtype, given regtype, first_only boolean) RETURNS attack.routine LANGUAGE plpgsql AS $$
DECLARE
	chosen text;
	found attack.routine[];
BEGIN
	-- mostly the functions of the aggregate under attack, for others refuse its states
	IF wanted = 'f' AND given = taken AND first_only AND attack.chance(0.7) THEN
		SELECT array_agg(r ORDER BY r.signature) INTO found FROM attack.routine r
			WHERE r.oid = ANY (current_setting('attack.support')::oid[]) AND r.types[1] = taken AND r.result = taken;
		IF found IS NOT NULL THEN
			RETURN found[1 + floor(random() * cardinality(found))::int];
		END IF;
	END IF;
	SELECT attack.one(VARIADIC names) INTO chosen FROM attack.menu
		WHERE kind = wanted AND takes = taken AND gives IS NOT DISTINCT FROM given AND is_first IS NOT DISTINCT FROM (CASE WHEN first_only THEN true END) LIMIT 1;
	SELECT array_agg(r ORDER BY r.signature) INTO found FROM attack.routine r
		WHERE r.name = chosen AND r.kind = wanted AND taken = ANY (r.types) AND (given IS NULL OR r.result = given) AND (NOT first_only OR r.types[1] = taken);
	RETURN found[1 + floor(random() * cardinality(found))::int];
END $$;

CREATE FUNCTION attack.is_state(type regtype) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT type = ANY ('{plg.journeys,plg.conversion,plg.ledger,bigint[],bytea,text}'::regtype[]) $$;

-- A constant: mostly the first of its type, a good one.
CREATE FUNCTION attack.constant(wanted regtype) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	values text[] := (SELECT array_agg(value ORDER BY n) FROM attack.pool WHERE type = wanted);
BEGIN
	RETURN CASE WHEN attack.is_state(wanted) AND attack.chance(0.5) THEN coalesce(quote_literal(attack.forged(wanted)), values[1])
		WHEN attack.chance(0.75) THEN coalesce(values[1], 'NULL') ELSE coalesce(attack.one(VARIADIC values), 'NULL') END || '::' || wanted;
END $$;

-- A state as an attacker would write it; NULL of types whose input functions check all.
CREATE FUNCTION attack.forged(type regtype) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n text := attack.one('2', '2', '2', '2', '2', '2', '1', '3', '0', '-1', '100000', '9223372036854775807', 'NULL');
	times int := attack.one('0', '1', '2', '3', '4', '5', '6', '12', '2000', '2000')::int;
	kept text := attack.one('0', '1', '2', '4', times::text, times::text, times::text, times::text, times::text, times::text, (times + 1)::text, '-1', '9223372036854775807');
	bytes bytea[];
BEGIN
	IF type = 'bigint[]'::regtype THEN
		RETURN attack.one('', '', '', '[0:' || times + 1 || ']=') || '{' || n || ',' || kept || repeat(',' || attack.one('1', '5', '9223372036854775807', '-9223372036854775808', '823046400000000'), times) || '}';
	ELSIF type = 'bytea'::regtype THEN
		bytes := (SELECT array_agg(s.bytes ORDER BY s.bytes) FROM attack.seed s);
		RETURN mutants.mutant(bytes[1 + floor(random() * cardinality(bytes))::int], bytes[1 + floor(random() * cardinality(bytes))::int]);
	END IF;
	RETURN NULL;
END $$;
CREATE FUNCTION attack.kept_column(type regtype) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT replace(replace(type::text, 'plg.', ''), '[]', 's') $$;

-- A call of one of plg's functions on what is at hand.
CREATE FUNCTION attack.call(r attack.routine, vars text[], types regtype[], depth int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	arguments text[] := '{}';
BEGIN
	IF r.name IS NULL THEN
		RETURN 'NULL';
	END IF;
	FOR i IN 1..cardinality(r.types) LOOP
		arguments := arguments || (CASE WHEN r.is_variadic AND i = cardinality(r.types) THEN 'VARIADIC ' ELSE '' END
			|| attack.expression(r.types[i], vars, types, depth - 1));
	END LOOP;
	RETURN format('%s(%s)', r.name, array_to_string(arguments, ', '));
END $$;

-- An expression of a type; of a state's type mostly what plg makes of a variable.
CREATE FUNCTION attack.expression(wanted regtype, vars text[], types regtype[], depth int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	mine text[] := (SELECT array_agg(v ORDER BY v) FROM unnest(vars, types) u (v, t) WHERE t = wanted);
BEGIN
	IF attack.is_state(wanted) AND wanted <> 'text'::regtype OR wanted = 'text'::regtype AND attack.chance(0.2) THEN
		IF depth > 0 AND attack.chance(0.4) THEN
			RETURN attack.call(attack.pick('f', wanted, wanted, true), vars, types, depth);
		ELSIF depth > 0 AND mine IS NOT NULL AND attack.chance(0.25) THEN
			RETURN format('(SELECT %s FROM (VALUES (%s), (%s)) s (v))', attack.call(attack.pick('a', wanted, wanted, true), '{v}', ARRAY[wanted], 0),
				attack.one(VARIADIC mine), attack.one(VARIADIC mine));
		ELSIF attack.chance(0.1) THEN
			RETURN format('(SELECT %s FROM kept WHERE %1$s IS NOT NULL ORDER BY n DESC LIMIT 1)', attack.kept_column(wanted));
		END IF;
	END IF;
	IF mine IS NOT NULL AND attack.chance(0.9) THEN
		RETURN attack.one(VARIADIC mine);
	END IF;
	RETURN attack.constant(wanted);
END $$;

-- A statement of PL/pgSQL, beside variables x and y of the state's type and an array of it.
CREATE FUNCTION attack.statement(state regtype, vars text[], types regtype[], quiet float8) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	statement text;
	given text := attack.one(VARIADIC (SELECT array_agg(v ORDER BY v) FROM unnest(vars, types) u (v, t) WHERE t = state));
BEGIN
	CASE floor(random() * 16)::int
		WHEN 0, 1, 2, 3, 4 THEN statement := format('%s := %s;', attack.one('x', 'x', 'y'), attack.call(attack.pick('f', state, state, true), vars, types, 1));
		WHEN 5 THEN statement := format('%s := %s;', attack.one('x', 'y'), attack.expression(state, vars, types, 2));
		WHEN 6 THEN statement := format('a := a || %s;', given);
		WHEN 7 THEN statement := format('a[1] := %s; %s := a[1];', given, attack.one('x', 'y'));
		WHEN 8, 9 THEN statement := format('PERFORM %s;', attack.call(attack.pick('f', state, NULL, false), vars, types, 1));
		WHEN 10, 11, 12 THEN statement := format('SELECT %s INTO x FROM (VALUES (%s), (%s)) s (v);', attack.call(attack.pick('a', state, state, true), '{v}', ARRAY[state], 0), given, attack.one('NULL', 'NULL', '$1', 'x'));
		WHEN 13 THEN statement := format('INSERT INTO kept (%s) VALUES (%s);', attack.kept_column(state), given);
		WHEN 14 THEN statement := format('SELECT %s INTO y FROM kept WHERE %1$s IS NOT NULL ORDER BY n DESC LIMIT 1;', attack.kept_column(state));
		WHEN 15 THEN statement := format('t := %s::text; %s', given, attack.one('', 'PERFORM 1 / 0;', format('x := y; y := %s;', given)));
	END CASE;
	IF attack.chance(quiet) THEN
		statement := format('BEGIN %s EXCEPTION WHEN OTHERS THEN IF SQLSTATE LIKE ''XX%%'' THEN RAISE WARNING ''caught %%: %%'', SQLSTATE, SQLERRM; END IF; END;', statement);
	END IF;
	RETURN statement;
END $$;

-- The function name(arguments), the first of which is of the state's type.
CREATE FUNCTION attack.new_function(name text, arguments regtype[], result regtype, shape text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	state regtype := arguments[1];
	places text[] := (SELECT array_agg('$' || i) FROM generate_subscripts(arguments, 1) i);
	vars text[] := places || places || places || '{x,y}'::text[];
	types regtype[] := arguments || arguments || arguments || state || state;
	is_parallel boolean := shape IN ('parallel', 'large');
	head text := format('CREATE FUNCTION pg_temp.%s(%s) RETURNS %s PARALLEL %s %s %s', name, array_to_string(arguments, ', '), result,
		CASE WHEN is_parallel THEN 'SAFE' ELSE attack.one('SAFE', 'UNSAFE') END, CASE WHEN is_parallel THEN 'STABLE' ELSE attack.one('VOLATILE', 'VOLATILE', 'STABLE', 'IMMUTABLE') END, CASE WHEN attack.chance(0.03) THEN 'STRICT' ELSE '' END);
	quiet float8 := CASE WHEN is_parallel THEN 0.1 ELSE 0.8 END;
	body text := '';
	back text;
	mine text[] := (SELECT array_agg(v ORDER BY v) FROM unnest(vars, types) u (v, t) WHERE t = result);
BEGIN
	-- a combine function keeps what it is given, more often than not
	back := CASE WHEN result = state AND arguments[2] = state AND attack.chance(0.4) THEN '$2'
		WHEN mine IS NOT NULL AND attack.chance(0.85) THEN attack.one(VARIADIC mine)
		ELSE attack.call(attack.pick('f', state, result, false), vars, types, 1) || '::' || result END;
	IF name NOT LIKE 'eat%' AND attack.chance(0.2) THEN
		RETURN head || format(' LANGUAGE sql AS $f$ SELECT %s $f$;', regexp_replace(back, '\m[xy]\M', '$1', 'g'));
	END IF;
	-- often nothing but a support function that gets the state
	IF attack.chance(0.25) THEN
		RETURN head || format(E' LANGUAGE plpgsql AS $f$\nDECLARE x %s;\nBEGIN\n\t%s;\n\tRETURN %s;\nEND $f$;', state, attack.one(
			'x := ' || attack.call(attack.pick('f', state, state, true), places, arguments, 1),
			'x := ' || attack.call(attack.pick('f', state, state, true), places, arguments, 1),
			format('SELECT %s INTO x FROM (VALUES (%s), (NULL)) s (v)', attack.call(attack.pick('a', state, state, true), '{v}', ARRAY[state], 0), attack.one('$1', CASE WHEN arguments[2] = state THEN '$2' ELSE '$1' END))),
			CASE WHEN result = state THEN attack.one('x', '$1', '$1', CASE WHEN arguments[2] = state THEN '$2' ELSE 'x' END) ELSE attack.constant(result) END);
	END IF;
	FOR i IN 1..floor(CASE WHEN is_parallel THEN random() * 2 ELSE 1 + random() * 2.5 END)::int LOOP
		body := body || E'\n\t' || attack.statement(state, vars, types, quiet);
	END LOOP;
	RETURN head || format(E' LANGUAGE plpgsql AS $f$\nDECLARE x %s; y %1$s; a %s; t text;\nBEGIN%s%s\n\tRETURN %s;\nEND $f$;', state,
		CASE WHEN right(state::text, 2) = '[]' THEN state::text ELSE state || '[]' END, CASE WHEN attack.chance(0.3) THEN E'\n\tx := $1;' ELSE '' END, body, back);
END $$;
