-- Accounts that are customers while they pay nothing: plg.keep_customers.
SET timezone TO 'UTC';
SET datestyle TO ISO;

CREATE TEMP TABLE subscription (account int, mrr numeric, during daterange);
INSERT INTO subscription VALUES
	(1, 100, '[2026-01-10,2026-03-01)'), (1, 0, '[2026-03-01,2026-04-15)'), (1, 100, '[2026-04-15,)'),  -- pauses
	(2, 0, '[2026-01-05,2026-02-10)'), (2, 30, '[2026-02-10,2026-05-05)'),                              -- has a free plan, pays, leaves
	(3, 0, '[2026-02-01,2026-03-20)'),                                                                  -- never pays
	(4, 50, '[2026-01-03,2026-03-10)'), (4, 60, '[2026-04-20,)'),                                       -- leaves, and comes back
	(5, 80, '[2026-01-01,)'), (5, -80, '[2026-02-15,2026-03-15)');                                      -- a month with 100 % off
CREATE TEMP TABLE book AS
SELECT plg.ledger(account, mrr, during) AS plain, plg.ledger(account, 1, during) FILTER (WHERE mrr >= 0) AS customers FROM subscription;
ALTER TABLE book ADD kept plg.ledger;
UPDATE book SET kept = plg.keep_customers(plain, customers);

CREATE TEMP VIEW two AS SELECT 'plain' AS how, plain AS l FROM book UNION ALL SELECT 'kept', kept FROM book;
SELECT how, period_start, opening, new, reactivation, expansion, contraction, churn, closing FROM two, plg.movements(l, 'month', '2026-01-01', '2026-06-01') ORDER BY 1, 2;
SELECT how, period_start, accounts_opening AS opening, accounts_new AS new, accounts_reactivated AS back, accounts_expanded AS more, accounts_contracted AS less, accounts_churned AS gone, accounts_closing AS closing, accounts_flash AS flash, logo_retention
FROM two, plg.movements(l, 'month', '2026-01-01', '2026-06-01') ORDER BY 1, 2;
SELECT a.* FROM book, plg.account_movements(kept, '2026-03-01', '2026-04-01') a;
SELECT u.* FROM book, plg.unnest(kept) u WHERE account IN ('1', '2', '3');
SELECT how, cohort, accounts, period, mrr, logo_retention FROM two, plg.revenue_retention(l, 'month', 4, as_of => '2026-06-01') WHERE cohort = '2026-01-01' ORDER BY 1, 2, 4;
-- a gap is bridged between two times of being a customer
SELECT how, accounts_churned, accounts_reactivated FROM two, plg.movements(l, 'quarter', '2026-01-01', '2026-07-01', bridge_gap => '41 days') ORDER BY 1, 2;
-- of MRR, NRR and GRR nothing changes: who pays nothing has nothing to retain
SELECT how, plg.mrr(l, '2026-03-10'), plg.nrr(l, '2026-02-01', '2026-04-01'), plg.grr(l, '2026-02-01', '2026-04-01'), plg.logo_retention(l, '2026-02-01', '2026-04-01'), plg.nrr(l, '2026-02-01', '2026-04-01', as_of => '2026-03-02') AS not_known FROM two ORDER BY 1;

-- it adds up, in any order, and by rows: a customer of one part is one of the whole
SELECT plg.rollup(part)::text = (SELECT kept::text FROM book) AS same
FROM (SELECT plg.keep_customers(plg.ledger(account, mrr, during), plg.ledger(account, 1, during) FILTER (WHERE mrr >= 0)) AS part FROM subscription GROUP BY during) s;
SELECT plg.rollup(l)::text = kept::text AS same FROM book, LATERAL (VALUES (plain), (plg.keep_customers(NULL, customers))) v (l) GROUP BY kept::text;
-- plain ledgers are the bytes that they were, without a customer and with all of them marked as plain
SELECT plg.keep_customers(plain, NULL)::text = plain::text AS none, plg.keep_customers(plain, plg.ledger_deltas(1, 0, '2026-01-01'::date))::text = plain::text AS empty, plg.keep_customers(kept, NULL)::text = kept::text AS kept,
	plg.keep_customers(plain, kept)::text = plg.keep_customers(plain, plg.keep_customers(plain, customers))::text AS told_by_it FROM book GROUP BY plain, kept, customers;
SELECT plg.keep_customers(NULL, NULL) IS NULL AS nothing, plg.keep_customers(plg.only_accounts(plain, '{9}'), customers)::text = plg.keep_customers(NULL, customers)::text AS only_customers FROM book;
SELECT m.closing, m.accounts_closing, m.accounts_new, m.arpa, m.nrr FROM book, plg.movements(plg.keep_customers(NULL, customers), 'month', '2026-01-01', '2026-02-01') m;
-- list prices tell as well as ones; names, a currency and its text form stay
SELECT plg.keep_customers(plain, (SELECT plg.ledger(account, 19.99, during) FROM subscription WHERE mrr >= 0))::text = kept::text AS same, kept::text::plg.ledger OPERATOR(plg.=) kept AS text_form FROM book;
SELECT plg.currency(plg.keep_customers(plg.ledger('a', 0, '2026-01-01'::date, NULL::date, 'EUR'), plg.ledger('a', 1, '2026-01-01'::date, NULL::date))) AS currency;
SELECT plg.except_accounts(kept, '{1,4}')::text = plg.keep_customers(plg.except_accounts(plain, '{1,4}'), plg.except_accounts(customers, '{1,4}'))::text AS without, plg.only_accounts(kept, '{3}') IS NULL AS with_marks_alone,
	plg.carry_gaps(kept, '50 days')::text = plg.keep_customers(plg.carry_gaps(plain, '50 days'), customers)::text AS carried, plg.keep_customers(plg.rename_accounts(plain, '{"3": 1}'), plg.rename_accounts(customers, '{"3": 1}'))::text = plg.rename_accounts(kept, '{"3": 1}')::text AS renamed FROM book;
SELECT u.* FROM book, plg.unnest(plg.carry_gaps(kept, '50 days', '2026-03-05')) u WHERE account IN ('1', '3');
-- snapshots are known to the end of the last month of both
SELECT plg.mrr(l, '2026-02-15') AS february, plg.mrr(l, '2026-03-01') AS march FROM (SELECT plg.keep_customers(plg.ledger_snapshots(1, 10, m), plg.ledger_snapshots(1, 1, m) FILTER (WHERE m < '2026-03-01')) AS l FROM unnest('{2026-01-01,2026-02-01,2026-03-01}'::date[]) m) s;

SELECT plg.keep_customers(plain, plg.ledger('a', 1, '2026-01-01'::date, NULL::date)) FROM book GROUP BY plain::text, plain;
