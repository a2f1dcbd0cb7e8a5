-- Ten thousand random ledgers: what must hold for each of them, with every
-- option, and the same history told in every shape.
-- test: slow, 30 s
SELECT setseed(0.125) \g /dev/null
SET timezone TO 'UTC';
SET jit TO off;
\ir ../oracle/report.sql

CREATE TABLE paid AS
SELECT n AS ledger, account, mrr, since, CASE WHEN random() < 0.7 THEN (since + (1 + floor(random() * 5 + 0 * i)) * interval '1 month')::date END AS until
FROM generate_series(1, 10000) n, generate_series(1, 6) i,
	LATERAL (SELECT 1 + floor(random() * 3 + 0 * (i + n))::int, (array[10, 19.99, 5, 49.5, -4, 0])[1 + floor(random() * 6)::int], (date '2025-01-01' + floor(random() * 8) * interval '1 month')::date) x (account, mrr, since);
CREATE TABLE built AS SELECT ledger, plg.ledger(account, mrr, since, until) AS l FROM paid GROUP BY ledger;

CREATE TABLE option AS
SELECT ledger, (array['period', 'event'])[1 + ledger % 2] AS by, (array['40 days', NULL])[1 + ledger / 2 % 2]::interval AS within, (array['35 days', '70 days', NULL])[1 + ledger / 4 % 3]::interval AS gap,
	(array['least', 'flow', 'low_water'])[1 + ledger / 12 % 3] AS method, (array[NULL, '2025-09-15', '2026-04-01'])[1 + ledger / 36 % 3]::timestamptz AS as_of, (array['UTC', 'America/New_York', 'Asia/Kolkata'])[1 + ledger / 108 % 3] AS tz
FROM generate_series(1, 10000) ledger;
CREATE TABLE moved AS
SELECT o.*, m.* FROM built JOIN option o USING (ledger), plg.movements(l, 'quarter', '2025-01-01', '2026-04-01', tz, as_of, movement_by => by, reactivation_within => within, bridge_gap => gap, grr_method => method) m;
SELECT report(count(DISTINCT ledger) = 10000 AND count(DISTINCT (by, within, gap, method, as_of, tz)) = 324 AND bool_and(opening + new + reactivation + expansion - contraction - churn + credit = closing
	AND accounts_opening + accounts_new + accounts_reactivated - accounts_churned = accounts_closing
	AND (opening = before) IS NOT false AND (grr <= nrr + 1e-12 AND grr <= 1) IS NOT false AND (logo_retention BETWEEN 0 AND 1) IS NOT false), '10000 ledgers, 324 choices of options: identity to the cent, closing is the next opening, GRR at most NRR and 1')
FROM (SELECT *, lag(closing) OVER (PARTITION BY ledger ORDER BY period_start) AS before FROM moved) m;
SELECT report(count(*) = 50000 AND bool_and((m.closing - m.opening, m.credit, m.new, m.reactivation, m.expansion, m.contraction, m.churn, m.flash) = (a.c - a.o, a.d, a.n, a.r, a.e, a.k, a.h, a.f) AND (by = 'event' OR (m.opening, m.closing) = (a.o, a.c))), '10000 ledgers: sums of account_movements, with every option')
FROM moved m JOIN built USING (ledger), LATERAL (SELECT coalesce(sum(opening), 0) AS o, coalesce(sum(closing), 0) AS c, coalesce(sum(amount) FILTER (WHERE movement = 'new'), 0) AS n, coalesce(sum(amount) FILTER (WHERE movement = 'reactivation'), 0) AS r,
	coalesce(sum(amount) FILTER (WHERE movement = 'expansion'), 0) AS e, coalesce(sum(amount) FILTER (WHERE movement = 'contraction'), 0) AS k, coalesce(sum(amount) FILTER (WHERE movement = 'churn'), 0) AS h,
	coalesce(sum(amount) FILTER (WHERE movement = 'credit'), 0) AS d, coalesce(sum(amount) FILTER (WHERE movement = 'flash'), 0) AS f
	FROM plg.account_movements(l, period_start, (period_start + interval '3 months')::date, tz, as_of, by, within, gap)) a;
-- cohorts: whoever pays in a month is in one of them
SELECT report(count(*) > 6000 AND bool_and(a.pays = t.pays AND (gap IS NOT NULL OR a.customers = t.customers)), count(*) || ' ledgers: the cohorts of a month add up to what is paid in it, with every option')
FROM built JOIN option USING (ledger), LATERAL (SELECT coalesce(sum(closing), 0) AS pays, count(*) FILTER (WHERE closing > 0) AS customers FROM plg.account_movements(l, '2025-12-01', '2026-01-01', tz, as_of) WHERE movement <> 'credit') a,
	LATERAL (SELECT coalesce(sum(mrr), 0) AS pays, coalesce(round(sum(logo_retention * r.accounts)), 0) AS customers
		FROM plg.revenue_retention(l, 'month', 13, tz, coalesce(as_of, '2026-04-01'), false, within, gap, method) r WHERE (r.cohort + make_interval(months => r.period))::date = '2025-12-01') t
WHERE as_of IS NULL OR as_of > '2026-01-02';
-- a union's retention is the mean of its parts', weighted by what they paid (logos: by accounts)
SELECT report(count(*) FILTER (WHERE abs(w.nrr - m.nrr) + abs(w.grr - m.grr) + abs(w.logo - m.logo) < 1e-9) > 5000 AND bool_and(num_nulls(w.nrr, m.nrr) = 2 OR abs(w.nrr - m.nrr) + abs(w.grr - m.grr) + abs(w.logo - m.logo) < 1e-9),
	count(w.nrr) || ' ledgers: NRR, GRR and logo retention of a union are the weighted means, with every option')
FROM (SELECT ledger, plg.rollup(l) AS whole, array_agg(l) AS parts FROM (SELECT ledger, plg.ledger(account, mrr, since, until) AS l FROM paid GROUP BY ledger, account) a GROUP BY ledger) u JOIN option USING (ledger),
	LATERAL (SELECT plg.nrr(whole, '2025-06-01', '2025-09-01', tz, as_of) AS nrr, plg.grr(whole, '2025-06-01', '2025-09-01', tz, as_of, NULL, method) AS grr, plg.logo_retention(whole, '2025-06-01', '2025-09-01', tz, as_of) AS logo) w,
	LATERAL (SELECT (sum(c.nrr * opening::float8) / nullif(sum(opening), 0)::float8) AS nrr, sum(plg.grr(p, '2025-06-01', '2025-09-01', tz, as_of, NULL, method) * opening::float8) / nullif(sum(opening), 0)::float8 AS grr,
		sum(plg.logo_retention(p, '2025-06-01', '2025-09-01', tz, as_of) * accounts) / nullif(sum(accounts), 0)::float8 AS logo FROM unnest(parts) p, plg.nrr_ci(p, '2025-06-01', '2025-09-01', tz, as_of) c) m;

-- shapes: deltas, changes of subscriptions, multiranges; snapshots but for their end
CREATE TABLE rows AS SELECT row_number() OVER () AS subscription, * FROM paid;
CREATE TABLE shaped AS
SELECT ledger, l, ranges, deltas, changes, parts
FROM built JOIN (SELECT ledger, plg.ledger(account, mrr, datemultirange(daterange(since, until))) AS ranges, plg.rollup(part) AS parts FROM (SELECT *, plg.ledger(account, mrr, since, until) OVER (PARTITION BY subscription) AS part FROM rows) r GROUP BY ledger) a USING (ledger)
JOIN (SELECT ledger, plg.ledger_deltas(account, delta, at) AS deltas, plg.ledger_changes(account, subscription, level, at) AS changes
	FROM rows, LATERAL (VALUES (mrr, mrr, since), (-mrr, 0, until)) v (delta, level, at) WHERE at IS NOT NULL GROUP BY ledger) b USING (ledger);
-- order, splitting and workers
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
ALTER TABLE rows SET (parallel_workers = 2);
-- for groups of so few rows workers are not worth their while
ALTER FUNCTION plg.ledger_combine(plg.ledger, plg.ledger) COST 1;
ANALYZE rows;
SELECT report(in_plan('Partial', 'SELECT ledger, plg.ledger(account, mrr, since, until) FROM rows GROUP BY ledger') = 1, 'the plan is parallel');
CREATE TABLE told AS
SELECT ledger, l, shuffled, split, workers FROM built JOIN (SELECT ledger, plg.ledger(account, mrr, since, until) AS workers FROM rows GROUP BY ledger) w USING (ledger)
JOIN (SELECT ledger, plg.ledger(account, mrr, since, until ORDER BY md5(subscription::text)) AS shuffled FROM rows GROUP BY ledger) s USING (ledger)
JOIN (SELECT ledger, plg.rollup(l) AS split FROM (SELECT ledger, plg.ledger(account, mrr, since, until) AS l FROM rows GROUP BY ledger, subscription % 3) p GROUP BY ledger) r USING (ledger);
SELECT report(count(*) = 10000 AND bool_and(l OPERATOR(plg.=) shuffled AND l OPERATOR(plg.=) split AND l OPERATOR(plg.=) workers), '10000 ledgers: shuffled, split and rolled up, and by workers they are the same bytes') FROM told;
RESET max_parallel_workers_per_gather;
SELECT report(count(*) = 10000 AND bool_and(l OPERATOR(plg.=) ranges AND l OPERATOR(plg.=) deltas AND l OPERATOR(plg.=) changes AND l OPERATOR(plg.=) parts), '10000 ledgers: ranges, columns, deltas, changes and rolled-up parts are the same bytes') FROM shaped;
CREATE TABLE snapped AS
SELECT ledger, plg.ledger_snapshots(account, mrr, m::date) AS s, plg.rollup(part) AS by_month
FROM (SELECT ledger, account, mrr, m, plg.ledger_snapshots(account, mrr, m::date) OVER (PARTITION BY ledger, account, m, subscription) AS part FROM rows, generate_series(since, coalesce(until - 1, '2026-03-01'), '1 month') m) x GROUP BY ledger;
SELECT report(count(*) > 50000 AND bool_and((a.opening, a.new, a.reactivation, a.expansion, a.contraction, a.churn, a.credit, a.closing, a.flash, a.nrr) IS NOT DISTINCT FROM (b.opening, b.new, b.reactivation, b.expansion, b.contraction, b.churn, b.credit, b.closing, b.flash, b.nrr) AND NOT a.provisional
	AND s OPERATOR(plg.=) by_month), 'snapshots give the same movements as long as they last')
FROM snapped JOIN built USING (ledger), LATERAL plg.movements(s, 'month', '2025-01-01', '2026-04-01') a JOIN plg.movements(l, 'month', '2025-01-01', '2026-04-01') b USING (period_start)
WHERE EXISTS (SELECT FROM rows r WHERE r.ledger = built.ledger AND until IS NULL);

-- CDNOW: what somebody bought in a month, as a monthly snapshot
\set data `test -f "$PLG_SHARED/data/cdnow_sample.csv.gz" && echo 1 || echo 0`
\if :data
CREATE TABLE cdnow (master_id int, customer int, day date, cds int, usd numeric);
\copy cdnow FROM PROGRAM 'zcat "$PLG_SHARED/data/cdnow_sample.csv.gz"' (FORMAT csv, HEADER)
CREATE TABLE monthly AS SELECT customer, date_trunc('month', day)::date AS month, sum(usd) AS usd FROM cdnow GROUP BY 1, 2;
CREATE TABLE cdnow_ledger AS SELECT plg.ledger_snapshots(customer, usd, date_trunc('month', day)::date) AS l FROM cdnow;
-- both ends of each customer's months, and of those without a purchase after one
WITH pair AS (
	SELECT month, customer, 0 AS o, usd AS c FROM monthly UNION ALL SELECT (month + interval '1 month')::date, customer, usd, 0 FROM monthly
), moved AS (
	SELECT p.month, p.customer, sum(o) AS o, sum(c) AS c, EXISTS (SELECT FROM monthly m WHERE m.customer = p.customer AND m.month < p.month AND m.usd > 0) AS before FROM pair p GROUP BY 1, 2
), expected AS (
	SELECT month, sum(o) AS opening, sum(c) AS closing, coalesce(sum(c) FILTER (WHERE o = 0 AND NOT before), 0) AS new, coalesce(sum(c) FILTER (WHERE o = 0 AND before), 0) AS reactivation, coalesce(sum(c - o) FILTER (WHERE o > 0 AND c > o), 0) AS expansion,
		coalesce(sum(o - c) FILTER (WHERE c > 0 AND o > c), 0) AS contraction, coalesce(sum(o) FILTER (WHERE c = 0), 0) AS churn, (sum(c) FILTER (WHERE o > 0) / nullif(sum(o), 0))::float8 AS nrr, (sum(least(o, c)) / nullif(sum(o), 0))::float8 AS grr
	FROM moved WHERE month < '1998-07-01' GROUP BY month
)
SELECT report(count(*) = 18 AND bool_and((m.opening, m.new, m.reactivation, m.expansion, m.contraction, m.churn, m.closing) = (e.opening, e.new, e.reactivation, e.expansion, e.contraction, e.churn, e.closing) AND NOT m.provisional
	AND (abs(m.nrr - e.nrr) < 1e-12 AND abs(m.grr - e.grr) < 1e-12) IS NOT false), 'CDNOW: 18 months of purchases as snapshots, movements and retention')
FROM cdnow_ledger, plg.movements(l, 'month', '1997-01-01', '1998-07-01') m FULL JOIN expected e ON e.month = m.period_start;
SELECT report(r.n = 18 AND r.same, 'CDNOW: the triangle of the first quarter')
FROM (SELECT count(*) AS n, bool_and(r.mrr = (SELECT coalesce(sum(usd), 0) FROM monthly m JOIN (SELECT customer, min(month) AS first FROM monthly WHERE usd > 0 GROUP BY 1) f USING (customer) WHERE f.first = r.cohort AND m.month = (r.cohort + make_interval(months => r.period))::date)) AS same
	FROM cdnow_ledger, plg.revenue_retention(l, 'month', 6) r WHERE r.cohort < '1997-04-01') r;
\else
SELECT 'ok - CDNOW # SKIP shared data not found';
\endif
