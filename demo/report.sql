-- The report: what plg answers, beside naive SQL and, for the demo SaaS, beside
-- the truth.  Run by demo/run, which gives the text of queries/*.sql in
-- variables, so that the queries shown at the end are those that ran.

\set QUIET on
\pset footer off
\pset null '·'
SET client_min_messages = warning;

SELECT to_char((SELECT count(*) FROM (SELECT entity FROM users UNION SELECT entity FROM events) AS e), 'FM999,999,999,999') AS n_users,
	to_char((SELECT count(*) FROM events), 'FM999,999,999,999') AS n_events,
	to_char((SELECT count(DISTINCT account) FROM subscriptions), 'FM999,999,999,999') AS n_accounts,
	to_char(:'as_of'::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS watched_until
\gset

\set revenue REVENUE
\if :has_events
\set revenue '4. REVENUE'
-- Built once, read by all that follows.
DROP TABLE IF EXISTS journeys;
:journeys;

-- What hand SQL makes of the same rows: everybody counts, however new.  (Where
-- start and goal share a name, the start is not its own goal here either.)
CREATE TEMP TABLE naive AS
WITH seen AS (
	SELECT entity::text, at, :'start' AS event FROM users WHERE at <= :'as_of'
	UNION ALL SELECT entity::text, at, event FROM events WHERE at <= :'as_of'
), starts AS (
	SELECT entity, min(at) AS started FROM seen WHERE event = ANY (labels(:'start')) GROUP BY entity
)
SELECT entity, started,
	min(at) FILTER (WHERE event = ANY (labels(:'goal')) AND other) AS reached,
	min(at) FILTER (WHERE event = ANY (labels(:'paid')) AND other) AS paid
FROM starts JOIN seen USING (entity),
	LATERAL (SELECT at > started OR event <> ALL (labels(:'start')) AS other) AS o
WHERE at >= started
GROUP BY entity, started;

\endif

\qecho
\qecho :title
\if :has_events
\if :has_money
\qecho :n_users 'users,' :n_events 'events,' :n_accounts 'paying accounts, watched until' :watched_until 'UTC'
\else
\qecho :n_users 'users,' :n_events 'events, watched until' :watched_until 'UTC'
\endif
\qecho
\qecho '1. ACTIVATION  What share reaches' :goal 'within' :within 'of' :start'?'
\qecho
\qecho '   Who began less than' :within 'ago has not had the whole time yet. Naive SQL counts'
\qecho '   them as failures; plg counts the mature only, above and below the line alike.'
\qecho
SELECT
\if :has_truth
	round(100 * truth.activated(extract(epoch FROM :'within'::interval) / 86400)::numeric, 1) AS "truth %",
\endif
	round(100 * a.rate::numeric, 1) AS "plg %",
	to_char(100 * a.rate_low, 'FM990.0') || ' to ' || to_char(100 * a.rate_high, 'FM990.0') AS "95 % interval",
	round(100 * n.rate, 1) AS "naive SQL %",
	a.entered, a.mature, a.converted
FROM (:activation) AS a,
	(SELECT count(*) FILTER (WHERE reached <= started + :'within'::interval)::numeric
		/ nullif(count(started), 0) AS rate FROM naive) AS n;

\qecho
\qecho '2. TIME TO VALUE  How long do those take who reach' :goal 'within' :within'?'
\qecho
\qecho '   So far the quick ones are over-represented among those who made it: the slow ones'
\qecho '   are still on their way. plg corrects for who is still waiting (Kaplan-Meier).'
\qecho
-- in the unit that suits the median
SELECT CASE WHEN extract(epoch FROM t.ttv) >= 86400 THEN 'days' WHEN extract(epoch FROM t.ttv) >= 3600 THEN 'hours' ELSE 'minutes' END AS ttv_unit,
	CASE WHEN extract(epoch FROM t.ttv) >= 86400 THEN 86400 WHEN extract(epoch FROM t.ttv) >= 3600 THEN 3600 ELSE 60 END AS ttv_seconds
FROM (:ttv) AS t WHERE t.p = 0.5
\gset
SELECT 'p' || 100 * t.p AS "percentile",
\if :has_truth
	round(truth.ttv_days(t.p, extract(epoch FROM :'within'::interval)::float8 / 86400)::numeric * 86400 / :ttv_seconds, 2) AS "truth",
\endif
	round(extract(epoch FROM t.ttv) / :ttv_seconds, 2) AS "plg",
	round((SELECT percentile_cont(t.p) WITHIN GROUP (ORDER BY extract(epoch FROM reached - started))
		FROM naive WHERE reached - started <= :'within')::numeric / :ttv_seconds, 2) AS "naive SQL",
	:'ttv_unit' AS "unit"
FROM (:ttv) AS t
ORDER BY t.p;

\qecho
\qecho '3. COHORT CONVERSION  What % of a week''s' :start 'cohort has reached' :paid 'by the end of week 1, 2, ...?'
\qecho
\qecho '   Weeks run on each user''s own clock. · means: not everybody of this cohort was watched'
\qecho '   that long, so the number is not known yet. Naive SQL would fill these cells, too low.'
\qecho
CREATE TEMP TABLE triangle AS :triangle;
CREATE TEMP TABLE naive_triangle AS
SELECT k AS period, 100.0 * count(*) FILTER (WHERE paid < started + (k + 1) * interval '7 days')
	/ nullif(count(started), 0) AS percent
FROM naive, generate_series(0, 7) AS k
GROUP BY k;
SELECT label AS "cohort",
	coalesce(lpad(users::text, 6), '') AS "users",
	p[1] AS "wk 1", p[2] AS "wk 2", p[3] AS "wk 3", p[4] AS "wk 4", p[5] AS "wk 5", p[6] AS "wk 6", p[7] AS "wk 7", p[8] AS "wk 8"
FROM (
	(SELECT 1 AS part, cohort::text AS label, max(entities) AS users,
		array_agg(round(100 * rate::numeric, 1) ORDER BY period) AS p
	FROM triangle GROUP BY cohort ORDER BY cohort DESC LIMIT 13)
	UNION ALL
	SELECT 2, 'all: plg', (SELECT sum(entities) FROM triangle WHERE period = 0),
		array_agg(percent ORDER BY period)
	FROM (SELECT period, round(100 * sum(converted)::numeric
			/ nullif(sum(entities) FILTER (WHERE rate IS NOT NULL), 0), 1) AS percent
		FROM triangle GROUP BY period) AS t
\if :has_truth
	UNION ALL
	SELECT 3, 'all: truth', NULL, array_agg(round(100 * truth.paid(7 * k)::numeric, 1) ORDER BY k)
	FROM generate_series(1, 8) AS k
\endif
	UNION ALL
	SELECT 4, 'all: naive', NULL, array_agg(round(percent, 1) ORDER BY period) FROM naive_triangle
) AS t
ORDER BY part, label;
\else
\qecho :n_accounts 'paying accounts, watched until' :watched_until 'UTC'
\endif

\if :has_money
\qecho
\qecho :revenue ' What did the accounts pay a month, and why did it change?'
\qecho
\qecho '   NRR: what the accounts of the month''s beginning pay at its end, over what they paid.'
\qecho '   GRR: the same without expansion. The naive query joins each month to the one before'
\qecho '   by account, so accounts that left drop out of it: it never sees churn.'
\qecho
\qecho '   First the rows: of each kind that plg.ledger_check looks for, how many there are.'
\qecho
CREATE TEMP TABLE checked AS :check;
SELECT rows, accounts, nulls, refused, empty, doubled, overlapping, short_gaps AS "short gaps", inclusive_ends AS "inclusive ends", far_ends AS "far ends"
FROM checked;
SELECT nulls + refused + empty + doubled + overlapping + short_gaps + inclusive_ends + far_ends > 0 AS suspicious FROM checked
\gset
\if :suspicious
SELECT kind, count AS "of these", first AS "the first: account, from, to"
FROM checked, LATERAL (VALUES ('nulls', nulls, first_null), ('refused', refused, first_refused), ('empty', empty, first_empty),
	('doubled', doubled, first_doubled), ('overlapping', overlapping, first_overlapping), ('short gaps', short_gaps, first_short_gap),
	('inclusive ends', inclusive_ends, first_inclusive_end), ('far ends', far_ends, first_far_end)) AS k (kind, count, first)
WHERE count > 0;
\endif
CREATE TEMP TABLE movements AS :movements;
CREATE TEMP TABLE naive_nrr AS
WITH paid AS (
	SELECT m.period_start, s.account::text, sum(s.mrr) AS mrr
	FROM movements AS m JOIN subscriptions AS s
		ON s."from" < least((m.period_start + interval '1 month') AT TIME ZONE 'UTC', :'as_of')
		AND (s."to" IS NULL OR s."to" >= least((m.period_start + interval '1 month') AT TIME ZONE 'UTC', :'as_of'))
	GROUP BY 1, 2)
SELECT now.period_start, sum(now.mrr) / nullif(sum(before.mrr), 0) AS nrr
FROM paid AS now JOIN paid AS before USING (account)
WHERE before.period_start = (now.period_start - interval '1 month')::date
GROUP BY 1;
SELECT to_char(m.period_start, 'YYYY-MM') || CASE WHEN m.provisional THEN ' *' ELSE '' END AS "month",
	round(m.opening) AS "opening", round(m.new) AS "new", round(m.reactivation) AS "react.",
	round(m.expansion) AS "expans.", round(-m.contraction) AS "contr.", round(-m.churn) AS "churn", round(m.closing) AS "closing",
\if :has_truth
	round(100 * (t.opening + t.expansion - t.contraction - t.churn) / nullif(t.opening, 0), 1) AS "NRR truth",
\endif
	round(100 * m.nrr::numeric, 1) AS "NRR plg",
	round(100 * n.nrr::numeric, 1) AS "NRR naive",
\if :has_truth
	round(100 * (t.opening - t.contraction - t.churn) / nullif(t.opening, 0), 1) AS "GRR truth",
\endif
	round(100 * m.grr::numeric, 1) AS "GRR plg"
FROM movements AS m LEFT JOIN naive_nrr AS n USING (period_start)
\if :has_truth
	LEFT JOIN truth.movements AS t ON t.month = m.period_start
\endif
ORDER BY m.period_start;
\if :has_truth
SELECT CASE WHEN count(*) FILTER (WHERE (m.opening, m.new, m.reactivation, m.expansion, m.contraction, m.churn, m.closing)
		IS DISTINCT FROM (t.opening, t.new, t.reactivation, t.expansion, t.contraction, t.churn, t.closing)) = 0
	THEN 'Every movement equals the books of the demo''s generator, to the cent.'
	ELSE 'MOVEMENTS DIFFER FROM THE BOOKS OF THE DEMO''S GENERATOR' END AS verdict
FROM movements AS m LEFT JOIN truth.movements AS t ON t.month = m.period_start
\gset
\qecho '   * the month has not ended, so its NRR and GRR are not known yet.' :verdict
\else
\qecho '   * the month has not ended, so its NRR and GRR are not known yet.'
\endif
\elif :late_money
\qecho
\qecho :revenue ' No subscription begins before' :watched_until 'UTC, so there is nothing to report.'
\endif
