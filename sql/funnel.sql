-- Funnels from journeys: what each option means, and what is refused.
SET timezone TO 'UTC'; SET datestyle TO ISO; SET intervalstyle TO postgres;
\pset null '-'

CREATE TEMP TABLE visits (user_id int, at timestamptz, event text);
INSERT INTO visits
SELECT user_id, timestamptz '2026-03-01 00:00+00' + at * interval '1 hour', event
FROM (VALUES
	(1, 0, 'signup'), (1, 2, 'create'), (1, 5, 'invite'),				-- all the way
	(2, 0, 'signup'), (2, 30, 'invite'), (2, 40, 'create'),				-- invites first
	(3, 1, 'create'), (3, 1, 'signup'),									-- two things at once
	(4, 0, 'signup'), (4, 1, 'view'), (4, 3, 'signup'), (4, 4, 'create'), (4, 6, 'cancel'), (4, 7, 'invite'),
	(5, 3, 'create'),													-- no entry
	(6, 700, 'signup'), (6, 701, 'create')								-- lately
) v (user_id, at, event);
CREATE TEMP TABLE stored AS SELECT plg.journeys(user_id, at, event) AS j FROM visits;

SELECT f.* FROM stored, plg.funnel(j, '{signup,create,invite}', '7 days', '2026-04-01') f;
-- user 6 has not been watched for 7 days
SELECT f.step, f.event, f.entities FROM stored, plg.funnel(j, '{signup,create,invite}', '7 days', '2026-03-31') f;
SELECT f.step, f.event, f.entities FROM stored, plg.funnel(j, '{signup,create,invite}', NULL, NULL) f;
SELECT f.step, f.event, f.entities FROM stored, plg.funnel(j, '{signup,create,invite}', '7 days', 'infinity') f;
-- the window's end is inside
SELECT f.step, f.entities FROM stored, plg.funnel(j, '{signup,create,invite}', '5 hours', 'infinity') f;
SELECT f.step, f.entities FROM stored, plg.funnel(j, '{signup,create,invite}', '04:59:59.999999', 'infinity') f;

CREATE FUNCTION funnel_counts(j plg.journeys, steps text[], within interval DEFAULT '7 days', mode text DEFAULT 'ordered', attempt text DEFAULT 'best',
	entered tstzrange DEFAULT NULL, grace interval DEFAULT NULL, step_within interval[] DEFAULT NULL,
	exclude text[] DEFAULT NULL, optional boolean[] DEFAULT NULL, strictly_increasing boolean DEFAULT false) RETURNS bigint[]
LANGUAGE sql AS $$
	SELECT array_agg(entities ORDER BY step)
	FROM plg.funnel(j, steps, within, 'infinity', mode, attempt, entered => entered, grace => grace, step_within => step_within,
		exclude => exclude, optional => optional, strictly_increasing => strictly_increasing)
$$;
SELECT funnel_counts(j, '{signup,create,invite}') AS ordered, funnel_counts(j, '{signup,create,invite}', mode => 'any') AS "any",
	funnel_counts(j, '{signup,create,invite}', mode => 'strict') AS strict, funnel_counts(j, '{signup,create,invite}', mode => 'exact') AS exact FROM stored;
SELECT funnel_counts(j, '{signup,create,invite}', '5 hours') AS best, funnel_counts(j, '{signup,create,invite}', '5 hours', attempt => 'first') AS first,
	funnel_counts(j, '{signup,create,invite}', '5 hours', attempt => 'each') AS each FROM stored;
SELECT funnel_counts(j, '{signup,create,invite}', strictly_increasing => true) AS increasing,
	funnel_counts(j, '{signup,create,invite}', grace => '10:00:00.000001') AS grace,
	funnel_counts(j, '{signup,create,invite}', grace => '10 hours') AS less_grace,
	funnel_counts(j, '{signup,create,invite}', step_within => '{NULL,1 hour,NULL}') AS create_within_1_hour,
	funnel_counts(j, '{signup,create,invite}', exclude => '{cancel}') AS exclude,
	funnel_counts(j, '{signup,create,invite}', optional => '{f,t,f}') AS optional FROM stored;
-- the first start decides who entered; later events count in full
SELECT funnel_counts(j, '{signup,create,invite}', entered => '[2026-03-01 00:00+00,2026-03-01 00:00+00]'),
	funnel_counts(j, '{signup,create,invite}', entered => '(2026-03-01 00:00+00,)'), funnel_counts(j, '{signup,create,invite}', entered => 'empty') FROM stored;
-- labels: several for a step, one for several steps, any event, none
SELECT funnel_counts(j, '{signup,create|invite}') AS several, funnel_counts(j, '{signup,signup}') AS twice,
	funnel_counts(j, '{NULL,create}') AS any_start, funnel_counts(j, '{signup,never}') AS never, funnel_counts(j, '{signup}') AS one, funnel_counts(j, '{never,signup}') AS no_entry FROM stored;

-- passes: the best chain, then the best of what is left
SELECT m.entity, m.level, m.reached FROM (SELECT plg.journeys(1, timestamptz '2026-01-01 00:00+00' + at * interval '1 day', event) AS j
	FROM (VALUES (0, 'a'), (1, 'a'), (2, 'b'), (3, 'b'), (4, 'a')) v (at, event)) s, plg.milestones(j, '{a,b}', '30 days', attempt => 'each') m;
-- what has begun twice and converted once
SELECT f.step, f.entities FROM (SELECT plg.journeys(1, timestamptz '2026-01-01 00:00+00' + at * interval '1 day', event) AS j
	FROM (VALUES (0, 'a'), (1, 'a'), (2, 'b')) v (at, event)) s, plg.funnel(j, '{a,b}', '30 days', 'infinity', attempt => 'each') f;
-- and in turn: it has begun once, as Mixpanel's totals say
SELECT f.step, f.entities FROM (SELECT plg.journeys(1, timestamptz '2026-01-01 00:00+00' + at * interval '1 day', event) AS j
	FROM (VALUES (0, 'a'), (1, 'a'), (2, 'b')) v (at, event)) s, plg.funnel(j, '{a,b}', '30 days', 'infinity', attempt => 'next') f;
-- a pass opens when the one before has ended, by its last step, by its time, or by an excluded event
SELECT attempt, array_agg(concat_ws('-', r1, r2) ORDER BY r1, r2) AS passes
FROM (SELECT plg.journeys(1, timestamptz '2026-01-01 00:00+00' + at * interval '1 day', event) AS j
	FROM (VALUES (1, 'a'), (2, 'a'), (3, 'b'), (4, 'a'), (5, 'x'), (5, 'a'), (6, 'a'), (10, 'a'), (11, 'b'), (11, 'a'), (12, 'a')) v (at, event)) s,
	unnest('{each,next}'::text[]) attempt, (VALUES (NULL), ('{x}')) o (x), plg.milestones(j, '{a,b}', '4 days', attempt => attempt, exclude => x::text[]) m,
	LATERAL (SELECT to_char(reached[1], 'FMDD') AS r1, to_char(reached[2], 'FMDD') AS r2) r GROUP BY attempt, x ORDER BY attempt, x NULLS FIRST;
SELECT mode, array_agg(m.level ORDER BY m.reached) AS passes FROM (SELECT plg.journeys(1, timestamptz '2026-01-01 00:00+00' + at * interval '1 day', event) AS j
	FROM (VALUES (1, 'b'), (2, 'a'), (3, 'a'), (4, 'x'), (5, 'b'), (6, 'a')) v (at, event)) s, unnest('{ordered,any,strict,exact}'::text[]) mode,
	plg.milestones(j, '{a,b}', NULL, mode, attempt => 'next') m GROUP BY mode ORDER BY mode;
SELECT funnel_counts(j, '{signup,create,invite}', '5 hours', attempt => 'next') AS next, funnel_counts(j, '{signup,create,invite}', '5 hours', attempt => 'next', entered => '[2026-03-01 02:00+00,2026-03-02 00:00+00)') AS entered FROM stored;
-- mode any lists times as the steps come
SELECT f.step, f.event, f.entities, f.p50_seconds, f.p50_seconds_previous FROM stored, plg.funnel(j, '{invite,create,signup}', '7 days', 'infinity', 'any') f;
-- a row that a pass has used did happen: a1 and b4 have a2 and b3 between them
SELECT mode, exclude, array_agg(m.level ORDER BY m.level DESC) AS passes FROM (SELECT plg.journeys(1, timestamptz '2026-01-01 00:00+00' + at * interval '1 day', event) AS j
	FROM (VALUES (1, 'a'), (2, 'a'), (3, 'b'), (4, 'b')) v (at, event)) s, (VALUES ('ordered', NULL), ('Ordered', '{a}'::text[]), ('strict', NULL), ('EXACT', NULL)) o (mode, exclude),
	plg.milestones(j, '{a,b}', '30 days', mode, attempt => 'Each', exclude => exclude) m GROUP BY mode, exclude ORDER BY lower(mode), exclude NULLS FIRST;
-- a step left out: rates and times refer to the last one that is not optional
SELECT f.* FROM stored, plg.funnel(j, '{signup,create,invite}', '7 days', 'infinity', optional => '{f,t,f}') f;
-- grace lets a step come before the first
SELECT f.step, f.entities, f.p50_seconds, f.p50_seconds_previous FROM (SELECT plg.journeys(1, timestamptz '2026-01-01 00:00+00' + at * interval '1 s', event) AS j
	FROM (VALUES (10, 'a'), (9, 'b'), (20, 'c')) v (at, event)) s, plg.funnel(j, '{a,b,c}', '1 day', 'infinity', grace => '2 s') f;

-- milestones: facts, immature entities too
SELECT m.* FROM stored, plg.milestones(j, '{signup,create,invite}', '7 days') m;
SELECT m.* FROM stored, plg.milestones(j, '{signup,create,invite}', '7 days', as_of => '2026-03-01 04:00+00') m;
SELECT m.entity + 1 AS next, m.level FROM stored, plg.milestones_as(NULL::bigint, j, '{signup,create,invite}', '7 days', 'strict') m;
SELECT m.* FROM (SELECT plg.journeys('00000000-0000-0000-0000-00000000000a'::uuid, timestamptz '2026-01-01', 'a') AS j) s, plg.milestones_as(NULL::uuid, j, '{a}', NULL) m;
SELECT m.* FROM (SELECT plg.journeys('x'::text, timestamptz '2026-01-01', 'a') AS j) s, plg.milestones_as(NULL::text, j, '{a}', NULL) m;

-- 128 steps
SELECT count(*), min(f.entities), max(f.entities), max(f.p50_seconds) FROM (SELECT plg.journeys(u, timestamptz '2026-01-01' + i * interval '1 s', 's' || i) AS j
	FROM generate_series(1, 128) i, generate_series(1, 3) u WHERE i < 128 OR u = 1) s,
	plg.funnel(j, (SELECT array_agg('s' || i ORDER BY i) FROM generate_series(1, 128) i), NULL, NULL) f;

-- nothing in, nothing out
SELECT count(*) FROM plg.funnel(NULL, '{a}', '1 day', now());
SELECT count(*) FROM plg.milestones(NULL::plg.journeys, '{a}', '1 day');

CREATE FUNCTION funnel_refused(call text) RETURNS TABLE (error text, message text, hint text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE 'SELECT count(*) FROM stored, plg.' || call;
	error := 'none';
	RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS error = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
	RETURN NEXT;
END $$;
\x
SELECT call, r.* FROM unnest(ARRAY[
	$$funnel(j, NULL, '1 day', now())$$,
	$$funnel(j, '{}', '1 day', now())$$,
	$$funnel(j, '{{a},{b}}', '1 day', now())$$,
	$$funnel(j, '{a,NULL}', '1 day', now())$$,
	$$funnel(j, array_fill('a'::text, '{129}'), '1 day', now())$$,
	$$funnel(j, '{a,b}', '-1 day', now())$$,
	$$funnel(j, '{a,b}', '1 month', now())$$,
	$$funnel(j, '{a,b}', '1 day', '-infinity')$$,
	$$funnel(j, '{a,b}', '1 day', now(), 'weak')$$,
	$$funnel(j, '{a,b}', '1 day', now(), NULL)$$,
	$$funnel(j, '{a,b}', '1 day', now(), attempt => 'last')$$,
	$$funnel(j, '{a,b}', '1 day', now(), grace => '-1 s')$$,
	$$funnel(j, '{a,b}', '1 day', now(), grace => '1 month')$$,
	$$funnel(j, '{a,b}', '1 day', now(), step_within => '{1 day}')$$,
	$$funnel(j, '{a,b}', '1 day', now(), step_within => '{1 day,1 day}')$$,
	$$funnel(j, '{a,b}', '1 day', now(), step_within => '{NULL,1 year}')$$,
	$$funnel(j, '{a,b}', '1 day', now(), exclude => '{c,NULL}')$$,
	$$funnel(j, '{a,b}', '1 day', now(), optional => '{t,f}')$$,
	$$funnel(j, '{a,b}', '1 day', now(), optional => '{f,f,f}')$$,
	$$funnel(j, '{a,b}', '1 day', now(), 'any', grace => '1 s')$$,
	$$funnel(j, '{a,b}', '1 day', now(), 'any', step_within => '{NULL,1 s}')$$,
	$$funnel(j, '{a,b}', '1 day', now(), 'any', optional => '{f,t}')$$,
	$$funnel(j, '{a,b}', '1 day', now(), 'any', strictly_increasing => true)$$,
	$$funnel(j, '{a,b}', '1 day', now(), grace => '1 s', strictly_increasing => true)$$,
	$$funnel(j, '{a,b}', '1 day', now(), grace => '1 s', step_within => '{NULL,1 s}')$$,
	$$milestones(j, '{a,b}', '1 day', 'weak')$$,
	$$milestones_as(NULL::text, j, '{a,b}', '1 day')$$,
	$$funnel_rows('{2,1}', '{a}')$$,
	$$funnel_rows('{2,NULL}', '{a,b}')$$,
	$$funnel_rows('{2,-1}', '{a,b}')$$,
	$$funnel_rows('{{2,1}}', '{a,b}')$$,
	$$funnel_rows('{2,1}', '{{a,b}}')$$]) call, funnel_refused(call) r;
\x
-- NULL and empty options are no options
SELECT f.entities FROM stored, plg.funnel(j, '{signup,create}', '1 day', 'infinity', 'any', grace => NULL, step_within => NULL, exclude => '{}', optional => '{f,NULL}', strictly_increasing => NULL) f;
-- times further apart than an int64 of microseconds
CREATE VIEW far AS SELECT plg.journeys(1, at::timestamptz, event) AS j
FROM (VALUES ('4714-11-24 00:00+00 BC', 'a'), ('294276-12-31 23:59:59.999999+00', 'b'), ('294276-12-31 23:59:59.999999+00', 'c')) v (at, event);
SELECT m.level FROM far, plg.milestones(j, '{a,b,c}', NULL, step_within => '{NULL,100 days,NULL}') m;
SELECT m.level FROM far, plg.milestones(j, '{b,a,c}', NULL, grace => '1 s') m;
SELECT f.step, f.entities, f.p50_seconds > 9e12 AS long, f.p50_seconds_previous > 9e12 AS long_previous FROM far, plg.funnel(j, '{a,b,c}', NULL, 'infinity') f;
SELECT f.source, f.target, f.median_seconds > 9e12 AS long FROM far, plg.flows(j, 'a', 2) f;
SELECT f.source, f.target, f.median_seconds > 9e12 AS long FROM far, plg.flows(j, 'b', 1, 'before') f;
SELECT s.sessions, s.p50_seconds FROM far, plg.session_summary(j, '30 minutes') s;
SELECT a.converted FROM far, plg.activation(j, 'a', 'b', NULL, 'infinity') a;
DROP VIEW far;
