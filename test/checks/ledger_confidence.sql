-- nrr_ci against its formula in SQL, and whether it keeps its level: cohorts of
-- 12 accounts drawn from a known population hold its NRR as often as they say.
-- The aggregates over two columns, against plain SQL and against the ledger.
SELECT setseed(0.25) \g /dev/null
SET timezone TO 'UTC';
\ir ../oracle/report.sql

CREATE TABLE account AS
SELECT s AS sample, a, o, round((o * f)::numeric, 2) AS c
FROM generate_series(1, 2000) s, generate_series(1, 12) a,
	LATERAL (SELECT round((20 + 80 * random() + 0 * a)::numeric, 2), 0.6 + 0.9 * random() + 0 * s) x (o, f);
CREATE TABLE interval AS
SELECT sample, c.*
FROM (SELECT sample, plg.ledger(a, mrr, since, until) AS l FROM account, LATERAL (VALUES (o, date '2025-01-01', date '2025-07-01'), (c, '2025-07-01', NULL)) v (mrr, since, until) GROUP BY sample) b,
	plg.nrr_ci(l, '2025-02-01', '2026-02-01') c;
SELECT report(bool_and(abs(nrr - r) < 1e-9 AND abs(nrr_high - (r + half)) < 1e-6 AND abs(nrr_low - greatest(r - half, 0)) < 1e-6) AND count(*) = 2000, 'nrr_ci is its formula, at 11 degrees of freedom')
FROM interval, LATERAL (SELECT sum(c) / sum(o) FROM account a WHERE a.sample = interval.sample) x (r),
	LATERAL (SELECT (2.2009852 * sqrt(12.0 / 11 * sum((c - r * o) ^ 2)) / sum(o))::float8 FROM account a WHERE a.sample = interval.sample) y (half);
-- the population's NRR is 1.05
SELECT report(avg((1.05 BETWEEN nrr_low AND nrr_high)::int) BETWEEN 0.93 AND 0.965, 'of 2000 intervals of 95 %, ' || round(100 * avg((1.05 BETWEEN nrr_low AND nrr_high)::int), 1) || ' % hold the NRR of the population') FROM interval;

-- rows in two columns: openings and closings with holes and credits
CREATE TABLE snap AS
SELECT g, i, CASE WHEN random() < 0.7 THEN round((random() * 120 - 15)::numeric, (g + i) % 4) END AS o,
	CASE WHEN random() < 0.7 THEN round((random() * 120 - 15)::numeric, i % 3) END AS c, CASE WHEN random() < 0.8 THEN random() < 0.5 END AS p
FROM generate_series(1, 60) g, generate_series(1, 200) i;
CREATE FUNCTION bridged(int) RETURNS plg.bridge_totals LANGUAGE sql AS $$
	SELECT sum(o), sum(c) FILTER (WHERE o <= 0 AND c > 0 AND NOT p), sum(c) FILTER (WHERE o <= 0 AND c > 0 AND p), sum(c - o) FILTER (WHERE o > 0 AND c > o), sum(o - c) FILTER (WHERE o > c AND c > 0),
		sum(o) FILTER (WHERE o > 0 AND c <= 0), sum(least(c, 0) - least(o, 0)), sum(c), count(*) FILTER (WHERE o > 0), count(*) FILTER (WHERE o <= 0 AND c > 0 AND NOT p), count(*) FILTER (WHERE o <= 0 AND c > 0 AND p),
		count(*) FILTER (WHERE o > 0 AND c > o), count(*) FILTER (WHERE o > c AND c > 0), count(*) FILTER (WHERE o > 0 AND c <= 0), count(*) FILTER (WHERE c > 0),
		sum(greatest(c, 0)) FILTER (WHERE o > 0) / sum(o) FILTER (WHERE o > 0), sum(greatest(least(o, c), 0)) FILTER (WHERE o > 0) / sum(o) FILTER (WHERE o > 0),
		count(*) FILTER (WHERE o > 0 AND c > 0)::float8 / count(*) FILTER (WHERE o > 0), NULL::float8, trim_scale(sum(c) / count(*) FILTER (WHERE c > 0))
	FROM (SELECT coalesce(o, 0) AS o, coalesce(c, 0) AS c, coalesce(p, false) AS p FROM snap WHERE g = $1) s $$;
SELECT report(count(*) = 60 AND bool_and((b.opening, b.new, b.reactivation, b.expansion, b.contraction, b.churn, b.credit, b.closing, b.accounts_opening, b.accounts_new, b.accounts_reactivated, b.accounts_expanded, b.accounts_contracted, b.accounts_churned, b.accounts_closing, b.arpa)
	= (e.opening, e.new, e.reactivation, e.expansion, e.contraction, e.churn, e.credit, e.closing, e.accounts_opening, e.accounts_new, e.accounts_reactivated, e.accounts_expanded, e.accounts_contracted, e.accounts_churned, e.accounts_closing, e.arpa)
	AND abs(b.nrr - e.nrr) < 1e-12 AND abs(b.grr - e.grr) < 1e-12 AND abs(b.logo_retention - e.logo_retention) < 1e-12 AND b.nrr = s.nrr AND b.grr = s.grr), '60 random groups: bridge, nrr and grr')
FROM (SELECT g, plg.bridge(o, c, p) AS b, plg.nrr(o, c), plg.grr(o, c) FROM snap GROUP BY g) s, LATERAL (SELECT (b).*) b, bridged(g) e;

-- moving windows give what each window alone gives
SELECT report(bool_and(moving = alone), 'moving windows') FROM (
	SELECT i, plg.bridge(o, c, p) OVER (ORDER BY i ROWS BETWEEN 7 PRECEDING AND 3 FOLLOWING) AS moving FROM snap WHERE g = 7) m
	JOIN LATERAL (SELECT plg.bridge(o, c, p) AS alone FROM snap s WHERE s.g = 7 AND s.i BETWEEN m.i - 7 AND m.i + 3) a ON true;

-- workers
ALTER TABLE snap SET (parallel_workers = 2);
SELECT plg.bridge(o, c, p) AS one FROM snap \gset
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET parallel_leader_participation = off;
SELECT report(plg.bridge(o, c, p) = :'one'::plg.bridge_totals, 'workers add up to the same') FROM snap;
