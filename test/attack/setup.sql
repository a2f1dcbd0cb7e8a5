-- What the attacks of programs.sql are made of and run on; by the database's owner.
SET timezone TO 'UTC';
SET client_min_messages TO warning;
CREATE SCHEMA attack;
GRANT USAGE ON SCHEMA attack TO PUBLIC;
DO $$ BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'attacker') THEN
		CREATE ROLE attacker LOGIN;
	END IF;
END $$;

-- Rows for all aggregates, plain and in partitions.
CREATE TABLE attack.flat AS
SELECT i AS id, i % 7 AS g, i % 13 AS who, md5((i % 13)::text)::uuid AS u, 'w' || i % 13 AS name,
	timestamptz '2026-02-01' + i * interval '17 minutes' AS at, timestamptz '2026-03-01' + i * interval '19 minutes' AS later,
	(ARRAY['a', 'b', 'c', 'a|b'])[1 + i % 4] AS label, i * 1.25 AS num, i % 3 = 0 AS flag, ARRAY[i % 2 = 0, i % 3 = 0, i % 5 = 0] AS flags,
	CASE WHEN i % 4 > 0 THEN ARRAY[timestamptz '2026-02-01', NULL, '2026-02-03'] END AS times, repeat('x', 150) AS filler
FROM generate_series(1, 300) i;
ALTER TABLE attack.flat ADD j plg.journeys, ADD c plg.conversion, ADD l plg.ledger;
UPDATE attack.flat SET (j, c, l) = (
	SELECT plg.journeys(flat.id * 10 + n, at, label), plg.conversion(at, at + n * interval '1 hour', '2026-04-01'), plg.ledger(flat.who, num, at, later + n * interval '1 hour')
	FROM generate_series(1, 3) n);
CREATE TABLE attack.parted (LIKE attack.flat) PARTITION BY HASH (id);
SELECT format('CREATE TABLE attack.part_%s PARTITION OF attack.parted FOR VALUES WITH (MODULUS 3, REMAINDER %1$s)', n) FROM generate_series(0, 2) n \gexec
INSERT INTO attack.parted SELECT * FROM attack.flat;
-- So many that workers leave their rows in shared memory.
CREATE TABLE attack.large WITH (parallel_workers = 2) AS SELECT who, at, label FROM attack.flat, generate_series(1, 300);
VACUUM ANALYZE attack.flat, attack.parted, attack.large;

-- Functions and aggregates, as the catalogue has them: what takes or gives internal or cstring nobody can call from SQL.
CREATE TABLE attack.routine AS
SELECT p.oid::regproc::text AS name, p.oid, p.prokind AS kind, a.types, p.proargnames AS names, p.prorettype::regtype AS result, p.proretset AS is_set,
	p.provariadic <> 0 AS is_variadic, p.oid::regprocedure::text AS signature
FROM pg_proc p, LATERAL (SELECT coalesce(array_agg(t.type::regtype ORDER BY n), '{}') FROM unnest(p.proargtypes) WITH ORDINALITY t (type, n)) a (types)
WHERE p.pronamespace = 'plg'::regnamespace AND NOT a.types && '{internal,cstring}'::regtype[] AND p.prorettype NOT IN ('internal'::regtype, 'cstring'::regtype);
UPDATE attack.routine SET name = 'plg.' || split_part(signature, '(', 1) WHERE name NOT LIKE 'plg.%';
UPDATE attack.routine SET name = 'plg.' || proname FROM pg_proc p WHERE p.oid = routine.oid;

CREATE TABLE attack.aggregate AS
SELECT ARRAY[a.aggtransfn, a.aggcombinefn]::oid[] AS support, r.name, r.types, r.names, r.is_variadic, r.signature, r.result, a.aggtranstype::regtype AS state, a.aggtransfn::regproc::text AS sfunc,
	nullif(a.aggfinalfn::oid, 0)::regproc::text AS finalfunc, nullif(a.aggcombinefn::oid, 0)::regproc::text AS combinefunc,
	nullif(a.aggmtransfn::oid, 0)::regproc::text AS msfunc, nullif(a.aggminvtransfn::oid, 0)::regproc::text AS minvfunc,
	nullif(a.aggmfinalfn::oid, 0)::regproc::text AS mfinalfunc, nullif(a.aggmtranstype, 0)::regtype AS mstate, a.agginitval AS initcond
FROM attack.routine r JOIN pg_aggregate a ON a.aggfnoid = r.oid;

-- Good arguments, for answers; bad ones in constants, for all else.  Types without a pool get NULL.
CREATE TABLE attack.pool (n serial, type regtype, value text);
INSERT INTO attack.pool (type, value) SELECT t::regtype, v FROM (VALUES
	('bigint', '{1,0,-1,42,9223372036854775807,-9223372036854775808}'::text[]), ('integer', '{1,2,3,0,-1,100000,2147483647}'),
	('text', '{a,b,c,a|b,week,month,day,EUR,"",|,ordered,on,mature,UTC}'), ('uuid', '{00000000-0000-0000-0000-000000000001}'),
	('boolean', '{true,false}'), ('numeric', '{1,10.50,0,-1,NaN,1e30,1e-12,99999999999999999999999}'), ('double precision', '{0.5,0,1,0.95,NaN,1e300}'),
	('timestamptz', '{2026-02-02,2026-03-02 10:00,2027-01-01,infinity,-infinity,4714-11-24 BC,294276-12-31}'),
	('timestamp', '{2026-02-02,2026-03-02 10:00,infinity}'), ('date', '{2026-02-01,2026-03-01,2027-01-01,infinity}'),
	('interval', '{7 days,1 us,0,1 month,106751991 days}'), ('text[]', '{"{a,b}","{}","{a,NULL,c}","{{a,b},{c,a}}"}'),
	('double precision[]', '{"{0.5,0.9}","{}","{NULL}"}'), ('timestamptz[]', '{"{2026-02-02,NULL,2026-02-03}","{}","{{2026-02-02},{2026-02-03}}","[5:6]={infinity,-infinity}"}'),
	('boolean[]', '{"{t,f,t}","{t}","{}","{NULL,t}","{{t,f},{f,t}}"}'), ('interval[]', '{"{7 days}","{}"}'), ('integer[]', '{"{0,1,7}","{}"}'),
	('jsonb', ARRAY['{"a": "b"}', '[]']), ('tstzrange', '{"[2026-02-01,2026-03-01)",empty,"(,)"}'), ('daterange', '{"[2026-02-01,2026-03-01)",empty,"(,)"}'),
	('tsrange', '{"[2026-02-01,2026-03-01)",empty}'), ('tstzmultirange', '{"{[2026-02-01,2026-03-01)}","{}"}'), ('tsmultirange', '{"{}"}'), ('datemultirange', '{"{}"}')) p (t, vs), unnest(vs) v
WHERE to_regtype(t) IS NOT NULL;
UPDATE attack.pool SET value = quote_literal(value);

INSERT INTO attack.pool (type, value) VALUES ('bigint[]', '''{2,1,5}'''), ('bigint[]', '''{}'''), ('bigint[]', '''{{2,1},{5,6}}''');

-- Mutants of states of type bytea, and of all bytes that any aggregate has.
\ir ../oracle/mutants.sql
SELECT setseed(0.1) \g /dev/null
CREATE TABLE attack.seed (bytes bytea);
CREATE AGGREGATE attack.milestones(interval, timestamptz, VARIADIC boolean[]) (SFUNC = plg.milestones_add, STYPE = bytea);
CREATE AGGREGATE attack.qualified(int, interval, timestamptz, bigint) (SFUNC = plg.qualified_add, STYPE = bytea);
CREATE AGGREGATE attack.qualified(int, interval, timestamptz, text) (SFUNC = plg.qualified_add, STYPE = bytea);
CREATE AGGREGATE attack.score(float8, timestamptz, interval, timestamptz) (SFUNC = plg.score_add, STYPE = bytea);
CREATE AGGREGATE attack.reached(timestamptz, numeric, numeric) (SFUNC = plg.reached_add, STYPE = bytea);
CREATE AGGREGATE attack.auc(float8, boolean) (SFUNC = plg.auc_add, STYPE = bytea);
CREATE AGGREGATE attack.bridge(numeric, numeric, boolean) (SFUNC = plg.bridge_add, STYPE = bytea);
INSERT INTO attack.seed SELECT attack.milestones('7 days', at, VARIADIC flags) FROM attack.flat WHERE id < 60 GROUP BY g
	UNION ALL SELECT attack.milestones(NULL, at, VARIADIC array_fill(id % 2 = 0, ARRAY[n]) || true) FROM attack.flat, unnest('{8,63,127}'::int[]) n WHERE id < 9 GROUP BY n
	UNION ALL SELECT attack.qualified(2, '7 days', at, id % 5) FROM attack.flat WHERE id < 60 GROUP BY g
	UNION ALL SELECT attack.qualified(2, NULL, at, label) FROM attack.flat WHERE id < 60 GROUP BY g
	UNION ALL SELECT attack.score(id, at, '7 days', '2026-04-01') FROM attack.flat WHERE id < 60 GROUP BY g
	UNION ALL SELECT attack.reached(at, num - 40, 100) FROM attack.flat WHERE id < 60 GROUP BY g
	UNION ALL SELECT attack.auc(id % 7, flag) FROM attack.flat WHERE id < 60 GROUP BY g
	UNION ALL SELECT attack.bridge(num - 40, 70 - num, flag) FROM attack.flat WHERE id < 60 GROUP BY g;
INSERT INTO attack.pool (type, value) SELECT 'bytea'::regtype, quote_literal(bytes) FROM attack.seed;
INSERT INTO attack.pool (type, value) SELECT ('plg.' || t)::regtype, format('(SELECT %s FROM attack.flat WHERE id = %s)', left(t, 1), i)
	FROM unnest('{journeys,conversion,ledger}'::text[]) t, unnest('{1,5}'::int[]) i;
INSERT INTO attack.pool (type, value) VALUES ('plg.journeys', '(SELECT plg.journeys(n % 5000, timestamptz ''2026-02-01'' + n * interval ''1 second'', ''a'') FROM generate_series(1, 10000) n)'),
	('plg.journeys', '(SELECT plg.journeys(name, at, label) FROM attack.flat)'), ('plg.ledger', '(SELECT plg.ledger(who, num, at, later, ''EUR'') FROM attack.flat)');
-- what INITCOND can say of it
ALTER TABLE attack.pool ADD output text;
DO $$
DECLARE
	p record;
	said text;
BEGIN
	FOR p IN SELECT ctid, * FROM attack.pool WHERE type = ANY ('{plg.journeys,plg.conversion,plg.ledger,bigint[],bytea,text}'::regtype[]) LOOP
		EXECUTE format('SELECT (%s)::%s::text', p.value, p.type) INTO said;
		UPDATE attack.pool SET output = said WHERE ctid = p.ctid;
	END LOOP;
END $$;
CREATE INDEX ON attack.pool (type);
ANALYZE attack.routine, attack.aggregate, attack.pool;

-- Where functions of the attackers keep what they see: of any type, for a later row or statement.
CREATE FUNCTION attack.begin() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	CREATE TEMP TABLE kept (n serial, journeys plg.journeys, conversion plg.conversion, ledger plg.ledger, bigints bigint[], bytea bytea, text text);
	INSERT INTO kept (journeys, conversion, ledger, bigints, bytea, text) SELECT j, c, l, '{2,1,5}', NULL, 'EUR' FROM attack.flat WHERE id = 1;
END $$;

-- Holds what an attacked query answered beside its attackers against what it answered alone.
CREATE FUNCTION attack.compare() RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	IF to_regclass('pg_temp.honest') IS NOT NULL AND to_regclass('pg_temp.hostile') IS NOT NULL THEN
		RETURN QUERY SELECT format('WRONG %s: %s, alone %s', key, left(coalesce(t.own, 'NULL'), 200), left(coalesce(h.own, 'NULL'), 200))
			FROM pg_temp.hostile t FULL JOIN pg_temp.honest h USING (key) WHERE t.own IS DISTINCT FROM h.own AND t.key IS NOT NULL LIMIT 3;
		RETURN QUERY SELECT format('compared %s', count(*)) FROM pg_temp.hostile;
	END IF;
END $$;
GRANT SELECT ON ALL TABLES IN SCHEMA attack TO PUBLIC;
