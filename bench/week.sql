-- Activation within 7 days and median time to value, by week of signup, from
-- raw rows.  Both sides may leave out, by WHERE, the events that do not matter.
-- The data have one signup a user and nothing before it, which the rivals may
-- make use of.

-- job week: activation and TTV by week from raw rows
--   vs week_filter week_join week_window week_hash >= 2
--   answer cohort, entered, mature, converted
SELECT c.cohort, a.entered, a.mature, a.converted, a.rate, plg.ttv(c.conversion, 0.5, '7 days')
FROM (SELECT plg.journeys(user_id, at, event) AS j FROM events WHERE event IN ('signup', 'create_project')) s,
	plg.conversions(s.j, 'signup', 'create_project', '2027-01-01 00:00+00') c,
	plg.activation(c.conversion, '7 days') a;

-- job week_filter: by hand: min() FILTER by user
SELECT date_trunc('week', started, 'UTC')::date AS cohort, count(*) AS entered, count(*) FILTER (WHERE ripe) AS mature,
	count(*) FILTER (WHERE ripe AND took <= '7 days') AS converted,
	avg((took <= '7 days' AND took IS NOT NULL)::int) FILTER (WHERE ripe) AS rate,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY took) FILTER (WHERE ripe AND took <= '7 days') AS p50
FROM (SELECT started, goal - started AS took, started + interval '7 days' <= '2027-01-01 00:00+00' AS ripe
	FROM (SELECT min(at) FILTER (WHERE event = 'signup') AS started, min(at) FILTER (WHERE event = 'create_project') AS goal
		FROM events WHERE event IN ('signup', 'create_project') GROUP BY user_id) u
	WHERE started IS NOT NULL) s
GROUP BY 1;

-- job week_join: by hand: starts joined to goals
WITH starts AS (
	SELECT user_id, min(at) AS started FROM events WHERE event = 'signup' GROUP BY 1
), users AS (
	SELECT s.user_id, s.started, min(g.at) - s.started AS took, s.started + interval '7 days' <= '2027-01-01 00:00+00' AS ripe
	FROM starts s LEFT JOIN events g ON g.user_id = s.user_id AND g.event = 'create_project' AND g.at >= s.started
	GROUP BY 1, 2
)
SELECT date_trunc('week', started, 'UTC')::date AS cohort, count(*) AS entered, count(*) FILTER (WHERE ripe) AS mature,
	count(*) FILTER (WHERE ripe AND took <= '7 days') AS converted,
	avg((took <= '7 days' AND took IS NOT NULL)::int) FILTER (WHERE ripe) AS rate,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY took) FILTER (WHERE ripe AND took <= '7 days') AS p50
FROM users GROUP BY 1;

-- job week_window: by hand: window functions
SELECT date_trunc('week', started, 'UTC')::date AS cohort, count(*) AS entered, count(*) FILTER (WHERE ripe) AS mature,
	count(*) FILTER (WHERE ripe AND took <= '7 days') AS converted,
	avg((took <= '7 days' AND took IS NOT NULL)::int) FILTER (WHERE ripe) AS rate,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY took) FILTER (WHERE ripe AND took <= '7 days') AS p50
FROM (SELECT DISTINCT ON (user_id) at AS started, goal - at AS took, at + interval '7 days' <= '2027-01-01 00:00+00' AS ripe
	FROM (SELECT user_id, at, event,
			min(CASE WHEN event = 'create_project' THEN at END)
				OVER (PARTITION BY user_id ORDER BY at DESC, event ROWS UNBOUNDED PRECEDING) AS goal
		FROM events WHERE event IN ('signup', 'create_project')) w
	WHERE event = 'signup' ORDER BY user_id, at) s
GROUP BY 1;

-- job week_hash: by hand: two hashed aggregates, durations as seconds
SELECT date_trunc('week', started, 'UTC')::date AS cohort, count(*) AS entered, count(*) FILTER (WHERE ripe) AS mature,
	count(*) FILTER (WHERE ripe AND took <= 604800) AS converted,
	avg((took <= 604800 AND took IS NOT NULL)::int) FILTER (WHERE ripe) AS rate,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY took) FILTER (WHERE ripe AND took <= 604800) AS p50
FROM (SELECT started, extract(epoch FROM goal - started)::float8 AS took, started + interval '7 days' <= '2027-01-01 00:00+00' AS ripe
	FROM (SELECT user_id, min(at) AS started FROM events WHERE event = 'signup' GROUP BY 1) s
	LEFT JOIN (SELECT user_id, min(at) AS goal FROM events WHERE event = 'create_project' GROUP BY 1) g USING (user_id)) u
GROUP BY 1;

-- job week_all: the same by plg from all rows, no WHERE
--   vs floor
SELECT c.cohort, a.entered, a.mature, a.converted, a.rate, plg.ttv(c.conversion, 0.5, '7 days')
FROM (SELECT plg.journeys(user_id, at, event) AS j FROM events) s,
	plg.conversions(s.j, 'signup', 'create_project', '2027-01-01 00:00+00') c,
	plg.activation(c.conversion, '7 days') a;
