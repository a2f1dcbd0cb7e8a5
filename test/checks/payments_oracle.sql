-- plg.ledger_payments against plain SQL, charge by charge; the same bytes whatever
-- the plan; plg.carry_gaps and plg.monthly_between against their definitions.
SET timezone TO 'America/New_York';
SET client_min_messages TO warning;
SET jit TO off;
SELECT setseed(0.33) \g /dev/null
\ir ../oracle/report.sql

CREATE TABLE charge (id int, account text, amount numeric, at timestamptz, covers interval, grace interval);
CREATE INDEX ON charge (account, at);
CREATE TABLE result (what text, n bigint, refunds bigint, wrong bigint);

-- By the calendar of UTC.
CREATE FUNCTION later(at timestamptz, i interval) RETURNS timestamptz IMMUTABLE LANGUAGE sql AS $$ SELECT (at AT TIME ZONE 'UTC' + i) AT TIME ZONE 'UTC' $$;
CREATE FUNCTION a_month(amount numeric, covers interval) RETURNS numeric IMMUTABLE LANGUAGE sql AS $$
	SELECT trim_scale(CASE WHEN months > 0 THEN amount / months WHEN days % 7 = 0 THEN amount * 52 / (days / 7 * 12) ELSE amount * 365 / (days * 12) END)
	FROM (SELECT (extract(year FROM covers) * 12 + extract(month FROM covers))::int AS months, extract(day FROM covers)::int AS days) c $$;
-- What each charge and refund pays, and from when to when; refunds whose charge is not there have no end.
CREATE VIEW paid AS
WITH charged AS MATERIALIZED (
	SELECT c.*, least(later(later(at, covers), grace), (SELECT min(n.at) FROM charge n WHERE n.account = c.account AND n.at > c.at AND n.amount >= 0)) AS ends FROM charge c)
SELECT id, account, a_month(amount, covers) AS mrr, at AS since,
	CASE WHEN amount >= 0 THEN ends ELSE (SELECT CASE WHEN c.at = r.at THEN least(r.ends, last) WHEN r.at < last THEN last END
		FROM (SELECT at, max(ends) AS last FROM charged c WHERE c.account = r.account AND c.amount >= 0 AND c.at <= r.at GROUP BY at ORDER BY at DESC LIMIT 1) c) END AS until
FROM charged r;
CREATE FUNCTION levels() RETURNS TABLE (account text, at timestamptz, mrr numeric) STABLE LANGUAGE sql AS $$
	WITH p AS MATERIALIZED (SELECT account, mrr, since, until FROM paid),
	level AS (SELECT account, at, (SELECT coalesce(sum(mrr), 0) FROM p q WHERE q.account = t.account AND q.since <= at AND at < q.until) AS mrr
		FROM (SELECT account, since AS at FROM p UNION SELECT account, until FROM p) t)
	SELECT account, at, trim_scale(mrr) FROM (SELECT *, lag(mrr, 1, 0.0) OVER (PARTITION BY account ORDER BY at) AS before FROM level) l WHERE mrr <> before
$$;
CREATE FUNCTION compare(what text) RETURNS void LANGUAGE sql AS $$
	WITH want AS MATERIALIZED (SELECT * FROM levels()),
	got AS MATERIALIZED (SELECT account, at, mrr FROM (SELECT plg.ledger_payments(account, amount, at, covers, grace) AS l FROM (SELECT * FROM charge ORDER BY random()) r) s, plg.unnest(l) u)
	INSERT INTO result SELECT what, (SELECT count(*) FROM want), (SELECT count(*) FROM charge WHERE amount < 0), (SELECT count(*) FROM (TABLE want EXCEPT ALL TABLE got) d) + (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE want) d)
		-- the same as the intervals
		+ (SELECT (plg.ledger_payments(c.account, amount, at, covers, grace) OPERATOR(plg.<>) (SELECT plg.ledger(account, mrr, since, until) FROM paid))::int FROM charge c)
$$;
CREATE PROCEDURE try_random(runs int) LANGUAGE plpgsql AS $$
BEGIN
	FOR run IN 1 .. runs LOOP
		TRUNCATE charge;
		INSERT INTO charge SELECT n, (ARRAY['', 'é', 'acct ', 'a'])[1 + n % 4] || floor(random() * (run % 7)), (ARRAY[10, 19.99, 0, 120, 7, 1e-6])[1 + floor(random() * 6)],
			timestamptz '2026-01-28 00:00+00' + floor(random() * 500) * (ARRAY[interval '1 day', interval '7 hours', interval '30 days'])[1 + run % 3], (ARRAY['1 month', '1 month', '3 months', '1 year', '7 days', '14 days', '30 days'])[1 + floor(random() * 7)]::interval,
			(ARRAY['0', '3 days', '10 days', '1 month', '12:00'])[1 + floor(random() * 5)]::interval FROM generate_series(1, (ARRAY[3, 20, 120])[1 + run % 3]) n;
		-- refunds at the time of a charge, and later
		INSERT INTO charge SELECT id + 1000, account, -amount * (ARRAY[1, 0.5])[1 + id % 2], CASE WHEN id % 3 > 0 THEN at ELSE at + random() * interval '20 days' END, covers, grace FROM charge WHERE amount > 0 AND random() < 0.3;
		DELETE FROM charge c USING paid p WHERE p.id = c.id AND p.until IS NULL;
		PERFORM compare('charges');
	END LOOP;
END
$$;
CALL try_random(60);
SELECT report(sum(wrong) = 0 AND sum(n) > 3000 AND sum(refunds) > 300, what || ': ' || count(*) || ' ledgers, ' || sum(n) || ' changes, ' || sum(refunds) || ' refunds, ' || sum(wrong) || ' differ') FROM result GROUP BY what;

-- The same bytes whatever the order, the plan, the workers.
TRUNCATE charge;
INSERT INTO charge SELECT n, 'account ' || n % 700, (n % 9) * 9.99, timestamptz '2026-01-01' + (n * 7919 % 1000) * interval '1 day', (ARRAY['1 month', '1 year', '7 days'])[1 + n % 3]::interval, '5 days' FROM generate_series(1, 20000) n;
INSERT INTO charge SELECT id, account, -amount / 2, at, covers, grace FROM charge WHERE id % 11 = 0;
ANALYZE charge;
CREATE TABLE reference AS SELECT plg.ledger_payments(account, amount, at, covers, grace) AS l FROM charge;
CREATE VIEW built AS SELECT plg.ledger_payments(account, amount, at, covers, grace) AS l FROM charge;
\ir ../oracle/same.sql
SELECT report(same('SELECT plg.ledger_payments(account, amount, at, covers, grace) FROM (SELECT * FROM charge ORDER BY md5(id::text)) c'), 'shuffled charges');
SELECT report(same(format('SELECT plg.rollup(l) FROM (SELECT plg.ledger_payments(account, amount, at, covers, grace) AS l FROM charge GROUP BY plg.bucket(account, %s)) s', n)), 'a rollup of ' || n || ' buckets') FROM unnest('{2,50,5000}'::int[]) n;
SELECT report(same('SELECT DISTINCT plg.ledger_payments(account, amount, at, covers, grace) OVER () FROM charge'), 'a window');
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE charge SET (parallel_workers = 2);
SELECT report(in_plan('Partial', 'TABLE built') = 1 AND same('TABLE built'), '2 workers');
SET parallel_leader_participation = off;
SELECT report(same('TABLE built'), '2 workers without their leader');
SET max_parallel_workers_per_gather = 0;
SET timezone TO 'Asia/Kathmandu';
SELECT report(same('TABLE built'), 'a session in Kathmandu');

-- Nothing before an instant depends on a later charge.
SELECT report(bool_and(plg.mrr(all_of.l, t) = plg.mrr(until_then.l, t)), count(*) || ' instants: MRR is what it was when it was asked')
FROM reference all_of, generate_series(timestamptz '2026-02-01', '2028-06-01', '23 days') t, LATERAL (SELECT plg.ledger_payments(account, amount, at, covers, grace) AS l FROM charge WHERE at <= t) until_then;

-- carry_gaps: what was paid last goes on in a gap that is short and ends
CREATE TABLE gapped AS SELECT n AS ledger, plg.ledger(floor(random() * 5)::int, (ARRAY[10, 20, -5, 7.5])[1 + floor(random() * 4)], since, since + (1 + floor(random() * 9)) * interval '5 days') AS l
	FROM generate_series(1, 300) n, generate_series(1, 20) i, LATERAL (SELECT timestamptz '2026-01-01' + floor(random() * 60 + 0 * (n + i)) * interval '5 days') s (since) GROUP BY n;
CREATE TABLE carried AS SELECT ledger, l, gap, seen, plg.carry_gaps(l, gap, seen) AS carried FROM gapped, unnest('{3 days,10 days,25 days,400 days}'::interval[]) gap, unnest('{NULL,2026-06-03 00:00+00}'::timestamptz[]) seen;
WITH placed AS (SELECT ledger, gap, seen, u.*, count(*) FILTER (WHERE mrr > 0) OVER (w ORDER BY at) AS spell, min(at) FILTER (WHERE mrr > 0) OVER (w ORDER BY at ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS back
	FROM carried, plg.unnest(l) u WHERE seen IS NULL OR u.at <= seen WINDOW w AS (PARTITION BY ledger, gap, seen, account)),
gaps AS MATERIALIZED (SELECT *, mrr <= 0 AND spell > 0 AND back - min(at) FILTER (WHERE mrr <= 0) OVER (PARTITION BY ledger, gap, seen, account, spell) <= gap AS hidden FROM placed),
want AS MATERIALIZED (SELECT ledger, gap, seen, account, at, mrr FROM (SELECT *, lag(mrr, 1, 0.0) OVER (PARTITION BY ledger, gap, seen, account ORDER BY at) AS before FROM gaps WHERE hidden IS NOT true) x WHERE mrr <> before),
got AS MATERIALIZED (SELECT ledger, gap, seen, u.* FROM carried, plg.unnest(carried) u)
SELECT report((SELECT count(*) FROM (TABLE want EXCEPT ALL TABLE got) d) + (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE want) d) = 0 AND (SELECT count(*) FROM gaps WHERE hidden) > 1000,
	format('carry_gaps: %s changes, and %s in gaps that are carried', (SELECT count(*) FROM want), (SELECT count(*) FROM gaps WHERE hidden)));

-- monthly: k months lead back to the amount, and days are 365 in a year
SELECT report(bool_and(plg.monthly_between(100 * k, d, (d + make_interval(months => k))::date) = 100), count(*) || ' spans of whole months') FROM generate_series(timestamp '2024-01-01', '2026-12-31', '1 day') t, generate_series(1, 13) k, LATERAL (SELECT t::date) x (d);
SELECT report(bool_and(plg.monthly_between(k, d, d + k) = trim_scale(365.0000000000000000 / 12)) AND count(*) > 5000, count(*) || ' spans of days') FROM generate_series(timestamp '2024-01-01', '2026-12-31', '1 day') t, generate_series(1, 27) k, LATERAL (SELECT t::date) x (d);

-- ledger_check, kind by kind
CREATE TABLE told (ledger int, account text, mrr numeric, since timestamptz, until timestamptz);
INSERT INTO told SELECT n, CASE WHEN random() < 0.95 THEN 'é' || floor(random() * 4) END, (ARRAY[10, 20, NULL, 'NaN']::numeric[])[1 + floor(power(random(), 4) * 4)], CASE WHEN random() < 0.96 THEN since END,
	CASE WHEN random() < 0.85 THEN since + (ARRAY['30 days', '29 days', '29 days 23:59:59', '29 days 20:00', '0', '80 years', '-1 day'])[1 + floor(power(random(), 2) * 7)]::interval END
FROM generate_series(1, 400) n, generate_series(1, 12) i, LATERAL (SELECT timestamptz '2026-01-01 00:00+00' + floor(random() * 8 + 0 * (n + i)) * interval '30 days') s (since);
INSERT INTO told SELECT * FROM told WHERE random() < 0.05;
WITH good AS (SELECT *, row_number() OVER (PARTITION BY ledger, account, since, coalesce(until, 'infinity'), mrr ORDER BY mrr) AS nth FROM told WHERE account IS NOT NULL AND mrr <> 'NaN' AND since IS NOT NULL AND (until > since) IS NOT false),
follows AS (SELECT *, since - max(coalesce(until, 'infinity')) OVER (PARTITION BY ledger, account ORDER BY since, coalesce(until, 'infinity'), mrr, nth ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS gap
	FROM (SELECT ledger, account, mrr, since, least(coalesce(until, 'infinity'), '200000-01-01') AS until, nth FROM good) g),
want AS (SELECT ledger, count(*) AS rows, count(DISTINCT account) AS accounts, count(*) FILTER (WHERE account IS NULL OR mrr IS NULL OR since IS NULL) AS nulls,
	count(*) FILTER (WHERE account IS NOT NULL AND mrr IS NOT NULL AND since IS NOT NULL AND (mrr = 'NaN' OR until < since)) AS refused, count(*) FILTER (WHERE account IS NOT NULL AND mrr <> 'NaN' AND until = since) AS empty FROM told GROUP BY ledger),
kinds AS (SELECT ledger, count(*) FILTER (WHERE nth > 1) AS doubled, count(DISTINCT account) FILTER (WHERE nth = 1 AND gap < '0') AS overlapping, count(*) FILTER (WHERE nth = 1 AND gap > '0' AND gap < '1 day' AND gap <> '1 second') AS short_gaps,
	count(*) FILTER (WHERE nth = 1 AND gap IN ('1 day', '1 second')) AS inclusive_ends, count(*) FILTER (WHERE until >= '2100-01-01 00:00+00' AND until < '200000-01-01') AS far_ends FROM follows GROUP BY ledger)
SELECT report(bool_and((c).rows = w.rows AND (c).accounts = w.accounts AND ((c).nulls, (c).refused, (c).empty) = (w.nulls, w.refused, w.empty) AND ((c).doubled, (c).overlapping, (c).short_gaps, (c).inclusive_ends, (c).far_ends) = (k.doubled, k.overlapping, k.short_gaps, k.inclusive_ends, k.far_ends)
	AND ((c).first_doubled IS NULL) = (k.doubled = 0)) AND least(sum(w.nulls), sum(w.refused), sum(w.empty), sum(k.doubled), sum(k.overlapping), sum(k.short_gaps), sum(k.inclusive_ends), sum(k.far_ends)) > 20, format('ledger_check: %s tables, every kind of finding', count(*)))
FROM (SELECT ledger, plg.ledger_check(account, mrr, since, until) AS c FROM (SELECT * FROM told ORDER BY random()) t GROUP BY ledger) g JOIN want w USING (ledger) JOIN kinds k USING (ledger);

-- Astro's contributions, single charges on drifting days, with their refunds: NRR as from intervals made by hand.
\ir ../oracle/load.sql
\if :load
\else
SELECT 'ok - astro from raw charges # SKIP shared data not found';
\quit
\endif
SET timezone TO 'UTC';
CREATE TABLE raw AS SELECT t.contributor_id, t.gross_usd AS amount, coalesce(o.ts, t.ts) AS ts, CASE coalesce(o.frequency, t.frequency) WHEN 'yearly' THEN interval '1 year' ELSE '1 month' END AS covers
FROM plgdata.astro_contributions t LEFT JOIN plgdata.astro_contributions o ON t.is_refund AND o.tx_id = t.other_tx_id WHERE coalesce(o.frequency, t.frequency) IN ('monthly', 'yearly') AND (NOT t.is_refund OR o.tx_id IS NOT NULL);
WITH next AS (SELECT contributor_id, ts, lead(ts) OVER (PARTITION BY contributor_id ORDER BY ts) AS next FROM (SELECT DISTINCT contributor_id, ts FROM raw WHERE amount >= 0) d),
by_hand AS (SELECT plg.ledger(contributor_id, CASE covers WHEN '1 year' THEN amount / 12 ELSE amount END, ts, least(ts + covers + interval '10 days', next)) AS l FROM raw LEFT JOIN next USING (contributor_id, ts)),
by_plg AS (SELECT plg.ledger_payments(contributor_id, amount, ts, covers, '10 days') AS l FROM raw)
SELECT report(h.l OPERATOR(plg.=) p.l AND plg.nrr(p.l, '2023-01-01', '2024-01-01') = plg.nrr(h.l, '2023-01-01', '2024-01-01') AND plg.nrr(p.l, '2023-01-01', '2024-01-01') BETWEEN 0.1 AND 2,
	format('astro: %s charges, NRR of 2023 %s from raw charges, %s from intervals made by hand', (SELECT count(*) FROM raw), round(plg.nrr(p.l, '2023-01-01', '2024-01-01')::numeric, 4), round(plg.nrr(h.l, '2023-01-01', '2024-01-01')::numeric, 4)))
FROM by_hand h, by_plg p;
-- a late payer or a drifting day is no churn: months without a charge of who goes on paying
SELECT report(n.churned < s.churned, format('astro: %s churns in 2023 with ten days of grace, %s with none', n.churned, s.churned))
FROM (SELECT sum(accounts_churned) AS churned FROM (SELECT plg.ledger_payments(contributor_id, amount, ts, covers, '10 days') AS l FROM raw) l, plg.movements(l, 'month', '2023-01-01', '2024-01-01')) n,
	(SELECT sum(accounts_churned) AS churned FROM (SELECT plg.ledger_payments(contributor_id, amount, ts, covers, '0') AS l FROM raw) l, plg.movements(l, 'month', '2023-01-01', '2024-01-01')) s;
