-- plg.entrants and plg.entity_summary against plain SQL.
\ir ../oracle/events.sql
SELECT setseed(0.44) \g /dev/null
CREATE TABLE result (what text, n bigint, wrong bigint);

-- The start is the first start row, of several at one instant one that is no goal, if there is one; the goal another row.
CREATE FUNCTION expected_entrants(start text, goal text, as_of timestamptz, within interval, entered tstzrange, min_count int)
RETURNS TABLE (entity text, started timestamptz, converted timestamptz, seconds numeric, mature boolean)
LANGUAGE sql STABLE AS $$
	WITH numbered AS MATERIALIZED (SELECT row_number() OVER () AS id, e.* FROM event e WHERE at <= as_of),
	start AS (SELECT DISTINCT ON (entity) entity, id, at FROM numbered WHERE start IS NULL OR event = ANY (labels(start)) ORDER BY entity, at, event = ANY (labels(goal)))
	SELECT s.entity, s.at, g.at, round(extract(epoch FROM g.at - s.at), 6), within IS NULL OR as_of = 'infinity' OR s.at + within <= as_of
	FROM start s LEFT JOIN LATERAL (SELECT at FROM numbered n WHERE n.entity = s.entity AND n.at >= s.at AND n.id <> s.id AND n.event = ANY (labels(goal))
		ORDER BY at OFFSET min_count - 1 LIMIT 1) g ON within IS NULL OR g.at <= s.at + within
	WHERE entered IS NULL OR entered @> s.at
$$;
CREATE FUNCTION compare_entrants(start text, goal text, as_of timestamptz, within interval, entered tstzrange, min_count int) RETURNS void LANGUAGE sql AS $$
	WITH want AS MATERIALIZED (SELECT * FROM expected_entrants(start, goal, coalesce(as_of, (SELECT max(at) FROM event)), within, entered, min_count)),
	got AS MATERIALIZED (SELECT e.entity, e.started, e.converted, round(e.seconds::numeric, 6), e.mature FROM value, plg.entrants(j, start, goal, as_of, within, entered, min_count) e)
	INSERT INTO result SELECT 'entrants', (SELECT count(*) FROM want), (SELECT count(*) FROM (TABLE want EXCEPT ALL TABLE got) d) + (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE want) d)
	UNION ALL
	SELECT 'entrants and activation', a.entered, abs(a.entered - count(e)) + abs(a.mature - count(e) FILTER (WHERE e.mature)) + abs(a.converted - count(e.converted) FILTER (WHERE e.mature))
	FROM value, plg.activation(j, start, goal, within, as_of, $5, min_count) a LEFT JOIN LATERAL (SELECT (x).* FROM value, plg.entrants(j, start, goal, as_of, within, $5, min_count) x) e ON true
	GROUP BY a.entered, a.mature, a.converted
$$;
CREATE FUNCTION compare_summary(as_of timestamptz, tz text) RETURNS void LANGUAGE sql AS $$
	WITH want AS MATERIALIZED (
		SELECT entity, min(at) AS first, max(at), count(*), count(DISTINCT (at AT TIME ZONE tz)::date), round((percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM at - before)::float8))::numeric, 6)
		FROM (SELECT *, lag(at) OVER (PARTITION BY entity ORDER BY at) AS before FROM event WHERE as_of IS NULL OR at <= as_of) b GROUP BY entity),
	got AS MATERIALIZED (SELECT s.entity, s.first_at, s.last_at, s.events, s.active_days, round(s.p50_gap_seconds::numeric, 6) FROM value, plg.entity_summary(j, as_of, tz) s)
	INSERT INTO result SELECT 'entity_summary', (SELECT count(*) FROM want), (SELECT count(*) FROM (TABLE want EXCEPT ALL TABLE got) d) + (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE want) d)
$$;

CREATE PROCEDURE try_random(data_sets int) LANGUAGE plpgsql AS $$
BEGIN
	FOR data_set IN 1 .. data_sets LOOP
		PERFORM take_random();
		FOR run IN 1 .. 3 LOOP
			PERFORM compare_entrants(pick('a', 'a|b', NULL), pick('b', 'a', 'b|c', 'none'), random_as_of(), pick(NULL, '0', '6 hours', '3 days')::interval,
				CASE WHEN random() < 0.3 THEN tstzrange((SELECT min(at) + interval '1 hour' FROM event), (SELECT max(at) - interval '1 hour' FROM event)) END, pick('1', '1', '2')::int)
			FROM event HAVING max(at) - min(at) > interval '2 hours';
			PERFORM compare_summary(random_as_of(), random_zone());
		END LOOP;
	END LOOP;
END
$$;
CALL try_random(25);
SELECT CASE WHEN sum(wrong) = 0 AND sum(n) > 0 THEN 'ok' ELSE 'not ok' END || ' - ' || what || ': ' || count(*) || ' times, ' || sum(n) || ' rows' FROM result GROUP BY what ORDER BY what;

-- each in its own type
SELECT CASE WHEN count(*) = 3 AND bool_and(same) THEN 'ok' ELSE 'not ok' END || ' - entities in their own types' FROM (
	SELECT (SELECT array_agg(e ORDER BY e.entity) FROM plg.entrants_as(NULL::bigint, j, 'a', 'b', 'infinity') e)::text = (SELECT array_agg(e ORDER BY e.entity::bigint) FROM plg.entrants(j, 'a', 'b', 'infinity') e)::text
		AND (SELECT array_agg(e ORDER BY e.entity) FROM plg.entity_summary_as(NULL::bigint, j) e)::text = (SELECT array_agg(e ORDER BY e.entity::bigint) FROM plg.entity_summary(j) e)::text
	FROM (SELECT plg.journeys(hashtext(entity), at, event) AS j FROM event) s
	UNION ALL
	SELECT (SELECT array_agg(e ORDER BY e.entity) FROM plg.entrants_as(NULL::uuid, j, 'a', 'b', 'infinity') e)::text = (SELECT array_agg(e ORDER BY e.entity::uuid) FROM plg.entrants(j, 'a', 'b', 'infinity') e)::text
		AND (SELECT array_agg(e ORDER BY e.entity) FROM plg.entity_summary_as(NULL::uuid, j) e)::text = (SELECT array_agg(e ORDER BY e.entity::uuid) FROM plg.entity_summary(j) e)::text
	FROM (SELECT plg.journeys(md5(entity)::uuid, at, event) AS j FROM event) s
	UNION ALL
	SELECT (SELECT array_agg(e ORDER BY e.entity) FROM plg.entrants_as(NULL::text, j, 'a', 'b', 'infinity') e)::text = (SELECT array_agg(e ORDER BY e.entity) FROM plg.entrants(j, 'a', 'b', 'infinity') e)::text
		AND (SELECT array_agg(e ORDER BY e.entity) FROM plg.entity_summary_as(NULL::text, j) e)::text = (SELECT array_agg(e ORDER BY e.entity) FROM plg.entity_summary(j) e)::text
	FROM value) t (same);
