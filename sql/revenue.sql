SET timezone TO 'UTC'; SET datestyle TO ISO; SET intervalstyle TO postgres;
\set VERBOSITY default

-- an upgrade, a pause, a loss, a short trial, a credit that ends
CREATE TEMP TABLE paid (account text, mrr numeric, during daterange);
INSERT INTO paid VALUES ('up', 100, '[2026-01-10,2026-03-05)'), ('up', 120.5, '[2026-03-05,)'), ('pause', 40, '[2026-01-01,2026-03-02)'), ('pause', 40, '[2026-03-12,)'),
	('loss', 30, '[2026-01-20,2026-02-10)'), ('short', 7, '[2026-03-03,2026-03-20)'), ('credit', -5, '[2026-02-01,2026-03-15)'), ('credit', 12, '[2026-03-10,)'),
	('back', 9, '[2026-01-01,2026-01-15)'), ('back', 9, '[2026-03-31,)'), ('dip', 60, '[2026-01-01,2026-03-08)'), ('dip', 20, '[2026-03-08,2026-03-20)'), ('dip', 50, '[2026-03-20,)');
CREATE TEMP TABLE book AS SELECT plg.ledger(account, mrr, during) AS l FROM paid;

-- drill-down
SELECT a.* FROM book, plg.account_movements(l, '2026-03-01', '2026-04-01') a;
SELECT a.* FROM book, plg.account_movements(l, '2026-03-01', '2026-04-01', 'America/New_York', '2026-03-11') a;
SELECT a.* FROM book, plg.account_movements(l, '2026-03-01', '2026-04-01', reactivation_within => '60 days', bridge_gap => '10 days') a WHERE account IN ('back', 'pause');
SELECT a.* FROM book, plg.account_movements(l, '2026-03-05', '2026-03-11', bridge_gap => '10 days') a WHERE account = 'pause';
SELECT a.* FROM book, plg.account_movements(l, '2026-03-01', '2026-04-01', movement_by => 'event', bridge_gap => '10 days') a WHERE account <> 'loss';
SELECT count(a) FROM plg.account_movements(NULL, '2026-03-01', '2026-04-01') a;
SELECT a.account FROM plg.account_movements((SELECT plg.ledger(lpad('7', 32, '0')::uuid, 1, '[2026-01-01,)'::daterange)), '2026-03-01', '2026-04-01') a;

-- named options
SELECT o.movement_by, o.within, o.gap, m.opening, new, reactivation, expansion, contraction, churn, credit, closing, flash, accounts_churned AS churned, round(nrr::numeric, 3) AS nrr, round(logo_retention::numeric, 3) AS logo
FROM book, (VALUES ('period', NULL::interval, NULL::interval), ('period', '60 days', NULL), ('event', NULL, NULL), ('event', '9 days', NULL), ('event', '10 days', NULL), ('event', NULL, '9 days'), ('event', NULL, '10 days'), ('period', NULL, '90 days')) o (movement_by, within, gap),
	plg.movements(l, 'month', '2026-03-01', '2026-04-01', movement_by => o.movement_by, reactivation_within => o.within, bridge_gap => o.gap) m;
SELECT method, plg.grr(l, '2026-03-01', '2026-04-01', grr_method => method), round(m.grr::numeric, 6) AS in_movements, round(s.grr::numeric, 6) AS in_series
FROM book, unnest('{least,low_water,flow}'::text[]) method, plg.movements(l, 'month', '2026-03-01', '2026-04-01', grr_method => method) m, plg.nrr_series(l, 'month', 1, '2026-03-01', '2026-04-01', grr_method => method) s;

-- sliding windows
SELECT s.* FROM book, plg.nrr_series(l, 'month', 2, '2026-02-01', '2026-06-01', as_of => '2026-05-01') s;
SELECT s.period_start, s.window_start, s.opening, s.nrr FROM book, plg.nrr_series(l, 'week', 3, '2026-03-02', '2026-03-16', 'Asia/Tokyo') s;

-- cohorts
SELECT r.* FROM book, plg.revenue_retention(l, 'month', 3, average => true) r;
SELECT r.* FROM book, plg.revenue_retention(l, 'month', 2, 'Asia/Tokyo', '2026-03-01', true) r;
-- a late return joins a second cohort; a bridged gap loses nobody; ways to count GRR
SELECT r.cohort, accounts, period, mrr FROM book, plg.revenue_retention(l, 'month', 3, reactivation_within => '60 days') r WHERE accounts > 0;
SELECT r.cohort, period, logo_retention FROM plg.revenue_retention((SELECT plg.ledger(account, mrr, during) FROM paid WHERE account = 'pause'), 'week', 12, bridge_gap => '10 days') r WHERE period >= 8;
SELECT r.cohort, period, logo_retention FROM plg.revenue_retention((SELECT plg.ledger(account, mrr, during) FROM paid WHERE account = 'pause'), 'week', 12) r WHERE period >= 8;
SELECT method, round(r.grr::numeric, 6) AS grr FROM book, unnest('{least,low_water,flow}'::text[]) method, plg.revenue_retention(l, 'month', 3, grr_method => method) r WHERE r.cohort = '2026-01-01' AND period = 2;
SELECT count(r) FROM plg.revenue_retention((SELECT plg.ledger(1, 0, '[2026-01-01,)'::daterange)), 'month', 3, average => true) r;
SELECT x.* FROM book, plg.expansion_revenue(l, 'month', '2026-01-01', '2026-04-01', as_of => '2026-03-20') x;
SELECT x.* FROM book, plg.expansion_revenue(l, 'month', '2026-03-01', '2026-04-01', movement_by => 'event', bridge_gap => '10 days') x;

-- what they refuse
SELECT * FROM book, plg.movements(l, 'month', '2026-03-01', '2026-04-01', movement_by => 'day');
SELECT * FROM book, plg.movements(l, 'month', '2026-03-01', '2026-04-01', reactivation_within => '3 months');
SELECT * FROM book, plg.movements(l, 'month', '2026-03-01', '2026-04-01', bridge_gap => '-1 day');
SELECT plg.grr(l, '2026-03-01', '2026-04-01', grr_method => 'totals') FROM book;
SELECT * FROM book, plg.nrr_series(l, 'month', 0, '2026-03-01', '2026-04-01');
SELECT * FROM book, plg.nrr_series(l, 'month', 1000000, '2026-03-01', '2026-04-01');
SELECT * FROM book, plg.nrr_series(l, 'month', 12, '2026-03-05', '2026-04-01');
SELECT * FROM book, plg.nrr_series(l, 'year', 40000, '2026-01-01', '2027-01-01');
SELECT * FROM book, plg.revenue_retention(l, 'month', 0);
SELECT * FROM book, plg.revenue_retention(l, 'month', 100000);
SELECT * FROM book, plg.revenue_retention(l, 'fortnight', 3);
SELECT * FROM plg.revenue_retention((SELECT plg.ledger(1, 1, '1800-01-01'::date, '2026-01-01'::date)), 'day', 3);
SELECT * FROM book, plg.account_movements(l, '2026-04-01', '2026-03-01');
