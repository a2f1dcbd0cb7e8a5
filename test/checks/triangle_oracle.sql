-- plg.conversions and plg.cohort_conversion against plain SQL, written from the
-- definitions: random data with ties across changes of the clock, any number of
-- units of any origin, with all other options in random combination.  journeys_random.sql
-- has their other readers, and labels, entities and times that are nasty.
\ir ../oracle/events.sql
\ir ../oracle/report.sql
SELECT setseed(0.37) \g /dev/null

-- The first start row, of several at its instant one that is no goal, and the
-- min_count-th other goal row from then on.
CREATE FUNCTION entrants(start text, goal text, as_of timestamptz, entered tstzrange, min_count int)
RETURNS TABLE (started timestamptz, converted timestamptz, seen timestamptz) LANGUAGE sql STABLE AS $$
	WITH sight AS (SELECT coalesce(as_of, max(at)) AS seen FROM event),
	numbered AS (SELECT row_number() OVER () AS id, e.*, seen FROM event e, sight WHERE at <= seen),
	first AS (
		SELECT DISTINCT ON (entity) * FROM numbered WHERE start IS NULL OR event = ANY (labels(start))
		ORDER BY entity, at, event = ANY (labels(goal))
	)
	SELECT f.at, (SELECT n.at FROM numbered n WHERE n.entity = f.entity AND n.id <> f.id AND n.at >= f.at AND n.event = ANY (labels(goal)) ORDER BY n.at OFFSET min_count - 1 LIMIT 1), f.seen
	FROM first f WHERE entered IS NULL OR f.at <@ entered
$$;

-- Who is in a cohort, and how many of them had converted, in all and within two days of those watched that long.
CREATE FUNCTION cohorts(start text, goal text, as_of timestamptz, unit text, tz text, origin date, entered tstzrange, min_count int)
RETURNS TABLE (cohort date, starts_at timestamptz, entered bigint, converted bigint, mature bigint, in_time bigint) LANGUAGE sql STABLE AS $$
	SELECT unit_date(unit, origin, nth, tz), unit_begin(unit, origin, nth, tz), count(*), count(e.converted),
		count(*) FILTER (WHERE ripe), count(*) FILTER (WHERE ripe AND e.converted - e.started <= '48 hours')
	FROM entrants(start, goal, as_of, entered, min_count) e, LATERAL (SELECT unit_of(unit, origin, e.started, tz), e.seen = 'infinity' OR e.started + interval '48 hours' <= e.seen) u (nth, ripe)
	GROUP BY nth
$$;

-- A cell is known when the last who might have been in the cohort was watched to its end.
CREATE FUNCTION triangle(start text, goal text, as_of timestamptz, unit text, periods int, mode text, tz text, origin date, entered tstzrange, min_count int)
RETURNS TABLE (cohort date, entities bigint, period int, mature boolean, converted bigint, rate float8, starts_at timestamptz) LANGUAGE sql STABLE AS $$
	WITH entrant AS MATERIALIZED (
		SELECT *, unit_of(unit, origin, started, tz) AS nth, CASE WHEN converted < 'infinity' THEN unit_of(unit, origin, converted, tz) END AS met FROM entrants(start, goal, as_of, entered, min_count)
	), counted AS MATERIALIZED (
		SELECT nth, k, seen, count(*) AS n, count(*) FILTER (WHERE CASE mode WHEN 'rolling' THEN converted < started + rolling_length(unit) * (k + 1) ELSE met <= nth + k END) AS met
		FROM entrant, generate_series(0, periods - 1) k GROUP BY nth, k, seen
	)
	SELECT unit_date(unit, origin, nth, tz), n, k, known, CASE WHEN known THEN met END, CASE WHEN known THEN met / n::float8 END, unit_begin(unit, origin, nth, tz)
	FROM counted, LATERAL (SELECT seen = 'infinity' OR CASE mode WHEN 'rolling' THEN unit_begin(unit, origin, nth + 1, tz, true) + rolling_length(unit) * (k + 1)
			ELSE unit_begin(unit, origin, nth + k + 1, tz, true) END <= seen) m (known)
$$;

CREATE TABLE result (what text, asked text, rows bigint, wrong bigint);
CREATE PROCEDURE try_random(data_sets int) LANGUAGE plpgsql AS $$
DECLARE
	a record;
BEGIN
	FOR data_set IN 1 .. data_sets LOOP
		PERFORM take_random();
		FOR run IN 1 .. 10 LOOP
			SELECT mode, pick(NULL, 'a', 'a|b', 'nothing') AS start, pick('b', 'b|c', 'a', 'd', 'a|b|c|d') AS goal, random_as_of() AS as_of,
				CASE mode WHEN 'rolling' THEN random_unit('day', 'week', 'month', 'hour', '6 hours', '2 weeks', '10 days', '2 months') ELSE random_unit() END AS unit,
				random_origin() AS origin, random_zone() AS tz, pick('1', '3', '8')::int AS periods, pick('1', '1', '2', '3')::int AS min_count,
				CASE WHEN random() < 0.3 THEN tstzrange(min(at), min(at) + (max(at) - min(at)) / 2, pick('[)', '(]', '()')) END AS entered INTO a
			FROM event, pick('rolling', 'calendar') mode GROUP BY mode;
			INSERT INTO result
			WITH want AS MATERIALIZED (SELECT * FROM cohorts(a.start, a.goal, a.as_of, a.unit, a.tz, a.origin, a.entered, a.min_count)),
			got AS MATERIALIZED (SELECT c.cohort, c.starts_at, plg.entered(c.conversion), plg.converted(c.conversion), w.mature, w.converted AS in_time
				FROM value, plg.conversions(j, a.start, a.goal, a.as_of, a.unit, a.tz, a.entered, a.min_count, a.origin) c, plg.activation(c.conversion, '48 hours') w)
			SELECT 'conversions', a::text, (SELECT count(*) FROM want), (SELECT count(*) FROM (TABLE want EXCEPT ALL TABLE got) d) + (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE want) d);
			INSERT INTO result
			WITH want AS MATERIALIZED (SELECT * FROM triangle(a.start, a.goal, a.as_of, a.unit, a.periods, a.mode, a.tz, a.origin, a.entered, a.min_count)),
			got AS MATERIALIZED (SELECT c.cohort, c.entities, c.period, c.mature, c.converted, c.rate, c.starts_at
				FROM value, plg.cohort_conversion(j, a.start, a.goal, a.as_of, a.unit, a.periods, a.mode, a.tz, a.entered, a.min_count, a.origin) c)
			SELECT 'cohort_conversion, ' || a.mode, a::text, (SELECT count(*) FROM want), (SELECT count(*) FROM (TABLE want EXCEPT ALL TABLE got) d) + (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE want) d);
		END LOOP;
	END LOOP;
END
$$;
CALL try_random(40);
SELECT report(sum(wrong) = 0 AND sum(rows) > 500, format('%s: %s questions, %s rows', what, count(*), sum(rows))) FROM result GROUP BY what ORDER BY what;
SELECT '# ' || what || ' ' || min(asked) FROM result WHERE wrong > 0 GROUP BY what;
