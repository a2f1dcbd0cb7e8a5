-- Credit of touches for the first upgrade, from stored values of all events and
-- of two and a half million touches.

-- job read_attribution_last: stored: attribution, last touch
--   vs floor <= 0.3
SELECT a.* FROM stored, stored_touches t, plg.attribution(stored.j, t.j, 'upgrade', '2027-01-01 00:00+00', '30 days') a;

-- job read_attribution_first: stored: attribution, first touch
--   vs floor <= 0.3
SELECT a.* FROM stored, stored_touches t, plg.attribution(stored.j, t.j, 'upgrade', '2027-01-01 00:00+00', '30 days', 'first') a;

-- job read_attribution: stored: attribution, linear
--   vs attribution_join attribution_window >= 5
--   vs floor <= 0.3
--   answer touch, entities, round(conversions::numeric, 6)
SELECT a.* FROM stored, stored_touches t, plg.attribution(stored.j, t.j, 'upgrade', '2027-01-01 00:00+00', '30 days', 'linear') a;

-- job read_attribution_position: stored: attribution, by position
--   vs floor <= 0.3
SELECT a.* FROM stored, stored_touches t, plg.attribution(stored.j, t.j, 'upgrade', '2027-01-01 00:00+00', '30 days', 'position') a;

-- job read_attribution_decay: stored: attribution, with decay
--   vs floor <= 0.3
SELECT a.* FROM stored, stored_touches t, plg.attribution(stored.j, t.j, 'upgrade', '2027-01-01 00:00+00', '30 days', 'decay') a;

-- job read_attribution_each: stored: attribution of every upgrade, linear
--   vs floor <= 0.3
SELECT a.* FROM stored, stored_touches t, plg.attribution(stored.j, t.j, 'upgrade', '2027-01-01 00:00+00', '30 days', 'linear', 'each') a;

-- job read_touches_of: stored: count of the touches of first upgrades
--   vs floor
SELECT count(*) FROM stored, stored_touches t, plg.touches_of(stored.j, t.j, 'upgrade', '2027-01-01 00:00+00', '30 days') a;

-- job attribution_join: by hand: touches joined to goals, then counted by goal
WITH goals AS (
	SELECT user_id, min(at) AS converted FROM events WHERE event = 'upgrade' GROUP BY 1
), paths AS (
	SELECT g.user_id, touch FROM goals g LEFT JOIN touches t ON t.user_id = g.user_id
		AND t.at BETWEEN g.converted - interval '30 days' AND g.converted
)
SELECT touch, count(DISTINCT user_id) AS entities, sum(1.0::float8 / n) AS conversions
FROM paths JOIN (SELECT user_id, count(*) AS n FROM paths GROUP BY 1) c USING (user_id)
GROUP BY 1;

-- job attribution_window: by hand: the same by a window function
WITH goals AS (
	SELECT user_id, min(at) AS converted FROM events WHERE event = 'upgrade' GROUP BY 1
)
SELECT touch, count(DISTINCT user_id) AS entities, sum(1.0::float8 / n) AS conversions
FROM (SELECT g.user_id, touch, count(*) OVER (PARTITION BY g.user_id) AS n
	FROM goals g LEFT JOIN touches t ON t.user_id = g.user_id
		AND t.at BETWEEN g.converted - interval '30 days' AND g.converted) p
GROUP BY 1;
