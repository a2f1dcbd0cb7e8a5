-- plg.split against plain SQL: every event in the segment where the rules put it.
\ir ../oracle/two.sql
SELECT setseed(0.41) \g /dev/null

-- Each event with its segment.
CREATE FUNCTION expected(value text, start text, until timestamptz) RETURNS TABLE (segment text, who bigint, at timestamptz, event text)
LANGUAGE sql STABLE AS $$
	SELECT CASE value
			WHEN 'entry' THEN (SELECT label FROM context c WHERE c.who = e.who AND (until IS NULL OR c.at <= until)
				AND c.at <= (SELECT min(s.at) FROM event s WHERE s.who = e.who AND (start IS NULL OR s.event = ANY (string_to_array(start, '|'))))
				ORDER BY c.at DESC, label COLLATE "C" DESC LIMIT 1)
			WHEN 'first' THEN (SELECT label FROM context c WHERE c.who = e.who AND (until IS NULL OR c.at <= until) ORDER BY c.at, label COLLATE "C" LIMIT 1)
			WHEN 'last' THEN (SELECT label FROM context c WHERE c.who = e.who AND (until IS NULL OR c.at <= until) ORDER BY c.at DESC, label COLLATE "C" DESC LIMIT 1)
			ELSE (SELECT label FROM context c WHERE c.who = e.who AND (until IS NULL OR c.at <= until) AND c.at <= e.at ORDER BY c.at DESC, label COLLATE "C" DESC LIMIT 1)
		END, e.who, e.at, e.event
	FROM event e
$$;
-- Beyond so many values, those with most entities first, they are others; so is a value of that name.
CREATE FUNCTION expected_top(value text, start text, until timestamptz, top int) RETURNS TABLE (segment text, who bigint, at timestamptz, event text)
LANGUAGE sql STABLE AS $$
	WITH e AS MATERIALIZED (SELECT * FROM expected(value, start, until)),
	ranked AS (SELECT segment, row_number() OVER (ORDER BY count(DISTINCT who) DESC, segment COLLATE "C") AS place FROM e WHERE segment <> 'other' GROUP BY segment)
	SELECT CASE WHEN e.segment IS NULL OR top IS NULL OR place <= top THEN e.segment ELSE 'other' END, who, at, event FROM e LEFT JOIN ranked USING (segment)
$$;
CREATE FUNCTION compare(what text, value text, start text, until timestamptz, top int) RETURNS void LANGUAGE sql AS $$
	WITH e AS MATERIALIZED (SELECT * FROM expected_top(value, start, until, top)),
	want AS MATERIALIZED (SELECT kind, segment, entity_of(kind, who) AS entity, at, event FROM e, both_values),
	got AS MATERIALIZED (SELECT kind, segment, journeys FROM both_values, plg.split(j, c, value, start, until, top) s),
	rows AS MATERIALIZED (SELECT kind, segment, u.* FROM got, plg.unnest(journeys) u)
	INSERT INTO result
	SELECT what, (SELECT count(*) FROM want), (SELECT count(*) FROM (TABLE want EXCEPT ALL TABLE rows) d) + (SELECT count(*) FROM (TABLE rows EXCEPT ALL TABLE want) d)
		-- a row a segment, and rolled up they are the journeys
		+ (SELECT count(*) - count(DISTINCT (kind, segment)) FROM got)
		+ (SELECT count(*) FILTER (WHERE NOT r.j OPERATOR(plg.=) v.j) FROM both_values v JOIN (SELECT kind, plg.rollup(journeys) AS j FROM got GROUP BY kind) r USING (kind))
		+ (SELECT count(*) FILTER (WHERE NOT journeys::text::plg.journeys OPERATOR(plg.=) journeys) FROM got)
$$;
CREATE PROCEDURE try_random(data_sets int) LANGUAGE plpgsql AS $$
DECLARE
	value text;
BEGIN
	FOR data_set IN 1 .. data_sets LOOP
		PERFORM take_random_both(), take_both();
		FOREACH value IN ARRAY '{entry,first,last,event}'::text[] LOOP
			PERFORM compare(value, value, CASE WHEN value = 'entry' THEN pick('signup', 'a|b', 'none', NULL) END,
				CASE WHEN random() < 0.5 THEN timestamptz '2026-01-05' + random() * interval '10 days' END, pick(NULL, NULL, '1', '2', '10')::int);
		END LOOP;
	END LOOP;
END
$$;
CALL try_random(25);
TABLE lines;

-- as many values as entities, values that change at each event, and blocks that an entity fills
TRUNCATE event, context, result;
INSERT INTO event SELECT n * 7919 % 3001, timestamptz '2026-01-05' + n * interval '7 seconds', 'e' || n % 5 FROM generate_series(1, 12000) n
	UNION ALL SELECT -1, timestamptz '2026-01-05' + n * interval '7 seconds', 'e' || n % 5 FROM generate_series(1, 3000) n;
INSERT INTO context SELECT n, timestamptz '2026-01-05', 'id ' || n FROM generate_series(1, 2500) n
	UNION ALL SELECT -1, timestamptz '2026-01-05' + n * interval '70 seconds', 'value ' || n % 7 FROM generate_series(1, 300) n;
ANALYZE event, context;
SELECT take_both() \g /dev/null
SELECT compare('many values', value, NULL, NULL, top) FROM (VALUES ('event', NULL), ('last', 3)) v (value, top) \g /dev/null
TABLE lines;

-- one side small, the other large: pieces, stored pieces, rows not packed, and the same journeys on both sides
CREATE TABLE piece AS SELECT n % 3 AS nth, plg.journeys(n * 7919 % 30011, timestamptz '2026-01-05' + n * interval '1 second', 'e' || n % 5) AS j,
	plg.journeys('user ' || n * 7919 % 30011, timestamptz '2026-01-05' + n * interval '1 second', 'e' || n % 5) AS t FROM generate_series(1::bigint, 300000) n GROUP BY 1;
CREATE TABLE small AS SELECT plg.journeys(n * 997, timestamptz '2026-01-05', 'v' || n % 3) AS j, plg.journeys('user ' || n * 997, timestamptz '2026-01-05', 'v' || n % 3) AS t FROM generate_series(1::bigint, 30) n;
CREATE FUNCTION told(value text, j plg.journeys, p plg.journeys) RETURNS text LANGUAGE sql
	AS $$ SELECT string_agg(concat_ws(' ', coalesce(segment, '-'), plg.entities(journeys), md5(journeys::text)), ' ' ORDER BY segment) FROM plg.split(j, p, value) $$;
SELECT CASE WHEN bool_and(told('event', p.j, small.j) = told('event', w.j, small.j) AND told('last', p.t, small.t) = told('last', w.t, small.t)
		AND told('event', small.j, p.j) = told('event', small.j, w.j) AND told('last', small.t, p.t) = told('last', small.t, w.t)
		AND told('event', p.j, p.j) = told('event', w.j, w.j) AND told('first', p.t, p.t) = told('first', w.t, w.t)) THEN 'ok' ELSE 'not ok' END || ' - pieces answer as one value does'
FROM (SELECT plg.rollup(j) AS j, plg.rollup(t) AS t FROM piece) p, (SELECT plg.rollup(j)::text::plg.journeys AS j, plg.rollup(t)::text::plg.journeys AS t FROM piece) w, small;
SELECT CASE WHEN told('event', raw.j, small.j) = told('event', w.j, small.j) AND told('event', small.j, raw.j) = told('event', small.j, w.j)
	AND told('event', raw.j, raw.j) = told('event', w.j, w.j) THEN 'ok' ELSE 'not ok' END || ' - so do rows not packed'
FROM (SELECT plg.journeys(n * 7919 % 30011, timestamptz '2026-01-05' + n * interval '1 second', 'e' || n % 5) AS j FROM generate_series(1::bigint, 300000) n) raw,
	(SELECT plg.rollup(j)::text::plg.journeys AS j FROM piece) w, small;

-- readers' counts add up over segments of entities; of events those that count events
SELECT CASE WHEN bool_and(entered = (a).entered AND mature = (a).mature AND converted = (a).converted) AND bool_or(converted > 0) THEN 'ok' ELSE 'not ok' END || ' - activation adds up over segments of entities'
FROM (SELECT value, plg.activation(w.j, 'e0', 'e2', '1 day', '2026-01-07') AS a, sum((s.a).entered) AS entered, sum((s.a).mature) AS mature, sum((s.a).converted) AS converted
	FROM (SELECT plg.rollup(j) AS j FROM piece) w, unnest('{entry,first,last}'::text[]) value, small,
		LATERAL (SELECT plg.activation(journeys, 'e0', 'e2', '1 day', '2026-01-07') AS a FROM plg.split(w.j, small.j, value)) s GROUP BY value, w.j) t;
SELECT CASE WHEN sum(plg.events(journeys)) = plg.events(w.j) AND sum(plg.entities(journeys)) > plg.entities(w.j) THEN 'ok' ELSE 'not ok' END || ' - segments of events add up in events, not in entities'
FROM (SELECT plg.rollup(j) AS j FROM piece) w, LATERAL (SELECT plg.journeys(n, timestamptz '2026-01-05' + k * interval '1 day', 'v' || k) AS p FROM generate_series(1::bigint, 30000) n, generate_series(0, 3) k) p, plg.split(w.j, p, 'event')
GROUP BY w.j;
