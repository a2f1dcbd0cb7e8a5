-- plg.attribution and plg.touches_of against plain SQL, a query for each model.
--
-- test: 40 s
\ir ../oracle/events.sql
\ir ../oracle/real.sql
CREATE SCHEMA oracle;
\ir ../oracle/compare.sql
SELECT setseed(0.61) \g /dev/null

CREATE TABLE touch (entity text, at timestamptz, touch text);
CREATE TABLE touched (t plg.journeys);
CREATE TABLE question (goal text, as_of timestamptz, lookback interval, model text, per text, half_life interval, entered tstzrange);

-- Conversions, numbered, and their touches in order, without the goal's own row.
CREATE VIEW conversion AS
SELECT row_number() OVER () AS id, g.* FROM question q,
	(SELECT *, row_number() OVER (PARTITION BY entity ORDER BY at, event COLLATE "C") AS nth FROM event, question
	WHERE event = ANY (labels(goal)) AND at <= coalesce(as_of, (SELECT max(at) FROM event))) g
WHERE (q.per = 'each' OR nth = 1) AND (q.entered IS NULL OR g.at <@ q.entered);
CREATE VIEW path AS
SELECT c.id, c.entity, c.at AS converted_at, t.touch, t.at AS touched_at,
	CASE WHEN t.touch IS NOT NULL THEN row_number() OVER (PARTITION BY c.id ORDER BY t.at, t.touch COLLATE "C") END AS position,
	count(t.touch) OVER (PARTITION BY c.id) AS touches
FROM conversion c LEFT JOIN (SELECT *, row_number() OVER (PARTITION BY entity, at, touch) AS copy FROM touch) t ON t.entity = c.entity AND t.at <= c.at
	AND (c.lookback IS NULL OR extract(epoch FROM c.at - t.at) <= extract(epoch FROM c.lookback))
	AND NOT (t.at = c.at AND t.touch = c.event AND t.copy = 1);

CREATE FUNCTION credit(model text) RETURNS TABLE (id bigint, entity text, touch text, credit float8) LANGUAGE sql AS $$
	SELECT id, entity, touch, 1.0::float8 FROM path WHERE model = 'last' AND position IS NOT DISTINCT FROM nullif(touches, 0)
	UNION ALL SELECT id, entity, touch, 1.0::float8 FROM path WHERE model = 'first' AND coalesce(position, 1) = 1
	UNION ALL SELECT id, entity, touch, 1.0::float8 / greatest(touches, 1) FROM path WHERE model = 'linear'
	UNION ALL SELECT id, entity, touch, CASE WHEN touches < 3 THEN 1.0::float8 / greatest(touches, 1) WHEN position IN (1, touches) THEN 0.4 ELSE 0.2 / (touches - 2) END
		FROM path WHERE model = 'position'
	UNION ALL SELECT id, entity, touch, CASE WHEN touch IS NULL THEN 1 ELSE weight / sum(weight) OVER (PARTITION BY id) END
		FROM (SELECT p.*, power(0.5::float8, least(1000, extract(epoch FROM max(touched_at) OVER (PARTITION BY id) - touched_at) / extract(epoch FROM half_life))) AS weight
			FROM path p, question) w WHERE model = 'decay'
$$;
CREATE FUNCTION expected() RETURNS TABLE (key text, exact text, floats float8[]) LANGUAGE sql AS $$
	SELECT coalesce(touch, '(none)'), count(DISTINCT entity)::text, ARRAY[sum(credit), sum(credit) / sum(sum(credit)) OVER ()]
	FROM question q, credit(q.model) WHERE credit >= power(2::float8, -62) GROUP BY touch  -- less is none
$$;
CREATE FUNCTION got() RETURNS TABLE (key text, exact text, floats float8[]) LANGUAGE sql AS $$
	SELECT coalesce(touch, '(none)'), entities::text, ARRAY[conversions, share]
	FROM value, touched, question q, plg.attribution(j, t, goal, as_of, lookback, model, per, half_life, entered) a
$$;

CREATE TABLE result (data text, what text, n bigint, wrong text);
CREATE FUNCTION compare(data text) RETURNS void LANGUAGE sql AS $$
	INSERT INTO result SELECT data, 'credit, ' || model, (SELECT count(*) FROM got()), nullif(d, '') || E'\n# ' || q::text
	FROM question q, oracle.difference('SELECT * FROM got()', 'SELECT * FROM expected()', true, 1e-9) d
	UNION ALL SELECT data, 'credits sum to the conversions', count(*), CASE WHEN abs(sum(g.floats[1]) - (SELECT count(*) FROM conversion)) > 1e-9 OR abs(sum(g.floats[2]) - 1) > 1e-9 THEN '# ' || min(q::text) END
	FROM question q, got() g
	UNION ALL SELECT data, 'touches', (SELECT count(*) FROM path), '# ' || min(d::text)
	FROM ((SELECT entity, converted_at, touch, touched_at, position, touches FROM path EXCEPT ALL
			SELECT m.* FROM value, touched, question q, plg.touches_of(j, t, goal, as_of, lookback, per, entered) m)
		UNION ALL (SELECT m.* FROM value, touched, question q, plg.touches_of(j, t, goal, as_of, lookback, per, entered) m EXCEPT ALL
			SELECT entity, converted_at, touch, touched_at, position, touches FROM path)) d
	-- whatever the pieces, and packed or not
	UNION ALL SELECT data, 'the same bits from pieces', count(*), '# ' || min(d::text)
	FROM (SELECT a.* FROM value, touched, question q, plg.attribution(j, t, goal, as_of, lookback, model, per, half_life, entered) a EXCEPT ALL
		SELECT a.* FROM question q, (SELECT plg.rollup(j) AS j FROM (SELECT plg.journeys(entity, at, event) AS j FROM event GROUP BY floor(random() * 4)) p) s,
			(SELECT plg.rollup(t) AS t FROM (SELECT plg.journeys(entity, at, touch) AS t FROM touch GROUP BY floor(random() * 3)) p) r,
			plg.attribution(j, t, goal, as_of, lookback, model, per, half_life, entered) a) d
	-- entities in groups: the sums of the groups
	UNION ALL SELECT data, 'groups sum to the whole', count(*), '# ' || min(touch)
	FROM (SELECT coalesce(touch, '(none)') AS touch, sum(entities) AS entities, sum(conversions) AS conversions FROM question q,
			(SELECT hashtext(entity) & 1 AS part, plg.journeys(entity, at, event) AS j FROM event GROUP BY 1) s, touched, plg.attribution(j, t, goal, as_of, lookback, model, per, half_life, entered) a
		WHERE q.as_of IS NOT NULL GROUP BY 1) s JOIN got() g ON g.key = s.touch
	WHERE s.entities <> g.exact::bigint OR abs(s.conversions - g.floats[1]) > 1e-9
$$;
CREATE FUNCTION take_touches(query text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE touch, touched;
	EXECUTE 'INSERT INTO touch ' || query;
	INSERT INTO touched SELECT plg.journeys(entity, at, touch) FROM touch;
END
$$;
CREATE FUNCTION ask(goal text, as_of timestamptz, lookback interval, model text, per text, half_life interval, entered tstzrange) RETURNS void LANGUAGE sql AS $$
	TRUNCATE question;
	INSERT INTO question VALUES (goal, as_of, lookback, model, per, half_life, entered);
$$;
CREATE PROCEDURE try_random(data_sets int) LANGUAGE plpgsql AS $$
DECLARE
	entered tstzrange;
	touches text;
BEGIN
	FOR data_set IN 1 .. data_sets LOOP
		PERFORM take_random();
		-- touches are the events, some of them, of others, at their instants and between them
		touches := pick('TABLE event', 'SELECT * FROM event WHERE random() < 0.5',
			$q$SELECT entity, at + floor(random() * 3) * interval '1 hour', (array['x', 'b', 'y'])[1 + floor(random() * 3)] FROM event$q$,
			$q$SELECT 'e' || floor(random() * 70), at, (array['x', 'y', 'z'])[1 + floor(random() * 3)] FROM event, generate_series(1, 2)$q$);
		PERFORM take_touches(touches);
		FOR run IN 1 .. 6 LOOP
			SELECT CASE WHEN random() < 0.3 THEN tstzrange(min(at), min(at) + (max(at) - min(at)) / 2) END INTO entered FROM event;
			PERFORM ask(pick('a', 'b', 'a|b', 'c|nothing'), random_as_of(), pick(NULL, '0', '2 hours', '1 day', '40 days', '10 minutes')::interval,
				pick('last', 'first', 'linear', 'position', 'decay'), pick('first', 'each'), pick('1 minute', '7 hours', '7 days')::interval, entered), compare('random');
		END LOOP;
	END LOOP;
END
$$;
\if :{?runs}
\else
\set runs 40
\endif
CALL try_random(:runs);
\if :load
CREATE PROCEDURE try_real() LANGUAGE plpgsql AS $$
DECLARE
	d record;
	m text;
BEGIN
	FOR d IN SELECT * FROM real_data WHERE name IN ('git_events', 'sparkify') LOOP
		PERFORM take_real(d.name), set_config('timezone', d.zones[3], false);
		FOREACH m IN ARRAY '{last,first,linear,position,decay}'::text[] LOOP
			PERFORM take_touches('TABLE event'), ask('review|Logout', '2026-01-01', '30 days', m, 'first', '7 days', NULL), compare(d.name);
			PERFORM take_touches($q$SELECT entity, at, event FROM event WHERE event NOT IN ('commit', 'NextSong')$q$),
				ask('commit|Thumbs Up', 'infinity', '6 hours', m, 'each', '2 hours', NULL), compare(d.name);
		END LOOP;
		RESET timezone;
	END LOOP;
END
$$;
CALL try_real();
\else
\echo ok - attribution in git_events and sparkify # SKIP shared data not found
\endif
SELECT CASE WHEN count(wrong) = 0 AND (sum(n) > 0 OR what ~ 'same bits|groups') THEN 'ok' ELSE 'not ok' END || ' - ' || data || ', ' || what || ': ' || count(*) || ' times, ' || sum(n) || ' rows'
	|| coalesce(E'\n' || min(wrong), '')
FROM result GROUP BY data, what ORDER BY data, what;
