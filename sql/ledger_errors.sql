SET timezone TO 'UTC'; SET datestyle TO ISO; SET intervalstyle TO postgres;

-- Every shape with everything that a row must not have: an error, which names
-- what is wrong, the account and the times, or the documented answer.
CREATE TABLE shape (shape text, call text);
INSERT INTO shape VALUES
	('range', 'plg.ledger(account, mrr, tstzrange(since, until))'),
	('multirange', 'plg.ledger(account, mrr, CASE WHEN since IS NOT NULL THEN tsmultirange(tsrange(since::timestamp, until::timestamp)) END)'),
	('columns', 'plg.ledger(account, mrr, since, until)'),
	('dates', 'plg.ledger(account, mrr, since::date, until::date, currency)'),
	('changes', 'plg.ledger_changes(account, mrr, since)'),
	('of subscriptions', 'plg.ledger_changes(account, ''main''::text, mrr, since, currency)'),
	('deltas', 'plg.ledger_deltas(account, mrr, since::date)'),
	('snapshots', 'plg.ledger_snapshots(account, mrr, since::date, currency)');
CREATE TABLE problem (n serial, problem text, account text, mrr numeric, since timestamptz, until timestamptz, currency text);
INSERT INTO problem (problem, account, mrr, since, until, currency) VALUES
	('fine', 'acme', 10, '2026-02-01', NULL, 'EUR'),
	('NULL account', NULL, 10, '2026-02-01', NULL, 'EUR'),
	('NULL mrr', 'acme', NULL, '2026-02-01', NULL, 'EUR'),
	('NULL time', 'acme', 10, NULL, NULL, 'EUR'),
	('NULL currency', 'acme', 10, '2026-02-01', NULL, NULL),
	('other currency', 'acme', 10, '2026-02-01', NULL, 'USD'),
	('NaN', 'acme', 'NaN', '2026-02-01', NULL, 'EUR'),
	('infinite money', 'acme', '-Infinity', '2026-02-01', NULL, 'EUR'),
	('too many digits', 'acme', 1e37, '2026-02-01', NULL, 'EUR'),
	('too many places', 'acme', 1e-25, '2026-02-01', NULL, 'EUR'),
	('too much together', 'acme', 8e36, '2026-02-01', NULL, 'EUR'),
	('too wide together', 'acme', 1e-24, '2026-02-01', NULL, 'EUR'),
	('infinite time', 'acme', 10, 'infinity', NULL, 'EUR'),
	('time before all', 'acme', 10, '-infinity', NULL, 'EUR'),
	('reversed', 'acme', 10, '2026-02-01', '2026-01-01', 'EUR'),
	('two at once', 'acme', 12, '2026-01-01', NULL, 'EUR');
CREATE FUNCTION answer(call text, problem problem) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	mrr numeric;
	detail text;
BEGIN
	-- beside a row of 10, or a large one
	EXECUTE format('SELECT plg.mrr(%s, ''2026-02-15'') FROM (SELECT ''acme''::text, CASE WHEN ($1).problem ~ ''together'' THEN 5e36 ELSE 10 END, timestamptz ''2026-01-01'', NULL::timestamptz, ''EUR'' UNION ALL SELECT ($1).account, ($1).mrr, ($1).since, ($1).until, ($1).currency) r (account, mrr, since, until, currency)', call)
		INTO mrr USING problem;
	RETURN coalesce(mrr::text, 'NULL');
EXCEPTION WHEN others THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN SQLSTATE || ' ' || SQLERRM || CASE WHEN detail ~ 'row' THEN E'\n  ' || detail ELSE '' END;
END $$;
\pset format unaligned
\pset tuples_only on
SELECT p.problem || ', ' || string_agg(shape, ', ' ORDER BY shape COLLATE "C") || E':\n  ' || answer
FROM (SELECT p.n, p.problem, shape, answer(call, p) FROM shape, problem p) p GROUP BY n, problem, answer ORDER BY n, min(shape COLLATE "C");
\pset format aligned
\pset tuples_only off

-- overlapping rows, where the caller asked for strict
SELECT plg.strict(plg.ledger(account, mrr, since, until), plg.ledger(account, 1, since, until)) IS NULL
FROM (VALUES ('acme'::text, 10, date '2026-01-01', date '2026-03-01'), ('acme', 12, '2026-02-15', NULL)) v (account, mrr, since, until);
-- a window that reaches past what is known: ratios NULL in every reader, amounts of periods provisional
CREATE TABLE book AS SELECT plg.ledger(1, 10, '2026-01-01'::date, '2026-03-15'::date, 'EUR') AS l;
SELECT plg.nrr(l, '2026-02-01', '2026-03-01', as_of => '2026-02-28') AS nrr, plg.grr(l, '2026-02-01', '2026-03-01', as_of => '2026-02-28') AS grr, plg.logo_retention(l, '2026-02-01', '2026-03-01', as_of => '2026-02-28') AS logo,
	plg.nrr(l, '2026-02-01', '2026-03-01', as_of => '2026-03-01') AS known FROM book;
SELECT period_start, churn, closing, nrr, grr, logo_retention, quick_ratio, arpa, provisional FROM book, plg.movements(l, 'month', '2026-02-01', '2026-05-01', as_of => '2026-03-10');
SELECT span, period_start, nrr, grr, logo_retention, provisional FROM book, unnest('{1,2}'::int[]) span, plg.movements(l, 'month', '2026-02-01', '2026-04-01', as_of => '2026-03-31 23:59:59+00', span => span);
SELECT x.period_start, expansion_revenue, gained, expansion_share, expansion_rate, provisional FROM book, plg.expansion_revenue(l, 'month', '2026-01-01', '2026-04-01', as_of => '2026-03-10') x;
SELECT s.period_start, mature, opening, closing, nrr FROM book, plg.nrr_series(l, 'month', 1, '2026-02-01', '2026-04-01', as_of => '2026-03-10') s;
SELECT r.period, mature, mrr, nrr FROM book, plg.revenue_retention(l, 'month', 3, as_of => '2026-03-10') r;
SELECT c.* FROM book, plg.nrr_ci(l, '2026-02-01', '2026-04-01', as_of => '2026-03-10') c;
-- since and until, in every reader that takes them
CREATE TABLE reader (call text, unit text);
INSERT INTO reader VALUES ('plg.nrr(l, %L, %L)', 'day'), ('plg.grr(l, %L, %L)', 'day'), ('plg.logo_retention(l, %L, %L)', 'day'), ('plg.nrr_ci(l, %L, %L)', 'day'), ('plg.account_movements(l, %L, %L)', 'day'),
	('plg.movements(l, ''month'', %L, %L)', 'month'), ('plg.expansion_revenue(l, ''month'', %L, %L)', 'month'), ('plg.nrr_series(l, ''month'', 2, %L, %L)', 'month');
CREATE FUNCTION tried(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	EXECUTE 'SELECT count(x) FROM book, ' || call || ' x';
	RETURN 'an answer';
EXCEPTION WHEN others THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLERRM || E'\n  ' || hint;
END $$;
\pset format unaligned
\pset tuples_only on
SELECT format('%s to %s, by %s: %s', since, until, unit, tried(format(call, since, until))) COLLATE "C", count(*)
FROM reader, (VALUES ('2026-02-01', '2026-02-01'), ('2026-03-01', '2026-02-01'), ('2026-02-02', '2026-03-01'), ('2026-02-01', '2026-03-31'), (NULL, '2026-03-01'), ('2026-02-01', NULL), ('-infinity', '2026-03-01'), ('2026-02-01', 'infinity')) w (since, until)
GROUP BY 1 ORDER BY 1;
