-- The weekly retention triangle from raw rows: any event but the signup itself
-- is activity.  The rivals know that the data have one signup a user and
-- nothing before it.  A week is a bit of a mask; users are counted by cohort
-- and mask, and only these few are unfolded into periods.

-- job retention_rolling: weekly retention triangle, rolling, from raw rows
--   vs rolling_join rolling_join_epoch rolling_array rolling_window >= 8
--   vs duckdb_rolling duckdb_rolling_list <= 1
--   answer cohort, entities, period, active
SELECT r.cohort, r.entities, r.period, r.active
FROM (SELECT plg.journeys(user_id, at, event) AS j FROM events) s, plg.retention(j, 'signup', '2027-01-01 00:00+00') r;

-- job rolling_join: by hand: starts joined to events, then a week mask
SELECT '2025-12-29'::date + cohort * 7 AS cohort, sum(n) AS entities, k AS period,
	CASE WHEN cohort * 7 + k * 7 + 14 <= '2027-01-01'::date - '2025-12-29'::date
		THEN coalesce(sum(n) FILTER (WHERE weeks >> k & 1 = 1), 0) END AS active
FROM (SELECT (started::date - '2025-12-29'::date) / 7 AS cohort, weeks, count(*) AS n
	FROM (SELECT s.started, bit_or(1::bigint << floor(date_part('epoch', e.at - s.started) / 604800)::int)
				FILTER (WHERE e.event <> 'signup') AS weeks
		FROM (SELECT user_id, min(at) AS started FROM events WHERE event = 'signup' GROUP BY 1) s
		JOIN events e USING (user_id)
		GROUP BY s.user_id, s.started) u
	GROUP BY 1, 2) m, generate_series(0, 11) k
GROUP BY cohort, k;

-- job rolling_join_epoch: by hand: the same in seconds since 1970
SELECT '2025-12-29'::date + cohort * 7 AS cohort, sum(n) AS entities, k AS period,
	CASE WHEN cohort * 7 + k * 7 + 14 <= '2027-01-01'::date - '2025-12-29'::date
		THEN coalesce(sum(n) FILTER (WHERE weeks >> k & 1 = 1), 0) END AS active
FROM (SELECT cohort, weeks, count(*) AS n
	FROM (SELECT min(s.cohort) AS cohort, bit_or(1::bigint << floor((date_part('epoch', e.at) - s.started) / 604800)::int)
				FILTER (WHERE e.event <> 'signup') AS weeks
		FROM (SELECT user_id, date_part('epoch', min(at)) AS started, (min(at)::date - '2025-12-29'::date) / 7 AS cohort
			FROM events WHERE event = 'signup' GROUP BY 1) s
		JOIN events e USING (user_id)
		GROUP BY e.user_id) u
	GROUP BY 1, 2) m, generate_series(0, 11) k
GROUP BY cohort, k;

-- job rolling_array: by hand: times gathered by one hashed aggregate
SELECT '2025-12-29'::date + cohort * 7 AS cohort, sum(n) AS entities, k AS period,
	CASE WHEN cohort * 7 + k * 7 + 14 <= '2027-01-01'::date - '2025-12-29'::date
		THEN coalesce(sum(n) FILTER (WHERE weeks >> k & 1 = 1), 0) END AS active
FROM (SELECT (started::date - '2025-12-29'::date) / 7 AS cohort, weeks, count(*) AS n
	FROM (SELECT started, (SELECT bit_or(1::bigint << floor(date_part('epoch', t - started) / 604800)::int) FROM unnest(times) t) AS weeks
		FROM (SELECT min(at) AS started, array_agg(at) FILTER (WHERE event <> 'signup') AS times FROM events GROUP BY user_id) a) u
	GROUP BY 1, 2) m, generate_series(0, 11) k
GROUP BY cohort, k;

-- job rolling_window: by hand: each row with its user's first time
SELECT '2025-12-29'::date + cohort * 7 AS cohort, sum(n) AS entities, k AS period,
	CASE WHEN cohort * 7 + k * 7 + 14 <= '2027-01-01'::date - '2025-12-29'::date
		THEN coalesce(sum(n) FILTER (WHERE weeks >> k & 1 = 1), 0) END AS active
FROM (SELECT (started::date - '2025-12-29'::date) / 7 AS cohort, weeks, count(*) AS n
	FROM (SELECT started, bit_or(1::bigint << floor(date_part('epoch', at - started) / 604800)::int)
				FILTER (WHERE event <> 'signup') AS weeks
		FROM (SELECT user_id, event, at, min(at) OVER (PARTITION BY user_id) AS started FROM events) e
		GROUP BY user_id, started) u
	GROUP BY 1, 2) m, generate_series(0, 11) k
GROUP BY cohort, k;

-- job retention_calendar: weekly retention triangle, calendar, from raw rows
--   vs calendar_hash calendar_day calendar_epoch calendar_distinct >= 3.5
--   vs duckdb_calendar <= 1
--   answer cohort, entities, period, active
SELECT r.cohort, r.entities, r.period, r.active
FROM (SELECT plg.journeys(user_id, at, event) AS j FROM events) s, plg.retention(j, 'signup', '2027-01-01 00:00+00', mode => 'calendar') r;

-- job calendar_hash: by hand: one hashed aggregate with a week mask
SELECT '2025-12-29'::date + cohort * 7 AS cohort, sum(n) AS entities, k AS period,
	CASE WHEN cohort * 7 + k * 7 + 7 <= '2027-01-01'::date - '2025-12-29'::date
		THEN coalesce(sum(n) FILTER (WHERE weeks >> (cohort + k) & 1 = 1), 0) END AS active
FROM (SELECT (started::date - '2025-12-29'::date) / 7 AS cohort, weeks, count(*) AS n
	FROM (SELECT min(at) AS started,
			bit_or(CASE WHEN event <> 'signup' THEN 1::bigint << (at::date - '2025-12-29'::date) / 7 END) AS weeks
		FROM events GROUP BY user_id) u
	GROUP BY 1, 2) m, generate_series(0, 11) k
GROUP BY cohort, k;

-- job calendar_day: by hand: the same over days, cut once
SELECT '2025-12-29'::date + cohort * 7 AS cohort, sum(n) AS entities, k AS period,
	CASE WHEN cohort * 7 + k * 7 + 7 <= '2027-01-01'::date - '2025-12-29'::date
		THEN coalesce(sum(n) FILTER (WHERE weeks >> (cohort + k) & 1 = 1), 0) END AS active
FROM (SELECT (started - '2025-12-29'::date) / 7 AS cohort, weeks, count(*) AS n
	FROM (SELECT min(day) AS started,
			bit_or(1::bigint << (day - '2025-12-29'::date) / 7) FILTER (WHERE event <> 'signup') AS weeks
		FROM (SELECT user_id, event, at::date AS day FROM events OFFSET 0) e GROUP BY user_id) u
	GROUP BY 1, 2) m, generate_series(0, 11) k
GROUP BY cohort, k;

-- job calendar_epoch: by hand: the same in seconds since 1970
SELECT '2025-12-29'::date + cohort * 7 AS cohort, sum(n) AS entities, k AS period,
	CASE WHEN cohort * 7 + k * 7 + 7 <= '2027-01-01'::date - '2025-12-29'::date
		THEN coalesce(sum(n) FILTER (WHERE weeks >> (cohort + k) & 1 = 1), 0) END AS active
FROM (SELECT (started::date - '2025-12-29'::date) / 7 AS cohort, weeks, count(*) AS n
	FROM (SELECT min(at) AS started,
			bit_or(CASE WHEN event <> 'signup' THEN 1::bigint << floor((date_part('epoch', at) - 1766966400) / 604800)::int END) AS weeks
		FROM events GROUP BY user_id) u
	GROUP BY 1, 2) m, generate_series(0, 11) k
GROUP BY cohort, k;

-- job calendar_distinct: by hand: distinct weeks of a user first
SELECT '2025-12-29'::date + cohort * 7 AS cohort, sum(n) AS entities, k AS period,
	CASE WHEN cohort * 7 + k * 7 + 7 <= '2027-01-01'::date - '2025-12-29'::date
		THEN coalesce(sum(n) FILTER (WHERE weeks >> (cohort + k) & 1 = 1), 0) END AS active
FROM (SELECT (started::date - '2025-12-29'::date) / 7 AS cohort, weeks, count(*) AS n
	FROM (SELECT min(started) AS started, bit_or(1::bigint << week) FILTER (WHERE active) AS weeks
		FROM (SELECT user_id, (at::date - '2025-12-29'::date) / 7 AS week, min(at) AS started, bool_or(event <> 'signup') AS active
			FROM events GROUP BY 1, 2) d
		GROUP BY user_id) u
	GROUP BY 1, 2) m, generate_series(0, 11) k
GROUP BY cohort, k;
