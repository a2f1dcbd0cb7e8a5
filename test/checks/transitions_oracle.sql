-- plg.transitions and transitions_of against plain SQL: every boundary asked of every entity.
\ir ../oracle/events.sql
SELECT setseed(0.57) \g /dev/null
CREATE TABLE result (what text, n bigint, wrong bigint);

-- The value in force just before a time: the latest, the last by name of that instant.
CREATE FUNCTION label_before(who text, t timestamptz, until timestamptz) RETURNS text STABLE LANGUAGE sql AS $$
	SELECT event FROM event e WHERE e.entity = who AND at < t AND (until IS NULL OR at <= until) ORDER BY at DESC, event COLLATE "C" DESC LIMIT 1
$$;
CREATE FUNCTION compare(unit text, since date, periods int, tz text, until timestamptz) RETURNS void LANGUAGE sql AS $$
	WITH bound AS (SELECT k, (since + k * CASE unit WHEN 'quarter' THEN interval '3 months' ELSE ('1 ' || unit)::interval END)::date AS day FROM generate_series(0, periods) k),
	entity AS MATERIALIZED (SELECT DISTINCT entity FROM event),
	has AS MATERIALIZED (SELECT k, day, entity, label_before(entity, day::timestamp AT TIME ZONE tz, until) AS label FROM bound, entity),
	ways AS MATERIALIZED (SELECT a.day AS first, b.day AS last, a.entity, a.label AS x, b.label AS y, coalesce(b.day::timestamp AT TIME ZONE tz > until, false) AS provisional
		FROM has a JOIN has b ON b.k = a.k + 1 AND b.entity = a.entity WHERE b.label IS NOT NULL),
	want AS MATERIALIZED (SELECT first, x, y, count(*), provisional FROM ways GROUP BY 1, 2, 3, 5),
	got AS MATERIALIZED (SELECT t.* FROM value, bound b, bound e, plg.transitions(j, unit, b.day, e.day, tz, until) t WHERE b.k = 0 AND e.k = periods),
	listed AS MATERIALIZED (SELECT DISTINCT a.day, t.* FROM value, bound a JOIN bound b ON b.k = a.k + 1, plg.transitions_of(j, a.day, b.day, tz, until) t)
	INSERT INTO result VALUES
		('transitions', (SELECT count(*) FROM want), (SELECT count(*) FROM (TABLE want EXCEPT ALL TABLE got) d) + (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE want) d)),
		('transitions_of', (SELECT count(*) FROM ways), (SELECT count(*) FROM (SELECT first, entity, x, y FROM ways EXCEPT ALL TABLE listed) d) + (SELECT count(*) FROM (TABLE listed EXCEPT ALL SELECT first, entity, x, y FROM ways) d)),
		-- who arrives at a value is who leaves from it or stays there one period later
		('conserved', (SELECT count(*) FROM got), (SELECT count(*) FROM (SELECT to_label, (period_start + CASE unit WHEN 'quarter' THEN interval '3 months' ELSE ('1 ' || unit)::interval END)::date AS next, sum(entities) AS n FROM got GROUP BY 1, 2) a
			FULL JOIN (SELECT from_label, period_start, sum(entities) AS n FROM got WHERE from_label IS NOT NULL GROUP BY 1, 2) b ON from_label = to_label AND period_start = next
			WHERE a.n IS DISTINCT FROM b.n AND period_start IS DISTINCT FROM since AND next IS DISTINCT FROM (SELECT day FROM bound WHERE k = periods)))
$$;
CREATE FUNCTION try_random() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	unit text;
BEGIN
	FOR i IN 1 .. 60 LOOP
		PERFORM take_random();
		unit := pick('day', 'week', 'month', 'quarter', 'year');
		PERFORM compare(unit, date_trunc(unit, (min(at) AT TIME ZONE 'UTC') - pick('0 days', '0 days', '1 year')::interval)::date , pick('1', '3', '14')::int, random_zone(), random_as_of())
		FROM event;
	END LOOP;
END
$$;
SELECT try_random() \g /dev/null
SELECT CASE WHEN sum(wrong) = 0 AND sum(n) > 300 THEN 'ok' ELSE 'not ok' END || ' - ' || what || ': ' || count(*) || ' questions, ' || sum(n) || ' rows, ' || sum(wrong) || ' differ' FROM result GROUP BY what ORDER BY what;

-- Money by the way that accounts took: what is joined sums to movements, to the cent.
CREATE TABLE paid AS SELECT n % 97 AS account, round((5 + random() * 200)::numeric, 2) AS mrr, since, CASE WHEN random() < 0.7 THEN since + (random() * 120)::int END AS until
	FROM generate_series(1, 400) n, LATERAL (SELECT date '2026-01-01' + (random() * 200 + 0 * n)::int) s (since);
CREATE TABLE plan AS SELECT n % 113 AS account, timestamptz '2025-12-01' + random() * interval '240 days' AS at, (array['free', 'team', 'pro'])[1 + n % 3] AS plan FROM generate_series(1, 300) n;
WITH v AS MATERIALIZED (SELECT (SELECT plg.ledger(account, mrr, since, until) FROM paid) AS l, (SELECT plg.journeys(account, at, plan) FROM plan) AS p),
joined AS (
	SELECT s::date AS month, a.movement, t.from_label, t.to_label, count(*) AS accounts, sum(a.amount) AS amount
	FROM v, generate_series(timestamp '2026-01-01', '2026-07-01', '1 month') s,
		plg.account_movements(l, s::date, (s + interval '1 month')::date) a
		LEFT JOIN plg.transitions_of(p, s::date, (s + interval '1 month')::date) t ON t.entity = a.account
	GROUP BY 1, 2, 3, 4)
SELECT CASE WHEN count(*) = 7 AND bool_and(m.new = j.new AND m.expansion = j.expansion AND m.contraction = j.contraction AND m.churn = j.churn AND m.reactivation = j.reactivation AND m.accounts_churned = j.churned) AND max(ways) > 15
	THEN 'ok' ELSE 'not ok' END || ' - joined with account_movements, amounts sum to movements to the cent'
FROM v, plg.movements(l, 'month', '2026-01-01', '2026-08-01') m JOIN (
	SELECT month, count(*) AS ways, coalesce(sum(amount) FILTER (WHERE movement = 'new'), 0) AS new, coalesce(sum(amount) FILTER (WHERE movement = 'expansion'), 0) AS expansion,
		coalesce(sum(amount) FILTER (WHERE movement = 'contraction'), 0) AS contraction, coalesce(sum(amount) FILTER (WHERE movement = 'churn'), 0) AS churn,
		coalesce(sum(amount) FILTER (WHERE movement = 'reactivation'), 0) AS reactivation, coalesce(sum(accounts) FILTER (WHERE movement = 'churn'), 0) AS churned
	FROM joined GROUP BY month) j ON month = period_start;

-- as many values as entities, and parts whose rows add up
SELECT CASE WHEN count(*) = 3 AND bool_and(n = 20000) THEN 'ok' ELSE 'not ok' END || ' - 20000 entities with a value each stay 20000'
FROM (SELECT period_start, sum(entities) AS n FROM (SELECT plg.journeys(n, timestamptz '2026-01-05' + n * interval '1 second', 'id ' || n) AS j FROM generate_series(1, 20000) n) v,
	plg.transitions(j, 'month', '2026-01-01', '2026-04-01') GROUP BY 1) t;
CREATE TABLE part AS SELECT n % 4 AS nth, plg.journeys(n % 2000, timestamptz '2026-01-05' + n * 7919 % 90 * interval '1 day', 'p' || n % 7) AS j FROM generate_series(1, 20000) n GROUP BY n % 2000 % 4, n % 4;
SELECT CASE WHEN count(*) > 100 AND bool_and(p.n IS NOT DISTINCT FROM w.n) THEN 'ok' ELSE 'not ok' END || ' - rows of parts add up to those of the whole'
FROM (SELECT period_start, from_label, to_label, sum(entities) AS n FROM part, plg.transitions(j, 'week', '2026-01-05', '2026-04-06') GROUP BY 1, 2, 3) p
	FULL JOIN (SELECT period_start, from_label, to_label, entities AS n FROM (SELECT plg.rollup(j) AS j FROM part) r, plg.transitions(j, 'week', '2026-01-05', '2026-04-06')) w
	ON p.period_start = w.period_start AND p.from_label IS NOT DISTINCT FROM w.from_label AND p.to_label IS NOT DISTINCT FROM w.to_label;
