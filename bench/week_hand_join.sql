-- By hand, starts joined to the goals at or after them.
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
