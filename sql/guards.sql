SET timezone TO 'UTC'; SET datestyle TO ISO; SET intervalstyle TO postgres;
\set VERBOSITY default

CREATE TEMP TABLE paid (account int, subscription text, currency text, mrr numeric, during daterange);
INSERT INTO paid VALUES (1, 'a', 'EUR', 10, '[2026-01-01,2026-03-01)'), (1, 'b', 'EUR', 5, '[2026-03-01,)'), (2, 'c', 'EUR', 7, '[2026-01-01,)'), (2, 'c', 'EUR', 0, '[2026-04-01,)');
SELECT plg.mrr(plg.ledger(account, mrr, during), '2026-05-01'), plg.one_currency(currency) FROM paid WHERE mrr > 0;
SELECT plg.one_currency(currency) FROM (SELECT currency FROM paid UNION ALL SELECT 'CHF') s;
SELECT plg.one_currency(currency) FROM (VALUES ('USD'), ('EUR')) v (currency);
SELECT plg.one_currency(currency) FROM (VALUES ('EUR'), (NULL)) v (currency);
SELECT plg.one_currency(currency) IS NULL FROM paid WHERE false;
SELECT plg.one_currency_combine('EUR', NULL), plg.one_currency_combine(NULL, 'EUR'), plg.one_currency_combine('EUR', 'EUR'), plg.one_currency_combine(NULL, NULL) IS NULL;
SELECT plg.one_currency_combine('EUR', 'CHF');

SELECT plg.mrr(plg.strict(plg.ledger(account, mrr, during), plg.ledger(account, 1, during)), '2026-02-01') FROM paid WHERE mrr > 0;
SELECT plg.mrr(plg.strict(plg.ledger(account, mrr, during), plg.ledger(account, 1, during)), '2026-02-01') FROM paid;
SELECT plg.mrr(plg.strict(plg.ledger(account, mrr, during), plg.ledger(account || ' ' || subscription, 1, during)), '2026-02-01') FROM (TABLE paid UNION ALL SELECT 1, 'x', 'EUR', 1, '[2026-01-01,)') s WHERE mrr > 0;
SELECT plg.strict(NULL, plg.ledger(account, 1, during)) IS NULL FROM paid;

-- a ledger in a currency: what it remembers, and what it refuses
CREATE TEMP TABLE books AS SELECT currency, plg.ledger(account, mrr, during, currency) AS l FROM (SELECT account, mrr, currency, during FROM paid UNION ALL SELECT 3, 8, 'CHF', '[2026-01-01,)') s GROUP BY currency;
SELECT currency, plg.currency(l), plg.mrr(l, '2026-02-01'), l OPERATOR(plg.=) l::text::plg.ledger AS text FROM books ORDER BY 1;
SELECT plg.rollup(l) FROM books;
SELECT plg.rollup(l) FROM (SELECT l FROM books WHERE currency = 'EUR' UNION ALL SELECT plg.ledger(account, mrr, during) FROM paid) s;
SELECT plg.ledger(account, mrr, during, currency) FROM (TABLE paid UNION ALL SELECT 3, 'x', 'CHF', 8, '[2026-01-01,)') s;
SELECT plg.currency(plg.rollup(l)), plg.mrr(plg.rollup(l), '2026-02-01') FROM (SELECT l FROM books WHERE currency = 'EUR' UNION ALL SELECT plg.ledger_snapshots(7, 3, '2026-02-01', 'EUR')
	UNION ALL SELECT plg.ledger_deltas(8, 4, '2026-01-01'::date, 'EUR') UNION ALL SELECT plg.ledger_changes(9, 5, '2026-01-01'::timestamptz, 'EUR') UNION ALL SELECT plg.ledger(9, 0, '2026-01-01'::date, NULL::date, 'EUR')) s;
SELECT plg.currency(plg.ledger(account, mrr, during)) IS NULL AS none, plg.currency(NULL) IS NULL AS null, plg.currency(plg.ledger(account, mrr, during, '')) = '' AS empty, plg.ledger(account, mrr, during, 'EUR') OPERATOR(plg.=) plg.ledger(account, mrr, during) AS same FROM paid;
-- the same bytes in every shape, and by workers' states
SELECT plg.ledger(account, mrr, lower(during), upper(during), currency) OPERATOR(plg.=) (SELECT l FROM books WHERE currency = 'EUR') AS columns,
	plg.ledger(account, mrr, datemultirange(during), currency) OPERATOR(plg.=) (SELECT l FROM books WHERE currency = 'EUR') AS multirange FROM paid;
SELECT plg.ledger_changes(account, subscription, mrr, at, currency) OPERATOR(plg.=) (SELECT l FROM books WHERE currency = 'EUR') AS changes
FROM (SELECT account, subscription, mrr, lower(during) AS at, currency FROM paid WHERE mrr > 0 UNION ALL SELECT account, subscription, 0, upper(during), currency FROM paid WHERE NOT upper_inf(during)) s;
CREATE TABLE money AS SELECT i % 50 AS account, i % 7 AS subscription, i % 11 AS mrr, date '2026-01-01' + i AS at, 'EUR' AS currency FROM generate_series(1, 3000) i;
ALTER TABLE money SET (parallel_workers = 2);
CREATE TABLE alone AS SELECT plg.ledger_changes(account, subscription, mrr, at, currency) AS c, plg.ledger_deltas(account, mrr, at, currency) AS d FROM money;
-- whether a worker or the leader is the first to find it
\set SHOW_CONTEXT never
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT plg.ledger_changes(account, subscription, mrr, at, currency) OPERATOR(plg.=) (SELECT c FROM alone) AS changes, plg.ledger_deltas(account, mrr, at, currency) OPERATOR(plg.=) (SELECT d FROM alone) AS deltas FROM money;
INSERT INTO money VALUES (1, 1, 1, '2025-01-01', 'USD');
SELECT plg.ledger_changes(account, subscription, mrr, at, currency) FROM money;
SELECT plg.ledger_deltas(account, mrr, at, currency) FROM money;
DROP TABLE money, alone;
-- the last argument is taken for what it is, where the one before it is a column
PREPARE until AS SELECT plg.ledger(account, mrr, lower(during), $1) FROM paid;
PREPARE currency AS SELECT plg.currency(plg.ledger(account, mrr, during, $1)) FROM paid;
EXECUTE currency('EUR');
PREPARE change AS SELECT plg.currency(plg.ledger_changes(account, subscription, mrr, lower(during), $1)) FROM paid WHERE mrr > 0;
EXECUTE change('EUR');
SELECT plg.mrr(plg.ledger(account, mrr, lower(during), NULL), '2026-05-01') FROM paid;
