-- Milestones of one entity from conditions, and what comes of them.
SET timezone TO 'UTC'; SET datestyle TO ISO; SET intervalstyle TO postgres;
\pset null '-'

CREATE TEMP TABLE hits (user_id int, at timestamptz, props jsonb);
INSERT INTO hits
SELECT user_id, timestamptz '2026-03-01 00:00+00' + at * interval '1 hour', props::jsonb
FROM (VALUES
	(1, 0, '{"page": "/pricing"}'), (1, 1, '{"page": "/signup", "plan": "pro"}'), (1, 3, '{"page": "/app"}'),
	(2, 5, '{"page": "/app"}'), (2, 5, '{"page": "/pricing"}'), (2, 9, '{"page": "/signup", "plan": "free"}'),
	(3, 2, '{"page": "/signup", "plan": "pro"}'),
	(4, NULL, '{"page": "/pricing"}'), (4, 4, '{}')
) v (user_id, at, props);

SELECT user_id, plg.milestones('1 day', at, props->>'page' = '/pricing', props->>'page' = '/signup', props->>'page' = '/app') AS reached,
	plg.level(plg.milestones('1 day', at, props->>'page' = '/pricing', props->>'page' = '/signup', props->>'page' = '/app'))
FROM hits GROUP BY user_id ORDER BY user_id;
-- one row may meet several conditions, but fills one step
SELECT plg.milestones(NULL, at, true, true, true, true) FROM hits WHERE user_id = 1;
SELECT plg.milestones('1 day', at, props->>'page' = '/signup', props->>'plan' = 'pro') FROM hits WHERE user_id = 1;
-- conditions as an array; a NULL is not met
SELECT plg.milestones('1 day', at, VARIADIC ARRAY[props->>'page' = '/pricing', NULL, true]) FROM hits WHERE user_id = 1;
-- the window's end is inside
SELECT plg.milestones('1 hour', at, props->>'page' = '/pricing', props->>'page' = '/signup', props->>'page' = '/app'),
	plg.milestones('00:59:59.999999', at, props->>'page' = '/pricing', props->>'page' = '/signup', props->>'page' = '/app') FROM hits WHERE user_id = 1;
-- each step later than the one before: rows at one instant do not follow each other
SELECT user_id, plg.level(plg.milestones('1 day', at, props->>'page' = '/pricing', props->>'page' = '/app')),
	plg.milestones_increasing('1 day', at, props->>'page' = '/pricing', props->>'page' = '/app') FROM hits GROUP BY user_id ORDER BY user_id;
SELECT plg.level(plg.milestones_increasing(NULL, timestamp '2026-01-01' + i * interval '1 s', VARIADIC array_fill(true, '{128}'))) AS later,
	plg.level(plg.milestones_increasing(NULL, date '2026-01-01', VARIADIC array_fill(true, '{128}'))) AS at_once,
	plg.level(plg.milestones(NULL, date '2026-01-01', VARIADIC array_fill(true, '{128}'))) AS in_any_order FROM generate_series(1, 200) i;
-- over a window: how far so far
SELECT at, plg.level(plg.milestones('1 day', at, props->>'page' = '/pricing', props->>'page' = '/signup', props->>'page' = '/app') OVER (ORDER BY at))
FROM hits WHERE user_id = 1 ORDER BY at;
SELECT user_id, plg.level(plg.milestones('1 day', at, props->>'page' = '/pricing', props->>'page' = '/app') OVER (PARTITION BY user_id)) FROM hits ORDER BY 1, 2;
-- times without zone are UTC
SET timezone TO 'America/New_York';
SELECT extract(epoch FROM x[1]) = extract(epoch FROM y[1]) AS timestamp, extract(epoch FROM z[1]) = extract(epoch FROM timestamptz '2026-03-01 00:00+00') AS date
FROM (SELECT plg.milestones('1 day', timestamptz '2026-03-01 07:00+00', true) x, plg.milestones('1 day', timestamp '2026-03-01 07:00', true) y,
	plg.milestones('1 day', date '2026-03-01', true) z) s;
SET timezone TO 'UTC';
PREPARE untyped AS SELECT plg.milestones($1, at, $2, $3), plg.nth($4, at, $2) FROM hits WHERE user_id = 1;
EXECUTE untyped('1 day', true, false, 1);

-- from entities to a funnel
SELECT f.* FROM (SELECT plg.step_counts(reached) AS counts FROM (
	SELECT plg.milestones('1 day', at, props->>'page' = '/pricing', props->>'page' = '/signup', props->>'page' = '/app') AS reached FROM hits GROUP BY user_id) s) s,
	plg.funnel_rows(counts, '{pricing,signup,app}') f;
SELECT plg.step_counts(reached) FROM (VALUES ('{2026-01-01,NULL,2026-01-02}'::timestamptz[]), (NULL), ('{}'), ('{2026-01-01,2026-01-01}')) v (reached);
SELECT plg.step_counts(reached) FROM (VALUES (NULL::timestamptz[])) v (reached);
SELECT plg.step_counts(reached) OVER (ORDER BY n) FROM (VALUES (1, '{2026-01-01}'::timestamptz[]), (2, '{2026-01-01,NULL}'), (3, '{2026-01-01,2026-01-02}')) v (n, reached);
SELECT plg.level(NULL), plg.level('{}'), plg.level('{NULL,NULL}'), plg.level('{2026-01-01,NULL}'), plg.level('{2026-01-01,NULL,2026-01-01,NULL}'), plg.level('{2026-01-01,2026-01-01}');
SELECT * FROM plg.funnel_rows('{}', '{}');
SELECT * FROM plg.funnel_rows('{0,0}', NULL);
SELECT * FROM plg.funnel_rows(NULL, '{a}');

-- the n-th hit
SELECT user_id, plg.nth(1, at, true), plg.nth(2, at, true), plg.nth(2, at, props ? 'plan'), plg.nth(3, at, NULL) FROM hits GROUP BY user_id ORDER BY user_id;
SELECT at, plg.nth(2, at, props ? 'page') OVER (ORDER BY at) FROM hits WHERE user_id = 1 ORDER BY at;
SELECT n, plg.nth(n, date '2026-01-01' + (i * 37) % 1009, true) FROM generate_series(1, 1000) i, (VALUES (1), (2), (999), (1000), (1001)) v (n) GROUP BY n ORDER BY n;

CREATE FUNCTION milestones_refused(query text) RETURNS TABLE (error text, message text, hint text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE query;
	error := 'none';
	RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS error = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
	RETURN NEXT;
END $$;
\x
SELECT query, r.* FROM unnest(ARRAY[
	$$SELECT plg.milestones('-1 day', at, true) FROM hits$$,
	$$SELECT plg.milestones('1 month', at, true) FROM hits$$,
	$$SELECT plg.milestones('1 day', timestamptz 'infinity', true)$$,
	$$SELECT plg.milestones('1 day', date '-infinity', true)$$,
	$$SELECT plg.milestones('1 day', at, VARIADIC NULL) FROM hits$$,
	$$SELECT plg.milestones('1 day', at, VARIADIC '{}') FROM hits$$,
	$$SELECT plg.milestones('1 day', at, VARIADIC '{{t},{f}}') FROM hits$$,
	$$SELECT plg.milestones('1 day', at, VARIADIC array_fill(true, '{129}')) FROM hits$$,
	$$SELECT plg.milestones_increasing('1 day', at, VARIADIC array_fill(true, '{129}')) FROM hits$$,
	$$SELECT plg.milestones('1 day', at, VARIADIC array_fill(true, ARRAY[user_id])) FROM hits$$,
	$$SELECT plg.milestones(user_id * interval '1 day', at, true) FROM hits$$,
	$$SELECT plg.milestones_add(NULL, '1 day', now(), true)$$,
	$$SELECT plg.milestones_final('\x00')$$,
	$$SELECT plg.nth(0, at, true) FROM hits$$,
	$$SELECT plg.nth(NULL, at, true) FROM hits$$,
	$$SELECT plg.nth(user_id, at, true) FROM hits$$,
	$$SELECT plg.nth(1, timestamptz 'infinity', true)$$,
	$$SELECT plg.nth_final('{1}')$$,
	$$SELECT plg.step_counts('{{2026-01-01}}'::timestamptz[])$$]) query, milestones_refused(query) r;
\x
-- our functions in an aggregate of somebody else's: bytes that are no state
CREATE AGGREGATE pg_temp.broken(interval, timestamptz, VARIADIC boolean[]) (SFUNC = plg.milestones_add, STYPE = bytea, FINALFUNC = plg.milestones_final, INITCOND = '\x706c676d05000000ffffff7f00000000000000000000');
CREATE AGGREGATE pg_temp.broken_nth(int, timestamptz, boolean) (SFUNC = plg.nth_add, STYPE = bigint[], FINALFUNC = plg.nth_final, INITCOND = '{5,3,1}');
CREATE AGGREGATE pg_temp.overfull_nth(int, timestamptz, boolean) (SFUNC = plg.nth_add, STYPE = bigint[], FINALFUNC = plg.nth_final, INITCOND = '{1,3,1,2,3}');
CREATE AGGREGATE pg_temp.broken_counts(timestamptz[]) (SFUNC = plg.step_counts_add, STYPE = bigint[], INITCOND = '{5,NULL}');
SELECT r.error, r.message FROM unnest(ARRAY[
	$$SELECT pg_temp.broken('1 day', at, true) FROM hits$$,
	$$SELECT pg_temp.broken_nth(5, at, true) FROM hits$$,
	$$SELECT pg_temp.overfull_nth(1, at, true) FROM hits$$,
	$$SELECT pg_temp.broken_counts('{2026-01-01}')$$]) query, milestones_refused(query) r;
-- more than 8 conditions, many different sets of them, out of order
SELECT plg.level(m), m[1], m[20] FROM (SELECT plg.milestones('1 hour', timestamptz '2026-01-01' + i * interval '1 s',
	VARIADIC ARRAY(SELECT i % 401 = s * 20 OR (i * 31 >> (s % 7)) % 97 = 1 FROM generate_series(1, 20) s)) AS m
	FROM (SELECT i FROM generate_series(0, 400) i ORDER BY i * 263 % 401) r) s;
SELECT plg.level(plg.milestones('1 hour', timestamptz '2026-01-01' + i * interval '1 s', VARIADIC ARRAY(SELECT i = s FROM generate_series(1, 128) s)))
FROM (SELECT i FROM generate_series(1, 127) i ORDER BY i * 61 % 127) r;
