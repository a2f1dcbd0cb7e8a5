-- plg.flows and plg.adoption against plain SQL, and adoption against plg's own
-- activation and ttv.
-- test: slow, 20 s
\ir ../oracle/events.sql
\ir ../oracle/real.sql
SELECT setseed(0.35) \g /dev/null

-- A day is 24 hours, whatever the clocks of the session's time zone do.
CREATE FUNCTION exact(duration interval) RETURNS interval IMMUTABLE LANGUAGE sql
	AS $$ SELECT make_interval(secs => extract(epoch FROM duration)::float8) $$;

CREATE FUNCTION expected_flows(start text, depth int, direction text, as_of timestamptz, within interval, top int, collapse boolean, entered tstzrange)
RETURNS TABLE (step int, source text, target text, entities bigint, share float8, share_of_all float8, median numeric)
LANGUAGE sql STABLE AS $$
	WITH sight AS (SELECT coalesce(as_of, max(at)) AS seen FROM event),
	numbered AS (SELECT e.*, row_number() OVER (PARTITION BY entity ORDER BY at, event COLLATE "C") AS nth FROM event e, sight WHERE at <= seen),
	first AS (
		SELECT f.* FROM sight, (SELECT DISTINCT ON (entity) * FROM numbered n WHERE start IS NULL OR n.event = ANY (labels(start)) ORDER BY entity, nth) f
		WHERE (entered IS NULL OR at <@ entered) AND (direction = 'before' OR within IS NULL OR seen = 'infinity' OR at + within <= seen)
	), row AS (
		SELECT entity, at, event, 0 AS place FROM first
		UNION ALL
		SELECT n.entity, n.at, n.event, row_number() OVER (PARTITION BY n.entity ORDER BY
			CASE direction WHEN 'after' THEN n.nth ELSE -n.nth END)
		FROM numbered n JOIN first f ON f.entity = n.entity AND f.nth <> n.nth
		WHERE CASE direction WHEN 'after' THEN n.at >= f.at AND (within IS NULL OR n.at <= f.at + within)
			ELSE n.at <= f.at AND (within IS NULL OR n.at >= f.at - within) END
	), path AS (
		SELECT entity, at, event, row_number() OVER (PARTITION BY entity ORDER BY place) - 1 AS step
		FROM (SELECT r.*, lag(event) OVER (PARTITION BY entity ORDER BY place) AS before FROM row r) b
		WHERE NOT collapse OR before IS DISTINCT FROM event
	), node AS (
		SELECT step, event, CASE WHEN row_number() OVER (PARTITION BY step ORDER BY count(*) DESC, event COLLATE "C") > top THEN 'the rest' ELSE event END AS name
		FROM path GROUP BY step, event
	), edge AS (
		SELECT p.step + 1 AS step, a.name AS near, b.name AS far, abs(extract(epoch FROM q.at - p.at)) AS seconds
		FROM path p JOIN node a ON a.step = p.step AND a.event = p.event
			LEFT JOIN path q ON q.entity = p.entity AND q.step = p.step + 1
			LEFT JOIN node b ON b.step = q.step AND b.event = q.event
		WHERE p.step < depth
	)
	SELECT step, CASE direction WHEN 'after' THEN near ELSE far END, CASE direction WHEN 'after' THEN far ELSE near END, count(*),
		count(*) / (sum(count(*)) OVER (PARTITION BY step, near))::float8, count(*) / (SELECT count(*) FROM first)::float8,
		round((percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds::float8))::numeric, 5)
	FROM edge GROUP BY step, near, far
$$;

CREATE FUNCTION expected_adoption(start text, as_of timestamptz, within interval, entered tstzrange)
RETURNS TABLE (event text, entities bigint, adopters bigint, place numeric, repeaters bigint)
LANGUAGE sql STABLE AS $$
	WITH sight AS (SELECT coalesce(as_of, max(at)) AS seen FROM event),
	numbered AS (SELECT e.*, row_number() OVER () AS id FROM event e, sight WHERE at <= seen),
	entrant AS (
		SELECT entity, min(at) AS started FROM numbered n WHERE start IS NULL OR n.event = ANY (labels(start)) GROUP BY entity
	), mature AS (
		SELECT e.* FROM entrant e, sight WHERE (entered IS NULL OR started <@ entered) AND (within IS NULL OR seen = 'infinity' OR started + within <= seen)
	), starts AS (
		SELECT m.entity, count(DISTINCT n.event) AS kinds, min(n.event) AS kind
		FROM mature m JOIN numbered n ON n.entity = m.entity AND n.at = m.started
		WHERE start IS NULL OR n.event = ANY (labels(start)) GROUP BY 1
	), uses AS (
		-- of each kind all rows but the start, which is of another kind if it can be
		SELECT m.entity, n.event, n.at, m.started, kinds > 1 OR kind <> n.event AS free,
			row_number() OVER (PARTITION BY m.entity, n.event ORDER BY n.at) AS nth
		FROM mature m JOIN starts USING (entity) JOIN numbered n ON n.entity = m.entity AND n.at >= m.started
	), use AS (
		SELECT entity, event, min(at) AS at, count(*) AS times FROM uses
		WHERE (free OR NOT (nth = 1 AND at = started)) AND (within IS NULL OR at <= started + within) GROUP BY 1, 2
	), placed AS (
		SELECT *, rank() OVER (PARTITION BY entity ORDER BY at) + (count(*) OVER (PARTITION BY entity, at) - 1) / 2.0 AS place FROM use
	)
	SELECT k.event, (SELECT count(*) FROM mature), count(entity), round(avg(place), 6), count(*) FILTER (WHERE times > 1)
	FROM (SELECT DISTINCT event FROM numbered) k LEFT JOIN placed p USING (event)
	WHERE EXISTS (SELECT FROM entrant WHERE entered IS NULL OR started <@ entered) GROUP BY 1
$$;

CREATE TABLE result (data text, what text, options text, n bigint, wrong bigint);
CREATE FUNCTION compare_flows(data text, start text, depth int, direction text, as_of timestamptz, within interval, top int, collapse boolean, entered tstzrange)
RETURNS void LANGUAGE sql AS $$
	WITH want AS MATERIALIZED (SELECT * FROM expected_flows(start, depth, direction, as_of, exact(within), top, collapse, entered)),
	got AS MATERIALIZED (SELECT f.step, f.source, f.target, f.entities, f.share, f.share_of_all, round(f.median_seconds::numeric, 5)
		FROM value v, plg.flows(v.j, start, depth, direction, as_of, within, top, 'the rest', collapse, entered) f)
	INSERT INTO result SELECT data, 'flows ' || direction, concat_ws(', ', start, depth, direction, as_of, within, top, collapse, entered), (SELECT count(*) FROM want),
		(SELECT count(*) FROM (TABLE want EXCEPT ALL TABLE got) d) + (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE want) d)
$$;
CREATE FUNCTION compare_adoption(data text, start text, as_of timestamptz, within interval, entered tstzrange) RETURNS void LANGUAGE sql AS $$
	WITH want AS MATERIALIZED (SELECT * FROM expected_adoption(start, as_of, exact(within), entered)),
	got AS MATERIALIZED (SELECT a.* FROM value v, plg.adoption(v.j, start, as_of, within, entered) a),
	got_counts AS MATERIALIZED (SELECT event, entities, adopters, round(place::numeric, 6), repeaters FROM got)
	INSERT INTO result SELECT data, 'adoption', concat_ws(', ', start, as_of, within, entered), (SELECT count(*) FROM want),
		(SELECT count(*) FROM (TABLE want EXCEPT ALL TABLE got_counts) d) + (SELECT count(*) FROM (TABLE got_counts EXCEPT ALL TABLE want) d)
	UNION ALL
	SELECT data, 'adoption and activation, ttv', concat_ws(', ', start, as_of, within, $5), count(*),
		count(*) FILTER (WHERE (g.adopters, g.entities) <> (a.converted, a.mature) OR (g.rate, g.rate_low, g.rate_high) IS DISTINCT FROM (a.rate, a.rate_low, a.rate_high)
			OR g.median_seconds IS DISTINCT FROM plg.ttv_seconds(plg.conversion(v.j, start, g.event, as_of, $5), 0.5, within)
			OR g.repeat_rate IS DISTINCT FROM g.repeaters / nullif(g.adopters, 0)::float8)
	FROM got g, value v, plg.activation(v.j, start, g.event, within, as_of, $5) a
$$;
CREATE FUNCTION random_within() RETURNS interval VOLATILE LANGUAGE sql
	AS $$ SELECT pick(NULL, '0', '2 hours', '1 day', '5 days', '20 days')::interval $$;
CREATE PROCEDURE try_random(data_sets int) LANGUAGE plpgsql AS $$
DECLARE
	entered tstzrange;
BEGIN
	FOR data_set IN 1 .. data_sets LOOP
		PERFORM take_random();
		FOR run IN 1 .. 6 LOOP
			SELECT CASE WHEN random() < 0.3 THEN tstzrange(min(at), min(at) + (max(at) - min(at)) / 2) END INTO entered FROM event;
			PERFORM compare_flows('random', pick(NULL, 'a', 'b|c', 'nothing'), pick('1', '2', '5')::int, pick('after', 'before'), random_as_of(), random_within(),
				pick('1', '2', '10')::int, random() < 0.5, entered);
			PERFORM compare_adoption('random', pick(NULL, 'a', 'b|c', 'nothing'), random_as_of(), random_within(), entered);
		END LOOP;
	END LOOP;
END
$$;
\if :{?runs}
\else
\set runs 30
\endif
CALL try_random(:runs);
-- more first uses of an event than lie together in memory
SELECT take($$SELECT 'e' || n % 4001, timestamptz '2026-01-01 00:00+00' + floor(random() * 4000) * interval '17 minutes', (array['a', 'b', 'c'])[1 + floor(random() * 3)]
	FROM generate_series(1, 40000) n$$), compare_adoption('many', 'a', NULL, '20 days', NULL), compare_adoption('many', NULL, NULL, NULL, NULL) \g /dev/null
\if :load
-- every data set, the session in each of its time zones
CREATE PROCEDURE try_real() LANGUAGE plpgsql AS $$
DECLARE
	d record;
	start text;
	seen timestamptz;
BEGIN
	FOR d IN TABLE real_data LOOP
		PERFORM take_real(d.name);
		SELECT event INTO start FROM event GROUP BY 1 ORDER BY count(*) LIMIT 1;
		SELECT min(at) + (max(at) - min(at)) * 0.7 INTO seen FROM event;
		PERFORM set_config('timezone', d.zones[1], false),
			compare_flows(d.name, NULL, 4, 'after', NULL, '5 days', 3, true, NULL), compare_adoption(d.name, NULL, seen, '60 days', NULL);
		PERFORM set_config('timezone', d.zones[2], false),
			compare_flows(d.name, start, 3, 'before', 'infinity', NULL, 5, false, NULL), compare_adoption(d.name, start, 'infinity', NULL, NULL);
		PERFORM set_config('timezone', d.zones[3], false),
			compare_flows(d.name, d.activity, 5, 'after', seen, '250 days', 4, false, NULL), compare_adoption(d.name, start, date_trunc('day', seen), '200 days', tstzrange(NULL, seen));
		RESET timezone;
	END LOOP;
END
$$;
CALL try_real();
\else
\echo ok - flows and adoption of git_events, relax, cdnow, oulad, sparkify # SKIP shared data not found
\endif
SELECT CASE WHEN sum(wrong) = 0 AND sum(n) > 0 THEN 'ok' ELSE 'not ok' END || ' - ' || data || ', ' || what || ': ' || count(*) || ' times, ' || sum(n) || ' rows'
	|| coalesce((SELECT E'\n# ' || min(options) FROM result w WHERE w.wrong > 0 AND (w.data, w.what) = (r.data, r.what)), '')
FROM result r GROUP BY data, what ORDER BY data, what;
