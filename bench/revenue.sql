-- 36 months of MRR movements, 24 points of NRR over twelve months and the
-- monthly triangle, of one ledger.
WITH book AS MATERIALIZED (SELECT plg.ledger(account_id, mrr, since, until) AS l FROM subscriptions)
SELECT 'movements' AS what, m.period_start, m.opening, m.new, m.churn, m.closing, m.nrr FROM book, plg.movements(l, 'month', '2023-07-01', '2026-07-01') m
UNION ALL
SELECT 'nrr_series', s.period_start, s.opening, s.closing, s.retained, NULL, s.nrr FROM book, plg.nrr_series(l, 'month', 12, '2024-07-01', '2026-07-01') s
UNION ALL
SELECT 'triangle', r.cohort, r.mrr, r.accounts, r.period, NULL, r.nrr FROM book, plg.revenue_retention(l, 'month', 36) r;
