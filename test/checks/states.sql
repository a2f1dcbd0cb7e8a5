-- The states of the small aggregates are plain bytea and bigint[], which anybody
-- can pass to the support functions.  Mutants of valid states are refused with a
-- clean error, or give some answer.  MUTANTS=n sets how many of each.
SET timezone TO 'UTC';
SET client_min_messages TO warning;
\set mutants 6000
\getenv mutants MUTANTS
\ir ../oracle/mutants.sql
CREATE SCHEMA states;
SET search_path TO states, pg_catalog;

CREATE AGGREGATE some_milestones(interval, timestamptz, VARIADIC boolean[]) (SFUNC = plg.milestones_add, STYPE = bytea);
CREATE AGGREGATE some_nth(int, timestamptz, boolean) (SFUNC = plg.nth_add, STYPE = bigint[]);
CREATE AGGREGATE some_bridge(numeric, numeric, boolean) (SFUNC = plg.bridge_add, STYPE = bytea);
CREATE AGGREGATE some_welch(float8, boolean) (SFUNC = plg.welch_add, STYPE = bytea);
CREATE AGGREGATE some_cuped(float8, float8, boolean) (SFUNC = plg.cuped_add, STYPE = bytea);
CREATE AGGREGATE welch(bytea) (SFUNC = plg.welch_combine, STYPE = bytea, FINALFUNC = plg.welch_final);
CREATE AGGREGATE cuped(bytea) (SFUNC = plg.cuped_combine, STYPE = bytea, FINALFUNC = plg.cuped_final);
CREATE AGGREGATE some_qualified(int, interval, timestamptz, bigint) (SFUNC = plg.qualified_add, STYPE = bytea);
CREATE AGGREGATE some_qualified(int, interval, timestamptz, text) (SFUNC = plg.qualified_add, STYPE = bytea);
CREATE AGGREGATE some_score(float8, timestamptz, interval, timestamptz) (SFUNC = plg.score_add, STYPE = bytea);
CREATE AGGREGATE some_ledger_check(text, numeric, timestamptz, timestamptz) (SFUNC = plg.ledger_check_add, STYPE = bytea);
CREATE AGGREGATE some_reached(timestamptz, numeric, numeric) (SFUNC = plg.reached_add, STYPE = bytea);
CREATE AGGREGATE some_auc(float8, boolean) (SFUNC = plg.auc_add, STYPE = bytea);
CREATE AGGREGATE qualified(bytea) (SFUNC = plg.qualified_combine, STYPE = bytea, FINALFUNC = plg.qualified_final);
CREATE AGGREGATE score(bytea) (SFUNC = plg.score_combine, STYPE = bytea, FINALFUNC = plg.score_final);
CREATE AGGREGATE ledger_check(bytea) (SFUNC = plg.ledger_check_combine, STYPE = bytea, FINALFUNC = plg.ledger_check_final);
CREATE AGGREGATE reached(bytea) (SFUNC = plg.reached_combine, STYPE = bytea, FINALFUNC = plg.reached_final);
CREATE AGGREGATE auc(bytea) (SFUNC = plg.auc_combine, STYPE = bytea, FINALFUNC = plg.auc_final);
CREATE AGGREGATE milestones(bytea) (SFUNC = plg.milestones_combine, STYPE = bytea, FINALFUNC = plg.milestones_final);
CREATE AGGREGATE milestones_increasing(bytea) (SFUNC = plg.milestones_combine, STYPE = bytea, FINALFUNC = plg.milestones_increasing_final);
CREATE AGGREGATE bridge(bytea) (SFUNC = plg.bridge_combine, STYPE = bytea, FINALFUNC = plg.bridge_final);
CREATE AGGREGATE nrr(bytea) (SFUNC = plg.bridge_combine, STYPE = bytea, FINALFUNC = plg.bridge_nrr);
CREATE AGGREGATE grr(bytea) (SFUNC = plg.bridge_combine, STYPE = bytea, FINALFUNC = plg.bridge_grr);
CREATE AGGREGATE nth(bigint[]) (SFUNC = plg.nth_combine, STYPE = bigint[], FINALFUNC = plg.nth_final);
CREATE AGGREGATE counts(bigint[]) (SFUNC = plg.step_counts_combine, STYPE = bigint[]);

-- what goes in as %s: an expression of the state's mutants
CREATE TABLE reader (kind text, query text);
INSERT INTO reader VALUES
	('milestones', 'SELECT milestones(s)::text FROM (VALUES (%s)) v (s)'),
	('milestones', 'SELECT milestones(s)::text FROM (VALUES (%s), (%s)) v (s)'),
	('milestones', 'SELECT milestones_increasing(s)::text FROM (VALUES (%s)) v (s)'),
	('milestones', 'SELECT plg.milestones_add(%s, ''7 days'', ''2026-01-01''::timestamptz, ''{t,f,t}'')::text'),
	('qualified', 'SELECT qualified(s)::text FROM (VALUES (%s)) v (s)'),
	('qualified', 'SELECT qualified(s)::text FROM (VALUES (%s), (%s)) v (s)'),
	('score', 'SELECT score(s)::text FROM (VALUES (%s), (%s)) v (s)'),
	('reached', 'SELECT reached(s)::text FROM (VALUES (%s)) v (s)'),
	('reached', 'SELECT reached(s)::text FROM (VALUES (%s), (%s)) v (s)'),
	('ledger_check', 'SELECT ledger_check(s)::text FROM (VALUES (%s)) v (s)'),
	('ledger_check', 'SELECT ledger_check(s)::text FROM (VALUES (%s), (%s)) v (s)'),
	('auc', 'SELECT auc(s)::text FROM (VALUES (%s), (%s)) v (s)'),
	('bridge', 'SELECT bridge(s)::text FROM (VALUES (%s), (%s)) v (s)'),
	('bridge', 'SELECT concat(nrr(s), grr(s)) FROM (VALUES (%s), (%s)) v (s)'),
	('bridge', 'SELECT plg.bridge_remove(%s, 1e10, 0.0001)::text'),
	('welch', 'SELECT welch(s)::text FROM (VALUES (%s), (%s)) v (s)'),
	('welch', 'SELECT plg.welch_add(%s, 1e100, true)::text'),
	('cuped', 'SELECT cuped(s)::text FROM (VALUES (%s), (%s)) v (s)'),
	('cuped', 'SELECT plg.cuped_add(%s, -0.1, 1e-300, false)::text'),
	('nth', 'SELECT nth(s)::text FROM (VALUES (%s), (%s)) v (s)'),
	('nth', 'SELECT counts(s)::text FROM (VALUES (%s), (%s)) v (s)'),
	('nth', 'SELECT plg.step_counts_add(%s, ''{2026-01-01,2026-01-02,NULL}'')::text'),
	('nth', 'SELECT plg.nth_final(%s)::text');

CREATE TABLE seed AS
SELECT 'milestones' AS kind, some_milestones(w::interval, '2026-01-01'::timestamptz + make_interval(hours => n * 7919 % 500), n % 2 = 0, n % 3 = 0, n % 5 = 0) AS bytes
FROM generate_series(1, 40) n, (VALUES ('7 days'), (NULL)) v (w) GROUP BY n % 7, w
UNION ALL SELECT 'milestones', some_milestones('2 days', '2026-01-01'::timestamptz + make_interval(hours => n * 31), VARIADIC array_fill(n % 2 = 0, ARRAY[width]) || true)
FROM generate_series(1, 30) n, unnest('{1,8,9,63,64,127}'::int[]) width GROUP BY width
UNION ALL SELECT 'bridge', some_bridge(n * 10.25, n * n % 70, n % 3 = 0) FROM generate_series(1, 30) n GROUP BY n % 4
UNION ALL SELECT 'welch', some_welch(n * 0.1, n % 3 = 0) FROM generate_series(1, 30) n GROUP BY n % 4
UNION ALL SELECT 'cuped', some_cuped(n * 0.1, power(10, n), n % 3 = 0) FROM generate_series(1, 30) n GROUP BY n % 4
UNION ALL SELECT 'qualified', some_qualified(2, w::interval, '2026-01-01'::timestamptz + make_interval(hours => n * 7919 % 500), n % 5)
FROM generate_series(1, 30) n, (VALUES ('7 days'), (NULL)) v (w) GROUP BY n % 3, w
UNION ALL SELECT 'qualified', some_qualified(2, '2 days', '2026-01-01'::timestamptz + make_interval(hours => n * 31), repeat('x', n % 5)) FROM generate_series(1, 30) n GROUP BY n % 4
UNION ALL SELECT 'score', some_score(n * 1.37 - 20, '2026-01-01'::timestamptz + make_interval(hours => n), w::interval, '2026-01-03') FROM generate_series(1, 30) n, (VALUES ('7 days'), (NULL)) v (w) GROUP BY n % 2, w
UNION ALL SELECT 'reached', some_reached('2026-01-01'::timestamptz + make_interval(hours => n * 7919 % 500), n * 1.37 - 20, 11.5) FROM generate_series(1, 30) n GROUP BY n % 3
UNION ALL SELECT 'auc', some_auc(n * 7919 % 13, n % 3 = 0) FROM generate_series(1, 30) n GROUP BY n % 4
UNION ALL SELECT 'ledger_check', some_ledger_check('account ' || n % 3, n * 1.37 - 20, '2026-01-01'::timestamptz + make_interval(hours => n * 7919 % 500), '2026-01-15'::timestamptz + make_interval(hours => n * 7919 % 300)) FROM generate_series(1, 30) n GROUP BY n % 3
UNION ALL SELECT 'nth', int8send(n) FROM generate_series(1, 5) n;

-- a state of plg.nth, as the text of an array: counts and times near the truth
CREATE FUNCTION mutant_array() RETURNS text LANGUAGE sql AS $$
	SELECT '{' || string_agg(CASE mutants.random_int(12)
			WHEN 0 THEN 'NULL' WHEN 1 THEN '9223372036854775807' WHEN 2 THEN '-9223372036854775808' WHEN 3 THEN '0'
			WHEN 4 THEN (random() * 1e18)::bigint::text ELSE (1 + mutants.random_int(6))::text END, ',') || '}'
	FROM generate_series(1, mutants.random_int(9))
$$;

CREATE FUNCTION operand(kind text) RETURNS text LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
	seeds bytea[] := (SELECT array_agg(bytes) FROM states.seed s WHERE s.kind = kind);
	one bytea := seeds[1 + mutants.random_int(cardinality(seeds))];
BEGIN
	IF kind = 'nth' THEN
		RETURN format('%L::bigint[]', states.mutant_array());
	ELSIF random() < 0.2 THEN
		RETURN format('%L::bytea', one);
	END IF;
	RETURN format('%L::bytea', mutants.mutant(one, seeds[1 + mutants.random_int(cardinality(seeds))]));
END
$$;

CREATE FUNCTION try_mutants(kind text, runs int) RETURNS text LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
	queries text[] := (SELECT array_agg(query) FROM states.reader r WHERE r.kind = kind);
	query text;
	answer text;
	state text;
	answered int := 0;
	refused int := 0;
BEGIN
	FOR run IN 1..runs LOOP
		query := format(queries[1 + run % cardinality(queries)], states.operand(kind), states.operand(kind));
		BEGIN
			EXECUTE query INTO answer;
			answered := answered + 1;
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE;
			refused := refused + 1;
			IF state NOT LIKE '22%' AND state NOT IN ('54000', '2202E', '0A000', '42804') THEN
				RETURN format(E'not ok - %s: SQLSTATE %s, %s\n# %s', kind, state, sqlerrm, left(query, 2000));
			END IF;
		END;
	END LOOP;
	RETURN CASE WHEN answered > 0 AND refused > 0 THEN 'ok' ELSE 'not ok' END
		|| format(E' - states of %s: %s mutants are refused or answered\n# %s refused, %s answered', kind, runs, refused, answered);
END
$$;

SELECT setseed(0.3);
SELECT try_mutants(kind, :mutants) FROM (VALUES ('milestones'), ('bridge'), ('welch'), ('cuped'), ('qualified'), ('score'), ('reached'), ('auc'), ('ledger_check'), ('nth')) v (kind);
\set text `cat states.sql`
SELECT CASE WHEN count(*) FILTER (WHERE :'text' !~ format('\mplg\.%s\M', proname)) = 0 AND count(*) > 9 THEN 'ok' ELSE 'not ok' END
	|| format(' - %s functions of plain states, all of them tried', count(*))
	|| coalesce(E'\n# but ' || string_agg(proname, ', ') FILTER (WHERE :'text' !~ format('\mplg\.%s\M', proname)), '')
FROM (SELECT DISTINCT s.proname FROM pg_aggregate a JOIN pg_proc p ON p.oid = aggfnoid AND p.pronamespace = 'plg'::regnamespace
	JOIN pg_proc s ON s.oid IN (aggtransfn, aggcombinefn, aggfinalfn, aggmtransfn, aggminvtransfn, aggmfinalfn)
	WHERE aggtranstype IN ('bytea'::regtype, 'bigint[]'::regtype)) f;
