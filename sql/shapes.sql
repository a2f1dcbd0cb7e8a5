SET timezone TO 'UTC'; SET datestyle TO ISO; SET intervalstyle TO postgres;
\set VERBOSITY default

-- One history, month by month, in every shape that can tell it.
CREATE TEMP TABLE paid (account int, mrr numeric, since date, until date);
INSERT INTO paid VALUES (1, 100, '2026-01-01', '2026-03-01'), (1, 120.5, '2026-03-01', NULL), (2, 40, '2026-01-01', '2026-02-01'), (2, 40, '2026-04-01', NULL), (3, -5, '2026-02-01', '2026-04-01');
CREATE TEMP TABLE book AS SELECT plg.ledger(account, mrr, since, until) AS l FROM paid;
SELECT plg.ledger(account, mrr, d) OPERATOR(plg.=) (SELECT l FROM book) AS datemultirange FROM (SELECT account, mrr, range_agg(daterange(since, until)) FROM paid GROUP BY 1, 2) s (account, mrr, d);
SELECT plg.ledger(account::text, mrr, d) OPERATOR(plg.=) (SELECT plg.ledger(account::text, mrr, since, until) FROM paid) AS tstzmultirange FROM (SELECT account, mrr, range_agg(tstzrange(since, until)) FROM paid GROUP BY 1, 2) s (account, mrr, d);
SELECT plg.ledger(lpad(account::text, 32, '0')::uuid, mrr, d) OPERATOR(plg.=) (SELECT plg.ledger(lpad(account::text, 32, '0')::uuid, mrr, since, until) FROM paid) AS tsmultirange FROM (SELECT account, mrr, range_agg(tsrange(since, until)) FROM paid GROUP BY 1, 2) s (account, mrr, d);
WITH deltas AS (SELECT account, mrr, since AS at FROM paid UNION ALL SELECT account, -mrr, until FROM paid WHERE until IS NOT NULL)
SELECT plg.ledger_deltas(account, mrr, at) OPERATOR(plg.=) (SELECT l FROM book) AS deltas, plg.ledger_deltas(account, mrr, at::timestamp) OPERATOR(plg.=) (SELECT l FROM book) AS timestamps,
	plg.ledger_deltas(account::text, mrr, at::timestamptz) OPERATOR(plg.=) (SELECT plg.ledger(account::text, mrr, since, until) FROM paid) AS texts
FROM deltas;

-- multiranges: overlaps within one do not double; empty and NULL
SELECT plg.mrr(plg.ledger(1, 10, '{[2026-01-01,2026-03-01),[2026-02-01,2026-05-01),(2026-06-30,2026-07-02]}'::datemultirange), at) FROM unnest('{2026-02-15,2026-05-01,2026-07-01,2026-07-03}'::timestamptz[]) at GROUP BY at ORDER BY at;
SELECT plg.ledger(1, 10, '{}'::tstzmultirange) IS NULL;
SELECT plg.ledger(1, 10, NULL::tstzmultirange);
SELECT plg.ledger(1, 10, '{(,2026-01-01),[2026-02-01,)}'::tsmultirange);
SELECT plg.ledger(1, 'NaN', '{}'::datemultirange), plg.ledger(1, 'NaN', '{[2026-01-01,2026-02-01)}'::datemultirange);

-- snapshots: no row is 0, and after the last month nothing is known
CREATE TEMP TABLE snapshots AS SELECT account, mrr, m::date AS month FROM paid, generate_series(since, coalesce(until - 1, '2026-05-01'), '1 month') m;
CREATE TEMP TABLE snapped AS SELECT plg.ledger_snapshots(account, mrr, month) AS l FROM snapshots;
SELECT period_start, opening, new, reactivation, expansion, churn, credit, closing, provisional FROM snapped, plg.movements(l, 'month', '2026-01-01', '2026-07-01');
SELECT bool_and((s.opening, s.new, s.churn, s.closing, s.nrr) IS NOT DISTINCT FROM (b.opening, b.new, b.churn, b.closing, b.nrr)) AS same
FROM snapped, book, plg.movements(snapped.l, 'month', '2026-01-01', '2026-06-01') s JOIN plg.movements(book.l, 'month', '2026-01-01', '2026-06-01') b USING (period_start);
SELECT plg.mrr(l, '2026-05-31 23:59:59.999999') AS last, plg.mrr(l, '2026-06-01') AS later, plg.mrr(l, 'infinity') AS ever, plg.nrr(l, '2026-02-01', '2026-06-01') AS known, plg.nrr(l, '2026-02-01', '2026-06-02') AS unknown,
	plg.grr(l, '2026-02-01', '2026-07-01') AS grr, plg.nrr(l, '2026-02-01', '2026-06-01', as_of => '2026-05-01') AS earlier FROM snapped;
SELECT r.cohort, period, mature, mrr FROM snapped, plg.revenue_retention(l, 'month', 6) r;
SELECT s.period_start, mature, opening, closing FROM snapped, plg.nrr_series(l, 'month', 2, '2026-04-01', '2026-08-01') s;
SELECT a.* FROM snapped, plg.account_movements(l, '2026-05-01', '2026-08-01') a;
-- a row of 0 makes a month known; rows of one month add up
SELECT plg.mrr(l, '2026-02-15'), plg.nrr(l, '2026-02-01', '2026-03-01'), plg.mrr(l, '2026-03-01') FROM (SELECT plg.ledger_snapshots(a, m, d) AS l FROM (VALUES (1, 10, date '2026-01-01'), (1, 5, '2026-01-01'), (2, 0, '2026-02-01')) v (a, m, d)) s;
-- split by month or by account and rolled up: the same
SELECT plg.rollup(l) OPERATOR(plg.=) (SELECT l FROM snapped) AS by_month FROM (SELECT plg.ledger_snapshots(account, mrr, month) AS l FROM snapshots GROUP BY month) s;
SELECT plg.rollup(l) OPERATOR(plg.=) (SELECT l FROM snapped) AS by_account FROM (SELECT plg.ledger_snapshots(account, mrr, month) AS l FROM snapshots GROUP BY account) s;
SELECT l::text::plg.ledger OPERATOR(plg.=) l AS text, l OPERATOR(plg.=) (SELECT plg.ledger(account, mrr, month, (month + interval '1 month')::date) FROM snapshots) AS as_intervals FROM snapped;
-- beside a ledger that is known for ever the sum is known as far as the snapshots
SELECT plg.mrr(plg.rollup(l), '2026-05-31'), plg.mrr(plg.rollup(l), '2026-06-01') FROM (TABLE book UNION ALL TABLE snapped) s;
SELECT plg.ledger_snapshots(7, 10, '2026-01-31'::date);
SELECT plg.ledger_snapshots(7, NULL, '2026-01-01'::date);
SELECT plg.ledger_snapshots('acme'::text, 10, 'infinity'::date);
SELECT plg.ledger_snapshots(7, 10, '294276-12-01'::date);
SELECT plg.ledger_deltas(7, 'NaN', '2026-01-01'::date);
SELECT plg.ledger_deltas(7, NULL, '2026-01-01'::date);
SELECT plg.ledger_deltas(7, 1, '-infinity'::timestamptz);
