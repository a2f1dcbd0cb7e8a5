-- Worked examples of others, as far as our definitions cover them; the rest, with
-- the reason, is in the table not_ours at the end.
\set cases `test -f "$PLG_SHARED/cases/revenue_cases.jsonl" && test -f "$PLG_SHARED/data/load.sql" && echo 1 || echo 0`
\if :cases
\else
SELECT 'ok - worked examples of revenue # SKIP shared cases not found';
\quit
\endif
SET timezone TO 'UTC';
\ir ../oracle/report.sql

CREATE TABLE line (line text);
\copy line FROM PROGRAM 'cat "$PLG_SHARED/cases/revenue_cases.jsonl"' (FORMAT csv, DELIMITER E'\x02', QUOTE E'\x01')
CREATE TABLE expected AS SELECT line::jsonb ->> 'id' AS id, line::jsonb -> 'rows' AS rows, line::jsonb -> 'expected' AS expected FROM line;
CREATE TABLE playbook (subscription_id int, customer_id int, started_on date, ended_on date, monthly_usd int);
\copy playbook FROM PROGRAM 'zcat "$PLG_SHARED/data/mrr_playbook_periods.csv.gz"' (FORMAT csv, HEADER)

-- playbook-totals: the playbook takes MRR on the first of the month, changes of
-- that day included; its periods are cut at months, so that is our closing.
CREATE TABLE l AS SELECT plg.ledger(customer_id, monthly_usd, started_on, ended_on) AS l FROM playbook;
SELECT report(count(*) = 14 AND bool_and(plg.mrr(l, (month || '-01')::timestamptz) = mrr::numeric AND closing = mrr::numeric), id || ': MRR of 14 months')
FROM l, expected, jsonb_each_text(expected -> 'mrr') e (month, mrr),
	plg.movements(l, 'month', (month || '-01')::date, ((month || '-01')::date + interval '1 month')::date)
WHERE id = 'playbook-totals' GROUP BY id;
SELECT report(count(*) = 9 AND bool_and(abs(amount::numeric) = CASE what WHEN 'new' THEN new WHEN 'reactivation' THEN reactivation WHEN 'churn' THEN churn END),
	id || ': new, reactivation and churn of the months that are told')
FROM l, expected, unnest('{new,reactivation,churn}'::text[]) what, jsonb_each_text(expected -> what) e (month, amount),
	plg.movements(l, 'month', (month || '-01')::date, ((month || '-01')::date + interval '1 month')::date)
WHERE id = 'playbook-totals' GROUP BY id;
-- its own query, a month for each customer compared with the month before: our
-- movements of the same month, and not of the one before or after
CREATE TABLE by_month AS
	SELECT month, sum(mrr) FILTER (WHERE before = 0 AND NOT ever) AS new, sum(mrr) FILTER (WHERE before = 0 AND ever) AS reactivation,
		sum(mrr - before) FILTER (WHERE before > 0 AND mrr > before) AS expansion,
		sum(before - mrr) FILTER (WHERE mrr > 0 AND mrr < before) AS contraction, sum(before) FILTER (WHERE mrr = 0) AS churn, sum(mrr) AS closing
	FROM (SELECT *, coalesce(lag(mrr) OVER w, 0) AS before, coalesce(max(mrr) OVER (w ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW), 0) > 0 AS ever
		FROM (SELECT customer_id, month::date, coalesce(sum(monthly_usd) FILTER (WHERE month >= started_on AND month < ended_on), 0) AS mrr
			FROM playbook, generate_series(timestamp '2017-09-01', '2019-12-01', '1 month') month GROUP BY 1, 2) m
		WINDOW w AS (PARTITION BY customer_id ORDER BY month)) b
	WHERE month >= '2018-03-01' GROUP BY month;
SELECT report(count(*) = 132 AND (count(*) FILTER (WHERE same) = 132) = (shift = 0),
	format('playbook: %s of %s numbers of 22 months agree with ours of the month %s', count(*) FILTER (WHERE same), count(*), shift))
FROM l, generate_series(-1, 1) shift, by_month b, plg.movements(l, 'month', '2017-12-01', '2020-03-01') m,
	LATERAL (VALUES (coalesce(b.new, 0) = m.new), (coalesce(b.reactivation, 0) = m.reactivation), (coalesce(b.expansion, 0) = m.expansion),
		(coalesce(b.contraction, 0) = m.contraction), (coalesce(b.churn, 0) = m.churn), (b.closing = m.closing)) v (same)
WHERE m.period_start = b.month + shift * interval '1 month' GROUP BY shift ORDER BY shift;
-- the twelve months of November 2018 to November 2019, by that rule and by ours
SELECT report(round(100 * plg.nrr(l, '2018-12-01', '2019-12-01')::numeric, 1) = 97.4 AND round(100 * plg.grr(l, '2018-12-01', '2019-12-01')::numeric, 1) = 80.0
	AND round(100 * plg.nrr(l, '2018-11-01', '2019-11-01')::numeric, 1) = 107.5, 'playbook: NRR and GRR of twelve months') FROM l;

-- playbook-phantom-churn: what is not known yet is no churn
SELECT report(churn = (expected ->> 'true_churn_2019_06')::numeric AND closing = (expected ->> 'true_mrr_2019_06')::numeric AND provisional, id)
FROM l, expected, plg.movements(l, 'month', '2019-06-01', '2019-07-01', as_of => '2019-06-15')
WHERE id = 'playbook-phantom-churn';

-- openbooks-movements: an account for each row of the table
CREATE TABLE openbooks AS
SELECT id, expected, r ->> 'sub' AS account, (r ->> 'prev')::numeric AS prev, (r ->> 'cur')::numeric AS cur, (r ->> 'ever')::boolean AS ever
FROM expected, jsonb_array_elements(rows) r WHERE id = 'openbooks-movements';
CREATE TABLE o AS SELECT plg.ledger(account, mrr, since, until) AS l
FROM openbooks, LATERAL (VALUES (CASE WHEN ever THEN 1 ELSE 0 END, date '2026-01-01', date '2026-03-01'), (prev, '2026-05-01', '2026-07-10'), (cur, '2026-07-10', NULL)) v (mrr, since, until);
SELECT report(array[m.new, m.expansion, m.contraction, m.churn, m.reactivation] = array(SELECT (expected #>> array['movements', what, '1'])::numeric
		FROM unnest('{new,expansion,contraction,churn,reactivation}'::text[]) WITH ORDINALITY u (what, n) ORDER BY n)
	AND m.closing = (expected ->> 'end_total')::numeric AND m.opening = (SELECT sum(prev) FROM openbooks)
	AND m.closing - m.opening = m.new + m.expansion + m.reactivation - m.contraction - m.churn, id)
FROM o, plg.movements(l, 'month', '2026-07-01', '2026-08-01') m, expected WHERE id = 'openbooks-movements';

-- insight-spans: the change rows are the same ledger as the spans
SELECT report(changes OPERATOR(plg.=) spans AND plg.mrr(spans, '2016-01-25') = 99, id)
FROM expected, LATERAL (SELECT plg.ledger_changes((r ->> 'account')::int, (r ->> 'mrr')::numeric, (r ->> 'ts')::timestamp) FROM jsonb_array_elements(rows) r) c (changes),
	LATERAL (SELECT plg.ledger(1, (s ->> 2)::numeric, (s ->> 0)::timestamp, (s ->> 1)::timestamp) FROM jsonb_array_elements(expected -> 'spans') s) s (spans)
WHERE id = 'insight-spans';

-- gpbullhound-grr-triangle: each cohort an account that begins in month 0; the
-- published average at an age, rounded like the cells, is the GRR of all that
-- have reached it.
SELECT report(count(*) = 13 AND bool_and(abs(grr - average) <= 1), id || ': average GRR at ages 1 to 13, within a point')
FROM (SELECT id, average::numeric, 100 * plg.grr(plg.ledger(cohort, initial * pct / 100, start + make_interval(months => month::int - 1), start + make_interval(months => month::int)),
			'2021-08-01', (start + make_interval(months => age::int))::date)::numeric AS grr
	FROM expected, (VALUES (timestamp '2021-07-01')) t (start),
		jsonb_array_elements_text(expected -> 'weighted_average_pct') WITH ORDINALITY a (average, age),
		LATERAL (SELECT (r ->> 'cohort_index')::int, (r ->> 'initial_mrr')::numeric, p::numeric, month FROM jsonb_array_elements(rows) r, jsonb_array_elements_text(r -> 'grr_pct') WITH ORDINALITY g (p, month)
			WHERE jsonb_array_length(r -> 'grr_pct') >= age) c (cohort, initial, pct, month)
	WHERE id = 'gpbullhound-grr-triangle' AND age > 1 GROUP BY id, average, age, start) s GROUP BY id;
-- the same as a triangle: an account for each cohort, of the ages that are told
CREATE TABLE cells AS
SELECT (r ->> 'cohort_index')::int AS cohort, (r ->> 'initial_mrr')::numeric * p::numeric / 100 AS mrr, (timestamp '2021-07-01' + make_interval(months => (r ->> 'cohort_index')::int + age::int - 1))::date AS month
FROM expected, jsonb_array_elements(rows) r, jsonb_array_elements_text(r -> 'grr_pct') WITH ORDINALITY g (p, age) WHERE id = 'gpbullhound-grr-triangle';
SELECT report(count(*) = 14 AND bool_and(abs(100 * grr - average) <= 1), 'gpbullhound-grr-triangle: the average row of revenue_retention at ages 0 to 13, within a point')
FROM (SELECT plg.ledger_snapshots(cohort, mrr, month) AS l FROM cells) b, plg.revenue_retention(l, 'month', 14, average => true) r,
	(SELECT (e - 1)::int, average::numeric FROM expected, jsonb_array_elements_text(expected -> 'weighted_average_pct') WITH ORDINALITY a (average, e) WHERE id = 'gpbullhound-grr-triangle') a (age, average)
WHERE cohort IS NULL AND period = age;

-- Flows of one period as accounts: one that leaves, one that pays less, one that
-- pays more, one that is new, and the rest.
CREATE FUNCTION flows(start numeric, churn numeric, contraction numeric, expansion numeric, new numeric) RETURNS plg.bridge_totals LANGUAGE sql AS $$
	SELECT plg.bridge(o, c, false) FROM (VALUES (churn, 0), (2 * contraction, contraction), (expansion, 2 * expansion), (0, new),
		(start - churn - 2 * contraction - expansion, start - churn - 2 * contraction - expansion)) v (o, c) WHERE start > 0 $$;
SELECT report(round(1 - (f).grr::numeric, 10) = (expected ->> 'gross_mrr_churn_rate')::numeric, id)
FROM expected, flows(100, 10, 10, 10, 0) f WHERE id = 'cm-gross-churn-b2b';
SELECT report(round(((f).new + (f).expansion - (f).churn - (f).contraction), 2) = (expected ->> 'net_new_mrr')::numeric AND round((f).quick_ratio::numeric, 2) = (expected ->> 'quick_ratio')::numeric, id)
FROM expected, flows(100000, 8000, 4000, 10000, 25000) f WHERE id = 'quick-prime';
SELECT report(bool_and(round(100 * (f).grr::numeric, 6) IS NOT DISTINCT FROM CASE WHEN (r ->> 'start')::numeric > 0 THEN (expected #>> array['grr_pct', (n - 1)::text])::numeric END), id || ': without an opening NULL, not 0')
FROM expected, jsonb_array_elements(rows) WITH ORDINALITY x (r, n), LATERAL flows((r ->> 'start')::numeric, (r ->> 'churn')::numeric, (r ->> 'contraction')::numeric, 0, 0) f WHERE id = 'pypulate-grr' GROUP BY id;
-- customers as accounts that pay 1
SELECT report(bool_and(round(100 * (1 - (f).logo_retention)::numeric, 6) IS NOT DISTINCT FROM CASE WHEN start > 0 THEN (expected #>> array['churn_pct', (n - 1)::text])::numeric END
	AND (f).accounts_closing = (r ->> 'end')::int), id || ': without an opening NULL, not 0')
FROM expected, jsonb_array_elements(rows) WITH ORDINALITY x (r, n), LATERAL (SELECT (r ->> 'start')::int, (r ->> 'start')::int + (r ->> 'new')::int - (r ->> 'end')::int) y (start, lost),
	LATERAL (SELECT plg.bridge((i <= start)::int, (i > lost)::int, false) AS f FROM generate_series(1, start + (r ->> 'new')::int) i) s WHERE id = 'pypulate-logo-churn' GROUP BY id;
SELECT report(round(1 - (plg.bridge((i <= 100)::int, (i > 10)::int, false)).logo_retention::numeric, 10) = (expected ->> 'user_churn')::numeric, id)
FROM expected, generate_series(1, 130) i WHERE id = 'mainmetrics-churn' GROUP BY id, expected;
SELECT report(round(x.expansion_rate::numeric, 10) = coalesce((expected ->> 'expansion_rate')::numeric, (expected ->> 'expansion_rate_pct')::numeric / 100), id)
FROM expected, LATERAL (SELECT CASE id WHEN 'chargebee-expansion-rate' THEN (rows #>> '{0,start_mrr}')::numeric ELSE (rows #>> '{0,start}')::numeric END,
		CASE id WHEN 'chargebee-expansion-rate' THEN (rows #>> '{0,end_mrr}')::numeric ELSE (rows #>> '{0,start}')::numeric + (rows #>> '{0,upsell}')::numeric + (rows #>> '{0,cross_sell}')::numeric END) a (o, c),
	LATERAL (SELECT plg.ledger_snapshots(1, v.m, v.d) AS l FROM (VALUES (o, date '2026-01-01'), (c, '2026-02-01')) v (m, d)) s, plg.expansion_revenue(l, 'month', '2026-02-01', '2026-03-01') x
WHERE id IN ('chargebee-expansion-rate', 'pypulate-expansion-rate');

-- prices by the month
SELECT report(bool_and(round(plg.monthly((r ->> 'amount')::numeric, r ->> 'interval', (r ->> 'count')::int), 2) = (expected #>> array['mrr', (n - 1)::text])::numeric), id)
FROM expected, jsonb_array_elements(rows) WITH ORDINALITY x (r, n) WHERE id = 'polar-interval-count' GROUP BY id;
SELECT report(plg.monthly((rows #>> '{0,amount}')::numeric * (1 - (rows #>> '{0,discount_pct}')::numeric / 100), rows #>> '{0,interval}') = (expected ->> 'mrr')::numeric, id)
FROM expected WHERE id = 'pw-discount';
SELECT report(round(plg.payback((rows #>> '{0,cac}')::numeric, (rows #>> '{0,monthly_revenue}')::numeric, (rows #>> '{0,gross_margin_pct}')::float8 / 100)::numeric, 2) = (expected #>> '{payback_months,0}')::numeric, id || ': the one without churn')
FROM expected WHERE id = 'payback-calcsimpler';

-- a trial pays nothing, in a ledger of its own it does
SELECT report(array_agg(m.closing ORDER BY m.period_start) = array[100, 100, 200]::numeric[] AND array_agg(t.closing ORDER BY m.period_start) = array[200, 100, 0]::numeric[], id)
FROM expected, LATERAL (SELECT plg.ledger(r ->> 'sub', (r ->> 'mrr')::numeric, coalesce((r ->> 'trial_end')::date, (r ->> 'start')::date), NULL::date) FILTER (WHERE r ->> 'ends_at' IS NULL) AS l,
		plg.ledger(r ->> 'sub', (r ->> 'mrr')::numeric, (r ->> 'start')::date, least((r ->> 'trial_end')::date, (r ->> 'ends_at')::date)) FILTER (WHERE r ->> 'trial_end' IS NOT NULL) AS trials FROM jsonb_array_elements(rows) r) b,
	plg.movements(l, 'month', '2024-01-01', '2024-04-01') m JOIN plg.movements(trials, 'month', '2024-01-01', '2024-04-01') t USING (period_start) WHERE id = 'polar-trial' GROUP BY id;

SELECT report((r.mrr, r.logo_retention, r.mature) = (0, 0, true), id)
FROM expected, LATERAL (SELECT plg.ledger((r ->> 'account')::int, (r ->> 'mrr')::numeric, (r ->> 'start')::date, (r ->> 'end')::date) AS l FROM jsonb_array_elements(rows) r) b,
	plg.revenue_retention(l, 'month', 13, as_of => '2024-03-01') r WHERE id = 'cohortcalc-all-churn' AND r.cohort = '2023-01-01' AND period = 12;

-- free to paid is plg.conversion's
SELECT report(plg.activation_rate(plg.conversion(timestamptz '2015-05-01', CASE WHEN i <= 5 THEN timestamptz '2015-09-01' + i * interval '1 day' END, timestamptz '2016-01-01'), NULL) = (expected ->> 'trial_to_paid')::float8, id)
FROM expected, generate_series(1, 10) i WHERE id = 'cm-trial-paid' GROUP BY id, expected;
SELECT report(plg.activation_rate(plg.conversion(timestamptz '2026-01-01', CASE WHEN i <= 150 THEN timestamptz '2026-01-05' END, timestamptz '2026-06-01'), NULL) = (expected ->> 'pql_rate')::float8
	AND plg.activation_rate(plg.conversion(timestamptz '2026-01-05', CASE WHEN i <= 45 THEN timestamptz '2026-02-01' END, timestamptz '2026-06-01') FILTER (WHERE i <= 150), NULL) = (expected ->> 'pql_to_paid')::float8, id)
FROM expected, generate_series(1, 1000) i WHERE id = 'pql-futureproof' GROUP BY id, expected;

-- Where a vendor's rule is another than ours.
CREATE TABLE not_ours (id text, why text);
INSERT INTO not_ours VALUES
	('cm-net-churn-daily', 'a sum of daily rates, new customers subtracted: a net rate of one account base, which is none of NRR, GRR or churn'),
	('stripe-coupon', 'which discounts count is for the rows to say; ProfitWell says otherwise'),
	('stripe-ltv-zero-churn', 'assumes 1.67 % where churn is 0; ltv is NULL'),
	('recurly-midcycle-seat', 'a prorated invoice line as MRR; MRR here is the price in force'),
	('lago-oss-fees', 'invoice fees with tax spread over months'),
	('polar-fx-identity', 'a missing rate becomes 1; here currencies are never converted'),
	('posthog-events', 'charges that expire by silence; they need an interval first, and PostHog has no reactivation'),
	('ghost-normalize', 'floor(price / 12) and four weeks a month; monthly is exact and has 52/12 weeks');
SELECT report(plg.ltv(50, 1, 0) IS NULL AND plg.monthly(5000, 'year') > 416 AND round(plg.monthly(500, 'week'), 2) = 2166.67, 'ours where stripe-ltv-zero-churn and ghost-normalize differ');
SELECT 'ok - ' || id || ' # SKIP not ours: ' || why FROM not_ours JOIN expected USING (id) ORDER BY id;
SELECT report(NOT EXISTS (SELECT FROM not_ours WHERE id NOT IN (SELECT id FROM expected))
	AND NOT EXISTS (SELECT FROM expected WHERE id NOT IN (SELECT id FROM not_ours) AND id NOT IN ('cm-gross-churn-b2b', 'quick-prime', 'pypulate-grr', 'pypulate-logo-churn', 'mainmetrics-churn', 'chargebee-expansion-rate', 'pypulate-expansion-rate',
		'polar-interval-count', 'pw-discount', 'payback-calcsimpler', 'polar-trial', 'cohortcalc-all-churn', 'cm-trial-paid', 'pql-futureproof',
		'playbook-totals', 'playbook-phantom-churn', 'openbooks-movements', 'insight-spans', 'gpbullhound-grr-triangle')), 'every case is tested or has a reason not to be');

-- The numbers that docs/which-nrr.md tells apart, on the playbook's twelve months
-- as a survey of the field found them with SQL of its own.
SELECT report(array_agg(round(100 * n::numeric, 1) ORDER BY i) = '{97.4,107.5,64.3,81.7,83.8,98.8,80.0,75.7,40.0}'::numeric[], 'playbook: six NRR and three GRR')
FROM l, LATERAL (SELECT (array_agg(opening ORDER BY period_start))[1] AS o, sum(expansion - contraction - churn) AS f, sum(reactivation) AS r, exp(sum(ln(nrr))) AS product, avg(nrr) AS mean
		FROM plg.movements(l, 'month', '2018-12-01', '2019-12-01')) m,
	LATERAL (VALUES (1, plg.nrr(l, '2018-12-01', '2019-12-01')), (2, plg.nrr(l, '2018-11-01', '2019-11-01')), (3, (o + f) / o), (4, (o + f + r) / o), (5, product), (6, mean),
		(7, plg.grr(l, '2018-12-01', '2019-12-01')), (8, plg.grr(l, '2018-12-01', '2019-12-01', grr_method => 'low_water')), (9, plg.grr(l, '2018-12-01', '2019-12-01', grr_method => 'flow'))) v (i, n);
