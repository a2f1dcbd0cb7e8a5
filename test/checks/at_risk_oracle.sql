-- plg.at_risk against plain SQL, from the definition.
\ir ../oracle/events.sql
\ir ../oracle/real.sql
SELECT setseed(0.57) \g /dev/null

-- the exact lower tail of a binomial
CREATE FUNCTION at_most(k bigint, n bigint, p float8) RETURNS float8 LANGUAGE sql IMMUTABLE
	AS $$ SELECT sum(exp(ln(factorial(n)::numeric / factorial(n - i) / factorial(i))::float8 + i * ln(p) + (n - i) * ln(1 - p))) FROM generate_series(0, k) i $$;

CREATE FUNCTION expected(last timestamptz, activity text, unit text, since date, tz text, entered tstzrange)
RETURNS TABLE (entity text, last_at timestamptz, active_units int, usual_gap float8, risk float8, recent bigint, before bigint, p_value float8) LANGUAGE sql STABLE AS $$
	WITH started AS (SELECT min(at) AS origin FROM event),
	seen AS (SELECT e.*, unit_of(unit, since, at, tz)::int AS u, unit_origin(unit, since) + unit_of(unit, since, at, tz) * unit_length(unit) AS first_day FROM event e WHERE at <= last AND (activity IS NULL OR event = ANY (labels(activity)))),
	kept AS (SELECT * FROM seen WHERE seen.entity IN (SELECT s.entity FROM seen s GROUP BY 1 HAVING entered IS NULL OR min(s.at) <@ entered)),
	-- the last unit that is over, and how many have been watched
	clock AS (SELECT unit_of(unit, since, origin, tz)::int AS zero, unit_of(unit, since, last, tz)::int
		- CASE WHEN unit_begin(unit, since, unit_of(unit, since, last, tz) + 1, tz, true) <= last THEN 0 ELSE 1 END AS over FROM started),
	active AS MATERIALIZED (SELECT k.entity, u, min(first_day) AS day, row_number() OVER w AS n, lead(u) OVER w AS next, lead(min(first_day)) OVER w AS next_day FROM kept k GROUP BY k.entity, u WINDOW w AS (PARTITION BY k.entity ORDER BY u)),
	stratum AS MATERIALIZED (SELECT n, CASE WHEN n < 4 THEN n - 1 ELSE 3 + (floor(log(2, n)) - 2) * 2 + floor(n / power(2, floor(log(2, n)) - 1))::int % 2 END::int AS stratum FROM generate_series(1, 2000) n),
	gap AS MATERIALIZED (SELECT s.stratum, CASE WHEN next <= over THEN next - u ELSE over - u END AS len, coalesce(next <= over, false) AS ended FROM active JOIN stratum s USING (n), clock WHERE u <= over),
	grid AS (SELECT s.stratum, g FROM (SELECT DISTINCT stratum FROM gap) s, clock, generate_series(0, over - zero + 1) g),
	counted AS MATERIALIZED (SELECT stratum, g, (SELECT count(*) FROM gap x WHERE x.stratum = grid.stratum AND len >= g) AS known, (SELECT count(*) FROM gap x WHERE x.stratum = grid.stratum AND len = g AND ended) AS ended FROM grid),
	ends AS (SELECT stratum, max(g) FILTER (WHERE known >= 25) AS e FROM counted GROUP BY 1),
	curve AS MATERIALIZED (SELECT stratum, g, exp(sum(CASE WHEN ended = known THEN 0 ELSE ln(1 - ended::float8 / known) END) OVER w) * min(CASE WHEN ended = known AND known > 0 THEN 0 ELSE 1 END) OVER w AS s
		FROM counted JOIN ends USING (stratum) WHERE g <= e WINDOW w AS (PARTITION BY stratum ORDER BY g)),
	answer AS MATERIALIZED (SELECT t.stratum, here.g AS silent, t.s / here.s * CASE WHEN t.s > 0 THEN power(greatest(here.g + over - zero + 1, e) / e::float8, ln(t.s / half.s) / ln(e::float8 / nullif(e / 2, 0))) ELSE 1 END AS risk
		FROM clock, ends JOIN curve t ON t.stratum = ends.stratum AND t.g = e JOIN curve half ON half.stratum = ends.stratum AND half.g = e / 2 JOIN curve here ON here.stratum = ends.stratum
		WHERE e > 0 AND (e >= 4 OR t.s = 0) AND here.s > 0),
	latest AS (SELECT a.entity, max(n) AS n, max(u) AS u, min(u) AS first, array_agg(extract(epoch FROM next_day - day)) FILTER (WHERE next IS NOT NULL) AS gaps FROM active a GROUP BY 1)
	SELECT l.entity, (SELECT max(at) FROM kept k WHERE k.entity = l.entity), l.n::int,
		CASE WHEN cardinality(gaps) >= 2 THEN (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x) FROM unnest(gaps) x) END,
		(SELECT a.risk FROM answer a JOIN stratum st ON a.stratum <= st.stratum WHERE st.n = l.n AND a.silent = o.silent ORDER BY a.stratum DESC LIMIT 1),
		CASE WHEN past >= r THEN x.recent END, CASE WHEN past >= r THEN x.before END, CASE WHEN past >= r THEN at_most(x.recent, x.recent + x.before, r / (r + past)::float8) END
	FROM latest l, clock, LATERAL (SELECT greatest(over - l.u, 0) AS silent, CASE WHEN unit ~ 'month|quarter|year' THEN 1 ELSE greatest(floor(28 * 86400 / extract(epoch FROM unit_length(unit))), 1) END::int AS r) o,
		LATERAL (SELECT over - r - first AS past, (SELECT count(*) FROM active a WHERE a.entity = l.entity AND u > over - r AND u <= over AND u > first) AS recent,
			(SELECT count(*) FROM active a WHERE a.entity = l.entity AND u <= over - r AND u > first) AS before) x
$$;

CREATE TABLE result (data text, n bigint, risks bigint, wrong bigint, worst float8);
CREATE FUNCTION compare(data text, last timestamptz, activity text, unit text, since date, tz text, entered tstzrange) RETURNS void LANGUAGE sql AS $$
	WITH want AS MATERIALIZED (SELECT * FROM expected(last, activity, unit, since, tz, entered)),
	got AS MATERIALIZED (SELECT r.* FROM value, plg.at_risk(j, last, activity, unit, tz, entered, since) r)
	INSERT INTO result
	SELECT data, count(*), count(w.risk), count(*) FILTER (WHERE (w.last_at, w.active_units, w.usual_gap, w.recent, w.before) IS DISTINCT FROM (g.last_at, g.active_units, extract(epoch FROM g.usual_gap), g.recent, g.before)
			OR (w.risk IS NULL) <> (g.risk IS NULL) OR (w.p_value IS NULL) <> (g.p_value IS NULL) OR abs(w.risk - g.risk) > 1e-9 OR abs(w.p_value - g.p_value) > 1e-9
			OR g.silent <> justify_hours(g.silent) OR abs(g.silent_seconds - extract(epoch FROM last - g.last_at)) > 1e-6 OR abs(g.silent_seconds - extract(epoch FROM g.silent)) > 1e-6), max(abs(w.risk - g.risk))
	FROM want w FULL JOIN got g USING (entity)
$$;
CREATE PROCEDURE try_random(runs int) LANGUAGE plpgsql AS $$
BEGIN
	FOR run IN 1 .. runs LOOP
		PERFORM take(format($q$SELECT 'e' || floor(random() * %s), timestamptz '%s' + floor(power(random(), 2) * %s) * interval '%s', (array['a', 'b', 'c'])[1 + floor(random() * 3)] FROM generate_series(1, %s)$q$,
			pick('60', '200'), pick('2010-11-01', '2026-03-20', '2019-02-13'), pick('60', '300', '900'), pick('6 hours', '1 day', '7 hours 1 second'), pick('300', '1500')));
		PERFORM compare('random', least(coalesce(nullif(random_as_of(), 'infinity'), '2026-05-01'), '2030-01-01'), pick(NULL, 'a', 'a|b'), random_unit('day', 'week', 'month', '12 hours', '2 weeks', '5 days'), random_origin(), random_zone(),
			CASE WHEN random() < 0.3 THEN tstzrange((SELECT min(at) + interval '5 days' FROM event), NULL) END);
	END LOOP;
END
$$;
CALL try_random(18);
SELECT CASE WHEN sum(wrong) = 0 AND sum(n) > 1000 AND sum(risks) > 200 THEN 'ok' ELSE 'not ok' END || ' - at_risk of ' || data || ': ' || sum(n) || ' rows, ' || sum(risks) || ' risks, ' || count(*) || ' questions' FROM result GROUP BY data;

\if :load
-- CDNOW: 39 weeks of purchases, and who bought in the 39 after.  Risk tells who will not better than silence of 30 days does, and says it with about the right number.
CREATE TABLE judged AS
SELECT r.*, NOT EXISTS (SELECT FROM plgdata.cdnow_master c WHERE customer_id = r.entity AND purchased_on >= '1997-10-01' AND purchased_on < date '1997-10-01' + 273) AS lost
FROM (SELECT plg.journeys(customer_id, purchased_on::timestamp AT TIME ZONE 'UTC', 'purchase') AS j FROM plgdata.cdnow_master) v, plg.at_risk_as(NULL::bigint, j, '1997-10-01', unit => 'week') r;
SELECT CASE WHEN count(risk) > 23000 AND plg.auc(risk, lost) > 0.75 AND plg.auc(risk, lost) > plg.auc((silent > '30 days')::int, lost) + 0.15 THEN 'ok' ELSE 'not ok' END
	|| format(' - cdnow: AUC of risk %s, of 30 days of silence %s, of %s customers, %s without an answer', round(plg.auc(risk, lost)::numeric, 3), round(plg.auc((silent > '30 days')::int, lost)::numeric, 3), count(*), count(*) - count(risk))
FROM judged;
SELECT CASE WHEN count(*) = 10 AND max(abs(risk - lost)) < 0.1 THEN 'ok' ELSE 'not ok' END || ' - cdnow: told and true in ten bins: ' || string_agg(format('%s/%s', round(risk::numeric, 2), round(lost, 2)), ' ' ORDER BY bin)
FROM (SELECT bin, avg(risk) AS risk, avg(lost::int) AS lost FROM (SELECT *, ntile(10) OVER (ORDER BY risk, entity) AS bin FROM judged WHERE risk IS NOT NULL) b GROUP BY bin) t;
\else
\echo ok - at_risk judged on cdnow # SKIP shared data not found
\endif

-- Simulated: everybody comes each day with probability 1/3 and stops for ever after any active day with probability 1/10.  Who is lost is known.
CREATE TABLE simulated AS
WITH RECURSIVE life AS (
	SELECT n AS who, 0 AS day, random() < 0.1 AS stopped FROM generate_series(1, 4000) n
	UNION ALL SELECT who, day + 1 + floor(ln(1 - random()) / ln(2 / 3.0))::int, random() < 0.1 FROM life WHERE NOT stopped AND day < 150
) SELECT who, timestamptz '2026-01-01' + day * interval '1 day' + who % 60 * interval '1 day' AS at, stopped FROM life;
SELECT CASE WHEN count(*) > 2000 AND plg.auc(risk, lost) > 0.9 AND max(abs(told - truth)) < 0.08 THEN 'ok' ELSE 'not ok' END || format(' - simulated: AUC %s, bins told/true %s', round(plg.auc(risk, lost)::numeric, 3), string_agg(DISTINCT format('%s/%s', round(told::numeric, 2), round(truth, 2)), ' '))
FROM (SELECT *, avg(risk) OVER (PARTITION BY bin) AS told, avg(lost::int) OVER (PARTITION BY bin) AS truth
	FROM (SELECT r.risk, l.lost, ntile(5) OVER (ORDER BY risk, entity) AS bin FROM (SELECT plg.journeys(who, at, 'visit') AS j FROM simulated) v, plg.at_risk_as(NULL::bigint, j, '2026-04-01') r
		JOIN (SELECT who, bool_or(stopped) AS lost FROM simulated WHERE at < '2026-04-01' GROUP BY who) l ON l.who = r.entity WHERE risk IS NOT NULL) b) t;
