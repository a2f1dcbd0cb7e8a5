-- The options of movements, the accounts behind them, sliding windows and
-- cohorts, against plain SQL over the levels of each account, on random ledgers.
-- test: slow, 20 s
SET timezone TO 'UTC';
\ir ../oracle/ledgers.sql
\ir ../oracle/grid.sql

\ir ../oracle/report.sql

CREATE TABLE paid AS TABLE random_ledgers;
CREATE TABLE built AS SELECT ledger, plg.ledger(account, mrr, since, until) AS l FROM paid GROUP BY ledger;
CREATE TABLE job (id serial, ledger text, unit text, origin date, since date, until date, tz text, as_of timestamptz, movement_by text, within interval, gap interval, method text, span int);
INSERT INTO job (ledger, unit, origin, since, until, tz, as_of, movement_by, within, gap, method, span)
SELECT 'random ' || n, unit, origin, d::date, (d + (1 + floor(random() * 9)) * unit_length(unit))::date,
	(array['UTC', 'America/New_York', 'Asia/Kolkata'])[1 + floor(random() * 3)::int],
	CASE WHEN random() < 0.4 THEN date_trunc('day', timestamptz '2025-08-01' + random() * interval '400 days') END,
	(array['period', 'event'])[1 + floor(random() * 2)::int], (array['20 days', '90 days', NULL])[1 + floor(random() * 3)::int]::interval,
	(array['5 days', '31 days', '100 days', NULL])[1 + floor(random() * 4)::int]::interval, (array['least', 'flow', 'low_water'])[1 + floor(random() * 3)::int], 1 + floor(random() * 5)::int
FROM generate_series(1, 120, 2) n, unnest('{week,month,quarter,17 days}'::text[]) unit, LATERAL (SELECT random_origin() WHERE n > 0 AND unit <> '') o (origin),
	LATERAL (SELECT unit_local(unit, origin, timestamptz '2025-05-01' + random() * interval '400 days', 'UTC') WHERE n > 0 AND unit <> '') s (d);

-- What each account pays from each instant on, whether it is a customer then,
-- and since when it was none.
CREATE FUNCTION course(job) RETURNS TABLE (account text, t timestamptz, before numeric, pays numeric, was boolean, is_customer boolean, gone timestamptz)
LANGUAGE sql AS $$
	WITH known AS MATERIALIZED (
		SELECT account, mrr, since, CASE WHEN until <= coalesce($1.as_of, 'infinity') THEN until END AS until
		FROM paid WHERE ledger = $1.ledger AND since <= coalesce($1.as_of, 'infinity')
	), level AS (
		SELECT account, t, coalesce(sum(mrr) FILTER (WHERE since <= t AND (until > t) IS NOT false), 0) AS pays
		FROM (SELECT account, since FROM known UNION SELECT account, until FROM known WHERE until IS NOT NULL) i (account, t) JOIN known USING (account)
		GROUP BY account, t
	), around AS (
		SELECT *, max(t) FILTER (WHERE pays > 0) OVER (PARTITION BY account ORDER BY t) AS paid_last,
			min(t) FILTER (WHERE pays > 0) OVER (PARTITION BY account ORDER BY t ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS paid_next
		FROM level
	), customers AS (
		SELECT *, pays > 0 OR coalesce(paid_next - (SELECT min(l.t) FROM level l WHERE l.account = a.account AND l.t > a.paid_last) <= $1.gap, false) AS is_customer
		FROM around a
	), changes AS (
		SELECT *, coalesce(lag(pays) OVER w, 0) AS before, coalesce(lag(is_customer) OVER w, false) AS was FROM customers WINDOW w AS (PARTITION BY account ORDER BY t)
	)
	SELECT account, t, before, pays, was, is_customer, max(t) FILTER (WHERE was AND NOT is_customer) OVER (PARTITION BY account ORDER BY t) FROM changes $$;

CREATE FUNCTION movement(was boolean, is_customer boolean, gone interval, within interval, o numeric, c numeric, peak numeric) RETURNS text IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN was AND NOT is_customer THEN 'churn' WHEN was AND o > c THEN 'contraction' WHEN was AND o < c THEN 'expansion' WHEN was THEN 'none'
		WHEN is_customer AND (gone <= within OR within IS NULL AND gone IS NOT NULL) THEN 'reactivation' WHEN is_customer THEN 'new' WHEN peak > 0 THEN 'flash' ELSE 'none' END $$;

-- One window of one account: what it came with and what it left with.
CREATE FUNCTION moved(job, a timestamptz, b timestamptz) RETURNS TABLE (account text, o numeric, c numeric, was boolean, is_customer boolean, movement text, amount numeric, low numeric, fallen numeric)
LANGUAGE sql AS $$
	SELECT account, o, c, was, is_customer, movement,
		CASE movement WHEN 'flash' THEN peak WHEN 'churn' THEN greatest(o, 0) WHEN 'none' THEN 0 ELSE abs(greatest(c, 0) - CASE WHEN was THEN greatest(o, 0) ELSE 0 END) END,
		greatest(least(o, low), 0), fallen
	FROM (SELECT *, movement(was, is_customer, gone, $1.within, greatest(o, 0), greatest(c, 0), peak) AS movement FROM (
		SELECT account, coalesce((array_agg(pays ORDER BY t DESC) FILTER (WHERE t < a))[1], 0) AS o, coalesce((array_agg(pays ORDER BY t DESC) FILTER (WHERE t < b))[1], 0) AS c,
			coalesce((array_agg(k.is_customer ORDER BY t DESC) FILTER (WHERE t < a))[1], false) AS was, coalesce((array_agg(k.is_customer ORDER BY t DESC) FILTER (WHERE t < b))[1], false) AS is_customer,
			coalesce(max(pays) FILTER (WHERE t >= a AND t < b), 0) AS peak, min(pays) FILTER (WHERE t >= a AND t < b) AS low,
			coalesce(sum(greatest(greatest(before, 0) - greatest(pays, 0), 0)) FILTER (WHERE t >= a AND t < b), 0) AS fallen,
			(array_agg(t - gone ORDER BY t) FILTER (WHERE t >= a AND t < b AND NOT k.was AND k.is_customer))[1] AS gone
		FROM course($1) k GROUP BY account) s) s $$;

CREATE FUNCTION retained(method text, o numeric, c numeric, low numeric, fallen numeric) RETURNS numeric IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE method WHEN 'flow' THEN greatest(o, 0) - fallen WHEN 'low_water' THEN low ELSE least(greatest(o, 0), greatest(c, 0)) END $$;

CREATE VIEW period AS
SELECT job.id, d::date AS d, d AT TIME ZONE tz AS a, (d + step) AT TIME ZONE tz AS b
FROM job, LATERAL (SELECT unit_length(unit)) u (step), generate_series(since::timestamp, until::timestamp - interval '1 day', step) d;

-- movements with options, by period and by event
CREATE TABLE expected AS
SELECT j.id, p.d, s.*
FROM job j JOIN period p USING (id), LATERAL (
	SELECT coalesce(sum(amount) FILTER (WHERE movement = 'new'), 0) AS new, coalesce(sum(amount) FILTER (WHERE movement = 'reactivation'), 0) AS reactivation,
		coalesce(sum(amount) FILTER (WHERE movement = 'expansion'), 0) AS expansion, coalesce(sum(amount) FILTER (WHERE movement = 'contraction'), 0) AS contraction,
		coalesce(sum(amount) FILTER (WHERE movement = 'expansion' AND o > 0), 0) AS expanded, coalesce(sum(amount) FILTER (WHERE movement = 'churn'), 0) AS churn, coalesce(sum(amount) FILTER (WHERE movement = 'flash'), 0) AS flash,
		array[count(*) FILTER (WHERE movement = 'new'), count(*) FILTER (WHERE movement = 'reactivation'), count(*) FILTER (WHERE movement = 'expansion'),
			count(*) FILTER (WHERE movement = 'contraction'), count(*) FILTER (WHERE movement = 'churn'), count(*) FILTER (WHERE movement = 'flash')] AS counts
	FROM (SELECT movement, amount, o FROM moved(j, a, b) WHERE j.movement_by = 'period'
		UNION ALL SELECT movement, CASE movement WHEN 'churn' THEN greatest(before, 0) WHEN 'none' THEN 0 ELSE abs(greatest(pays, 0) - CASE WHEN was THEN greatest(before, 0) ELSE 0 END) END, before
		FROM (SELECT *, movement(was, is_customer, t - gone, j.within, greatest(before, 0), greatest(pays, 0), 0) AS movement FROM course(j) WHERE t >= a AND t < b AND j.movement_by = 'event') e) m) s;
CREATE TABLE kept AS
SELECT j.id, p.d, s.*
FROM job j JOIN period p USING (id), LATERAL (
	SELECT coalesce(sum(o), 0) AS opening, coalesce(sum(greatest(o, 0)), 0) AS paid, coalesce(sum(c), 0) AS closing, count(*) FILTER (WHERE was) AS accounts_opening, count(*) FILTER (WHERE is_customer) AS accounts_closing,
		-- who is in a gap that is bridged is a customer, and paid nothing that could be retained
		(sum(greatest(c, 0)) FILTER (WHERE o > 0) / nullif(sum(greatest(o, 0)), 0))::float8 AS nrr,
		(sum(retained(j.method, o, c, low, fallen)) FILTER (WHERE o > 0) / nullif(sum(greatest(o, 0)), 0))::float8 AS grr,
		count(*) FILTER (WHERE was AND is_customer)::float8 / nullif(count(*) FILTER (WHERE was), 0) AS logo
	FROM moved(j, a, b)) s;
CREATE TABLE got AS SELECT job.id, m.* FROM job JOIN built USING (ledger), plg.movements(l, unit, since, until, tz, as_of, movement_by, within, gap, method, origin => origin) m;
SELECT report(count(*) = (SELECT count(*) FROM period) AND count(*) > 500
	AND bool_and((m.new, m.reactivation, m.expansion, m.contraction, m.churn, m.flash) = (e.new, e.reactivation, e.expansion, e.contraction, e.churn, e.flash)
		AND array[accounts_new, accounts_reactivated, accounts_expanded, accounts_contracted, accounts_churned, accounts_flash] = e.counts), count(*) || ' random periods: movements with options')
FROM got m JOIN expected e ON e.id = m.id AND e.d = m.period_start;
SELECT report(count(*) > 500 AND bool_and((m.opening, m.closing, m.accounts_opening, m.accounts_closing) = (k.opening, k.closing, k.accounts_opening, k.accounts_closing)
	AND CASE WHEN m.provisional THEN num_nonnulls(m.nrr, m.grr, m.logo_retention, m.quick_ratio) = 0 ELSE near(m.nrr, k.nrr) AND near(m.grr, k.grr) AND near(m.logo_retention, k.logo) END), count(*) || ' random periods: retention with options')
FROM got m JOIN kept k ON k.id = m.id AND k.d = m.period_start;
SELECT report(bool_and(opening + new + reactivation + expansion - contraction - churn + credit = closing), 'opening and movements come to the closing, with every option') FROM got;
SELECT report(bool_and((opening = before) IS NOT false), 'a period opens as the one before it closed, with every option')
FROM (SELECT opening, lag(closing) OVER (PARTITION BY id ORDER BY period_start) AS before FROM got) s;
-- the options matter
SELECT report(count(*) FILTER (WHERE (m.new, m.churn, m.reactivation) IS DISTINCT FROM (d.new, d.churn, d.reactivation)) > 50 AND count(*) FILTER (WHERE m.grr IS DISTINCT FROM d.grr) > 10,
	'options make a difference')
FROM job JOIN built USING (ledger) JOIN got m USING (id), plg.movements(l, unit, since, until, tz, as_of, origin => origin) d WHERE d.period_start = m.period_start;

-- windows: the same options in the functions of one number
SELECT report(bool_and(near(plg.nrr(l, period_start, next, tz, NULL, gap), nrr) AND near(plg.grr(l, period_start, next, tz, NULL, gap, method), grr)
	AND near(plg.logo_retention(l, period_start, next, tz, NULL, gap), logo_retention)), count(*) || ' windows: nrr, grr and logo_retention as in movements')
FROM (SELECT id, period_start, coalesce(lead(period_start) OVER (PARTITION BY id ORDER BY period_start), until) AS next, nrr, grr, logo_retention FROM got JOIN job USING (id)) g
	JOIN job USING (id) JOIN built USING (ledger) WHERE as_of IS NULL;

-- account_movements: each account, and the sums
CREATE TABLE accounts AS
SELECT job.id, a.* FROM job JOIN built USING (ledger), plg.account_movements(l, since, until, tz, as_of, 'period', within, gap) a;
SELECT report(count(*) > 500 AND bool_and(a IS NOT DISTINCT FROM e), count(*) || ' random accounts: account_movements')
FROM (SELECT id, account, array_agg((opening, closing, movement, amount)::text ORDER BY movement = 'credit') AS a FROM accounts GROUP BY id, account) a
FULL JOIN (SELECT id, account, array_agg((trim_scale(o), trim_scale(c), movement, trim_scale(amount))::text ORDER BY movement = 'credit') AS e
	FROM (SELECT j.id, m.account, v.* FROM job j, LATERAL moved(j, since::timestamp AT TIME ZONE tz, until::timestamp AT TIME ZONE tz) m,
		LATERAL (SELECT greatest(m.o, 0) AS o, greatest(m.c, 0) AS c, m.movement, m.amount WHERE m.movement <> 'none' OR m.is_customer
			UNION ALL SELECT least(m.o, 0), least(m.c, 0), 'credit', least(m.c, 0) - least(m.o, 0) WHERE least(m.o, m.c) < 0) v) s GROUP BY id, account) e USING (id, account);
SELECT report(count(*) > 500 AND bool_and((m.new, m.reactivation, m.expansion, m.contraction, m.churn, m.credit, m.flash) = (a.n, a.r, a.e, a.k, a.h, a.d, a.f) AND m.closing - m.opening = a.c - a.o
		AND (movement_by = 'event' OR (m.opening, m.closing) = (a.o, a.c))
		AND array[m.accounts_new, m.accounts_reactivated, m.accounts_expanded, m.accounts_contracted, m.accounts_churned, m.accounts_flash] = a.counts),
	count(*) || ' random periods: sums and counts of account_movements are movements')
FROM job JOIN built USING (ledger) JOIN period p USING (id), LATERAL plg.movements(l, unit, d, (b AT TIME ZONE tz)::date, tz, as_of, movement_by, within, gap, origin => origin) m,
	LATERAL (SELECT coalesce(sum(opening), 0) AS o, coalesce(sum(closing), 0) AS c, coalesce(sum(amount) FILTER (WHERE movement = 'new'), 0) AS n, coalesce(sum(amount) FILTER (WHERE movement = 'reactivation'), 0) AS r,
		coalesce(sum(amount) FILTER (WHERE movement = 'expansion'), 0) AS e, coalesce(sum(amount) FILTER (WHERE movement = 'contraction'), 0) AS k, coalesce(sum(amount) FILTER (WHERE movement = 'churn'), 0) AS h,
		coalesce(sum(amount) FILTER (WHERE movement = 'credit'), 0) AS d, coalesce(sum(amount) FILTER (WHERE movement = 'flash'), 0) AS f,
		array[count(*) FILTER (WHERE movement = 'new'), count(*) FILTER (WHERE movement = 'reactivation'), count(*) FILTER (WHERE movement = 'expansion'),
			count(*) FILTER (WHERE movement = 'contraction'), count(*) FILTER (WHERE movement = 'churn'), count(*) FILTER (WHERE movement = 'flash')] AS counts
		FROM plg.account_movements(l, p.d, (b AT TIME ZONE tz)::date, tz, as_of, movement_by, within, gap)) a;
-- by event: each change of each account, in order
SELECT report(count(*) > 300 AND bool_and(a IS NOT DISTINCT FROM e), count(*) || ' random accounts: account_movements by event')
FROM (SELECT id, account, array_agg((opening, closing, movement, amount)::text ORDER BY n) AS a
	FROM (SELECT job.id, a.* FROM job JOIN built USING (ledger), plg.account_movements(l, since, until, tz, as_of, 'event', within, gap) WITH ORDINALITY a (account, opening, closing, movement, amount, n)) x
	WHERE movement <> 'credit' AND (account, id) IN (SELECT c.account, j.id FROM job j, course(j) c WHERE t >= since::timestamp AT TIME ZONE tz AND t < until::timestamp AT TIME ZONE tz AND pays <> before) GROUP BY id, account) a
FULL JOIN (SELECT id, account, array_agg((trim_scale(o), trim_scale(c), movement, trim_scale(CASE movement WHEN 'none' THEN 0 ELSE abs(c - o) END))::text ORDER BY t) AS e
	FROM (SELECT j.id, k.account, t, greatest(before, 0) AS o, greatest(pays, 0) AS c, movement(was, is_customer, t - gone, j.within, greatest(before, 0), greatest(pays, 0), 0), is_customer
		FROM job j, LATERAL course(j) k WHERE t >= since::timestamp AT TIME ZONE tz AND t < until::timestamp AT TIME ZONE tz AND pays <> before) s WHERE movement <> 'none' OR is_customer GROUP BY id, account) e USING (id, account);

-- nrr_series: each row is a window of its own
SELECT report(count(*) > 500 AND bool_and(CASE WHEN mature THEN near(s.nrr, plg.nrr(l, window_start, next, tz, as_of, gap)) AND near(s.grr, plg.grr(l, window_start, next, tz, as_of, gap, method))
			AND near(s.logo_retention, plg.logo_retention(l, window_start, next, tz, as_of, gap)) AND near((closing / nullif(opening, 0))::float8, s.nrr) AND near((retained / nullif(opening, 0))::float8, s.grr)
		ELSE num_nulls(s.nrr, s.grr, s.logo_retention, closing, retained, accounts_retained) = 6 END
		AND mature = (coalesce(as_of, 'infinity') >= next::timestamp AT TIME ZONE tz) AND window_start = (next - span * step)::date AND starts_at = period_start::timestamp AT TIME ZONE tz), count(*) || ' random windows: nrr_series')
FROM job JOIN built USING (ledger), LATERAL (SELECT unit_length(unit)) u (step), plg.nrr_series(l, unit, span, since, until, tz, as_of, gap, method, origin) s,
	LATERAL (SELECT (period_start + step)::date) n (next);

-- revenue_retention: a spine of cohorts and periods; an account that comes back
-- too late begins another life, in another cohort
CREATE FUNCTION cohorts(job) RETURNS TABLE (cohort date, accounts bigint, period int, mature boolean, mrr numeric, nrr float8, grr float8, logo float8) LANGUAGE sql AS $$
	WITH step AS (
		SELECT unit_length($1.unit) AS step
	), c AS MATERIALIZED (SELECT * FROM course($1)
	), spine AS (
		SELECT d, d AT TIME ZONE $1.tz AS a, (d + step) AT TIME ZONE $1.tz AS b FROM step, generate_series((SELECT unit_local($1.unit, $1.origin, min(t), $1.tz) FROM c), (SELECT max(t) AT TIME ZONE $1.tz FROM c) + 6 * step, step) d
	), closed AS (
		SELECT account, d, b, greatest(coalesce((array_agg(pays ORDER BY t DESC) FILTER (WHERE t < b))[1], 0), 0) AS pays, coalesce((array_agg(is_customer ORDER BY t DESC) FILTER (WHERE t < b))[1], false) AS is_customer,
			coalesce((array_agg(is_customer ORDER BY t DESC) FILTER (WHERE t < a))[1], false) AS was,
			greatest(least(min(pays) FILTER (WHERE t >= a AND t < b), coalesce((array_agg(pays ORDER BY t DESC) FILTER (WHERE t < a))[1], 0)), 0) AS low,
			coalesce(sum(greatest(greatest(before, 0) - greatest(pays, 0), 0)) FILTER (WHERE t >= a AND t < b), 0) AS fallen,
			(array_agg(gone IS NOT NULL AND ($1.within IS NULL OR t - gone <= $1.within) ORDER BY t) FILTER (WHERE t >= a AND t < b AND NOT was AND is_customer))[1] AS returns
		FROM c CROSS JOIN spine GROUP BY account, d, a, b
	), lived AS MATERIALIZED (
		SELECT *, count(*) FILTER (WHERE NOT was AND is_customer AND returns IS NOT true) OVER (PARTITION BY account ORDER BY d) AS life FROM closed
	), cohort AS (
		SELECT account, life, min(d) AS cohort FROM lived WHERE pays > 0 GROUP BY account, life
	), later AS (
		SELECT o.account, cohort, l.d, l.b, o.life = l.life AS alive, CASE WHEN o.life = l.life THEN pays ELSE 0 END AS pays, is_customer, CASE WHEN o.life = l.life THEN low ELSE 0 END AS low, CASE WHEN o.life = l.life THEN fallen ELSE 0 END AS fallen
		FROM step, cohort o JOIN lived l ON o.account = l.account WHERE l.d >= cohort AND l.d < cohort + 4 * step
	), cell AS (
		SELECT cohort, account, d, b, pays, is_customer AND alive AS is_customer, base, k,
			CASE $1.method WHEN 'flow' THEN base - sum(CASE WHEN k > 0 THEN fallen ELSE 0 END) OVER w WHEN 'low_water' THEN min(CASE WHEN k > 0 THEN low ELSE base END) OVER w ELSE least(pays, base) END AS kept
		FROM (SELECT *, first_value(pays) OVER (PARTITION BY account, cohort ORDER BY d) AS base, (row_number() OVER (PARTITION BY account, cohort ORDER BY d) - 1)::int AS k FROM later) x
		WINDOW w AS (PARTITION BY account, cohort ORDER BY d)
	), change AS (
		SELECT max(t) AS t FROM (SELECT account, since FROM paid WHERE ledger = $1.ledger UNION SELECT account, until FROM paid WHERE ledger = $1.ledger) x (account, t), LATERAL (
			SELECT coalesce(sum(mrr) FILTER (WHERE since <= t AND (until > t) IS NOT false), 0) <> coalesce(sum(mrr) FILTER (WHERE since < t AND (until >= t) IS NOT false), 0) FROM paid p WHERE p.ledger = $1.ledger AND p.account = x.account) y (changed)
		WHERE t IS NOT NULL AND changed
	)
	SELECT cohort::date, count(*), k, m, CASE WHEN m THEN sum(pays) END, CASE WHEN m THEN sum(pays) / sum(base) END::float8, CASE WHEN m THEN sum(kept) / sum(base) END::float8,
		CASE WHEN m THEN count(*) FILTER (WHERE is_customer)::float8 / count(*) END
	FROM cell, LATERAL (SELECT b <= coalesce($1.as_of, (unit_local($1.unit, $1.origin, (SELECT t FROM change), $1.tz) + (SELECT step FROM step)) AT TIME ZONE $1.tz)) x (m)
	WHERE k < 4 GROUP BY cohort, k, m $$;
CREATE TABLE triangle AS SELECT job.id, r.* FROM job JOIN built USING (ledger), plg.revenue_retention(l, unit, 4, tz, as_of, true, within, gap, method, origin) r;
SELECT report(count(*) > 500 AND bool_and(coalesce((r.accounts, r.mature) = (e.accounts, e.mature) AND r.mrr IS NOT DISTINCT FROM e.mrr AND near(r.nrr, e.nrr) AND near(r.grr, e.grr) AND near(r.logo_retention, e.logo), false)),
	count(*) || ' random cells: revenue_retention')
FROM (SELECT * FROM triangle WHERE cohort IS NOT NULL AND id % 2 = 0) r FULL JOIN (SELECT j.id, e.* FROM (SELECT * FROM job WHERE id % 2 = 0) j, cohorts(j) e) e USING (id, cohort, period);
SELECT report(count(*) > 300 AND bool_and(a.mature = (e.accounts IS NOT NULL) AND a.accounts = coalesce(e.accounts, 0) AND a.mrr IS NOT DISTINCT FROM e.mrr AND near(a.nrr, e.nrr) AND near(a.grr, e.grr) AND near(a.logo_retention, e.logo)),
	count(*) || ' averages of revenue_retention are those of the mature cohorts')
FROM (SELECT * FROM triangle WHERE cohort IS NULL) a LEFT JOIN (
	SELECT c.id, c.period, sum(c.accounts) AS accounts, sum(c.mrr) AS mrr, sum(c.mrr)::float8 / sum(b.mrr)::float8 AS nrr, sum(c.grr * b.mrr::float8) / sum(b.mrr)::float8 AS grr, sum(c.logo_retention * c.accounts) / sum(c.accounts) AS logo
	FROM triangle c JOIN triangle b ON b.id = c.id AND b.cohort = c.cohort AND b.period = 0 WHERE c.mature GROUP BY 1, 2) e USING (id, period);

SELECT report(count(*) > 20, count(*) || ' cells differ by an option') FROM triangle r JOIN job USING (id) JOIN built USING (ledger), plg.revenue_retention(l, unit, 4, tz, as_of, true, origin => origin) d
WHERE r.cohort = d.cohort AND r.period = d.period AND (r.mrr, r.grr, r.logo_retention) IS DISTINCT FROM (d.mrr, d.grr, d.logo_retention);

-- expansion_revenue is the expansion of movements
SELECT report(bool_and((x.expansion_revenue, x.gained, x.accounts_expanded, x.provisional) = (m.expansion, m.new + m.reactivation + m.expansion, m.accounts_expanded, m.provisional)
	AND near(x.expansion_share, CASE WHEN NOT x.provisional THEN m.expansion / nullif(m.new + m.reactivation + m.expansion, 0) END::float8)), count(*) || ' random periods: expansion_revenue')
FROM job JOIN built USING (ledger), plg.movements(l, unit, since, until, tz, as_of, movement_by, within, gap, origin => origin) m, plg.expansion_revenue(l, unit, since, until, tz, as_of, movement_by, gap, origin) x WHERE x.period_start = m.period_start;
SELECT report(count(*) > 500 AND bool_and(near(x.expansion_rate, CASE WHEN NOT x.provisional THEN e.expanded / nullif(k.paid, 0) END::float8)) AND count(*) FILTER (WHERE e.expanded <> x.expansion_revenue) > 5,
	count(*) || ' random periods: its rate is of what was paid, without returns from a gap')
FROM job JOIN built USING (ledger), plg.expansion_revenue(l, unit, since, until, tz, as_of, movement_by, gap, origin) x, expected e, kept k
WHERE (e.id, e.d) = (job.id, x.period_start) AND (k.id, k.d) = (job.id, x.period_start);
-- nrr_ci has the nrr of the same options, and its inputs
SELECT report(count(nrr) > 50 AND bool_and(c.nrr IS NOT DISTINCT FROM plg.nrr(l, since, until, tz, as_of, gap) AND near(c.nrr, (c.closing / nullif(c.opening, 0))::float8) AND (c.nrr BETWEEN nrr_low AND nrr_high) IS NOT false), count(*) || ' random windows: nrr_ci')
FROM job JOIN built USING (ledger), plg.nrr_ci(l, since, until, tz, as_of, gap) c;

-- NRR of a union of accounts is the mean of the parts' weighted by openings
SELECT report(bool_and(near(whole, mean)), count(*) || ' unions: NRR is the opening-weighted mean')
FROM job JOIN (SELECT ledger, plg.rollup(l) AS l, array_agg(l) AS parts FROM (SELECT ledger, plg.bucket(account, 3) AS part, plg.ledger(account, mrr, since, until) AS l FROM paid GROUP BY 1, 2) s GROUP BY 1) u USING (ledger),
	LATERAL (SELECT plg.nrr(l, since, until, tz) AS whole) w,
	LATERAL (SELECT sum(s.nrr * s.paid) / sum(s.paid) AS mean FROM unnest(parts) p, LATERAL (SELECT plg.nrr(p, since, until, tz) AS nrr, (SELECT sum(opening)::float8 FROM plg.account_movements(p, since, until, tz) WHERE movement <> 'credit') AS paid) s WHERE s.nrr IS NOT NULL) m
WHERE whole IS NOT NULL;
