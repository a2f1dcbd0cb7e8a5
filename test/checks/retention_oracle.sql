-- plg.retention against plain SQL, written from the definitions: random data
-- with ties across changes of the clock, then real data where it is to be had.
\ir ../oracle/events.sql
\ir ../oracle/real.sql
SELECT setseed(0.31) \g /dev/null

CREATE FUNCTION expected(start text, as_of timestamptz, activity text, unit text, origin date, brackets int[], mode text,
	counting text, tz text, average boolean, entered tstzrange, min_count int, recurring boolean)
RETURNS TABLE (cohort date, entities bigint, period int, mature boolean, active bigint, rate float8, starts_at timestamptz)
LANGUAGE sql STABLE AS $$
	WITH sight AS (
		SELECT coalesce(as_of, max(at)) AS seen,
			rolling_length(unit) AS length
		FROM event
	), numbered AS (
		SELECT row_number() OVER () AS id, e.* FROM event e, sight WHERE at <= seen
	), first AS (
		SELECT DISTINCT ON (n.entity, CASE WHEN recurring THEN unit_of(unit, origin, n.at, tz) END) n.entity, n.at AS started, n.id, unit_of(unit, origin, n.at, tz) AS cohort
		FROM numbered n
		WHERE start IS NULL OR n.event = ANY (labels(start))
		ORDER BY n.entity, CASE WHEN recurring THEN unit_of(unit, origin, n.at, tz) END, n.at, activity IS NULL OR n.event = ANY (labels(activity))
	), entrant AS (
		SELECT * FROM first WHERE entered IS NULL OR started <@ entered
	), period AS (
		SELECT i AS nth, brackets[i] AS units_from, brackets[i + 1] AS units_to, max(i) OVER () AS last
		FROM generate_series(1, cardinality(brackets) - 1) i
	), present AS (
		SELECT f.id, p.nth
		FROM (SELECT e.id, CASE mode WHEN 'rolling'
					THEN floor(extract(epoch FROM n.at - e.started) / extract(epoch FROM length))
					ELSE greatest(0, unit_of(unit, origin, n.at, tz) - e.cohort) END AS units
				FROM sight, entrant e JOIN numbered n ON n.entity = e.entity AND n.at >= e.started AND n.id <> e.id
				WHERE activity IS NULL OR n.event = ANY (labels(activity))) f
			JOIN period p ON f.units >= p.units_from AND f.units < p.units_to
		GROUP BY 1, 2 HAVING count(*) >= min_count
	), periods_of AS (
		SELECT id, array_agg(nth) AS nths FROM present GROUP BY id
	), counts AS (
		SELECT e.cohort, p.nth, coalesce(CASE counting
			WHEN 'on' THEN p.nth = ANY (nths)
			WHEN 'on_or_before' THEN p.nth >= ANY (nths)
			WHEN 'on_or_after' THEN p.nth <= ANY (nths)
			WHEN 'streak' THEN (SELECT count(*) FROM unnest(nths) a WHERE a <= p.nth) = p.nth END, false) AS is_active
		FROM entrant e CROSS JOIN period p LEFT JOIN periods_of o ON o.id = e.id
	), cell AS (
		SELECT c.cohort, p.units_from AS period, count(*) AS entities, count(*) FILTER (WHERE is_active) AS active,
			CASE WHEN seen = 'infinity' THEN true
				WHEN mode = 'rolling' THEN unit_begin(unit, origin, c.cohort + 1, tz, true) + length * ends.units <= seen
				ELSE unit_begin(unit, origin, c.cohort + ends.units, tz, true) <= seen END AS mature
		FROM sight, counts c JOIN period p USING (nth),
			LATERAL (SELECT brackets[CASE counting WHEN 'on_or_after' THEN p.last ELSE p.nth END + 1] AS units) ends
		GROUP BY c.cohort, p.units_from, seen, length, ends.units
	)
	SELECT unit_date(unit, origin, c.cohort, tz), c.entities, c.period, c.mature, CASE WHEN c.mature THEN c.active END,
		CASE WHEN c.mature THEN c.active / c.entities::float8 END, unit_begin(unit, origin, c.cohort, tz)
	FROM cell c
	UNION ALL
	SELECT NULL, coalesce(sum(c.entities) FILTER (WHERE c.mature), 0), c.period, bool_or(c.mature),
		sum(c.active) FILTER (WHERE c.mature), (sum(c.active) FILTER (WHERE c.mature))::float8 / (sum(c.entities) FILTER (WHERE c.mature))::float8, NULL
	FROM cell c WHERE average GROUP BY c.period
$$;

-- Differences between plg and the oracle for one set of options.
CREATE FUNCTION differences(start text, as_of timestamptz, activity text, unit text, origin date, brackets int[], own boolean, mode text,
	counting text, tz text, average boolean, entered tstzrange, min_count int, recurring boolean, OUT expected_rows bigint, OUT wrong bigint)
LANGUAGE sql AS $$
	WITH want AS MATERIALIZED (
		SELECT * FROM expected(start, as_of, activity, unit, origin, brackets, mode, counting, tz, average, entered, min_count, recurring)
	), got AS MATERIALIZED (
		SELECT r.* FROM value v, plg.retention(v.j, start, as_of, activity, unit, cardinality(brackets) - 1, mode, counting, tz,
			average, CASE WHEN own THEN brackets END, entered, min_count, origin, recurring) r
	)
	SELECT (SELECT count(*) FROM want),
		(SELECT count(*) FROM (TABLE want EXCEPT ALL TABLE got) d) + (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE want) d)
$$;

-- Random data, options at random.
CREATE TABLE result (data text, counting text, mode text, options text, expected_rows bigint, wrong bigint);
CREATE PROCEDURE try_random(data_sets int) LANGUAGE plpgsql AS $$
DECLARE
	mode text;
	counting text;
	own boolean;
	brackets int[];
	a record;
BEGIN
	FOR data_set IN 1 .. data_sets LOOP
		PERFORM take_random();
		FOR run IN 1 .. 12 LOOP
			mode := pick('rolling', 'calendar');
			counting := pick('on', 'on_or_after', 'on_or_before', 'streak');
			own := random() < 0.3;
			brackets := CASE WHEN own THEN pick('{0,1,3}', '{1,2}', '{2,3,7,8}', '{0,4,5}', '{0,1,70}', '{0,62,63}')::int[]
				ELSE (SELECT array_agg(i ORDER BY i) FROM generate_series(0, pick('1', '3', '8')::int) i) END;
			SELECT start, as_of, activity, unit, origin, tz, average, entered, min_count, recurring INTO a
			FROM (SELECT pick(NULL, 'a', 'a|b', 'nothing') AS start, pick(NULL, 'a', 'b|c', 'd') AS activity,
					random_as_of() AS as_of,
					CASE mode WHEN 'rolling' THEN random_unit('day', 'week', 'month', 'hour', '6 hours', '2 weeks', '10 days', '2 months') ELSE random_unit() END AS unit, random_origin() AS origin,
					random_zone() AS tz, random() < 0.5 AS average,
					CASE WHEN random() < 0.3 THEN tstzrange(min(at), min(at) + (max(at) - min(at)) / 2, pick('[)', '(]', '()')) END AS entered,
					pick('1', '1', '2', '3')::int AS min_count, random() < 0.4 AS recurring FROM event) o;
			INSERT INTO result SELECT 'random', counting, mode, format('data %s: %s, %s, %s, own %s', data_set, a, counting, brackets, own), d.*
			FROM differences(a.start, a.as_of, a.activity, a.unit, a.origin, brackets, own, mode, counting, a.tz, a.average, a.entered, a.min_count, a.recurring) d;
		END LOOP;
	END LOOP;
END
$$;
\if :{?runs}
\else
\set runs 40
\endif
CALL try_random(:runs);

CREATE VIEW verdict AS
	SELECT CASE WHEN sum(wrong) = 0 AND sum(expected_rows) > 0 THEN 'ok' ELSE 'not ok' END || ' - ' || data || ', ' || mode || ', ' || counting
		|| ': ' || count(*) || ' triangles, ' || sum(expected_rows) || ' rows'
		|| coalesce((SELECT E'\n# ' || min(options) FROM result w WHERE w.wrong > 0 AND (w.data, w.mode, w.counting) = (r.data, r.mode, r.counting)), '') AS line
	FROM result r GROUP BY data, mode, counting ORDER BY data, mode, counting;
SELECT line FROM verdict;

\if :load
\else
	\echo ok - retention of git_events, relax, cdnow, oulad, sparkify # SKIP shared data not found
	\quit
\endif

-- Every data set in each of its time zones, rolling and calendar; the other
-- options take turns.
CREATE PROCEDURE try_real() LANGUAGE plpgsql AS $$
DECLARE
	d record;
	o record;
	i int := 0;
BEGIN
	FOR d IN TABLE real_data LOOP
		PERFORM take_real(d.name);
		FOR o IN SELECT m.mode, z.zone FROM unnest(array['rolling', 'calendar']) m (mode), unnest(d.zones) z (zone) LOOP
			INSERT INTO result SELECT d.name, t.counting, o.mode, concat_ws(', ', o.zone, t.unit, t.as_of), x.*
			FROM (SELECT (array['on', 'on_or_before', 'on_or_after', 'streak'])[1 + i % 4] AS counting,
					(array['week', 'month', 'day', CASE o.mode WHEN 'calendar' THEN 'quarter' ELSE 'week' END])[1 + i % 4] AS unit,
					CASE i % 5 WHEN 0 THEN max(at) WHEN 1 THEN 'infinity' WHEN 2 THEN NULL
						ELSE (date_trunc('day', min(at) + (max(at) - min(at)) * 0.7))::timestamp AT TIME ZONE o.zone END AS as_of
				FROM event) t,
				differences(CASE WHEN i % 3 > 0 THEN d.start END, t.as_of, CASE WHEN i % 2 = 0 THEN d.activity END, t.unit, NULL,
					'{0,1,2,3,4,5,6,7,8}', false, o.mode, t.counting, o.zone, true, NULL, CASE i % 7 WHEN 6 THEN 2 ELSE 1 END, i % 6 = 5) x;
			i := i + 1;
		END LOOP;
	END LOOP;
END
$$;
TRUNCATE result;
CALL try_real();
SELECT line FROM verdict;
