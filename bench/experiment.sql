-- An experiment of three variants, from stored values of all events and of the
-- users' exposures; by hand from the tables, for a hand has no stored value.

-- job read_experiment: stored: experiment with 3 variants
--   vs floor <= 0.2
SELECT x.* FROM stored, stored_exposures,
	plg.experiment(j, e, 'create_project', '7 days', '2027-01-01 00:00+00', 'control') x;

-- job experiment: the same, counts alone by hand
--   vs experiment_join experiment_window >= 5
--   answer variant, exposed, mature, converted
SELECT x.* FROM stored, stored_exposures,
	plg.experiment(j, e, 'create_project', '7 days', '2027-01-01 00:00+00', 'control') x;

-- job experiment_join: by hand, counts alone: exposures joined to goals
WITH units AS (
	SELECT user_id, min(at) AS started, min(variant) AS variant FROM exposures GROUP BY 1 HAVING min(variant) = max(variant)
), goals AS (
	SELECT u.user_id, u.variant, u.started, min(e.at) - u.started AS took, u.started + interval '7 days' <= '2027-01-01 00:00+00' AS ripe
	FROM units u LEFT JOIN events e ON e.user_id = u.user_id AND e.event = 'create_project' AND e.at >= u.started
	GROUP BY 1, 2, 3
)
SELECT variant, count(*) AS exposed, count(*) FILTER (WHERE ripe) AS mature, count(*) FILTER (WHERE ripe AND took <= '7 days') AS converted
FROM goals GROUP BY 1;

-- job experiment_window: by hand: one pass over both, goals behind their exposure by a window
SELECT variant, count(*) AS exposed, count(*) FILTER (WHERE ripe) AS mature, count(*) FILTER (WHERE ripe AND goal - started <= '7 days') AS converted
FROM (SELECT user_id, min(at) FILTER (WHERE variant IS NOT NULL) AS started, min(variant) AS variant,
		min(at) FILTER (WHERE variant IS NULL AND at >= first_exposed) AS goal,
		min(at) FILTER (WHERE variant IS NOT NULL) + interval '7 days' <= '2027-01-01 00:00+00' AS ripe
	FROM (SELECT *, min(at) FILTER (WHERE variant IS NOT NULL) OVER (PARTITION BY user_id) AS first_exposed
		FROM (SELECT user_id, at, variant FROM exposures
			UNION ALL SELECT user_id, at, NULL FROM events WHERE event = 'create_project') b) w
	GROUP BY user_id
	HAVING count(variant) > 0 AND min(variant) = max(variant)) u
GROUP BY 1;
