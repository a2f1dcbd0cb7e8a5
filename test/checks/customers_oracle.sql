-- Accounts that are customers while they pay nothing, plg.keep_customers: every
-- column of movements, NRR, GRR, logo retention and their series, against plain SQL
-- over a spine of accounts and periods; and that whatever is made of such a ledger
-- is what comes of its two halves.
SET timezone TO 'UTC';
\ir ../oracle/ledgers.sql

\ir ../oracle/report.sql

-- Half of the ledgers have as customers whoever has a row, the others list prices of rows of their own.
CREATE TABLE paid AS SELECT ledger, account, CASE WHEN random() < 0.4 THEN 0 ELSE mrr END AS mrr, since, until FROM random_ledgers WHERE random() < 0.6;
CREATE TABLE held AS SELECT ledger, account, 1.0 AS weight, since, until FROM paid WHERE right(ledger, 1) < '5' AND mrr >= 0
	UNION ALL SELECT ledger, account, 19.99, since + interval '3 days', until + interval '20 days' FROM paid WHERE right(ledger, 1) >= '5' AND random() < 0.4;
CREATE TABLE job AS
SELECT row_number() OVER () AS id, ledger, unit, d::date AS since, (d + (3 + floor(random() * 9)) * ('1 ' || unit)::interval)::date AS until,
	(ARRAY['UTC', 'America/New_York', 'Asia/Kolkata'])[1 + floor(random() * 3)::int] AS tz,
	CASE WHEN random() < 0.4 THEN date_trunc('day', timestamptz '2025-08-01' + random() * interval '400 days') END AS as_of,
	1 + floor(random() * random() * 6)::int AS span, (ARRAY[NULL, '20 days', '90 days']::interval[])[1 + floor(random() * 3)::int] AS within
FROM (SELECT DISTINCT ledger FROM paid) l, unnest('{week,month}'::text[]) unit, LATERAL (SELECT date_trunc(unit, timestamp '2025-05-01' + random() * interval '400 days') WHERE ledger <> unit) s (d);
CREATE TABLE built AS
SELECT ledger, plg.ledger(account, mrr, since, until) AS plain, (SELECT plg.ledger(account, weight, since, until) FROM held h WHERE h.ledger = p.ledger) AS customers
FROM paid p GROUP BY ledger;
ALTER TABLE built ADD l plg.ledger;
UPDATE built SET l = plg.keep_customers(plain, customers);
ANALYZE;

CREATE FUNCTION oracle(job) RETURNS TABLE (
	period_start date, opening numeric, new numeric, reactivation numeric, expansion numeric, contraction numeric, churn numeric, credit numeric, closing numeric, flash numeric,
	accounts_opening bigint, accounts_new bigint, accounts_reactivated bigint, accounts_expanded bigint, accounts_contracted bigint, accounts_churned bigint, accounts_closing bigint, accounts_flash bigint,
	nrr float8, grr float8, logo_retention float8)
LANGUAGE sql AS $$
	WITH known AS MATERIALIZED (
		SELECT account, mrr, weight, since, CASE WHEN until <= coalesce($1.as_of, 'infinity') THEN until END AS until
		FROM (SELECT ledger, account, mrr, 0.0 AS weight, since, until FROM paid UNION ALL SELECT ledger, account, 0, weight, since, until FROM held) r
		WHERE ledger = $1.ledger AND since <= coalesce($1.as_of, 'infinity')
	), period AS MATERIALIZED (
		SELECT d::date AS d, (d - ($1.span - 1) * ('1 ' || $1.unit)::interval) AT TIME ZONE $1.tz AS a, lead(d) OVER (ORDER BY d) AT TIME ZONE $1.tz AS b
		FROM generate_series($1.since::timestamp, $1.until::timestamp, ('1 ' || $1.unit)::interval) d
	), level AS MATERIALIZED (
		SELECT account, t, sum(mrr) FILTER (WHERE since <= t AND (until > t) IS NOT false) AS pays,
			coalesce(sum(mrr) FILTER (WHERE since <= t AND (until > t) IS NOT false), 0) > 0 OR coalesce(sum(weight) FILTER (WHERE since <= t AND (until > t) IS NOT false), 0) > 0 AS customer
		FROM (SELECT account, since FROM known UNION SELECT account, until FROM known WHERE until IS NOT NULL) i (account, t) JOIN known USING (account)
		GROUP BY account, t
	), spell AS MATERIALIZED (
		SELECT *, lag(customer, 1, false) OVER (PARTITION BY account ORDER BY t) AS before FROM level
	), ends AS (
		SELECT d, a, b, account, coalesce(sum(mrr) FILTER (WHERE since < a AND (until >= a) IS NOT false), 0) AS o, coalesce(sum(mrr) FILTER (WHERE since < b AND (until >= b) IS NOT false), 0) AS c,
			coalesce(sum(weight) FILTER (WHERE since < a AND (until >= a) IS NOT false), 0) > 0 AS ho, coalesce(sum(weight) FILTER (WHERE since < b AND (until >= b) IS NOT false), 0) > 0 AS hc
		FROM period CROSS JOIN known WHERE b IS NOT NULL GROUP BY d, a, b, account
	), spine AS (
		SELECT *, o > 0 OR ho AS co, c > 0 OR hc AS cc, coalesce((SELECT max(pays) FROM level l WHERE l.account = e.account AND t >= a AND t < b), 0) AS peak,
			-- when it was gone last before it joins here for the first time, if that was soon enough
			(SELECT t - (SELECT max(g.t) FROM spell g WHERE g.account = s.account AND g.t < s.t AND g.before AND NOT g.customer) <= coalesce($1.within, '1000 years') FROM spell s
				WHERE s.account = e.account AND t >= a AND t < b AND customer AND NOT before ORDER BY t LIMIT 1) AS returns
		FROM ends e
	), moved AS (
		SELECT *, CASE WHEN co AND NOT cc THEN 'churn' WHEN co AND greatest(c, 0) < greatest(o, 0) THEN 'contraction' WHEN co AND greatest(c, 0) > greatest(o, 0) THEN 'expansion'
			WHEN NOT co AND cc AND returns THEN 'reactivation' WHEN NOT co AND cc THEN 'new' WHEN NOT co AND peak > 0 THEN 'flash' END AS what, greatest(o, 0) AS op, greatest(c, 0) AS cp
		FROM spine
	)
	SELECT p.d, coalesce(sum(o), 0), coalesce(sum(cp) FILTER (WHERE what = 'new'), 0), coalesce(sum(cp) FILTER (WHERE what = 'reactivation'), 0),
		coalesce(sum(cp - op) FILTER (WHERE what = 'expansion'), 0), coalesce(sum(op - cp) FILTER (WHERE what = 'contraction'), 0), coalesce(sum(op) FILTER (WHERE what = 'churn'), 0),
		coalesce(sum(least(c, 0) - least(o, 0)), 0), coalesce(sum(c), 0), coalesce(sum(peak) FILTER (WHERE what = 'flash'), 0),
		count(*) FILTER (WHERE co), count(*) FILTER (WHERE what = 'new'), count(*) FILTER (WHERE what = 'reactivation'), count(*) FILTER (WHERE what = 'expansion'), count(*) FILTER (WHERE what = 'contraction'),
		count(*) FILTER (WHERE what = 'churn'), count(*) FILTER (WHERE cc), count(*) FILTER (WHERE what = 'flash'),
		sum(cp) FILTER (WHERE o > 0) / nullif(sum(op), 0), sum(least(op, cp)) / nullif(sum(op), 0), count(*) FILTER (WHERE co AND cc)::float8 / nullif(count(*) FILTER (WHERE co), 0)
	FROM period p LEFT JOIN moved m USING (d) WHERE p.b IS NOT NULL GROUP BY p.d $$;

CREATE TABLE answer AS
SELECT job.id, job.span, job.as_of IS NULL AS all_known, m.*, to_jsonb(o) AS expected, coalesce(
		(m.opening, m.new, m.reactivation, m.expansion, m.contraction, m.churn, m.credit, m.closing, m.flash) = (o.opening, o.new, o.reactivation, o.expansion, o.contraction, o.churn, o.credit, o.closing, o.flash)
		AND (m.accounts_opening, m.accounts_new, m.accounts_reactivated, m.accounts_expanded, m.accounts_contracted, m.accounts_churned, m.accounts_closing, m.accounts_flash)
			= (o.accounts_opening, o.accounts_new, o.accounts_reactivated, o.accounts_expanded, o.accounts_contracted, o.accounts_churned, o.accounts_closing, o.accounts_flash)
		AND CASE WHEN m.provisional THEN num_nonnulls(m.nrr, m.grr, m.logo_retention) = 0 ELSE near(m.nrr, o.nrr) AND near(m.grr, o.grr) AND near(m.logo_retention, o.logo_retention) END, false) AS good
FROM job JOIN built USING (ledger), LATERAL (SELECT m, o FROM plg.movements(l, unit, since, until, tz, as_of, reactivation_within => within, span => span) m FULL JOIN oracle(job) o USING (period_start)) x (m_, o_),
	LATERAL (SELECT (m_).*) m, LATERAL (SELECT (o_).*) o;
SELECT report(bool_and(good) AND count(*) > 1000, count(*) || ' random periods: all columns of movements') FROM answer;
SELECT '# ' || id || ' ' || span || E'\n# got      ' || to_jsonb(answer) - 'expected' || E'\n# expected ' || expected FROM answer WHERE NOT good LIMIT 3;
SELECT report(sum(accounts_closing) > 1.2 * sum(p.with_mrr), format('%s customers at the ends of periods, %s of them pay', sum(accounts_closing), sum(p.with_mrr)))
FROM job JOIN built USING (ledger), LATERAL (SELECT m.accounts_closing, n.accounts_closing AS with_mrr FROM plg.movements(l, unit, since, until, tz, as_of) m JOIN plg.movements(plain, unit, since, until, tz, as_of) n USING (period_start)) p;
SELECT report(bool_and(opening + new + reactivation + expansion - contraction - churn + credit = closing AND accounts_opening + accounts_new + accounts_reactivated - accounts_churned = accounts_closing),
	'opening and movements come to the closing, in money and in accounts') FROM answer;

-- One question, several readers.
SELECT report(bool_and(near(s.nrr, m.nrr) AND near(s.grr, m.grr) AND near(s.logo_retention, m.logo_retention) AND s.accounts = m.accounts_opening) AND count(*) > 300, count(*) || ' windows of nrr_series are those of movements')
FROM job JOIN built USING (ledger), LATERAL plg.nrr_series(l, unit, span, since, until, tz) s JOIN LATERAL plg.movements(l, unit, since, until, tz, span => span) m USING (period_start) WHERE as_of IS NULL;
SELECT report(bool_and((m.new, m.reactivation, m.expansion, m.contraction, m.churn, m.credit) = (a.new, a.reactivation, a.expansion, a.contraction, a.churn, a.credit) AND m.accounts_closing = a.closing) AND count(*) > 200
		AND bool_and(near(plg.nrr(l, since, until, tz), m.nrr) AND near(plg.logo_retention(l, since, until, tz), m.logo_retention)), count(*) || ' windows: the rows of account_movements add up, and nrr and logo_retention say the same')
FROM job JOIN built USING (ledger), LATERAL plg.movements(l, 'day', (until - 1)::date, until, tz, span => until - since) m,
	LATERAL (SELECT coalesce(sum(amount) FILTER (WHERE movement = 'new'), 0), coalesce(sum(amount) FILTER (WHERE movement = 'reactivation'), 0), coalesce(sum(amount) FILTER (WHERE movement = 'expansion'), 0), coalesce(sum(amount) FILTER (WHERE movement = 'contraction'), 0),
		coalesce(sum(amount) FILTER (WHERE movement = 'churn'), 0), coalesce(sum(amount) FILTER (WHERE movement = 'credit'), 0), count(*) FILTER (WHERE movement NOT IN ('churn', 'credit', 'flash'))
		FROM plg.account_movements(l, since, until, tz)) a (new, reactivation, expansion, contraction, churn, credit, closing);
SELECT report(bool_and(plg.mrr(l, t) = plg.mrr(plain, t)), 'MRR is what it was') FROM built, generate_series(timestamptz '2025-06-01', '2026-12-01', '11 days') t;
-- gaps are bridged between times of being a customer
SELECT report(bool_and(m.accounts_closing = o.n) AND sum(o.n) > 500, 'with bridge_gap ' || sum(o.n) || ' customers at the ends of months')
FROM built, LATERAL plg.movements(l, 'month', '2025-06-01', '2026-12-01', bridge_gap => '25 days') m, LATERAL (SELECT (period_start + interval '1 month') AT TIME ZONE 'UTC') e (b),
	LATERAL (SELECT count(DISTINCT account) FROM (
		SELECT account, s, lead(s) OVER w AS until, customer, lag(s) OVER w AS before FROM (
			SELECT account, at AS s, customer FROM (SELECT account, at, customer, lag(customer, 1, false) OVER (PARTITION BY account ORDER BY at) AS was FROM (
				SELECT account, t AS at, coalesce(sum(mrr) FILTER (WHERE since <= t AND (until > t) IS NOT false), 0) > 0 OR coalesce(sum(weight) FILTER (WHERE since <= t AND (until > t) IS NOT false), 0) > 0 AS customer
				FROM (SELECT account, since FROM paid p WHERE p.ledger = built.ledger UNION SELECT account, until FROM paid p WHERE p.ledger = built.ledger AND until IS NOT NULL
					UNION SELECT account, since FROM held p WHERE p.ledger = built.ledger UNION SELECT account, until FROM held p WHERE p.ledger = built.ledger AND until IS NOT NULL) i (account, t)
				JOIN (SELECT account, mrr, 0.0 AS weight, since, until FROM paid p WHERE p.ledger = built.ledger UNION ALL SELECT account, 0, weight, since, until FROM held p WHERE p.ledger = built.ledger) r USING (account) GROUP BY account, t) x) y
			WHERE customer <> was) z WINDOW w AS (PARTITION BY account ORDER BY s)) spells
		WHERE s < b AND (until >= b) IS NOT false AND (customer OR (before IS NOT NULL AND until - s <= '25 days'))) o (n)
WHERE right(ledger, 1) IN ('3', '7');

-- What is made of it is what is made of the halves.
CREATE FUNCTION same(a plg.ledger, b plg.ledger) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT a::text IS NOT DISTINCT FROM b::text';
SELECT report(bool_and(same(plg.keep_customers(l, customers), l) AND same(plg.keep_customers(plain, l), plg.keep_customers(plain, plg.keep_customers(customers, plain)))
		AND same(plg.keep_customers(plain, NULL), plain) AND same(plg.keep_customers(plain, plg.only_accounts(customers, '{}')), plain)), 'kept twice, by another such ledger, by none') FROM built;
SELECT report(bool_and(same(plg.only_accounts(l, few), plg.keep_customers(plg.only_accounts(plain, few), plg.only_accounts(customers, few)))
		AND same(plg.except_accounts(l, few), plg.keep_customers(plg.except_accounts(plain, few), plg.except_accounts(customers, few)))
		AND same(plg.rename_accounts(l, renamed), plg.keep_customers(plg.rename_accounts(plain, renamed), plg.rename_accounts(customers, renamed)))
		AND same(plg.carry_gaps(l, '20 days'), plg.keep_customers(plg.carry_gaps(plain, '20 days'), customers)) AND same(l::text::plg.ledger, l)), 'some accounts, other names, gaps carried, and its text form')
FROM built, (SELECT '{account 1,account 2,account 7}'::text[] AS few, '{"account 1": "account 2", "account 3": "account 9"}'::jsonb AS renamed) v GROUP BY few, renamed;
-- split by rows in any way, and rolled up
SELECT report(bool_and(same(b.l, r.l)) AND count(*) > 100, count(*) || ' ledgers from parts of their rows')
FROM built b JOIN (SELECT ledger, plg.rollup(plg.keep_customers(p, h)) AS l
	FROM (SELECT ledger, part, plg.ledger(account, mrr, since, until) AS p FROM (SELECT *, floor(random() * 4) AS part FROM paid) x GROUP BY ledger, part) x
	FULL JOIN (SELECT ledger, part, plg.ledger(account, weight, since, until) AS h FROM (SELECT *, floor(random() * 5) AS part FROM held) x GROUP BY ledger, part) y USING (ledger, part) GROUP BY ledger) r USING (ledger);
-- by account, movements add up
SELECT report(count(*) = 0, 'movements of parts by account add up') FROM (
	SELECT period_start, sum(opening), sum(new), sum(expansion), sum(contraction), sum(churn), sum(closing), sum(accounts_new), sum(accounts_churned), sum(accounts_closing) FROM built, unnest('{account 1,account 2,account 5}'::text[]) a,
		LATERAL plg.movements(plg.only_accounts(l, ARRAY[a]), 'month', '2025-06-01', '2026-12-01') m GROUP BY period_start
	EXCEPT SELECT period_start, sum(opening), sum(new), sum(expansion), sum(contraction), sum(churn), sum(closing), sum(accounts_new), sum(accounts_churned), sum(accounts_closing) FROM built,
		LATERAL plg.movements(plg.only_accounts(l, '{account 1,account 2,account 5}'), 'month', '2025-06-01', '2026-12-01') m GROUP BY period_start) d;
-- cohorts: the money is the same; who pays nothing but is a customer still counts
SELECT report(bool_and(coalesce((k.accounts, k.mrr, k.nrr, k.grr) = (p.accounts, p.mrr, p.nrr, p.grr), k.mrr IS NULL AND p.mrr IS NULL) AND (k.logo_retention >= p.logo_retention) IS NOT false)
		AND count(*) FILTER (WHERE k.logo_retention > p.logo_retention) > 50, count(*) || ' cells of revenue_retention') FROM built,
	LATERAL plg.revenue_retention(l, 'month', 6, as_of => '2026-12-01') k FULL JOIN LATERAL plg.revenue_retention(plain, 'month', 6, as_of => '2026-12-01') p USING (cohort, period);
