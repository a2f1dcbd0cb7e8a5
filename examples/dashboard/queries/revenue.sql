-- mrr
SELECT m.closing, m.opening, m.accounts_closing, m.arpa, m.period_start
FROM ledger, plg.movements(l, 'month', :'since', :'until', :'zone', :'as_of') AS m
ORDER BY m.period_start DESC
LIMIT 1

-- movements
SELECT m.period_start AS month, m.new, m.reactivation, m.expansion, m.contraction, m.churn, m.credit,
       m.opening, m.closing, m.accounts_closing, m.provisional
FROM ledger, plg.movements(l, 'month', :'since', :'until', :'zone', :'as_of') AS m
WHERE m.accounts_opening + m.accounts_closing + m.accounts_flash > 0
ORDER BY month

-- retained
SELECT n.period_start AS month, n.window_start, n.mature, n.accounts, n.opening, n.nrr, n.grr, n.logo_retention
FROM ledger, plg.nrr_series(l, 'month', :'span', :'since', :'until', :'zone', :'as_of') AS n
ORDER BY month

-- cohorts
SELECT r.*
FROM ledger, plg.revenue_retention(l, 'month', 12, :'zone', :'as_of', average => true) AS r
