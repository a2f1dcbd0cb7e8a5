-- By hand, two hashed aggregates joined; durations as seconds, which sort faster
-- than intervals.  First project ever for the goal, as in week_hand_filter.
SELECT date_trunc('week', started, 'UTC')::date AS cohort, count(*) AS entered, count(*) FILTER (WHERE ripe) AS mature,
	count(*) FILTER (WHERE ripe AND took <= 604800) AS converted,
	avg((took <= 604800 AND took IS NOT NULL)::int) FILTER (WHERE ripe) AS rate,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY took) FILTER (WHERE ripe AND took <= 604800) AS p50
FROM (SELECT started, extract(epoch FROM goal - started)::float8 AS took, started + interval '7 days' <= '2027-01-01 00:00+00' AS ripe
	FROM (SELECT user_id, min(at) AS started FROM events WHERE event = 'signup' GROUP BY 1) s
	LEFT JOIN (SELECT user_id, min(at) AS goal FROM events WHERE event = 'create_project' GROUP BY 1) g USING (user_id)) u
GROUP BY 1;
