-- A funnel of three steps within 7 days, with times, from raw rows.  The rivals
-- know that the data have one signup a user and nothing before it, so that the
-- best chain is simply the next project and the next invite after it; times as
-- seconds, which sort faster than intervals.
--
-- Labels are named three times over, by plg and its rivals alike: PostgreSQL looks
-- up a list of nine by hash, where it compares with each of three.  All of them
-- are faster for it.

-- job funnel: 3-step 7-day funnel with times from raw rows
--   vs funnel_array funnel_join funnel_window >= 2
--   answer step, entities, round(p50_seconds::numeric, 3), round(p90_seconds::numeric, 3), round(p50_previous::numeric, 3), round(p90_previous::numeric, 3)
SELECT f.step, f.entities, f.p50_seconds, f.p90_seconds, f.p50_seconds_previous AS p50_previous, f.p90_seconds_previous AS p90_previous
FROM (SELECT plg.journeys(user_id, at, event) AS j FROM events WHERE event IN ('signup', 'create_project', 'invite', 'signup', 'create_project', 'invite', 'signup', 'create_project', 'invite')) s,
	plg.funnel(j, '{signup,create_project,invite}', '7 days', '2027-01-01 00:00+00') f
WHERE f.step > 1;

-- job funnel_array: by hand: one hashed aggregate, then the next invite of a few
WITH users AS MATERIALIZED (
	SELECT t1, t2, (SELECT min(t) FROM unnest(invites) t WHERE t >= t2 AND t <= t1 + interval '7 days') AS t3
	FROM (SELECT min(at) FILTER (WHERE event = 'signup') AS t1, min(at) FILTER (WHERE event = 'create_project') AS t2,
			array_agg(at) FILTER (WHERE event = 'invite') AS invites
		FROM events WHERE event IN ('signup', 'create_project', 'invite', 'signup', 'create_project', 'invite', 'signup', 'create_project', 'invite') GROUP BY user_id) u
	WHERE t1 + interval '7 days' <= '2027-01-01 00:00+00' AND t2 <= t1 + interval '7 days'
), times AS MATERIALIZED (
	SELECT date_part('epoch', t2 - t1) AS s2, date_part('epoch', t3 - t1) AS s3, date_part('epoch', t3 - t2) AS d3 FROM users
)
SELECT 2 AS step, count(*) AS entities, p[1] AS p50_seconds, p[2] AS p90_seconds, p[1] AS p50_previous, p[2] AS p90_previous
FROM times, (SELECT percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY s2) AS p FROM times) a GROUP BY p
UNION ALL
SELECT 3, count(s3), p[1], p[2], d[1], d[2]
FROM times, (SELECT percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY s3) AS p, percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY d3) AS d FROM times) a
GROUP BY p, d;

-- job funnel_join: by hand: each step joined to the one before it
WITH one AS MATERIALIZED (
	SELECT user_id, min(at) AS t1 FROM events WHERE event = 'signup' GROUP BY 1
	HAVING min(at) + interval '7 days' <= '2027-01-01 00:00+00'
), two AS MATERIALIZED (
	SELECT user_id, t1, min(at) AS t2 FROM one JOIN events e USING (user_id)
	WHERE event = 'create_project' AND at >= t1 AND at <= t1 + interval '7 days' GROUP BY 1, 2
), three AS MATERIALIZED (
	SELECT t1, t2, min(at) AS t3 FROM two JOIN events e USING (user_id)
	WHERE event = 'invite' AND at >= t2 AND at <= t1 + interval '7 days' GROUP BY user_id, 1, 2
)
SELECT 2 AS step, count(*) AS entities, p[1] AS p50_seconds, p[2] AS p90_seconds, p[1] AS p50_previous, p[2] AS p90_previous
FROM two, (SELECT percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY date_part('epoch', t2 - t1)) AS p FROM two) a GROUP BY p
UNION ALL
SELECT 3, count(*), p[1], p[2], d[1], d[2]
FROM three, (SELECT percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY date_part('epoch', t3 - t1)) AS p,
		percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY date_part('epoch', t3 - t2)) AS d FROM three) a
GROUP BY p, d;

-- job funnel_window: by hand: window functions from each row on
WITH users AS MATERIALIZED (
	SELECT t1, t2, CASE WHEN t3 <= t1 + interval '7 days' THEN t3 END AS t3
	FROM (SELECT event, at AS t1, min(at) FILTER (WHERE event = 'create_project') OVER w AS t2,
			min(next_invite) FILTER (WHERE event = 'create_project') OVER w AS t3
		FROM (SELECT user_id, at, event, min(at) FILTER (WHERE event = 'invite') OVER w AS next_invite
			FROM events WHERE event IN ('signup', 'create_project', 'invite', 'signup', 'create_project', 'invite', 'signup', 'create_project', 'invite')
			WINDOW w AS (PARTITION BY user_id ORDER BY at DESC)) e
		WINDOW w AS (PARTITION BY user_id ORDER BY at DESC)) u
	WHERE event = 'signup' AND t1 + interval '7 days' <= '2027-01-01 00:00+00' AND t2 <= t1 + interval '7 days'
), times AS MATERIALIZED (
	SELECT date_part('epoch', t2 - t1) AS s2, date_part('epoch', t3 - t1) AS s3, date_part('epoch', t3 - t2) AS d3 FROM users
)
SELECT 2 AS step, count(*) AS entities, p[1] AS p50_seconds, p[2] AS p90_seconds, p[1] AS p50_previous, p[2] AS p90_previous
FROM times, (SELECT percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY s2) AS p FROM times) a GROUP BY p
UNION ALL
SELECT 3, count(s3), p[1], p[2], d[1], d[2]
FROM times, (SELECT percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY s3) AS p, percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY d3) AS d FROM times) a
GROUP BY p, d;
