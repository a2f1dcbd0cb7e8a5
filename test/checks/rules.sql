-- Rules that hold for every reader, on random data: an answer at as_of is that of
-- the rows known then, a far end is none, parts add up, passes enter by their own
-- start.
SET timezone TO 'UTC';
SET client_min_messages TO warning;
\ir ../oracle/ledgers.sql
\ir ../oracle/report.sql

-- Journeys: the value cut at as_of, as every reader sees it.
CREATE TABLE event AS
SELECT set, floor(random() * 12)::int AS who, timestamptz '2026-01-01' + floor(random() * 60 * 24) * interval '1 hour' AS at,
	(array['a', 'a', 'b', 'c', 'd', 'e ' || floor(random() * 6)])[1 + floor(random() * 6 + 0 * n)::int] AS what
FROM generate_series(1, 60) set, generate_series(1, 120) n;
CREATE TABLE cut AS
SELECT set, j, as_of, plg.slice(j, NULL, as_of + interval '1 us') AS known
FROM (SELECT set, plg.journeys(who, at, what) AS j FROM event GROUP BY set) s, LATERAL (SELECT at FROM event e WHERE e.set = s.set ORDER BY random() LIMIT 3) a (as_of);
CREATE FUNCTION answers(j plg.journeys, as_of timestamptz) RETURNS TABLE (reader text, answer text) LANGUAGE sql AS $$
	SELECT 'activation', a::text FROM plg.activation(j, 'a', 'b|e 1', '9 days', as_of) a
	UNION ALL SELECT 'conversion', c::text FROM plg.conversion(j, 'a', 'c', as_of) c
	UNION ALL SELECT 'conversions', string_agg(c::text, ';') FROM plg.conversions(j, 'a|d', 'c', as_of) c
	UNION ALL SELECT 'cohort_conversion', string_agg(c::text, ';') FROM plg.cohort_conversion(j, 'a', 'e 2|b', as_of) c
	UNION ALL SELECT 'retention', string_agg(r::text, ';') FROM plg.retention(j, 'a', as_of, average => true) r
	UNION ALL SELECT 'retention by event', string_agg(r::text, ';') FROM plg.retention(j, 'a', as_of, 'e 3|c', min_count => 2, counting => 'on_or_after') r
	UNION ALL SELECT 'lifecycle', string_agg(l::text, ';') FROM plg.lifecycle(j, as_of, 'week') l
	UNION ALL SELECT 'stickiness', string_agg(s::text, ';') FROM plg.stickiness(j, as_of, 'week') s
	UNION ALL SELECT 'session_summary', s::text FROM plg.session_summary(j, '5 hours', as_of) s
	UNION ALL SELECT 'adoption', string_agg(a::text, ';') FROM plg.adoption(j, 'a', as_of, '9 days') a
	UNION ALL SELECT 'adoption after any event', string_agg(a::text, ';') FROM plg.adoption(j, NULL, as_of, NULL) a
	UNION ALL SELECT 'flows ' || d, string_agg(f::text, ';') FROM unnest('{after,before}'::text[]) d, plg.flows(j, 'a', 3, d, as_of, '20 days', top => 2, other => 'e 5') f GROUP BY d
	UNION ALL SELECT concat_ws(' ', 'funnel', mode, attempt), string_agg(f::text, ';')
		FROM unnest('{ordered,any,strict,exact}'::text[]) mode, unnest('{best,first,each,next}'::text[]) attempt, plg.funnel(j, '{a,b,e 1|c}', '9 days', as_of, mode, attempt, exclude => '{d}') f GROUP BY mode, attempt
	UNION ALL SELECT concat_ws(' ', 'milestones', mode, attempt), string_agg(m::text, ';')
		FROM unnest('{ordered,strict,exact}'::text[]) mode, unnest('{best,first,each,next}'::text[]) attempt, plg.milestones(j, '{a,b,c}', '9 days', mode, attempt, as_of, grace => '3 hours', exclude => '{e 4}') m GROUP BY mode, attempt
$$;
-- one of the labels may be the name of the rest, which is an error for both or for none
CREATE FUNCTION try_answers(j plg.journeys, as_of timestamptz) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT jsonb_object_agg(reader, answer) FROM answers(j, as_of));
EXCEPTION WHEN invalid_parameter_value THEN
	RETURN to_jsonb(SQLERRM);
END $$;
CREATE TABLE told AS SELECT set, as_of, try_answers(j, as_of) AS whole, try_answers(known, as_of) AS known FROM cut;
SELECT report(count(*) > 100 AND bool_and(whole = known) AND count(*) FILTER (WHERE jsonb_typeof(whole) = 'object') > 50, count(*) || ' values at as_of: no reader sees a later row') FROM told;
SELECT '# ' || key || E'\n# whole ' || left(w.value, 300) || E'\n# known ' || left(k.value, 300)
FROM told, jsonb_each_text(CASE jsonb_typeof(whole) WHEN 'object' THEN whole ELSE '{}' END) w JOIN LATERAL jsonb_each_text(CASE jsonb_typeof(known) WHEN 'object' THEN known ELSE '{}' END) k USING (key)
WHERE w.value IS DISTINCT FROM k.value LIMIT 3;

-- Passes: those that start in the range, of all that there are.
CREATE TABLE option AS
SELECT * FROM unnest('{ordered,any,strict,exact}'::text[]) mode, unnest('{each,next}'::text[]) attempt, (VALUES (NULL::interval, NULL::interval[], NULL::boolean[], false), ('2 hours', NULL, NULL, false), (NULL, '{NULL,3 days,NULL}', NULL, false), (NULL, NULL, '{f,t,f}', true)) v (grace, step_within, optional, increasing)
WHERE mode <> 'any' OR (grace IS NULL AND step_within IS NULL AND NOT increasing);
CREATE TABLE passes AS
SELECT set, o.*, entered, m.chosen, m.all_of_them, f.counts
FROM cut, option o, LATERAL (SELECT tstzrange(as_of - interval '20 days', as_of - interval '3 days', (array['[)', '(]'])[1 + set % 2]) AS entered) e,
	LATERAL (SELECT (SELECT string_agg(m::text, ';') FROM plg.milestones(j, '{a,b,c}', '4 days', mode, attempt, as_of, entered, grace, step_within, '{d}', optional, increasing) m) AS chosen,
		(SELECT string_agg(m::text, ';') FROM plg.milestones(j, '{a,b,c}', '4 days', mode, attempt, as_of, NULL, grace, step_within, '{d}', optional, increasing) m
			WHERE (SELECT min(t) FROM unnest(reached) t) <@ entered) AS all_of_them,
		(SELECT array_agg(entities ORDER BY step) FROM plg.funnel(j, '{a,b,c}', '4 days', as_of, mode, attempt, entered, grace, step_within, '{d}', optional, increasing)) AS in_funnel,
		(SELECT array_agg(n ORDER BY step) FROM (SELECT step, count(reached[step]) FILTER (WHERE (SELECT min(t) FROM unnest(reached) t) + interval '4 days' <= as_of) AS n
			FROM generate_series(1, 3) step LEFT JOIN plg.milestones(j, '{a,b,c}', '4 days', mode, attempt, as_of, entered, grace, step_within, '{d}', optional, increasing) m ON true GROUP BY step) s) AS counted) m,
	LATERAL (SELECT in_funnel = counted AS counts) f
WHERE set <= 30;
SELECT report(count(*) > 1000 AND bool_and(chosen IS NOT DISTINCT FROM all_of_them) AND count(chosen) > 300, count(*) || ' times: passes enter by their own start') FROM passes;
SELECT report(bool_and(counts), 'and the funnel counts those that are mature') FROM passes;
SELECT '# ' || concat_ws(', ', set, mode, attempt, grace, step_within, optional, entered) || E'\n# chosen ' || left(chosen, 300) || E'\n# of all ' || left(all_of_them, 300) FROM passes WHERE chosen IS DISTINCT FROM all_of_them LIMIT 3;

-- Ledgers: at as_of a ledger is that of the rows known then, and an end in the year 9999 is none.
CREATE FUNCTION answers(l plg.ledger, as_of timestamptz) RETURNS TABLE (reader text, answer text) LANGUAGE sql AS $$
	SELECT 'movements', string_agg(m::text, ';') FROM unnest('{period,event}'::text[]) how, plg.movements(l, 'month', '2025-07-01', '2026-07-01', 'UTC', as_of, how, '60 days', '20 days', 'flow') m
	UNION ALL SELECT 'account_movements', string_agg(m::text, ';') FROM plg.account_movements(l, '2025-09-01', '2026-03-01', 'Asia/Kolkata', as_of, bridge_gap => '31 days') m
	UNION ALL SELECT 'nrr_series', string_agg(s::text, ';') FROM plg.nrr_series(l, 'month', 3, '2025-07-01', '2026-07-01', as_of => as_of) s
	UNION ALL SELECT 'revenue_retention', string_agg(r::text, ';') FROM plg.revenue_retention(l, 'week', 9, as_of => as_of, average => true) r
	UNION ALL SELECT 'expansion_revenue', string_agg(x::text, ';') FROM plg.expansion_revenue(l, 'month', '2025-07-01', '2026-07-01', as_of => as_of) x
	UNION ALL SELECT 'nrr_ci', c::text FROM plg.nrr_ci(l, '2025-09-01', '2026-03-01', as_of => as_of) c
	UNION ALL SELECT 'nrr, grr, logo_retention', concat_ws(' ', plg.nrr(l, '2025-09-01', '2026-03-01', as_of => as_of, bridge_gap => '31 days'), plg.grr(l, '2025-09-01', '2026-03-01', as_of => as_of, bridge_gap => '31 days'),
		plg.logo_retention(l, '2025-09-01', '2026-03-01', as_of => as_of, bridge_gap => '31 days'))
$$;
CREATE TABLE book AS
SELECT ledger, as_of, plg.ledger(account, mrr, since, until) AS l, plg.ledger(account, mrr, since, coalesce(until, '9999-12-31')) AS far,
	plg.ledger(account, mrr, since, CASE WHEN until <= as_of THEN until END) FILTER (WHERE since <= as_of) AS known
FROM random_ledgers, unnest('{2025-06-10,2025-12-01,2026-03-15 10:00}'::timestamptz[]) as_of GROUP BY ledger, as_of;
CREATE TABLE read AS SELECT ledger, as_of, a.reader, a.answer, f.answer AS far, k.answer AS known
FROM book, answers(l, as_of) a JOIN LATERAL answers(far, as_of) f USING (reader) JOIN LATERAL answers(known, as_of) k USING (reader);
-- amounts are of one precision, which a later one may refine; a ledger without rows is none
SELECT report(count(*) > 2000 AND bool_and(answer IS NOT DISTINCT FROM known OR known IS NULL) AND count(known) > 1500, count(*) || ' answers of 7 readers: no later row of a ledger is used') FROM read;
SELECT report(bool_and(answer IS NOT DISTINCT FROM far), 'an end in the year 9999 is none') FROM read;
SELECT '# ' || concat_ws(', ', ledger, as_of, reader) || E'\n# got ' || left(answer, 300) || E'\n# of known rows ' || left(known, 300) || E'\n# of far ends ' || left(far, 300) FROM read WHERE answer IS DISTINCT FROM known AND known IS NOT NULL OR answer IS DISTINCT FROM far LIMIT 3;

-- Snapshots: the parts of a ledger, by account or bucket, come to the whole.
CREATE TABLE snapshot AS
SELECT set, floor(random() * 9)::int AS account, round((random() * 90)::numeric, 2) AS mrr, (date '2026-01-01' + make_interval(months => floor(random() * 5 + 0 * n)::int))::date AS month
FROM generate_series(1, 60) set, generate_series(1, 8) n;
CREATE TABLE parts AS
SELECT set, how, as_of, w.whole, p.parts
FROM (SELECT set, plg.ledger_snapshots(account, mrr, month) AS l FROM snapshot GROUP BY set) s, unnest('{account,bucket}'::text[]) how,
	unnest('{2026-02-01,2026-03-20,2026-04-01,2026-09-01,infinity}'::timestamptz[]) as_of,
	LATERAL (SELECT string_agg(concat_ws(' ', period_start, opening, new, reactivation, expansion, contraction, churn, closing, accounts_opening, accounts_churned, provisional), ';' ORDER BY period_start) AS whole
		FROM plg.movements(l, 'month', '2026-01-01', '2026-08-01', as_of => as_of)) w,
	LATERAL (SELECT string_agg(concat_ws(' ', period_start, trim_scale(o), trim_scale(n), trim_scale(r), trim_scale(e), trim_scale(k), trim_scale(c), trim_scale(cl), ao, ac, prov), ';' ORDER BY period_start) AS parts
		FROM (SELECT period_start, sum(opening) AS o, sum(new) AS n, sum(reactivation) AS r, sum(expansion) AS e, sum(contraction) AS k, sum(churn) AS c, sum(closing) AS cl, sum(accounts_opening) AS ao, sum(accounts_churned) AS ac, bool_or(provisional) AS prov
			FROM (SELECT plg.ledger_snapshots(account, mrr, month) AS part FROM snapshot x WHERE x.set = s.set GROUP BY CASE how WHEN 'account' THEN account ELSE account % 3 END) x,
				plg.movements(part, 'month', '2026-01-01', '2026-08-01', as_of => as_of) GROUP BY period_start) y) p;
SELECT report(count(*) > 500 AND bool_and(whole = parts), count(*) || ' ledgers of snapshots: parts come to the whole') FROM parts;
SELECT '# ' || concat_ws(', ', set, how, as_of) || E'\n# whole ' || whole || E'\n# parts ' || parts FROM parts WHERE whole <> parts LIMIT 3;
