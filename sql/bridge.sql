SET timezone TO 'UTC'; SET datestyle TO ISO; SET intervalstyle TO postgres;
\set VERBOSITY default

-- prices by the month
SELECT unit, n, quantity, plg.monthly(120, unit, n, quantity)
FROM (VALUES ('day', 1, 1), ('week', 1, 1), ('Week', 2, 1), ('month', 1, 1), ('month', 3, 1), ('quarter', 1, 2), ('year', 1, 1), ('year', 3, 2.5), ('year', 2147483647, 1)) v (unit, n, quantity);
SELECT plg.monthly(100, 'year'), plg.monthly(-30, 'month', 1, 3), plg.monthly(0, 'day'), plg.monthly(NULL, 'day'), plg.monthly(1e-20, 'year'), plg.mrr(plg.ledger(1, plg.monthly(1e-20, 'year'), '[2026-01-01,)'::daterange), '2026-01-01');
SELECT plg.monthly(100, 'decade');
SELECT plg.monthly(100, 'month', 0);
SELECT plg.monthly('NaN', 'month');
SELECT plg.monthly(100, 'month', 1, 'infinity');

-- minor units
SELECT plg.minor_units(1999), plg.minor_units(-5), plg.minor_units(1500, 0), plg.minor_units(1999, 3), plg.minor_units(9223372036854775807, 24), plg.minor_units(0), plg.minor_units(NULL);
SELECT plg.ledger(1, plg.minor_units(cents), since, NULL) OPERATOR(plg.=) plg.ledger(1, cents / 100.0, since, NULL) AS same FROM (VALUES (1999, date '2026-01-01'), (5, '2026-02-01'), (-1200, '2026-03-01')) v (cents, since);
SELECT plg.minor_units(1999, -1);
SELECT plg.minor_units(1999, 25);

-- sums with named inputs
SELECT plg.ltv(arpa => 50, gross_margin => 0.8, churn => 0.02), plg.ltv(50, 0.8, 0), plg.ltv(50, NULL, 0.1),
	plg.payback(cac => 480, arpa => 50, gross_margin => 0.8), plg.payback(480, 0, 0.8), plg.compound(0.98, 12), plg.compound(1.01, 0);
SELECT plg.ltv(50, 80, 0.02);
SELECT plg.ltv(50, 0.8, -0.02);
SELECT plg.payback(-1, 50, 0.8);
SELECT plg.compound(-0.5, 12);
SELECT plg.compound(1.1, 'NaN');

-- snapshots in two columns: NULL is 0
CREATE TEMP TABLE snapshot (account int, opening numeric, closing numeric, paid_before boolean);
INSERT INTO snapshot VALUES (1, 100, 120.5, NULL), (2, 50, 20, true), (3, 30, NULL, true), (4, NULL, 80, false), (5, NULL, 9.25, true), (6, -5, 12, false), (7, 10, -2, true), (8, 60, 60, true), (9, NULL, NULL, NULL), (10, -3, -3, NULL);
SELECT plg.nrr(opening, closing), plg.grr(opening, closing) FROM snapshot;
SELECT (plg.bridge(opening, closing, paid_before)).* FROM snapshot \gx
SELECT plg.nrr(opening, closing), plg.grr(opening, closing), (plg.bridge(opening, closing, paid_before)).closing FROM snapshot WHERE false;
SELECT plg.nrr(opening, closing), (plg.bridge(opening, closing, paid_before)).* FROM snapshot WHERE account = 9;
-- over moving windows, with amounts of other scales coming and going
SELECT account, plg.nrr(opening, closing) OVER w, plg.grr(opening, closing) OVER w, plg.bridge(opening, closing, paid_before) OVER w
FROM snapshot WINDOW w AS (ORDER BY account ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING);
SELECT plg.nrr('NaN', 1);
SELECT plg.grr(1, 1e40);
SELECT plg.bridge(1e-25, 0, false);
SELECT plg.nrr(o, 1) FROM (VALUES (1e36), (1e-24)) v (o);
SELECT plg.bridge_nrr('abc');
SELECT plg.bridge_nrr(plg.bridge_add(NULL, 4, 3)), plg.bridge_nrr(plg.bridge_combine(plg.bridge_add(NULL, 4, 3), plg.bridge_add(NULL, 0.5, 3)));

-- confidence
CREATE TEMP TABLE book AS SELECT plg.ledger(account, mrr, since, until) AS l
FROM (VALUES (1, 100, date '2025-01-01', date '2026-01-01'), (1, 130, '2026-01-01', NULL), (2, 50, '2025-01-01', '2025-06-01'), (3, 80, '2025-01-01', NULL), (4, 20, '2025-01-01', '2025-03-01'), (4, 25, '2025-03-01', NULL), (5, 200, '2025-06-01', NULL)) v (account, mrr, since, until);
SELECT accounts, opening, closing, nrr = plg.nrr(l, '2025-02-01', '2026-02-01') AS same, round(nrr::numeric, 6) AS nrr, round(nrr_low::numeric, 6) AS low, round(nrr_high::numeric, 6) AS high
FROM book, plg.nrr_ci(l, '2025-02-01', '2026-02-01');
SELECT level, round(nrr_low::numeric, 6) AS low, round(nrr_high::numeric, 6) AS high FROM book, unnest('{0.5,0.9,0.99}'::float8[]) level, plg.nrr_ci(l, '2025-02-01', '2026-02-01', level => level);
SELECT c.* FROM book, plg.nrr_ci(l, '2024-02-01', '2025-02-01') c WHERE c.accounts = 0;
SELECT c.* FROM plg.nrr_ci((SELECT plg.ledger(1, 10, '[2025-01-01,)'::daterange)), '2025-02-01', '2026-02-01') c;
SELECT c.* FROM book, plg.nrr_ci(l, '2025-02-01', '2026-02-01', as_of => '2026-01-15') c;
SELECT count(c) FROM plg.nrr_ci(NULL, '2025-02-01', '2026-02-01') c;
SELECT c.* FROM book, plg.nrr_ci(l, '2025-02-01', '2026-02-01', level => 95) c;
