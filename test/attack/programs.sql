-- Programs that attack plg as a role without rights can: attack.program(shape, seed).
--
-- A program makes functions in PL/pgSQL and SQL that get at states and do with
-- them what they should not, and aggregates of these and of plg's own support
-- functions, all in pg_temp.  It runs them beside one of plg's own aggregates
-- under a plan of the given shape, keeps and reads the results in several ways,
-- and compares what plg's own answered with what it answers alone.
--
-- All functions and aggregates come from the catalogue (setup.sql).  SERIALFUNC goes
-- with states of type internal only, which only a superuser may use.

-- What a row has for an argument of plg's own aggregates.
CREATE FUNCTION attack.column(type regtype, name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(CASE
		WHEN name = 'as_of' THEN '''2027-01-01'''
		WHEN name = 'month' THEN '''2026-02-01'''
		WHEN name = 'currency' THEN '''EUR'''
		WHEN name = 'event' THEN 'r.label'
		WHEN name IN ('to', 'converted') THEN CASE type WHEN 'date'::regtype THEN 'r.later::date' ELSE 'r.later' END
		WHEN type = 'date'::regtype THEN 'r.at::date'
		WHEN type IN ('timestamptz'::regtype, 'timestamp'::regtype) THEN 'r.at'
		WHEN type = 'bigint'::regtype THEN 'r.who'
		WHEN type = 'uuid'::regtype THEN 'r.u'
		WHEN type = 'text'::regtype THEN 'r.name'
		WHEN type = 'numeric'::regtype THEN 'r.num'
		WHEN type = 'double precision'::regtype THEN 'r.num'
		WHEN type = 'integer'::regtype THEN '2'
		WHEN type = 'interval'::regtype THEN '''7 days'''
		WHEN type = 'boolean'::regtype THEN 'r.flag'
		WHEN type = 'boolean[]'::regtype THEN 'r.flags'
		WHEN type = 'timestamptz[]'::regtype THEN 'r.times'
		WHEN type = 'bigint[]'::regtype THEN '''{2,1,5}'''
		WHEN type::text ~ '^plg\.(journeys|conversion|ledger)$' THEN 'r.' || substr(type::text, 5, 1)
		WHEN type::text ~ 'multirange$' THEN format('%s(%s(r.at::%s, r.later::%3$s))', type, replace(type::text, 'multi', ''), CASE left(type::text, 4) WHEN 'date' THEN 'date' WHEN 'tstz' THEN 'timestamptz' ELSE 'timestamp' END)
		WHEN type::text ~ 'range$' THEN format('%s(r.at::%s, r.later::%2$s)', type, CASE left(type::text, 4) WHEN 'date' THEN 'date' WHEN 'tstz' THEN 'timestamptz' ELSE 'timestamp' END)
		END, 'NULL') || '::' || type
$$;
CREATE FUNCTION attack.columns(types regtype[], names text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(string_agg(attack.column(type, names[n]), ', ' ORDER BY n), '*') FROM unnest(types) WITH ORDINALITY t (type, n)
$$;

CREATE TYPE attack.attacker AS (definition text, call text, result regtype);

-- An aggregate by the catalogue's definition, given functions perhaps wrapped: its answer must be the same, or an error.
CREATE FUNCTION attack.clone(own attack.aggregate, shape text) RETURNS attack.attacker LANGUAGE plpgsql AS $$
DECLARE
	a attack.attacker;
	options text[] := '{}';
	part text;
	inner_name text;
	arguments regtype[];
	result regtype;
BEGIN
	a.definition := '';
	FOREACH part IN ARRAY '{sfunc,finalfunc,combinefunc,msfunc,minvfunc,mfinalfunc}'::text[] LOOP
		inner_name := to_jsonb(own) ->> part;
		CONTINUE WHEN inner_name IS NULL;
		arguments := CASE WHEN part ~ 'final' THEN ARRAY[own.state] WHEN part ~ 'combine' THEN ARRAY[own.state, own.state] ELSE own.state || own.types END;
		result := CASE WHEN part ~ 'final' THEN own.result ELSE own.state END;
		IF attack.chance(0.1) THEN
			a.definition := a.definition || format(E'CREATE FUNCTION pg_temp.clone_%s(%s) RETURNS %s PARALLEL SAFE LANGUAGE plpgsql AS $f$ BEGIN RETURN %s(%s); END $f$;\n', part,
				array_to_string(arguments, ', '), result, inner_name,
				(SELECT string_agg(CASE WHEN own.is_variadic AND part ~ 'sfunc|inv' AND i = cardinality(arguments) THEN 'VARIADIC ' ELSE '' END || '$' || i, ', ' ORDER BY i) FROM generate_subscripts(arguments, 1) i));
			inner_name := 'pg_temp.clone_' || part;
		END IF;
		options := options || format('%s = %s', part, inner_name);
	END LOOP;
	IF own.mstate IS NOT NULL THEN
		options := options || format('MSTYPE = %s', own.mstate);
	END IF;
	IF own.initcond IS NOT NULL THEN
		options := options || format('INITCOND = %L', own.initcond);
	END IF;
	a.definition := a.definition || format(E'CREATE AGGREGATE pg_temp.clone(%s) (STYPE = %s, %s, PARALLEL = SAFE%s);\n', array_to_string(own.types, ', '), own.state,
		array_to_string(options, ', '), CASE WHEN own.finalfunc IS NOT NULL THEN ', FINALFUNC_MODIFY = READ_ONLY' ELSE '' END);
	a.call := format('pg_temp.clone(%s){over}', attack.columns(own.types, own.names));
	a.result := own.result;
	RETURN a;
END $$;

-- The n-th hostile aggregate, over the state of one of plg's own.
CREATE FUNCTION attack.new_aggregate(n int, own attack.aggregate, shape text) RETURNS attack.attacker LANGUAGE plpgsql AS $$
DECLARE
	a attack.attacker;
	state regtype := own.state;
	types regtype[] := own.types;
	names text[] := own.names;
	is_set boolean := shape NOT IN ('window', 'parallel', 'large') AND attack.chance(0.12);
	extra boolean := attack.chance(0.15);
	direct regtype[] := '{}';
	functions text := '';
	options text[];
	r attack.routine;
	name text;
	arguments regtype[];
	part text;
	output text;
BEGIN
	-- the transition: the same as plg's, or another of plg's, or of our own
	options := ARRAY['STYPE = ' || state];
	IF shape = 'large' OR attack.chance(0.7) THEN
		options := options || ('SFUNC = ' || own.sfunc);
	ELSIF attack.chance(0.4) THEN
		r := attack.pick('f', state, state, true);
		types := r.types[2:];
		names := r.names[2:];
		options := options || ('SFUNC = ' || r.name);
	ELSE
		functions := functions || attack.new_function('s' || n, state || types, state, shape) || E'\n';
		options := options || ('SFUNC = pg_temp.s' || n);
	END IF;

	-- the final function
	a.result := state;
	IF shape = 'large' AND attack.chance(0.4) THEN
		extra := false;
	ELSIF attack.chance(0.2) AND own.finalfunc IS NOT NULL THEN
		a.result := own.result;
		options := options || ('FINALFUNC = ' || own.finalfunc);
		extra := false;
	ELSIF attack.chance(0.3) THEN
		-- one of plg's: with further arguments they are NULL, or those of an ordered set
		r := attack.pick('f', state, CASE WHEN attack.chance(0.4) THEN state END, true);
		extra := r.types[2:] = types AND attack.chance(0.6);
		IF NOT r.is_set AND r.result <> 'record'::regtype AND (extra OR cardinality(r.types) = 1 OR shape NOT IN ('window', 'parallel', 'large')) THEN
			a.result := r.result;
			options := options || ('FINALFUNC = ' || r.name);
			IF extra THEN
				options := options || 'FINALFUNC_EXTRA'::text;
			ELSIF cardinality(r.types) > 1 THEN
				is_set := true;
				direct := r.types[2:];
			END IF;
		ELSE
			extra := false;
		END IF;
	ELSIF attack.chance(0.8) THEN
		a.result := attack.one(state::text, state::text, 'text', 'integer', 'bigint', 'double precision')::regtype;
		functions := functions || attack.new_function('f' || n, state || CASE WHEN extra THEN types ELSE '{}' END, a.result, shape) || E'\n';
		options := options || ('FINALFUNC = pg_temp.f' || n);
		IF extra THEN
			options := options || 'FINALFUNC_EXTRA'::text;
		END IF;
	END IF;
	extra := extra AND 'FINALFUNC_EXTRA' = ANY (options);
	IF options[cardinality(options)] ~ '^FINALFUNC' THEN
		options := options || ('FINALFUNC_MODIFY = ' || attack.one('READ_ONLY', 'READ_ONLY', 'SHAREABLE', 'READ_WRITE'));
	END IF;

	-- the combine function
	IF attack.chance(CASE WHEN shape IN ('partitionwise', 'parallel', 'large') THEN 1 ELSE 0.3 END) THEN
		name := coalesce(own.combinefunc, own.sfunc);
		IF attack.chance(0.65) THEN
			functions := functions || attack.new_function('c' || n, ARRAY[state, state], state, shape) || E'\n';
			name := 'pg_temp.c' || n;
		END IF;
		options := options || ('COMBINEFUNC = ' || name);
	END IF;
	options := options || ('PARALLEL = ' || CASE WHEN shape IN ('parallel', 'large') THEN 'SAFE' ELSE attack.one('SAFE', 'RESTRICTED', 'UNSAFE') END);
	IF attack.chance(CASE WHEN attack.forged(state) IS NULL THEN 0.07 ELSE 0.3 END) THEN
		SELECT coalesce(attack.forged(state), attack.one(VARIADIC array_agg(p.output ORDER BY p.n))) INTO output FROM attack.pool p WHERE p.type = state AND p.output IS NOT NULL;
		options := options || format('INITCOND = %L', output);
	END IF;

	-- what moves with a window's frame
	IF shape = 'window' AND attack.chance(0.6) THEN
		options := options || ('MSTYPE = ' || state);
		FOREACH part IN ARRAY '{MSFUNC,MINVFUNC,MFINALFUNC}'::text[] LOOP
			CONTINUE WHEN part = 'MFINALFUNC' AND a.result = state AND attack.chance(0.3);
			name := own.sfunc;
			IF part = 'MINVFUNC' AND own.minvfunc IS NOT NULL AND attack.chance(0.5) THEN
				name := own.minvfunc;
			ELSIF part = 'MFINALFUNC' OR attack.chance(0.5) THEN
				name := format('pg_temp.%s%s', lower(part), n);
				arguments := CASE WHEN part = 'MFINALFUNC' THEN ARRAY[state] ELSE state || types END;
				functions := functions || attack.new_function(lower(part) || n, arguments, CASE WHEN part = 'MFINALFUNC' THEN a.result ELSE state END, shape) || E'\n';
			END IF;
			options := options || format('%s = %s', part, name);
		END LOOP;
	END IF;

	is_set := is_set AND cardinality(types) > 0 AND NOT extra;
	a.definition := functions || format('CREATE AGGREGATE pg_temp.a%s(%s) (%s);', n,
		CASE WHEN is_set THEN array_to_string(direct, ', ') || ' ORDER BY ' ELSE '' END || CASE WHEN types = '{}' THEN '*' ELSE array_to_string(types, ', ') END,
		array_to_string(options || CASE WHEN is_set AND direct = types AND attack.chance(0.3) THEN ARRAY['HYPOTHETICAL'] END, ', '));
	IF is_set THEN
		a.call := format('pg_temp.a%s(%s) WITHIN GROUP (ORDER BY %s)', n,
			(SELECT string_agg(attack.constant(t), ', ') FROM unnest(direct) t), attack.columns(types, names));
	ELSE
		a.call := format('pg_temp.a%s(%s%s){over}', n, CASE WHEN shape NOT IN ('window', 'large') AND attack.chance(0.1) AND types <> '{}' THEN 'DISTINCT ' ELSE '' END, attack.columns(types, names));
	END IF;
	RETURN a;
END $$;

-- How a query reads what an attacker answers.
CREATE FUNCTION attack.reading(name text, type regtype) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	r attack.routine := attack.pick('f', type, NULL, false);
BEGIN
	IF attack.is_state(type) AND attack.chance(0.3) THEN
		RETURN format('pg_temp.eat_%s(%s)', attack.kept_column(type), name);
	ELSIF r.name IS NOT NULL AND NOT r.is_set AND attack.chance(0.4) THEN
		RETURN attack.call(r, ARRAY[name], ARRAY[type], 1) || '::text';
	END IF;
	RETURN attack.one('%s', '%s::text', 'md5(%s::text)');
END $$;

-- The query of a shape, with {items} and {over} to fill in, and its settings.
CREATE FUNCTION attack.plan(shape text, OUT query text, OUT settings text) LANGUAGE plpgsql AS $$
DECLARE
	source text := CASE shape WHEN 'partitionwise' THEN 'attack.parted r'
		WHEN 'large' THEN 'attack.large r, generate_series(1, 10)' ELSE attack.one('attack.flat r', 'attack.flat r, generate_series(1, 10) h') END;
	grouping text := CASE WHEN source LIKE '% h' THEN attack.one('r.g', 'h * 1000 + r.id', 'h * 1000 + r.id') ELSE attack.one('r.g', 'r.id % 97', 'r.id') END;
BEGIN
	settings := format('SET work_mem = %L; SET enable_hashagg = %s; SET enable_material = %s; SET jit = off;', attack.one('64kB', '4MB', '4MB'), attack.one('on', 'on', 'off'), attack.one('on', 'off'));
	IF shape IN ('parallel', 'large') THEN
		settings := settings || format(' SET max_parallel_workers_per_gather = %s; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET parallel_leader_participation = %s; SET %s = %s;',
			2, attack.one('on', 'on', 'off'), CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'force_parallel_mode' ELSE 'debug_parallel_query' END, attack.one('off', 'off', 'on'));
	ELSE
		settings := settings || ' SET max_parallel_workers_per_gather = 0;';
	END IF;
	IF shape = 'partitionwise' OR attack.chance(0.2) THEN
		settings := settings || ' SET enable_partitionwise_aggregate = on;';
	END IF;
	query := CASE
		WHEN shape = 'window' THEN format('SELECT r.id AS key, {items} FROM attack.flat r WHERE r.id <= 60 WINDOW w AS (%s ORDER BY r.id %s)', attack.one('', 'PARTITION BY r.g'),
			attack.one('', 'ROWS BETWEEN 3 PRECEDING AND CURRENT ROW', 'ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING', 'ROWS BETWEEN CURRENT ROW AND 4 FOLLOWING', 'RANGE BETWEEN 2 PRECEDING AND 1 PRECEDING',
				'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES', 'GROUPS BETWEEN 2 PRECEDING AND CURRENT ROW'))
		WHEN shape = 'large' THEN attack.one('SELECT 0 AS key, {items} FROM {source}', 'SELECT 0 AS key, {items} FROM {source}', 'SELECT o.g AS key, s.* FROM generate_series(1, 2) o (g), LATERAL (SELECT {items} FROM {source} OFFSET 0) s')
		WHEN shape IN ('partitionwise', 'parallel') AND attack.chance(0.5) THEN 'SELECT 0 AS key, {items} FROM {source}'
		ELSE attack.one('SELECT 0 AS key, {items} FROM {source}', 'SELECT {grouping} AS key, {items} FROM {source} GROUP BY {grouping}', 'SELECT {grouping} AS key, {items} FROM {source} GROUP BY {grouping}',
			'SELECT coalesce({grouping}, -1) AS key, {items} FROM {source} GROUP BY GROUPING SETS (({grouping}), ())',
			'SELECT o.g AS key, s.* FROM generate_series(0, 9) o (g), LATERAL (SELECT {items} FROM {source} WHERE r.g = o.g % 7) s',
			'SELECT o.g AS key, s.* FROM generate_series(0, 3) o (g), LATERAL (SELECT {items} FROM {source} OFFSET 0) s')
		END;
	query := replace(replace(query, '{source}', source), '{grouping}', grouping);
	IF shape <> 'large' AND query LIKE '%LATERAL%' AND attack.chance(0.3) THEN
		query := query || ' LIMIT 4';
	END IF;
END $$;

-- States as bytes and arrays that an attacker has made up, in every place that takes one.
CREATE FUNCTION attack.forgeries() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	program text := E'DISCARD ALL;\nSET statement_timeout = ''10s'';\nSELECT attack.begin();\n';
	forged regtype;
	owns attack.aggregate[];
	own attack.aggregate;
	r attack.routine;
	value text;
BEGIN
	FOR i IN 1..6 LOOP
		forged := attack.one('bigint[]', 'bytea')::regtype;
		SELECT array_agg(a ORDER BY a.signature) INTO owns FROM attack.aggregate a WHERE a.state = forged;
		own := owns[1 + floor(random() * cardinality(owns))::int];
		PERFORM set_config('attack.support', own.support::text, false);
		program := program || format(E'CREATE AGGREGATE pg_temp.i%1$s(%2$s) (STYPE = %3$s, SFUNC = %4$s, INITCOND = %5$L%6$s);\nSELECT pg_temp.i%1$s(%7$s) FROM attack.flat r WHERE id < 20;\n',
			i, array_to_string(own.types, ', '), forged, own.sfunc, attack.forged(forged), ', FINALFUNC = ' || own.finalfunc, attack.columns(own.types, own.names));
		IF own.combinefunc IS NOT NULL THEN
			program := program || format(E'CREATE AGGREGATE pg_temp.c%1$s(%2$s) (STYPE = %2$s, SFUNC = %3$s%4$s);\nSELECT pg_temp.c%1$s(v) FROM (VALUES (%5$L::%2$s), (%6$L), (%7$L)) s (v);\n',
				i, forged, own.combinefunc, ', FINALFUNC = ' || own.finalfunc, attack.forged(forged), attack.forged(forged), attack.forged(forged));
		END IF;
		FOR j IN 1..2 LOOP
			r := attack.pick('f', forged, NULL, false);
			value := attack.forged(forged);
			program := program || format(E'SELECT * FROM (SELECT %L::%s AS v OFFSET 0) s, LATERAL (SELECT %s) t;\n', value, forged, attack.call(r, '{v}', ARRAY[forged], 0));
		END LOOP;
	END LOOP;
	RETURN program || E'SELECT ''compared'';\n';
END $$;

CREATE FUNCTION attack.program(shape text, seed int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	own attack.aggregate;
	overloads attack.aggregate[];
	chosen text;
	plan record;
	attackers attack.attacker[] := '{}';
	a attack.attacker;
	own_call text;
	over text := CASE WHEN shape = 'window' THEN ' OVER w' ELSE '' END;
	items text;
	readings text := '';
	program text;
	n int := 0;
	type regtype;
BEGIN
	PERFORM setseed((seed * 7919::bigint + hashtext(shape)) % 1000003 / 1000003.0);
	IF shape = 'forged' THEN
		RETURN attack.forgeries();
	END IF;
	chosen := attack.one(VARIADIC (SELECT array_agg(DISTINCT state::text ORDER BY state::text) FROM attack.aggregate));
	SELECT attack.one(VARIADIC array_agg(DISTINCT name ORDER BY name)) INTO chosen FROM attack.aggregate WHERE state::text = chosen;
	SELECT array_agg(x ORDER BY x.signature) INTO overloads FROM attack.aggregate x WHERE name = chosen;
	own := overloads[1 + floor(random() * cardinality(overloads))::int];
	IF shape = 'large' OR attack.chance(0.2) THEN
		SELECT * INTO own FROM attack.aggregate WHERE signature = 'plg.journeys(bigint,timestamp with time zone,text)';
	END IF;
	PERFORM set_config('attack.support', own.support::text, false);
	plan := attack.plan(shape);
	own_call := format('%s(%s%s)%s AS own', own.name, CASE WHEN own.is_variadic THEN regexp_replace(attack.columns(own.types, own.names), '(.*), ', '\1, VARIADIC ') ELSE attack.columns(own.types, own.names) END, '', over);

	IF attack.chance(0.3) THEN
		attackers := attackers || attack.clone(own, shape);
	END IF;
	FOR i IN 1..1 + floor(random() * 2.5)::int LOOP
		attackers := attackers || attack.new_aggregate(i, own, shape);
	END LOOP;

	program := format(E'DISCARD ALL;\nSET statement_timeout = ''10s'';\nSET timezone = ''UTC'';\nSET client_min_messages = warning;\nSET max_parallel_workers_per_gather = 0;\nSELECT attack.begin();\n%s\n',
		replace(format('CREATE TEMP TABLE honest AS SELECT key, md5(own::text) AS own FROM (%s) q;', plan.query), '{items}', own_call));
	FOREACH type IN ARRAY (SELECT array_agg(DISTINCT x.result ORDER BY x.result) FROM unnest(attackers) x) LOOP
		IF attack.is_state(type) THEN
			program := program || attack.new_function('eat_' || attack.kept_column(type), ARRAY[type], 'text', shape) || E'\n';
		END IF;
	END LOOP;
	items := own_call;
	FOREACH a IN ARRAY attackers LOOP
		n := n + 1;
		program := program || a.definition || E'\n';
		items := CASE WHEN attack.chance(0.3) THEN format('%s AS x%s, %s', a.call, n, items) ELSE format('%s, %s AS x%s', items, a.call, n) END;
		readings := readings || CASE WHEN a.call LIKE '%.clone(%' THEN '' ELSE format(', %s AS x%s', replace(attack.reading('x' || n, a.result), '%s', 'x' || n), n) END;
	END LOOP;
	items := replace(items, '{over}', over);
	plan.query := replace(plan.query, '{items}', items);
	program := program || plan.settings || E'\n' || format(CASE WHEN attack.chance(0.2) THEN 'CREATE TEMP TABLE hostile AS WITH q AS MATERIALIZED (%s) SELECT key, %s AS own%s FROM q' ELSE 'CREATE TEMP TABLE hostile AS SELECT key, %2$s AS own%3$s FROM (%1$s) q' END,
		plan.query, CASE WHEN items LIKE '%.clone(%' THEN 'CASE WHEN x1::text IS DISTINCT FROM own::text THEN ''clone '' || x1::text ELSE md5(own::text) END' ELSE 'md5(own::text)' END, readings) || E';\nSELECT attack.compare();\n';

	-- once more: what an outer aggregate, a loop or a cursor does with the same results
	type := attackers[cardinality(attackers)].result;
	CASE (CASE WHEN shape = 'large' THEN 0 ELSE floor(random() * 5)::int END)
		WHEN 0, 1 THEN program := program || format(E'SET enable_hashagg = off; SELECT h, count(*), %s FROM (%s) q, generate_series(1, 3) h GROUP BY h;\n',
			(SELECT coalesce(string_agg(attack.call(attack.pick('a', t, NULL, true), ARRAY['x' || i], ARRAY[t], 0) || '::text', ', '), 'NULL')
			 FROM (SELECT type AS t, n AS i WHERE attack.is_state(type)) u), plan.query);
		WHEN 2 THEN program := program || format(E'DO $d$ DECLARE q record; x %s; y %1$s; a %s; t text;\nBEGIN FOR q IN %s LOOP x := q.x%s; %s %s EXIT WHEN %s; END LOOP; END $d$;\n', type,
			CASE WHEN right(type::text, 2) = '[]' THEN type::text WHEN type::text ~ '^plg|^[a-z]' THEN type || '[]' END, plan.query, n,
			CASE WHEN attack.is_state(type) THEN replace(attack.statement(type, '{x,y}', ARRAY[type, type], 0.8), '$1', 'x') ELSE 't := x::text;' END,
			CASE WHEN attack.is_state(type) THEN replace(attack.statement(type, '{x,y}', ARRAY[type, type], 0.8), '$1', 'x') ELSE '' END, attack.one('false', 'random() < 0.2'));
		WHEN 3 THEN program := program || format(E'BEGIN; DECLARE c CURSOR FOR %s; FETCH 3 FROM c; MOVE 2 IN c; FETCH 1 FROM c; %s COMMIT;\n', plan.query, attack.one('CLOSE c;', 'FETCH ALL FROM c;', ''));
		ELSE NULL;
	END CASE;
	RETURN program || E'SELECT count(*), max(n) FROM kept;\n';
END $$;
