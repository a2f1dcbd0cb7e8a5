-- Worked examples of others, as far as they speak of movements, NRR or GRR.
\set cases `test -f "$PLG_SHARED/cases/revenue_cases.jsonl" && test -f "$PLG_SHARED/data/load.sql" && echo 1 || echo 0`
\if :cases
\else
SELECT 'ok - worked examples of revenue # SKIP shared cases not found';
\quit
\endif
SET timezone TO 'UTC';
CREATE FUNCTION report(good boolean, what text) RETURNS text IMMUTABLE LANGUAGE sql
	AS $$ SELECT CASE WHEN good THEN 'ok' ELSE 'not ok' END || ' - ' || what $$;

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
