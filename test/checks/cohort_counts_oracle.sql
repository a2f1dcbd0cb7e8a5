-- plg.cohort_counts against plain SQL: the cells from their definition, the average
-- as a mean cumulative function with robust variance, entrant by entrant.
\ir ../oracle/events.sql
SELECT setseed(0.41) \g /dev/null

\set near 1e-9
\ir ../oracle/near.sql
CREATE FUNCTION expected(start text, goal text, as_of timestamptz, unit text, origin date, periods int, mode text, tz text, entered tstzrange)
RETURNS TABLE (cohort date, entities bigint, period int, mature boolean, events bigint, mean float8, error float8, starts_at timestamptz)
LANGUAGE sql STABLE AS $$
	WITH sight AS (SELECT coalesce(as_of, max(at)) AS seen, extract(epoch FROM rolling_length(unit)) AS length FROM event),
	numbered AS (SELECT row_number() OVER () AS id, e.* FROM event e, sight WHERE at <= seen),
	first AS (SELECT DISTINCT ON (n.entity) n.entity, n.at AS started, n.id, unit_of(unit, origin, n.at, tz) AS cohort FROM numbered n
		WHERE start IS NULL OR n.event = ANY (labels(start)) ORDER BY n.entity, n.at, goal IS NULL OR n.event = ANY (labels(goal))),
	entrant AS MATERIALIZED (SELECT * FROM first WHERE entered IS NULL OR started <@ entered),
	-- by the calendar a clock that is put back makes no event earlier than its start
	done AS MATERIALIZED (SELECT e.entity, e.cohort, extract(epoch FROM n.at - e.started)::float8 AS age,
			CASE mode WHEN 'rolling' THEN floor(extract(epoch FROM n.at - e.started) / length) ELSE greatest(0, unit_of(unit, origin, n.at, tz) - e.cohort) END AS k
		FROM sight, entrant e JOIN numbered n ON n.entity = e.entity AND n.at >= e.started AND n.id <> e.id WHERE goal IS NULL OR n.event = ANY (labels(goal))),
	is_over AS MATERIALIZED (SELECT c.cohort, k, CASE WHEN seen = 'infinity' THEN true WHEN mode = 'rolling' THEN extract(epoch FROM seen - unit_begin(unit, origin, c.cohort + 1, tz, true)) >= (k + 1.0) * length
			ELSE unit_begin(unit, origin, c.cohort + k + 1, tz, true) <= seen END AS over FROM sight, (SELECT DISTINCT cohort FROM entrant) c, generate_series(0, periods - 1) k),
	each AS (SELECT e.cohort, p.k, e.entity, (SELECT count(*) FROM done d WHERE d.entity = e.entity AND d.k <= p.k) AS n FROM entrant e, generate_series(0, periods - 1) p (k)),
	-- the average's clock: seconds or whole periods
	life AS MATERIALIZED (SELECT e.entity, CASE WHEN seen = 'infinity' THEN 'infinity' WHEN mode = 'rolling' THEN extract(epoch FROM seen - started)::float8 ELSE (SELECT count(*) FROM is_over o WHERE o.cohort = e.cohort AND over) - 1 END AS watched FROM entrant e, sight),
	ticks AS MATERIALIZED (SELECT d.entity, CASE mode WHEN 'rolling' THEN age ELSE d.k END AS t FROM done d JOIN life l USING (entity) WHERE d.k < periods AND (mode = 'rolling' OR d.k <= watched)),
	step AS MATERIALIZED (SELECT t, count(*)::float8 AS d, (SELECT count(*) FROM life WHERE watched >= t)::float8 AS n FROM ticks GROUP BY t),
	ends AS (SELECT k, CASE mode WHEN 'rolling' THEN (k + 1.0) * length ELSE k + 1 END::float8 AS t FROM sight, generate_series(0, periods - 1) k),
	moved AS (SELECT e.k, l.entity, (SELECT coalesce(sum(1 / n), 0) FROM ticks x JOIN step s USING (t) WHERE x.entity = l.entity AND x.t < e.t)
		- (SELECT coalesce(sum(d / n / n), 0) FROM step s WHERE s.t < e.t AND s.t <= l.watched) AS by FROM ends e, life l WHERE watched >= 0)
	SELECT unit_date(unit, origin, cohort, tz), count(*), k, over, CASE WHEN over THEN sum(n)::bigint END, CASE WHEN over THEN avg(n) END,
		CASE WHEN over AND count(*) > 1 THEN sqrt(var_pop(n) / count(*)) END, unit_begin(unit, origin, cohort, tz) FROM each JOIN is_over USING (cohort, k) GROUP BY cohort, k, over
	UNION ALL SELECT NULL, n, k, n > 0, CASE WHEN n > 0 THEN (SELECT count(*) FROM ticks x WHERE x.t < e.t) END, CASE WHEN n > 0 THEN (SELECT coalesce(sum(d / s.n), 0) FROM step s WHERE s.t < e.t) END,
		CASE WHEN n > 1 THEN (SELECT sqrt(sum(by ^ 2)) FROM moved m WHERE m.k = e.k) END, NULL
	FROM ends e, LATERAL (SELECT count(*) AS n FROM life WHERE watched >= CASE mode WHEN 'rolling' THEN e.t ELSE e.k END) l WHERE EXISTS (SELECT FROM life WHERE watched >= 0)
$$;

CREATE TABLE result (data text, n bigint, averages bigint, wrong bigint);
CREATE FUNCTION compare(data text, start text, goal text, as_of timestamptz, unit text, origin date, periods int, mode text, tz text, entered tstzrange) RETURNS void LANGUAGE sql AS $$
	WITH want AS MATERIALIZED (SELECT * FROM expected(start, goal, as_of, unit, origin, periods, mode, tz, entered)),
	got AS MATERIALIZED (SELECT c.* FROM value, plg.cohort_counts(j, start, goal, as_of, unit, periods, mode, tz, true, entered, origin) c)
	INSERT INTO result
	SELECT data, count(*), count(*) FILTER (WHERE w.cohort IS NULL AND w.mature),
		count(*) FILTER (WHERE (w.entities, w.mature, w.events) IS DISTINCT FROM (g.entities, g.mature, g.events) OR NOT near(w.mean, g.mean)
			OR NOT near(w.mean + 1.959963984540054 * w.error, g.high) OR NOT near(CASE WHEN w.error IS NOT NULL THEN greatest(w.mean - 1.959963984540054 * w.error, 0) END, g.low))
	FROM want w FULL JOIN got g ON w.cohort IS NOT DISTINCT FROM g.cohort AND w.starts_at IS NOT DISTINCT FROM g.starts_at AND w.period = g.period
$$;
CREATE PROCEDURE try_random(runs int) LANGUAGE plpgsql AS $$
DECLARE mode text;
BEGIN
	FOR run IN 1 .. runs LOOP
		PERFORM take(format($q$SELECT 'e' || floor(random() * %s), timestamptz '%s' + floor(power(random(), 2) * %s) * interval '%s', (array['a', 'b', 'c'])[1 + floor(random() * 3)] FROM generate_series(1, %s)$q$,
			pick('5', '40'), pick('2026-02-20', '2026-03-25'), pick('20', '120', '300'), pick('6 hours', '1 day', '7 hours 1 second'), pick('30', '200')));
		mode := pick('rolling', 'calendar');
		PERFORM compare('random ' || mode, pick(NULL, 'a', 'a|b'), pick(NULL, 'b', 'c', 'b|c'), random_as_of(), CASE mode WHEN 'rolling' THEN random_unit('day', 'week', 'month', 'hour', '12 hours', '2 weeks', '3 months') ELSE random_unit() END, random_origin(), pick('1', '4', '9')::int, mode,
			pick('UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'), CASE WHEN random() < 0.2 THEN tstzrange((SELECT min(at) + interval '5 days' FROM event), NULL) END);
	END LOOP;
END
$$;
CALL try_random(70);
SELECT CASE WHEN sum(wrong) = 0 AND sum(n) > 500 AND sum(averages) > 50 THEN 'ok' ELSE 'not ok' END || ' - cohort_counts of ' || data || ': ' || sum(n) || ' rows, ' || sum(averages) || ' averages, ' || count(*) || ' questions' FROM result GROUP BY data ORDER BY data;

-- R's survfit of recurrent infections, with its robust standard error
\set cases `test -f "$PLG_SHARED/cases/km/expected_mcf_cgd.csv" && echo true || echo false`
\if :cases
CREATE TABLE cgd (id int, tstart int, tstop int, event int, arm int);
CREATE TABLE mcf (time int, n_risk int, n_event int, mcf float8, se float8);
\copy cgd FROM PROGRAM 'cat "$PLG_SHARED/cases/km/mcf_input_cgd.csv"' (FORMAT csv, HEADER)
\copy mcf FROM PROGRAM 'cat "$PLG_SHARED/cases/km/expected_mcf_cgd.csv"' (FORMAT csv, HEADER)
SELECT take($$SELECT id::text, timestamptz '2026-01-01' - stop * interval '1 day' + tstop * interval '1 day' * k, CASE k WHEN 0 THEN 'start' ELSE 'infection' END
	FROM (SELECT *, max(tstop) OVER (PARTITION BY id) AS stop FROM cgd) c, generate_series(0, 1) k WHERE k = 0 AND tstart = 0 OR k = 1 AND c.event = 1$$) \g /dev/null
SELECT CASE WHEN count(*) > 20 AND max(abs(mean / mcf - 1)) < 1e-9 AND max(abs((high - mean) / 1.959963984540054 / se - 1)) < 1e-9 THEN 'ok' ELSE 'not ok' END || ' - R''s mean cumulative function of cgd at ' || count(*) || ' times, with its robust standard error'
FROM mcf, value, plg.cohort_counts(j, 'start', 'infection', '2026-01-01', 'day', 400, average => true) c WHERE cohort IS NULL AND period = time;
\else
\echo ok - the mean cumulative function of R, of cgd # SKIP shared cases not found
\endif
