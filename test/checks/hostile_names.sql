-- What somebody has planted on the search path, before plg comes or after, does
-- not change what its functions do; nobody else can plant anything in schema plg;
-- and no function of plg looks behind row-level security.
SET timezone TO 'UTC';
SET client_min_messages TO warning;
\set home :DBNAME
\set other :DBNAME '_planted'
\set attacker :DBNAME '_attacker'
\set reader :DBNAME '_reader'
CREATE FUNCTION public.line(passed boolean, what text, detail text DEFAULT NULL) RETURNS text LANGUAGE sql AS
	$$ SELECT CASE WHEN passed THEN 'ok - ' ELSE 'not ok - ' END || what || CASE WHEN passed THEN '' ELSE coalesce(E'\n# ' || detail, '') END $$;

SET search_path TO pg_catalog;
\ir ../oracle/made.sql
SELECT digest, count FROM public.made \gset
SELECT public.line(:count > 300, 'the script makes ' || :count || ' things');

-- what answers, kept in a view: its own names are bound already
CREATE TABLE public.event AS SELECT n % 40 AS who, '2026-01-01'::timestamptz + make_interval(hours => n * 7919 % 2000) AS at, 'event ' || n % 5 AS what
FROM generate_series(1, 800) n;
CREATE VIEW public.answers AS
SELECT 'bytes' AS kind, concat_ws('/', plg.journeys(who, at, what)::text, plg.journeys(who::text, at, what)::text, plg.conversion(at, at + interval '1 day', '2026-03-01')::text,
	plg.ledger(who, who * 1.5, at, NULL::timestamptz)::text, plg.ledger_changes(who::text, what, who::numeric, at + make_interval(secs => who))::text) AS answer FROM public.event
UNION ALL SELECT 'funnel', concat(f) FROM (SELECT plg.journeys(who, at, what) AS j FROM public.event) s, plg.funnel(j, '{event 0,event 1}', '3 days', '2026-03-01') f
UNION ALL SELECT 'triangle', concat(c) FROM (SELECT plg.journeys(who, at, what) AS j FROM public.event) s, plg.cohort_conversion(j, 'event 0', 'event 1', '2026-03-01', tz => 'Europe/Berlin') c
UNION ALL SELECT 'lifecycle', concat(c) FROM (SELECT plg.journeys(who, at, what) AS j FROM public.event) s, plg.lifecycle(j, '2026-03-01') c
UNION ALL SELECT 'relabel', plg.relabel(j, '{"event 1": "event 2"}')::text FROM (SELECT plg.journeys(who, at, what) AS j FROM public.event) s
UNION ALL SELECT 'curve', concat(c) FROM (SELECT plg.conversion(at, at + make_interval(hours => who), '2026-03-01') AS c FROM public.event) s, plg.conversion_curve(c, '1 day', '5 days') c
UNION ALL SELECT 'movements', concat(m) FROM (SELECT plg.ledger(who, who * 1.5, at, at + make_interval(days => who)) AS l FROM public.event) s, plg.movements(l, 'month', '2026-01-01', '2026-04-01') m
UNION ALL SELECT 'accounts', concat(m) FROM (SELECT plg.ledger(who, who * 1.5, at, at + make_interval(days => who)) AS l FROM public.event) s, plg.account_movements(l, '2026-01-01', '2026-02-01') m
UNION ALL SELECT 'bridge', concat(plg.bridge(who, who / 3.0, true)) FROM public.event
UNION ALL SELECT 'milestones', concat(plg.milestones('1 day', at, what = 'event 1', what = 'event 2'), plg.nth(3, at, what = 'event 1')) FROM public.event
UNION ALL SELECT 'distinct', count(*)::text FROM (SELECT DISTINCT plg.journeys(who, at, what) AS j FROM public.event GROUP BY who) s;
CREATE TABLE public.before AS SELECT * FROM public.answers;

-- planted afterwards, in front of pg_catalog, in a session that has no plan yet
\ir ../oracle/planted.sql
\c
SET timezone TO 'UTC';
SET client_min_messages TO warning;
SET search_path TO evil, pg_temp, public, pg_catalog;
\set ON_ERROR_STOP off
SELECT 1 = 1 \g /dev/null
\set sprung :SQLSTATE
\set ON_ERROR_STOP on
CREATE TABLE public.after AS SELECT * FROM public.answers;
SET search_path TO pg_catalog;
SELECT public.line(:'sprung' = 'P0001', 'a query of its own steps on what is planted', :'sprung');
SELECT public.line(count(*) > 50 AND NOT EXISTS (TABLE public.before EXCEPT TABLE public.after) AND NOT EXISTS (TABLE public.after EXCEPT TABLE public.before),
	'plg does not: the same ' || count(*) || ' answers') FROM public.after;

-- planted before: CREATE EXTENSION makes the same things, and a schema plg of
-- somebody else's is no home for it
CREATE DATABASE :"other" TEMPLATE template0;
\c :"other"
SET client_min_messages TO warning;
CREATE SCHEMA plg;
\set ON_ERROR_STOP off
CREATE EXTENSION plg \g /dev/null
\set refused :SQLSTATE
\set ON_ERROR_STOP on
DROP SCHEMA plg;
CREATE EXTENSION plg;
\ir ../oracle/planted.sql
DROP FUNCTION evil.activation_rate(plg.journeys, pg_catalog.text, pg_catalog.text, pg_catalog.interval, pg_catalog.timestamptz);
DROP EXTENSION plg;
SET search_path TO evil, pg_temp, public, pg_catalog;
CREATE EXTENSION plg SCHEMA evil;
SET search_path TO pg_catalog;
\ir ../oracle/made.sql
SELECT digest AS planted_digest, count AS planted_count FROM public.made \gset
\c :"home"
DROP DATABASE :"other";
SET client_min_messages TO warning;
SET timezone TO 'UTC';
SET search_path TO pg_catalog;
SELECT public.line(:'refused' = '42P06', 'a schema plg of somebody else''s is refused', :'refused');
SELECT public.line(:'digest' = :'planted_digest', 'CREATE EXTENSION makes the same things where names are planted', :'planted_count');

-- nobody else can plant in schema plg
CREATE ROLE :"attacker";
CREATE ROLE :"reader";
GRANT ALL ON DATABASE :"home" TO :"attacker";
GRANT ALL ON SCHEMA public TO :"attacker";
CREATE FUNCTION public.refusal(command text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE command;
	RETURN 'done';
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate;
END
$$;
SET ROLE :"attacker";
SELECT public.line(public.refusal(command) = '42501', 'refused to another role: ' || command, public.refusal(command))
FROM (VALUES ($$CREATE FUNCTION plg.activation_rate(text) RETURNS float8 LANGUAGE sql AS 'SELECT 1.0::float8'$$),
	($$CREATE OR REPLACE FUNCTION plg.level(timestamptz[]) RETURNS int LANGUAGE sql AS 'SELECT 7'$$),
	('CREATE OPERATOR plg.= (LEFTARG = plg.journeys, RIGHTARG = plg.ledger, FUNCTION = pg_catalog.int4eq)'),
	('CREATE CAST (text AS plg.journeys) WITH INOUT AS IMPLICIT'),
	('ALTER FUNCTION plg.level(timestamptz[]) SET search_path TO evil'),
	('ALTER EXTENSION plg ADD FUNCTION public.refusal(text)')) v (command);
RESET ROLE;

-- row-level security, and least privilege: to read two tables and nothing else
CREATE TABLE public.guarded (tenant name, who bigint, at timestamptz, what text, mrr numeric);
INSERT INTO public.guarded SELECT CASE WHEN n % 3 = 0 THEN :'reader' ELSE 'another' END, n % 50, '2026-01-01'::timestamptz + make_interval(mins => n),
	CASE WHEN n % 3 = 0 THEN 'event ' || n % 2 ELSE 'secret' END, CASE WHEN n % 3 = 0 THEN n ELSE 'NaN'::numeric END FROM generate_series(1, 3000) n;
CREATE TABLE public.stored AS SELECT tenant, plg.journeys(who, at, what) AS j FROM public.guarded GROUP BY tenant;
ALTER TABLE public.guarded ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.stored ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.guarded USING (tenant = current_user);
CREATE POLICY own ON public.stored USING (tenant = current_user);
CREATE TABLE public.truth AS SELECT plg.journeys(who, at, what)::text AS j, plg.ledger(who, mrr, at, NULL::timestamptz)::text AS l, count(*) AS rows
FROM public.guarded WHERE tenant = :'reader';
GRANT SELECT ON public.guarded, public.stored, public.truth TO :"reader";
SET ROLE :"reader";
SELECT public.line(plg.journeys(who, at, what)::text = (SELECT j FROM public.truth) AND plg.ledger(who, mrr, at, NULL::timestamptz)::text = (SELECT l FROM public.truth),
	'aggregates see the visible rows only') FROM public.guarded;
SET parallel_setup_cost TO 0;
SET parallel_tuple_cost TO 0;
SET min_parallel_table_scan_size TO 0;
SELECT public.line(plg.journeys(who, at, what)::text = (SELECT j FROM public.truth), 'in parallel, too') FROM public.guarded;
SELECT public.line(count(*) = 1 AND sum(plg.events(j)) = (SELECT rows FROM public.truth), 'and visible stored values') FROM public.stored;
-- an error that quotes a row would tell of it: plg's functions are asked after the policy
\set asks '''SELECT count(*) FROM public.guarded WHERE plg.monthly(mrr, ''''month'''') >= 0'''
SELECT public.line(public.refusal(:asks) = 'done', 'a function in WHERE meets visible rows only', public.refusal(:asks));
SELECT public.line(public.refusal('SELECT plg.ledger(who, mrr, at, NULL::timestamptz) FROM public.guarded') = 'done', 'so does an aggregate that would refuse the others');
RESET ROLE;
SELECT public.line(public.refusal(:asks) = '22003', 'the owner meets the error of the hidden rows', public.refusal(:asks));
SELECT public.line(count(*) FILTER (WHERE proleakproof OR prosecdef) = 0 AND count(*) > 100, 'no function of plg is leakproof or a security definer')
FROM pg_proc WHERE pronamespace = 'plg'::regnamespace;

DROP OWNED BY :"attacker", :"reader";
DROP ROLE :"attacker", :"reader";
