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
