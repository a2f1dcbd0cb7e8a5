-- 36 months of MRR movements.
SELECT m.period_start, m.opening, m.new, m.reactivation, m.expansion, m.contraction, m.churn, m.closing, m.nrr
FROM (SELECT plg.ledger(account_id, mrr, since, until) AS l FROM subscriptions) s,
	plg.movements(s.l, 'month', '2023-07-01', '2026-07-01') m;
