-- plg.cohort_revenue against plain SQL: every entrant asked, at the end of every period, what it pays then.
\ir ../oracle/events.sql
SELECT setseed(0.61) \g /dev/null

CREATE TABLE paid (account text, mrr numeric, since timestamptz, until timestamptz);
CREATE TABLE book (l plg.ledger, revenue plg.ledger);
CREATE TABLE result (what text, n bigint, known bigint, wrong bigint);

CREATE FUNCTION expected(start text, seen timestamptz, unit text, periods int, mode text, tz text, entered tstzrange, so_far boolean)
RETURNS TABLE (cohort date, entities bigint, period int, mature boolean, paying bigint, amount numeric, per_entity numeric) LANGUAGE sql STABLE AS $$
	WITH sight AS (SELECT coalesce(seen, max(at)) AS seen, CASE unit WHEN 'day' THEN interval '24 hours' WHEN 'week' THEN interval '168 hours' ELSE interval '720 hours' END AS length FROM event),
	entrant AS MATERIALIZED (SELECT entity, min(at) AS started FROM event WHERE start IS NULL OR event = ANY (labels(start)) GROUP BY entity
		HAVING min(at) <= (SELECT sight.seen FROM sight) AND (entered IS NULL OR min(at) <@ entered)),
	cell AS MATERIALIZED (SELECT entity, date_trunc(unit, started AT TIME ZONE tz)::date AS cohort, started, k FROM entrant, generate_series(0, periods - 1) k),
	ends AS MATERIALIZED (SELECT entity, cell.cohort, k, CASE mode WHEN 'rolling' THEN started + (k + 1) * length ELSE later_start(unit, cell.cohort, k + 1, tz) END AS ends,
		CASE WHEN sight.seen = 'infinity' THEN true WHEN mode = 'rolling' THEN later_start(unit, cell.cohort, 1, tz) + (k + 1) * length <= sight.seen ELSE later_start(unit, cell.cohort, k + 1, tz) <= sight.seen END AS over FROM cell, sight),
	pays AS MATERIALIZED (SELECT e.*, (SELECT coalesce(sum(mrr), 0) FROM paid WHERE account = entity AND since < ends AND (so_far OR coalesce(until, 'infinity') >= ends)) AS pays FROM ends e)
	SELECT cohort, count(*), k, over, CASE WHEN over THEN count(*) FILTER (WHERE pays > 0) END, CASE WHEN over THEN sum(pays) END, CASE WHEN over THEN trim_scale(sum(pays) / count(*)) END
	FROM pays GROUP BY cohort, k, over
$$;
CREATE FUNCTION compare(start text, seen timestamptz, unit text, periods int, mode text, tz text, entered tstzrange, so_far boolean) RETURNS void LANGUAGE sql AS $$
	WITH want AS MATERIALIZED (SELECT * FROM expected(start, seen, unit, periods, mode, tz, entered, so_far)),
	got AS MATERIALIZED (SELECT c.* FROM value, book, plg.cohort_revenue(j, start, CASE WHEN so_far THEN revenue ELSE l END, seen, unit, periods, mode, tz, entered) c)
	INSERT INTO result SELECT mode || CASE WHEN so_far THEN ', revenue so far' ELSE ', MRR' END, (SELECT count(*) FROM want), (SELECT count(*) FROM want WHERE mature AND paying > 0),
		(SELECT count(*) FROM (TABLE want EXCEPT ALL TABLE got) d) + (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE want) d)
$$;
CREATE PROCEDURE try_random(runs int) LANGUAGE plpgsql AS $$
DECLARE
	unit text;
BEGIN
	FOR run IN 1 .. runs LOOP
		PERFORM take_random();
		TRUNCATE paid, book;
		-- accounts that are entities, and others; from before the start on, and to the microsecond of a period's end
		INSERT INTO paid SELECT 'e' || floor(random() * 30), round((random() * 60 - 10)::numeric, run % 3), since, CASE WHEN random() < 0.7 THEN since + (floor(random() * 60) + 1) * interval '1 day' END
		FROM (SELECT at + (floor(random() * 90) - 20) * interval '1 day' AS since FROM (SELECT at FROM event ORDER BY random() LIMIT 25) e, generate_series(1, 3)) s;
		INSERT INTO book SELECT plg.ledger(account, mrr, since, until), plg.ledger_deltas(account, mrr, since) FROM paid;
		unit := pick('day', 'week', 'month', 'quarter', 'year');
		PERFORM compare(pick(NULL, 'a', 'a|b'), random_as_of() + pick('0 days', '60 days')::interval, unit, pick('1', '4', '13')::int, CASE WHEN unit IN ('quarter', 'year') THEN 'calendar' ELSE pick('rolling', 'calendar') END, random_zone(),
			CASE WHEN random() < 0.2 THEN tstzrange((SELECT min(at) + interval '2 days' FROM event), NULL) END, run % 2 = 0);
	END LOOP;
END
$$;
CALL try_random(200);
SELECT CASE WHEN sum(wrong) = 0 AND sum(n) > 150 AND sum(known) > 40 THEN 'ok' ELSE 'not ok' END || ' - cohort_revenue, ' || what || ': ' || count(*) || ' questions, ' || sum(n) || ' rows, ' || sum(known) || ' known, ' || sum(wrong) || ' differ' FROM result GROUP BY what ORDER BY what;

-- Simulated: 60 customers a quarter, each won 90 days after its first touch, for 100 of marketing at the touch, in a
-- company that doubles what it spends each quarter.  Spend divided by the new customers of the same month is off; spend of
-- the months of first touch, divided by the customers that came of it, is not.
CREATE TABLE touch AS SELECT n AS account, timestamptz '2025-01-01' + interval '1 day' * floor(360 * ln(1 + n / 1000.0 * 15) / ln(16)) AS at, random() AS luck FROM generate_series(1, 1000) n;
CREATE TABLE won AS SELECT account, at + interval '75 days' + interval '30 days' * random() AS at FROM touch WHERE luck < 0.4;
CREATE TABLE cost AS SELECT date_trunc('month', at, 'UTC')::date AS month, count(*) * 40.0 AS spent FROM touch GROUP BY 1;  -- so the truth is 100 a customer, or what luck made of it
WITH by_month AS (SELECT month, spent / nullif((SELECT count(*) FROM won w WHERE date_trunc('month', w.at, 'UTC')::date = month), 0) AS cac FROM cost),
by_cohort AS (
	SELECT c.cohort, spent / c.paying AS cac, spent / nullif((SELECT count(*) FROM touch t WHERE luck < 0.4 AND date_trunc('month', t.at, 'UTC')::date = c.cohort), 0) AS truth
	FROM (SELECT plg.journeys(account, at, 'touch') AS j FROM touch) j, (SELECT plg.ledger(account, 50, at, NULL::timestamptz) AS l FROM won) l,
		plg.cohort_revenue(j, 'touch', l, '2026-06-01', 'month', 5, 'rolling') c JOIN cost ON month = c.cohort WHERE c.period = 4)
SELECT CASE WHEN count(*) >= 8 AND bool_and(abs(m.cac / c.truth - 1) > 0.2) AND bool_and(abs(c.cac / c.truth - 1) < 0.03) THEN 'ok' ELSE 'not ok' END
	|| format(' - a sales cycle of 90 days: CAC by month is off by %s %% or more in each of %s months, by cohort of first touch by %s %% at most', round(min(100 * abs(m.cac / c.truth - 1))), count(*), round(max(100 * abs(c.cac / c.truth - 1)), 1))
FROM by_cohort c JOIN by_month m ON m.month = c.cohort WHERE m.cac IS NOT NULL;

-- parts add up, and types must agree
CREATE TABLE part AS SELECT plg.bucket(n, 4) AS b, plg.journeys(n, timestamptz '2026-01-01' + n % 80 * interval '1 day', 'signup') AS j, plg.ledger(n, (n % 7) * 10.5, timestamptz '2026-01-05' + n % 100 * interval '1 day', NULL::timestamptz) AS l FROM generate_series(1::bigint, 5000) n GROUP BY 1;
SELECT CASE WHEN count(*) = 36 AND bool_and((p.entities, p.paying, p.amount) IS NOT DISTINCT FROM (w.entities, w.paying, w.amount)) THEN 'ok' ELSE 'not ok' END || ' - cells of parts add up to those of the whole'
FROM (SELECT cohort, period, sum(entities) AS entities, sum(paying) AS paying, sum(amount) AS amount FROM part, plg.cohort_revenue(j, 'signup', l, '2026-09-01') GROUP BY 1, 2) p
	JOIN (SELECT c.* FROM (SELECT plg.rollup(j) AS j, plg.rollup(l) AS l FROM part) r, plg.cohort_revenue(j, 'signup', l, '2026-09-01') c) w USING (cohort, period);
