-- Amounts of every form come out of a ledger as they went in: those that are
-- kept as cents, those that are not, and both together.
\ir ../oracle/report.sql
SET timezone TO 'UTC';

-- around the largest number of cents, few and many digits, zeros of every kind
CREATE TABLE amounts AS
SELECT row_number() OVER () AS n, sign * amount AS amount
FROM (VALUES (0.01), (0.10), (0.1), (0.001), (1), (1.00), (10), (100.0), (9999), (9999.99), (10000), (10000.01), (12345.678),
		(10737418.23), (10737418.24), (10737418.2), (10737418), (10737419), (99999999.99), (100000000), (100000000.01), (1e12),
		(0.0001), (0.0100), (0.010001), (49 / 12.0), (1e-24), (20000.50), (90000000), (0.99), (0.00000001), (5000000.5)) v (amount),
	(VALUES (1), (-1)) s (sign);
INSERT INTO amounts SELECT 1000 + i, i / 100.0 FROM generate_series(1, 30000, 7) i;
INSERT INTO amounts SELECT 40000 + i, round(i * 1073.7418 + 0.005, i % 4) FROM generate_series(1, 20000) i;

SELECT report(count(*) = 24350 AND bool_and(mrr = trim_scale(amount) AND mrr::text = trim_scale(amount)::text), 'each amount alone')
FROM (SELECT amount, plg.mrr(plg.ledger(n, amount, timestamptz '2026-01-01', NULL::timestamptz), '2026-02-01') AS mrr
	FROM amounts GROUP BY n, amount) a;

-- what is paid at each of some instants, by sums over the rows
CREATE TABLE paid AS
SELECT n % 100 AS account, amount, timestamptz '2026-01-01' + (n * 7919 % 300) * interval '1 day' AS since,
	timestamptz '2026-01-01' + (n * 7919 % 300 + 1 + n % 50) * interval '1 day' AS until
FROM amounts;
SELECT report(count(*) = 41 AND bool_and(plg.mrr(l, at)::text = trim_scale(mrr)::text), 'many amounts at many instants')
FROM (SELECT plg.ledger(account, amount, since, until) AS l FROM paid) b,
	(SELECT at, (SELECT coalesce(sum(amount), 0) FROM paid WHERE since <= at AND at < until) AS mrr
		FROM generate_series(timestamptz '2026-01-01', '2026-12-01', '200 hours') at) a;
SELECT report(count(*) = 41 AND bool_and(plg.mrr(l, at)::text = trim_scale(mrr)::text), 'cents alone at many instants')
FROM (SELECT plg.ledger(account, trunc(amount, 2), since, until) AS l FROM paid WHERE abs(amount) < 1e7) b,
	(SELECT at, (SELECT coalesce(sum(trunc(amount, 2)), 0) FROM paid WHERE since <= at AND at < until AND abs(amount) < 1e7) AS mrr
		FROM generate_series(timestamptz '2026-01-01', '2026-12-01', '200 hours') at) a;

SELECT report(count(DISTINCT plg.ledger_send(l)) = 1, 'the same bytes in any order')
FROM (SELECT plg.ledger(account, amount, since, until) AS l FROM paid
	UNION ALL SELECT plg.ledger(account, amount, since, until ORDER BY hashtext(account || '/' || since || amount)) FROM paid
	UNION ALL SELECT plg.ledger(account, amount, since, until ORDER BY amount DESC) FROM paid
	UNION ALL SELECT plg.rollup(l) FROM (SELECT plg.ledger(account, amount, since, until) AS l FROM paid GROUP BY hashtext(since || '/' || amount) & 15) s) v;
SELECT report(plg.ledger_send(a.l) = plg.ledger_send(b.l), 'the same changes as by levels')
FROM (SELECT plg.ledger(n, amount, timestamptz '2026-01-01', '2026-02-01') AS l FROM amounts) a,
	(SELECT plg.ledger_changes(n, mrr, at) AS l FROM amounts,
		LATERAL (VALUES (amount, timestamptz '2026-01-01'), (0, '2026-02-01')) c (mrr, at)) b;

-- three levels at one instant: one message, whatever the order
CREATE FUNCTION message(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	message text;
BEGIN
	EXECUTE query;
	RETURN NULL;
EXCEPTION WHEN cardinality_violation THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
	RETURN message;
END $$;
SELECT report(count(DISTINCT m) = 1 AND min(m) = 'account 1 pays both 10737419 and 12 from 2026-01-01 00:00:00+00 on', 'three levels at one instant, in any order')
FROM (SELECT message(format('SELECT plg.ledger_changes(1, mrr, timestamptz ''2026-01-01'' ORDER BY %s)
		FROM (VALUES (10737419, 3), (0.005, 1), (12, 2)) v (mrr, n)', o)) AS m
	FROM unnest(array['n', 'n DESC', 'n % 3', '-n % 3', 'n % 2', '(n + 1) % 3']) o) v;
