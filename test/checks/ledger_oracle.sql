-- Every column of movements, and NRR, GRR and logo retention, against plain SQL
-- that spreads all rows over a spine of accounts and periods: on random ledgers
-- and, where they are to be had, on three data sets.
-- test: slow, 20 s
SET timezone TO 'UTC';
\ir ../oracle/ledgers.sql

\ir ../oracle/report.sql

CREATE TABLE paid (ledger text, account text, mrr numeric, since timestamptz, until timestamptz);
CREATE TABLE job (id serial, ledger text, unit text, since date, until date, tz text, as_of timestamptz, span int DEFAULT 1);

-- What an account pays just before an instant, and the highest it pays within.
CREATE FUNCTION oracle(job) RETURNS TABLE (
	period_start date, opening numeric, new numeric, reactivation numeric, expansion numeric, contraction numeric,
	churn numeric, credit numeric, closing numeric, flash numeric,
	accounts_opening bigint, accounts_new bigint, accounts_reactivated bigint, accounts_expanded bigint,
	accounts_contracted bigint, accounts_churned bigint, accounts_closing bigint, accounts_flash bigint,
	nrr float8, grr float8, logo_retention float8, quick_ratio float8, arpa numeric, provisional boolean)
LANGUAGE sql AS $$
	WITH known AS MATERIALIZED (
		SELECT account, mrr, since, CASE WHEN until <= coalesce($1.as_of, 'infinity') THEN until END AS until
		FROM paid WHERE ledger = $1.ledger AND since <= coalesce($1.as_of, 'infinity')
	), period AS MATERIALIZED (
		SELECT d::date AS d, (d - ($1.span - 1) * CASE $1.unit WHEN 'quarter' THEN '3 months' ELSE '1 ' || $1.unit END::interval) AT TIME ZONE $1.tz AS a, lead(d) OVER (ORDER BY d) AT TIME ZONE $1.tz AS b
		FROM generate_series($1.since::timestamp, $1.until::timestamp, CASE $1.unit WHEN 'quarter' THEN '3 months' ELSE '1 ' || $1.unit END::interval) d
	), level AS MATERIALIZED (
		SELECT account, t, coalesce(sum(mrr) FILTER (WHERE since <= t AND (until > t) IS NOT false), 0) AS pays
		FROM (SELECT account, since FROM known UNION SELECT account, until FROM known WHERE until IS NOT NULL) i (account, t) JOIN known USING (account)
		GROUP BY account, t
	), first_paid AS (
		SELECT account, min(t) AS t FROM level WHERE pays > 0 GROUP BY account
	), peak AS (
		SELECT d, account, max(pays) AS peak FROM level JOIN period ON t >= a AND t < b GROUP BY d, account
	), ends AS (
		SELECT d, a, account, coalesce(sum(mrr) FILTER (WHERE since < a AND (until >= a) IS NOT false), 0) AS o,
			coalesce(sum(mrr) FILTER (WHERE since < b AND (until >= b) IS NOT false), 0) AS c
		FROM period CROSS JOIN known WHERE b IS NOT NULL GROUP BY d, a, account
	), spine AS (
		SELECT d, account, o, c, coalesce(peak, 0) AS peak, coalesce(t < a, false) AS before
		FROM ends LEFT JOIN first_paid USING (account) LEFT JOIN peak USING (d, account)
	), moved AS (
		SELECT *, CASE WHEN o > 0 AND c <= 0 THEN 'churn' WHEN o > 0 AND c < o THEN 'contraction' WHEN o > 0 AND c > o THEN 'expansion'
			WHEN o <= 0 AND c > 0 AND before THEN 'reactivation' WHEN o <= 0 AND c > 0 THEN 'new' WHEN o <= 0 AND peak > 0 THEN 'flash' END AS what,
			greatest(o, 0) AS op, greatest(c, 0) AS cp
		FROM spine
	), summed AS (
		SELECT p.d, p.b, coalesce(sum(o), 0) AS opening, coalesce(sum(c), 0) AS closing,
			coalesce(sum(cp) FILTER (WHERE what = 'new'), 0) AS new, coalesce(sum(cp) FILTER (WHERE what = 'reactivation'), 0) AS reactivation,
			coalesce(sum(cp - op) FILTER (WHERE what = 'expansion'), 0) AS expansion, coalesce(sum(op - cp) FILTER (WHERE what = 'contraction'), 0) AS contraction,
			coalesce(sum(op) FILTER (WHERE what = 'churn'), 0) AS churn, coalesce(sum(least(c, 0) - least(o, 0)), 0) AS credit,
			coalesce(sum(peak) FILTER (WHERE what = 'flash'), 0) AS flash,
			count(*) FILTER (WHERE o > 0) AS no, count(*) FILTER (WHERE what = 'new') AS nn, count(*) FILTER (WHERE what = 'reactivation') AS nr,
			count(*) FILTER (WHERE what = 'expansion') AS ne, count(*) FILTER (WHERE what = 'contraction') AS nk, count(*) FILTER (WHERE what = 'churn') AS nc,
			count(*) FILTER (WHERE c > 0) AS ncl, count(*) FILTER (WHERE what = 'flash') AS nf,
			sum(op) AS base, sum(cp) FILTER (WHERE o > 0) AS kept, sum(least(op, cp)) AS kept_at_most, count(*) FILTER (WHERE o > 0 AND c > 0) AS stayed
		FROM period p LEFT JOIN moved m USING (d) WHERE p.b IS NOT NULL GROUP BY p.d, p.b
	)
	SELECT d, opening, new, reactivation, expansion, contraction, churn, credit, closing, flash, no, nn, nr, ne, nk, nc, ncl, nf,
		kept / nullif(known * base, 0), kept_at_most / nullif(known * base, 0), stayed::float8 / nullif(known * no, 0),
		(new + reactivation + expansion) / nullif(known * (contraction + churn), 0), closing / nullif(ncl, 0), known = 0
	FROM summed, LATERAL (SELECT ((b > $1.as_of) IS NOT TRUE)::int) k (known) $$;

CREATE TABLE built AS SELECT ledger, plg.ledger(account, mrr, since, until) AS l FROM paid GROUP BY ledger;

CREATE VIEW outcome AS
SELECT job.id, job.ledger, s.*
FROM job JOIN built USING (ledger), LATERAL (
	SELECT period_start, to_jsonb(m) AS movements, to_jsonb(o) AS expected, coalesce(
		(m.opening, m.new, m.reactivation, m.expansion, m.contraction, m.churn, m.credit, m.closing, m.flash)
			= (o.opening, o.new, o.reactivation, o.expansion, o.contraction, o.churn, o.credit, o.closing, o.flash)
		AND (m.accounts_opening, m.accounts_new, m.accounts_reactivated, m.accounts_expanded, m.accounts_contracted, m.accounts_churned, m.accounts_closing, m.accounts_flash)
			= (o.accounts_opening, o.accounts_new, o.accounts_reactivated, o.accounts_expanded, o.accounts_contracted, o.accounts_churned, o.accounts_closing, o.accounts_flash)
		AND near(m.nrr, o.nrr) AND near(m.grr, o.grr) AND near(m.logo_retention, o.logo_retention) AND near(m.quick_ratio, o.quick_ratio)
		AND near(m.arpa::float8, o.arpa::float8) AND m.provisional = o.provisional, false) AS good
	FROM plg.movements(l, unit, since, until, tz, as_of, span => span) m FULL JOIN oracle(job) o USING (period_start)) s;

-- One window: what is known at its end decides.
CREATE VIEW windows AS
SELECT job.id, job.ledger, plg.nrr(l, since, until, tz, as_of) AS nrr, plg.grr(l, since, until, tz, as_of) AS grr, plg.logo_retention(l, since, until, tz, as_of) AS logo,
	e.*
FROM job JOIN built USING (ledger), LATERAL (
	SELECT CASE WHEN known THEN sum(greatest(c, 0)) / nullif(sum(o), 0) END::float8, CASE WHEN known THEN sum(greatest(least(o, c), 0)) / nullif(sum(o), 0) END::float8,
		CASE WHEN known THEN count(*) FILTER (WHERE c > 0)::float8 / nullif(count(*), 0) END
	FROM (SELECT since::timestamp AT TIME ZONE tz, until::timestamp AT TIME ZONE tz) w (a, b),
		LATERAL (SELECT coalesce(b <= as_of, true)) x (known),
		LATERAL (SELECT sum(p.mrr) FILTER (WHERE p.since < a AND (p.until >= a) IS NOT false),
			coalesce(sum(p.mrr) FILTER (WHERE p.since < b AND (p.until >= b) IS NOT false), 0)
			FROM paid p WHERE p.ledger = job.ledger GROUP BY account) v (o, c)
	WHERE o > 0 GROUP BY known) e (expected_nrr, expected_grr, expected_logo);

INSERT INTO paid SELECT * FROM random_ledgers;
INSERT INTO job (ledger, unit, since, until, tz, as_of)
SELECT 'random ' || n, unit, d::date, (d + (1 + floor(random() * 9)) * CASE unit WHEN 'quarter' THEN '3 months' ELSE '1 ' || unit END::interval)::date,
	(array['UTC', 'America/New_York', 'Asia/Kolkata'])[1 + floor(random() * 3)::int],
	CASE WHEN random() < 0.4 THEN date_trunc('day', timestamptz '2025-08-01' + random() * interval '400 days') END
FROM generate_series(1, 120) n, unnest('{day,week,month,quarter,year}'::text[]) unit,
	LATERAL (SELECT date_trunc(unit, timestamp '2025-05-01' + random() * interval '400 days') WHERE n > 0 AND unit <> '') s (d);
INSERT INTO built SELECT ledger, plg.ledger(account, mrr, since, until) FROM paid GROUP BY ledger;
ANALYZE;

CREATE TABLE result AS SELECT * FROM outcome;
SELECT report(bool_and(good) AND count(*) > 2000, count(*) || ' random periods: all columns of movements') FROM result;
SELECT report(count(*) FILTER (WHERE (movements->>'new')::numeric > 0) > 100 AND count(*) FILTER (WHERE (movements->>'reactivation')::numeric > 0) > 100
		AND count(*) FILTER (WHERE (movements->>'churn')::numeric > 0) > 100 AND count(*) FILTER (WHERE (movements->>'flash')::numeric > 0) > 15
		AND count(*) FILTER (WHERE (movements->>'credit')::numeric <> 0) > 100 AND count(*) FILTER (WHERE (movements->>'provisional')::boolean) > 100
		AND count(*) FILTER (WHERE (movements->>'nrr')::numeric > 1) > 30 AND count(*) FILTER (WHERE (movements->>'nrr')::numeric IS NULL) > 15,
	'they hold all kinds of movements') FROM result;
SELECT report(bool_and((movements->>'opening')::numeric + (movements->>'new')::numeric + (movements->>'reactivation')::numeric + (movements->>'expansion')::numeric - (movements->>'contraction')::numeric
		- (movements->>'churn')::numeric + (movements->>'credit')::numeric = (movements->>'closing')::numeric), 'opening and movements come to the closing') FROM result;
-- The same over windows that slide.
INSERT INTO job (ledger, unit, since, until, tz, as_of, span)
SELECT ledger, unit, since, until, tz, as_of, 2 + floor(random() * 12)::int FROM job WHERE id % 3 = 0;
CREATE TABLE slid AS SELECT outcome.*, span FROM outcome JOIN job USING (id) WHERE span > 1;
SELECT report(bool_and(good) AND count(*) > 700 AND count(*) FILTER (WHERE (movements->>'reactivation')::numeric > 0) > 20 AND count(*) FILTER (WHERE (movements->>'churn')::numeric > 0) > 100,
	count(*) || ' windows of ' || min(span) || ' to ' || max(span) || ' units that slide: all columns of movements') FROM slid;
SELECT '# ' || id || E'\n# got      ' || movements || E'\n# expected ' || expected FROM slid WHERE NOT good LIMIT 3;
DELETE FROM job WHERE span > 1;
SELECT report(bool_and(opening = before), 'a period opens as the one before it closed')
FROM (SELECT (movements->>'opening')::numeric AS opening, lag((movements->>'closing')::numeric) OVER (PARTITION BY id ORDER BY period_start) AS before FROM result) s WHERE before IS NOT NULL;
SELECT report(bool_and(near(nrr, expected_nrr) AND near(grr, expected_grr) AND near(logo, expected_logo))
		AND count(nrr) > 150 AND count(*) FILTER (WHERE nrr IS NULL) > 30, count(*) || ' random windows: NRR, GRR, logo retention') FROM windows;
SELECT '# ' || id || E'\n# got      ' || movements || E'\n# expected ' || expected FROM result WHERE NOT good LIMIT 3;

-- MRR at an instant
SELECT report(bool_and(plg.mrr(l, t) = expected), count(*) || ' random instants: MRR')
FROM built, LATERAL (SELECT since FROM paid WHERE paid.ledger = built.ledger UNION SELECT until - interval '1 us' FROM paid WHERE paid.ledger = built.ledger) i (t),
	LATERAL (SELECT coalesce(sum(mrr), 0) FROM paid WHERE paid.ledger = built.ledger AND since <= t AND (until > t) IS NOT false) e (expected)
WHERE t IS NOT NULL;

-- Amounts of all sizes come out as they went in, without trailing zeros.
CREATE TABLE amount AS SELECT DISTINCT round(x, places)::numeric AS x
FROM (SELECT sign(random() - 0.5)::numeric * floor(random() * 10 ^ (random() * 20))::numeric / 10::numeric ^ floor(random() * 17)::int FROM generate_series(1, 3000)) a (x),
	unnest('{0,4,7,16,24}'::int[]) places;
INSERT INTO amount SELECT sign * (10::numeric ^ n + d) FROM generate_series(0, 36) n, unnest('{-1,0,1}'::int[]) d, unnest('{-1,1}'::int[]) sign;
INSERT INTO amount SELECT sign * 10::numeric ^ -n FROM generate_series(1, 24) n, unnest('{-1,1}'::int[]) sign;
SELECT report(bool_and(pays::text = trim_scale(x)::text) AND count(*) > 5000, count(*) || ' amounts come out as they went in')
FROM (SELECT x, plg.mrr(plg.ledger(1, x, '2026-01-01'::date, NULL::date), '2026-01-01') AS pays FROM (SELECT DISTINCT x FROM amount) a GROUP BY x) s;

-- Data sets.
\ir ../oracle/load.sql
\if :load
\else
SELECT 'ok - ravenstack, mrr_playbook and astro # SKIP shared data not found';
\quit
\endif

INSERT INTO paid SELECT 'ravenstack', account_id, mrr_usd, started_on, ended_on FROM plgdata.ravenstack_subscriptions;
INSERT INTO paid SELECT 'playbook', customer_id, monthly_usd, started_on, ended_on FROM plgdata.mrr_playbook_periods;
-- a contribution pays for 30 days, or for 12 months in twelfths
INSERT INTO paid SELECT 'astro', contributor_id, CASE frequency WHEN 'yearly' THEN gross_usd / 12 ELSE gross_usd END, ts,
	ts + CASE frequency WHEN 'yearly' THEN interval '360 days' ELSE interval '30 days' END
FROM plgdata.astro_contributions WHERE frequency IN ('monthly', 'yearly') AND NOT is_refund AND NOT was_refunded;
INSERT INTO built SELECT ledger, plg.ledger(account, mrr, since, until) FROM paid WHERE ledger !~ 'random' GROUP BY ledger;
DELETE FROM job;
INSERT INTO job (ledger, unit, since, until, tz, as_of)
SELECT ledger, unit, (date_trunc(unit, s))::date, (date_trunc(unit, e) + CASE unit WHEN 'quarter' THEN '3 months' ELSE '1 ' || unit END::interval)::date, tz, as_of
FROM (SELECT ledger, min(since)::timestamp, max(since)::timestamp, array['-infinity', min(since) + (max(since) - min(since)) * 0.6] FROM paid WHERE ledger !~ 'random' GROUP BY ledger) x (ledger, s, e, a),
	(VALUES ('week', 'UTC'), ('month', 'UTC'), ('month', 'America/New_York'), ('quarter', 'Asia/Kolkata'), ('year', 'UTC')) v (unit, tz), unnest(a) as_of
WHERE as_of = '-infinity' OR unit = 'month';
UPDATE job SET as_of = NULL WHERE as_of = '-infinity';
ANALYZE;
SELECT report(bool_and(good) AND count(*) > 100, ledger || ': ' || count(*) || ' periods, all columns of movements') FROM outcome GROUP BY ledger;
SELECT '# ' || id || E'\n# got      ' || movements || E'\n# expected ' || expected FROM outcome WHERE NOT good LIMIT 3;
-- windows of twelve months, month after month
DELETE FROM job;
INSERT INTO job (ledger, unit, since, until, tz)
SELECT ledger, 'month', d::date, (d + interval '1 year')::date, tz
FROM (SELECT ledger, min(since)::timestamp, max(since)::timestamp FROM paid WHERE ledger !~ 'random' GROUP BY ledger) x (ledger, s, e),
	generate_series(date_trunc('month', s), e, '1 month') d, unnest('{UTC,Asia/Kolkata}'::text[]) tz;
SELECT report(bool_and(near(nrr, expected_nrr) AND near(grr, expected_grr) AND near(logo, expected_logo)) AND count(nrr) > 20,
	ledger || ': ' || count(*) || ' windows of a year, NRR, GRR, logo retention') FROM windows GROUP BY ledger;

-- Once more without any spine: running sums over the changes of each account,
-- and over what they add up to in each month that has some.
CREATE TABLE spineless AS
WITH change AS (
	SELECT ledger, account, t, sum(d) AS d FROM (SELECT ledger, account, since, mrr FROM paid UNION ALL SELECT ledger, account, until, -mrr FROM paid WHERE until IS NOT NULL) x (ledger, account, t, d)
	WHERE ledger !~ 'random' GROUP BY ledger, account, t
), level AS (
	SELECT *, date_trunc('month', t, 'UTC')::date AS m, sum(d) OVER (PARTITION BY ledger, account ORDER BY t) AS pays FROM change
), account_month AS (
	SELECT ledger, account, m, (array_agg(pays ORDER BY t DESC))[1] AS c, max(pays) AS peak FROM level GROUP BY ledger, account, m
), moved AS (
	SELECT *, coalesce(lag(c) OVER w, 0) AS o, coalesce(max(peak) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) > 0, false) AS before
	FROM account_month WINDOW w AS (PARTITION BY ledger, account ORDER BY m)
), month AS (
	SELECT ledger, m, sum(c - o) AS net, sum(greatest(c, 0) - greatest(o, 0)) AS paid, coalesce(sum(c) FILTER (WHERE o <= 0 AND c > 0 AND NOT before), 0) AS new, coalesce(sum(c) FILTER (WHERE o <= 0 AND c > 0 AND before), 0) AS reactivation,
		coalesce(sum(c - o) FILTER (WHERE o > 0 AND c > o), 0) AS expansion, coalesce(sum(o - c) FILTER (WHERE c > 0 AND o > c), 0) AS contraction, coalesce(sum(o) FILTER (WHERE o > 0 AND c <= 0), 0) AS churn,
		sum(least(c, 0) - least(o, 0)) AS credit, coalesce(sum(peak) FILTER (WHERE o <= 0 AND c <= 0 AND peak > 0), 0) AS flash,
		coalesce(sum(greatest(c, 0) - o) FILTER (WHERE o > 0), 0) AS kept_more, coalesce(sum(o - greatest(least(o, c), 0)) FILTER (WHERE o > 0), 0) AS lost
	FROM moved GROUP BY ledger, m
)
SELECT *, sum(net) OVER w AS closing, sum(net) OVER w - net AS opening, sum(paid) OVER w - paid AS base FROM month WINDOW w AS (PARTITION BY ledger ORDER BY m);
SELECT report(count(s.m) > 10 AND count(s.m) = (SELECT count(*) FROM spineless x WHERE x.ledger = span.ledger)
	AND bool_and(CASE WHEN s.m IS NULL THEN m.opening = m.closing AND m.new + m.reactivation + m.expansion + m.contraction + m.churn + m.flash = 0
		ELSE (m.opening, m.new, m.reactivation, m.expansion, m.contraction, m.churn, m.credit, m.closing, m.flash) = (s.opening, s.new, s.reactivation, s.expansion, s.contraction, s.churn, s.credit, s.closing, s.flash)
			AND near(m.nrr, (1 + s.kept_more / nullif(s.base, 0))::float8) AND near(m.grr, (1 - s.lost / nullif(s.base, 0))::float8) END),
	span.ledger || ': ' || count(s.m) || ' months without a spine, movements, NRR, GRR')
FROM (SELECT ledger, min(m) AS first, (max(m) + interval '1 month')::date AS until FROM spineless GROUP BY ledger) span JOIN built USING (ledger),
	LATERAL (SELECT m.*, s AS told FROM plg.movements(l, 'month', first, until) m LEFT JOIN spineless s ON s.ledger = span.ledger AND s.m = m.period_start) m, LATERAL (SELECT (m.told).*) s
GROUP BY span.ledger;

-- Published: a subscription counts in every month that it touches.
SELECT report(plg.mrr(plg.ledger(account_id, mrr_usd, date_trunc('month', started_on::timestamp), date_trunc('month', ended_on::timestamp) + interval '1 month'), '2024-12-15') = 10734251,
	'ravenstack: published MRR of 2024-12') FROM plgdata.ravenstack_subscriptions;
