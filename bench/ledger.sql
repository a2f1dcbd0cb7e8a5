-- Revenue, from raw rows: five intervals an account.

-- job floor_ledger: sum the MRR of each account: the floor of revenue
SELECT count(*) FROM (SELECT account_id, sum(mrr) FROM subscriptions GROUP BY account_id) s;

-- job ledger: 36 months of MRR movements
--   vs ledger_hand >= 4
--   answer month, trim_scale(opening), trim_scale(new), trim_scale(reactivation), trim_scale(expansion), trim_scale(contraction), trim_scale(churn), trim_scale(closing)
SELECT m.period_start AS month, m.opening, m.new, m.reactivation, m.expansion, m.contraction, m.churn, m.closing, m.nrr
FROM (SELECT plg.ledger(account_id, mrr, since, until) AS l FROM subscriptions) s,
	plg.movements(s.l, 'month', '2023-07-01', '2026-07-01') m;

-- job revenue: movements, 24 points of NRR over twelve months, monthly triangle
--   vs ledger_hand >= 4
--   vs floor_ledger <= 6
SELECT numbers.*
FROM (SELECT plg.ledger(account_id, mrr, since, until) AS l FROM subscriptions) book, LATERAL (
	SELECT 'movements' AS what, m.period_start, m.opening, m.new, m.churn, m.closing, m.nrr FROM plg.movements(l, 'month', '2023-07-01', '2026-07-01') m
	UNION ALL
	SELECT 'nrr_series', s.period_start, s.opening, s.closing, s.retained, NULL, s.nrr FROM plg.nrr_series(l, 'month', 12, '2024-07-01', '2026-07-01') s
	UNION ALL
	SELECT 'triangle', r.cohort, r.mrr, r.accounts, r.period, NULL, r.nrr FROM plg.revenue_retention(l, 'month', 36) r) numbers;

-- job revenue_large: the same for ten times the accounts
--   vs revenue <= 12
SELECT numbers.*
FROM (SELECT plg.ledger(account_id, mrr, since, until) AS l FROM subscriptions_large) book, LATERAL (
	SELECT 'movements' AS what, m.period_start, m.opening, m.new, m.churn, m.closing, m.nrr FROM plg.movements(l, 'month', '2023-07-01', '2026-07-01') m
	UNION ALL
	SELECT 'nrr_series', s.period_start, s.opening, s.closing, s.retained, NULL, s.nrr FROM plg.nrr_series(l, 'month', 12, '2024-07-01', '2026-07-01') s
	UNION ALL
	SELECT 'triangle', r.cohort, r.mrr, r.accounts, r.period, NULL, r.nrr FROM plg.revenue_retention(l, 'month', 36) r) numbers;

-- job ledger_hand: movements by hand: changes by account and month, running sums
-- in as few numerics as can be; whole cents as float8 take 0.8 of its time, but
-- are right for two decimal places only
WITH changes AS (
	SELECT account_id, since AS at, mrr AS delta FROM subscriptions
	UNION ALL
	SELECT account_id, until, -mrr FROM subscriptions WHERE until IS NOT NULL
), months AS (
	SELECT account_id, date_trunc('month', at AT TIME ZONE 'UTC') AS month, sum(delta) AS delta FROM changes GROUP BY 1, 2
), running AS (
	SELECT month, delta, sum(delta) OVER w AS closing, row_number() OVER w > 1 AS seen
	FROM months WINDOW w AS (PARTITION BY account_id ORDER BY month)
), moved AS (
	SELECT month, sum(delta) AS net,
		coalesce(sum(closing) FILTER (WHERE closing = delta AND NOT seen), 0) AS new,
		coalesce(sum(closing) FILTER (WHERE closing = delta AND seen), 0) AS reactivation,
		coalesce(sum(delta) FILTER (WHERE closing > delta AND delta > 0), 0) AS expansion,
		coalesce(-sum(delta) FILTER (WHERE closing > 0 AND delta < 0), 0) AS contraction,
		coalesce(-sum(delta) FILTER (WHERE closing = 0), 0) AS churn
	FROM running WHERE delta <> 0 GROUP BY 1
)
SELECT * FROM (
	SELECT month::date, sum(net) OVER (ORDER BY month) - net AS opening, new, reactivation, expansion, contraction, churn,
		sum(net) OVER (ORDER BY month) AS closing
	FROM moved) m
WHERE month >= '2023-07-01' AND month < '2026-07-01';
