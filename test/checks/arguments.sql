-- Every function and aggregate of plg with odd arguments in every place: an
-- answer or a clear error, never an internal one, let alone a crash.
SET timezone TO 'UTC';
\set timeout 300s
\getenv timeout TIMEOUT
SET statement_timeout TO :'timeout';
SELECT setseed(0.75) \g /dev/null

CREATE TABLE pool (type regtype, value text);
INSERT INTO pool SELECT t::regtype, v FROM unnest('{bigint,integer,text,uuid,boolean,numeric,float8,timestamptz,timestamp,date,interval,tstzrange,tsrange,daterange,text[],float8[],bigint[],integer[],boolean[],timestamptz[],interval[],jsonb,tstzmultirange,tsmultirange,datemultirange,bytea,regclass,regclass[]}'::text[]) t, (VALUES ('NULL')) n (v);
INSERT INTO pool SELECT 'bigint', quote_literal(v) FROM unnest('{0,1,-1,42,9223372036854775807,-9223372036854775808}'::text[]) v;
INSERT INTO pool SELECT 'integer', quote_literal(v) FROM unnest('{0,1,-1,2,3,1000,2147483647,-2147483648}'::text[]) v;
INSERT INTO pool SELECT 'text', quote_literal(v) FROM unnest(ARRAY['', 'a', 'b', 'a|b', '|', '\', '\|', 'week', 'day', 'month', 'year', 'hour', '6 hours', '10000 years', 'next', 'rolling', 'calendar',
	'on', 'mature', 'censor', 'UTC', 'America/New_York', 'Asia/Kathmandu', 'ordered', 'best', 'first', E'\n', 'é', repeat('x', 3000)]) v;
INSERT INTO pool SELECT 'uuid', quote_literal(v) FROM unnest('{00000000-0000-0000-0000-000000000000,ffffffff-ffff-ffff-ffff-ffffffffffff}'::text[]) v;
INSERT INTO pool SELECT 'boolean', v FROM unnest('{true,false}'::text[]) v;
INSERT INTO pool SELECT 'numeric', quote_literal(v) FROM unnest('{0,1,-1,10.50,NaN,Infinity,-Infinity,1e40,1e-30,99999999999999.99}'::text[]) v;
INSERT INTO pool SELECT 'float8', quote_literal(v) FROM unnest('{0,0.5,1,-1,1.5,NaN,Infinity,-Infinity,0.95,1e-300}'::text[]) v;
INSERT INTO pool SELECT t::regtype, quote_literal(v) FROM unnest('{timestamptz,timestamp,date}'::text[]) t,
	unnest(ARRAY['2026-03-01', '2026-03-02 10:00', '2026-02-01', '2027-01-01', 'infinity', '-infinity', '4714-11-24 BC', '294276-12-31', '1969-12-31']) v;
INSERT INTO pool SELECT 'interval', quote_literal(v) FROM unnest(ARRAY['0', '1 us', '1 day', '7 days', '-1 day', '1 month', '106751990 days', '100000000 days', '2147483647 days']) v;
INSERT INTO pool SELECT t::regtype, quote_literal(v) FROM unnest('{tstzrange,tsrange,daterange}'::text[]) t,
	unnest(ARRAY['empty', '(,)', '[2026-01-01,2026-04-01)', '(2026-01-01,2026-04-01]', '[2026-03-01,)', '(,2026-03-01]', '[2026-03-01,infinity]', '[-infinity,2026-03-01)']) v;
INSERT INTO pool SELECT 'text[]', quote_literal(v) FROM unnest(ARRAY['{}', '{a}', '{a,b}', '{a,b,a,c}', '{NULL}', '{a,NULL}', '{{a,b},{c,d}}', '{"",a|b}', '{a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a}']) v;
INSERT INTO pool SELECT t::regtype, quote_literal(v) FROM unnest('{float8[],bigint[]}'::text[]) t, unnest(ARRAY['{}', '{0}', '{1,0}', '{NULL,1}', '{{0,1},{1,0}}', '{-1}', '[5:6]={1,1}']) v;
INSERT INTO pool SELECT 'boolean[]', quote_literal(v) FROM unnest(ARRAY['{}', '{t}', '{f,t,NULL}', '{{t,f},{f,t}}', '{t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t}']) v;
INSERT INTO pool SELECT 'timestamptz[]', quote_literal(v) FROM unnest(ARRAY['{}', '{2026-03-01}', '{2026-03-01,NULL}', '{infinity,-infinity}', '{{2026-03-01},{2026-03-02}}', '[0:1]={2026-03-01,2026-03-02}']) v;
INSERT INTO pool SELECT 'integer[]', quote_literal(v) FROM unnest(ARRAY['{}', '{0,1,3}', '{1,0}', '{NULL,1}', '{{0,1},{2,3}}', '{-1,2147483647}', '[5:6]={1,2}']) v;
INSERT INTO pool SELECT 'interval[]', quote_literal(v) FROM unnest(ARRAY['{}', '{1 day}', '{NULL,1 day}', '{NULL,-1 day}', '{NULL,1 month,0}', '{{0,1 us},{0,1 us}}']) v;
INSERT INTO pool SELECT t::regtype, quote_literal(v) FROM unnest('{tstzmultirange,tsmultirange,datemultirange}'::text[]) t,
	unnest(ARRAY['{}', '{(,)}', '{[2026-01-01,2026-04-01)}', '{(,2026-02-01),[2026-03-01,2026-03-05]}', '{[-infinity,2026-01-01),[2026-03-01,infinity]}']) v;
INSERT INTO pool SELECT 'bytea', quote_literal(v) FROM unnest(ARRAY['\x', '\x00', '\x706c676d0000000000000000']) v;
INSERT INTO pool SELECT t::regtype, v FROM (VALUES ('regclass', '''event'''), ('regclass', '''pg_class'''), ('regclass', '0'), ('regclass[]', '''{}'''), ('regclass[]', '''{event,NULL}''')) r (t, v);
INSERT INTO pool SELECT 'jsonb', quote_literal(v) FROM unnest(ARRAY['{}', '{"a": "b"}', '{"a": null, "b": "b"}', '{"a": 1}', '[]', 'null', '"a"', '{"a": "", "b": "", "c": "a|b"}']) v;

CREATE TABLE event AS SELECT i % 13 AS who, timestamptz '2026-02-01' + (i * 7919 % 3000) * interval '17 minutes' AS at,
	(ARRAY['a', 'b', 'c', 'a|b'])[1 + i % 4] AS what FROM generate_series(1, 300) i;
CREATE TABLE value_of (j plg.journeys, t plg.journeys, e plg.journeys, c plg.conversion, f plg.conversion, l plg.ledger);
INSERT INTO value_of SELECT plg.journeys(who, at, what), plg.journeys(who::text, at, what),
	plg.journeys(1, t, 'a'), plg.conversion(at, CASE WHEN who > 3 THEN at + who * interval '1 day' END, '2026-03-05'),
	plg.conversion(at, NULL, 'infinity'), plg.ledger(who, who * 10.5, at, at + who * interval '9 days')
	FROM event, LATERAL (SELECT CASE WHEN who > 5 THEN timestamptz '294276-12-31 23:59' ELSE '4714-11-24 BC' END) x (t);
INSERT INTO pool SELECT 'plg.journeys', v FROM unnest(ARRAY['NULL', 'v.j', 'v.j', 'v.t', 'v.e']) v;
INSERT INTO pool SELECT 'plg.conversion', v FROM unnest(ARRAY['NULL', 'v.c', 'v.c', 'v.f']) v;
INSERT INTO pool SELECT 'plg.ledger', v FROM unnest(ARRAY['NULL', 'v.l', 'v.l']) v;

CREATE FUNCTION try(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	EXECUTE call;
	RETURN '00000';
EXCEPTION WHEN others THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || SQLERRM || CASE WHEN hint = '' THEN ' (no hint)' ELSE '' END;
END $$;

CREATE TABLE tried AS
SELECT p.oid::regprocedure AS name, call, try(call) AS result
-- the more overloads, the fewer calls of each
FROM (SELECT *, count(*) OVER (PARTITION BY proname) AS overloads FROM pg_proc WHERE pronamespace = 'plg'::regnamespace) p, generate_series(1, greatest(6, least(60, 900 / overloads))) round,
	LATERAL (SELECT coalesce(string_agg(CASE WHEN p.provariadic <> 0 AND n = p.pronargs THEN 'VARIADIC ' ELSE '' END || a.value, ', ' ORDER BY n), '') AS arguments
		FROM unnest(p.proargtypes::regtype[]) WITH ORDINALITY t (type, n),
		LATERAL (SELECT coalesce((SELECT format('%s::%s', value, type) FROM pool
			WHERE pool.type = t.type AND round IS NOT NULL ORDER BY random() LIMIT 1), 'NULL::' || t.type)) a (value)) s,
	LATERAL (SELECT format('SELECT %s %s(%s)%s FROM %s',
		CASE WHEN p.prorettype = 'record'::regtype OR p.proretset THEN 'count(*) FROM value_of v, LATERAL' ELSE '' END,
		p.pronamespace::regnamespace || '.' || p.proname, arguments,
		CASE WHEN p.prorettype = 'record'::regtype OR p.proretset THEN ' x' ELSE '' END,
		CASE WHEN p.prorettype = 'record'::regtype OR p.proretset THEN '' ELSE 'value_of v' END)) c (raw),
	LATERAL (SELECT regexp_replace(raw, ' FROM $', '')) d (call)
WHERE p.pronamespace = 'plg'::regnamespace AND p.proname !~ '_(in|recv)$' AND arguments IS NOT NULL;

SELECT CASE WHEN count(*) > 1000 AND bool_or(result = '00000') THEN 'ok' ELSE 'not ok' END || format(' - %s calls of %s functions, %s with an answer',
	count(*), count(DISTINCT name), count(*) FILTER (WHERE result = '00000')) FROM tried;
SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'not ok' END || ' - no internal error, no syntax error, no timeout' FROM tried
	WHERE result ~ '^(XX|57014)' OR result ~ '^(42601|42883|42725|42P)' AND name::text !~ '^plg\.live_';
SELECT '# ' || left(call, 300) || ' -> ' || left(result, 200) FROM tried WHERE result ~ '^(XX|57014)' OR result ~ '^(42601|42883|42725|42P)' AND name::text !~ '^plg\.live_' LIMIT 10;

-- (Live values are asked for by name, and have expressions, so these errors are theirs.)

-- What is wrong with an option is so whether or not there is a value to read; what
-- only the value can tell is not asked of NULL.
CREATE TABLE of_null AS
SELECT call, result, try(regexp_replace(call, 'v\.[a-z]::(plg\.\w+)', 'NULL::\1')) AS null_result
FROM tried JOIN pg_proc p ON p.oid = name::oid
WHERE NOT proisstrict AND prokind = 'f' AND call ~ '\((NULL::\w+, )?v\.[a-z]::plg' AND result ~ '^(22|0A|2202E)'
	AND result !~ 'from the first event|from the ledger|entities of |entities are|stand for it|renamed to two|total of money|as part of an aggregate|is too long|there is an event named|is out of range for units|unfinished|invalid input syntax|rows of one group';
SELECT CASE WHEN count(*) > 100 AND count(DISTINCT substring(call FROM 'plg\.\w+')) > 15 AND bool_and(null_result = result) THEN 'ok' ELSE 'not ok' END
	|| format(' - %s bad options of %s readers are refused with a NULL value, too', count(*), count(DISTINCT substring(call FROM 'plg\.\w+'))) FROM of_null;
SELECT '# ' || left(call, 300) || ' -> ' || left(result, 200) || ', of NULL ' || left(null_result, 200) FROM of_null WHERE null_result <> result LIMIT 10;

SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'not ok' END || ' - no type of argument of which this check has no value' || coalesce(E'\n# but ' || string_agg(DISTINCT t::regtype::text, ', '), '')
FROM pg_proc p, unnest(proargtypes) t WHERE pronamespace = 'plg'::regnamespace AND prokind = 'f' AND proname !~ '_(in|recv)$'
	AND t NOT IN ('internal'::regtype) AND NOT EXISTS (SELECT FROM pool WHERE type = t AND value <> 'NULL');
