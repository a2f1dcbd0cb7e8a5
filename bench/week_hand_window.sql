-- By hand, window functions: the next goal from each row on, the first start.
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
