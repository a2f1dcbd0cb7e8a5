-- The same questions to DuckDB, on its own column store, rows in order of
-- arrival, one thread.  Each is asked in more ways than one; the best counts.

-- peer duckdb_week: DuckDB: activation and TTV by week
--   same as week: cohort, entered, mature, converted
SELECT date_trunc('week', started)::date::text AS cohort, count(*) AS entered, count(*) FILTER (ripe) AS mature,
	count(*) FILTER (ripe AND took <= 604800000000) AS converted, quantile_cont(took, 0.5) FILTER (ripe AND took <= 604800000000) AS p50
FROM (SELECT started, epoch_us(goal) - epoch_us(started) AS took, started + INTERVAL 7 DAY <= TIMESTAMP '2027-01-01' AS ripe
	FROM (SELECT min(ts) FILTER (event = 'signup') AS started, min(ts) FILTER (event = 'create_project') AS goal
		FROM events WHERE event IN ('signup', 'create_project') GROUP BY user_id) u) s
GROUP BY 1;

-- peer duckdb_funnel: DuckDB: 3-step 7-day funnel with times, joins
--   same as funnel: step, entities, (p50_seconds * 1000)::bigint
WITH one AS MATERIALIZED (
	SELECT user_id, ts AS t1 FROM events WHERE event = 'signup' AND ts + INTERVAL 7 DAY <= TIMESTAMP '2027-01-01'
), two AS MATERIALIZED (
	SELECT user_id, any_value(t1) AS t1, min(ts) AS t2 FROM one JOIN events USING (user_id)
	WHERE event = 'create_project' AND ts >= t1 AND ts <= t1 + INTERVAL 7 DAY GROUP BY 1
), three AS MATERIALIZED (
	SELECT any_value(t1) AS t1, any_value(t2) AS t2, min(ts) AS t3 FROM two JOIN events USING (user_id)
	WHERE event = 'invite' AND ts >= t2 AND ts <= t1 + INTERVAL 7 DAY GROUP BY user_id
)
SELECT 2 AS step, count(*) AS entities, (quantile_cont(epoch_us(t2) - epoch_us(t1), 0.5) / 1000)::bigint AS ms,
	quantile_cont(epoch_us(t2) - epoch_us(t1), 0.9) AS p90, NULL AS d50, NULL AS d90 FROM two
UNION ALL
SELECT 3, count(*), (quantile_cont(epoch_us(t3) - epoch_us(t1), 0.5) / 1000)::bigint, quantile_cont(epoch_us(t3) - epoch_us(t1), 0.9),
	quantile_cont(epoch_us(t3) - epoch_us(t2), 0.5), quantile_cont(epoch_us(t3) - epoch_us(t2), 0.9) FROM three;

-- peer duckdb_funnel_list: DuckDB: the same, one aggregate and lists
--   same as funnel: step, entities, (p50_seconds * 1000)::bigint
WITH users AS MATERIALIZED (
	SELECT t1, t2, list_min(list_filter(invites, t -> t >= t2 AND t <= t1 + INTERVAL 7 DAY)) AS t3
	FROM (SELECT min(ts) FILTER (event = 'signup') AS t1, min(ts) FILTER (event = 'create_project') AS t2,
			list(ts) FILTER (event = 'invite') AS invites
		FROM events WHERE event IN ('signup', 'create_project', 'invite') GROUP BY user_id) u
	WHERE t1 + INTERVAL 7 DAY <= TIMESTAMP '2027-01-01' AND t2 <= t1 + INTERVAL 7 DAY
)
SELECT 2 AS step, count(*) AS entities, (quantile_cont(epoch_us(t2) - epoch_us(t1), 0.5) / 1000)::bigint AS ms,
	quantile_cont(epoch_us(t2) - epoch_us(t1), 0.9) AS p90, NULL AS d50, NULL AS d90 FROM users
UNION ALL
SELECT 3, count(t3), (quantile_cont(epoch_us(t3) - epoch_us(t1), 0.5) / 1000)::bigint, quantile_cont(epoch_us(t3) - epoch_us(t1), 0.9),
	quantile_cont(epoch_us(t3) - epoch_us(t2), 0.5), quantile_cont(epoch_us(t3) - epoch_us(t2), 0.9) FROM users;

-- peer duckdb_rolling: DuckDB: weekly retention triangle, rolling, join
--   same as retention_rolling: cohort, period, CASE WHEN active > 0 THEN active END
SELECT ('2025-12-29'::date + (cohort * 7)::int)::text AS cohort, k AS period,
	CASE WHEN cohort * 7 + k * 7 + 14 <= '2027-01-01'::date - '2025-12-29'::date THEN sum(n) FILTER (weeks >> k & 1 = 1) END AS active
FROM (SELECT cohort, weeks, count(*) AS n
	FROM (SELECT any_value(cohort) AS cohort, bit_or(1::bigint << ((epoch_ms(ts) - started) // 604800000)) FILTER (event <> 'signup') AS weeks
		FROM events JOIN (SELECT user_id, epoch_ms(ts) AS started, (ts::date - '2025-12-29'::date) // 7 AS cohort FROM events WHERE event = 'signup') s
			USING (user_id)
		GROUP BY user_id) u
	GROUP BY 1, 2) m, range(12) r(k)
GROUP BY cohort, k;

-- peer duckdb_rolling_list: DuckDB: the same, one aggregate and lists
--   same as retention_rolling: cohort, period, CASE WHEN active > 0 THEN active END
SELECT ('2025-12-29'::date + (cohort * 7)::int)::text AS cohort, k AS period,
	CASE WHEN cohort * 7 + k * 7 + 14 <= '2027-01-01'::date - '2025-12-29'::date THEN sum(n) FILTER (weeks >> k & 1 = 1) END AS active
FROM (SELECT (started::date - '2025-12-29'::date) // 7 AS cohort, list_bit_or(list_transform(times, t -> 1::bigint << ((epoch_ms(t) - epoch_ms(started)) // 604800000))) AS weeks, count(*) AS n
	FROM (SELECT min(ts) AS started, list(ts) FILTER (event <> 'signup') AS times FROM events GROUP BY user_id) u
	GROUP BY 1, 2) m, range(12) r(k)
GROUP BY cohort, k;

-- peer duckdb_calendar: DuckDB: weekly retention triangle, calendar
--   same as retention_calendar: cohort, period, CASE WHEN active > 0 THEN active END
SELECT ('2025-12-29'::date + (cohort * 7)::int)::text AS cohort, k AS period,
	CASE WHEN cohort * 7 + k * 7 + 7 <= '2027-01-01'::date - '2025-12-29'::date THEN sum(n) FILTER (weeks >> (cohort + k) & 1 = 1) END AS active
FROM (SELECT (started - '2025-12-29'::date) // 7 AS cohort, weeks, count(*) AS n
	FROM (SELECT min(ts)::date AS started, bit_or(1::bigint << ((epoch_ms(ts) - 1766966400000) // 604800000)) FILTER (event <> 'signup') AS weeks
		FROM events GROUP BY user_id) u
	GROUP BY 1, 2) m, range(12) r(k)
GROUP BY cohort, k;
