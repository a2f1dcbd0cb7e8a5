-- By hand, aggregates with FILTER for each user.  Takes the first project ever
-- for the goal, which is right only where nobody creates one before signing up.
SELECT date_trunc('week', started, 'UTC')::date AS cohort, count(*) AS entered, count(*) FILTER (WHERE ripe) AS mature,
	count(*) FILTER (WHERE ripe AND took <= '7 days') AS converted,
	avg((took <= '7 days' AND took IS NOT NULL)::int) FILTER (WHERE ripe) AS rate,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY took) FILTER (WHERE ripe AND took <= '7 days') AS p50
FROM (SELECT started, goal - started AS took, started + interval '7 days' <= '2027-01-01 00:00+00' AS ripe
	FROM (SELECT min(at) FILTER (WHERE event = 'signup') AS started, min(at) FILTER (WHERE event = 'create_project') AS goal
		FROM events WHERE event IN ('signup', 'create_project') GROUP BY user_id) u
	WHERE started IS NOT NULL) s
GROUP BY 1;
