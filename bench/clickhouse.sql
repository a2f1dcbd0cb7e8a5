-- The same questions to ClickHouse, on its own MergeTree, rows in order of
-- arrival, one thread.

-- peer clickhouse_week: ClickHouse: activation and TTV by week
--   same as week: cohort, entered, mature, converted
SELECT toString(toMonday(started)) AS cohort, count() AS entered, countIf(ripe) AS mature, countIf(ripe AND took <= 604800000) AS converted,
	quantileExactIf(0.5)(took, ripe AND took <= 604800000) AS p50
FROM (SELECT minIf(at, event = 'signup') AS started,
		if(countIf(event = 'create_project') = 0, 1000000000000, toUnixTimestamp64Milli(minIf(at, event = 'create_project')) - toUnixTimestamp64Milli(started)) AS took,
		started + INTERVAL 7 DAY <= toDateTime64('2027-01-01', 3, 'UTC') AS ripe
	FROM events WHERE event IN ('signup', 'create_project') GROUP BY user_id)
GROUP BY cohort;

-- peer clickhouse_funnel: ClickHouse: 3-step 7-day windowFunnel (counts; it gives no times)
--   same as funnel: step, entities
SELECT step, countIf(level >= step) AS entities
FROM (SELECT windowFunnel(604800000)(toUInt64(toUnixTimestamp64Milli(at)), event = 'signup', event = 'create_project', event = 'invite') AS level,
		minIf(at, event = 'signup') + INTERVAL 7 DAY <= toDateTime64('2027-01-01', 3, 'UTC') AS ripe
	FROM events WHERE event IN ('signup', 'create_project', 'invite') GROUP BY user_id HAVING ripe) ARRAY JOIN [2, 3] AS step
GROUP BY step;

-- peer clickhouse_rolling: ClickHouse: weekly retention triangle, rolling, join
--   same as retention_rolling: cohort, period, CASE WHEN active > 0 THEN active END
SELECT toString(toDate('2025-12-29') + cohort * 7) AS cohort_date, k AS period,
	if(cohort * 7 + k * 7 + 14 <= toDate('2027-01-01') - toDate('2025-12-29'), nullIf(sumIf(n, bitTest(weeks, k)), 0), NULL) AS active
FROM (SELECT cohort, weeks, count() AS n
	FROM (SELECT any(cohort) AS cohort, groupBitOrIf(bitShiftLeft(toUInt64(1), intDiv(toUnixTimestamp64Milli(at) - started, 604800000)), event != 'signup') AS weeks
		FROM events
		JOIN (SELECT user_id, toUnixTimestamp64Milli(at) AS started, intDiv(toDate(at) - toDate('2025-12-29'), 7) AS cohort FROM events WHERE event = 'signup') s
			USING (user_id)
		GROUP BY user_id)
	GROUP BY cohort, weeks)
ARRAY JOIN range(12) AS k
GROUP BY cohort, k;

-- peer clickhouse_rolling_array: ClickHouse: the same, one aggregate and arrays
--   same as retention_rolling: cohort, period, CASE WHEN active > 0 THEN active END
SELECT toString(toDate('2025-12-29') + cohort * 7) AS cohort_date, k AS period,
	if(cohort * 7 + k * 7 + 14 <= toDate('2027-01-01') - toDate('2025-12-29'), nullIf(sumIf(n, bitTest(weeks, k)), 0), NULL) AS active
FROM (SELECT intDiv(toDate(started) - toDate('2025-12-29'), 7) AS cohort, weeks, count() AS n
	FROM (SELECT minIf(at, event = 'signup') AS started,
			arrayReduce('groupBitOr', arrayMap(t -> bitShiftLeft(toUInt64(1), intDiv(toUnixTimestamp64Milli(t) - toUnixTimestamp64Milli(started), 604800000)), groupArrayIf(at, event != 'signup'))) AS weeks
		FROM events GROUP BY user_id)
	GROUP BY cohort, weeks)
ARRAY JOIN range(12) AS k
GROUP BY cohort, k;

-- peer clickhouse_calendar: ClickHouse: weekly retention triangle, calendar
--   same as retention_calendar: cohort, period, CASE WHEN active > 0 THEN active END
SELECT toString(toDate('2025-12-29') + cohort * 7) AS cohort_date, k AS period,
	if(cohort * 7 + k * 7 + 7 <= toDate('2027-01-01') - toDate('2025-12-29'), nullIf(sumIf(n, bitTest(weeks, cohort + k)), 0), NULL) AS active
FROM (SELECT intDiv(toDate(started) - toDate('2025-12-29'), 7) AS cohort, weeks, count() AS n
	FROM (SELECT min(at) AS started,
			groupBitOrIf(bitShiftLeft(toUInt64(1), intDiv(toUnixTimestamp64Milli(at) - 1766966400000, 604800000)), event != 'signup') AS weeks
		FROM events GROUP BY user_id)
	GROUP BY cohort, weeks)
ARRAY JOIN range(12) AS k
GROUP BY cohort, k;
