-- What must not change the answers of retention, lifecycle, stickiness, flows,
-- adoption and sessions: the way the value was put together, time moved by
-- whole weeks, rows of an event that nobody asks for, rows given twice.
\ir ../oracle/events.sql
\ir ../oracle/real.sql
SELECT setseed(0.36) \g /dev/null

-- All answers about some journeys, their times moved back by a number of weeks.
CREATE FUNCTION answers(j plg.journeys, as_of timestamptz, weeks int) RETURNS TABLE (what text, answer text) LANGUAGE sql STABLE AS $$
	SELECT 'retention ' || mode || counting, (cohort - weeks * 7, entities, period, mature, active, rate)::text
	FROM unnest(array['rolling', 'calendar']) mode, unnest(array['on', 'on_or_after', 'on_or_before', 'streak']) counting,
		plg.retention(j, 'a|b', as_of, 'c', periods => 4, mode => mode, counting => counting, average => true)
	UNION ALL SELECT 'lifecycle', (period_start - weeks * 7, mature, new, retained, resurrected, churned, active, quick_ratio)::text
	FROM plg.lifecycle(plg.only_events(j, '{a,b,c}'), as_of)
	UNION ALL SELECT 'stickiness', (period_start - weeks * 7, mature, dau, wau, mau, dau_wau, dau_mau, l7, l28)::text
	FROM plg.stickiness(plg.only_events(j, '{a,b,c}'), as_of, 'day')
	UNION ALL SELECT 'flows', f::text FROM unnest(array['after', 'before']) d, plg.flows(plg.only_events(j, '{a,b,c}'), 'b', 3, d, as_of, '5 days', 2) f
	UNION ALL SELECT 'adoption', a::text FROM plg.adoption(j, 'a', as_of, '3 days') a WHERE event <> 'irrelevant' AND (place > 0) IS NOT NULL
	UNION ALL SELECT 'list of sessions', (entity, extract(epoch FROM started_at) - weeks * 604800, extract(epoch FROM ended_at) - weeks * 604800, events)::text
	FROM plg.sessions(plg.only_events(j, '{a,b,c}'), '5 hours')
	UNION ALL SELECT 'session_summary', s::text FROM plg.session_summary(plg.only_events(j, '{a,b,c}'), '5 hours', as_of) s
$$;
CREATE FUNCTION differ(j plg.journeys, k plg.journeys, as_of timestamptz, weeks int DEFAULT 0, kinds text DEFAULT '', OUT n bigint, OUT wrong bigint) LANGUAGE sql AS $$
	WITH a AS MATERIALIZED (SELECT * FROM answers(j, as_of, 0) WHERE what ~ kinds),
	b AS MATERIALIZED (SELECT * FROM answers(k, as_of + weeks * interval '168 hours', weeks) WHERE what ~ kinds)
	SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM (TABLE a EXCEPT ALL TABLE b) d) + (SELECT count(*) FROM (TABLE b EXCEPT ALL TABLE a) d)
$$;

CREATE TABLE result (what text, n bigint, wrong bigint);
CREATE PROCEDURE try_random(data_sets int) LANGUAGE plpgsql AS $$
DECLARE
	as_of timestamptz;
	k plg.journeys;
BEGIN
	FOR data_set IN 1 .. data_sets LOOP
		PERFORM take_random();
		DELETE FROM event WHERE event = 'd';
		CONTINUE WHEN NOT EXISTS (SELECT FROM event);
		UPDATE value SET j = (SELECT plg.journeys(entity, at, event) FROM event);
		as_of := coalesce(random_as_of(), (SELECT max(at) FROM event));

		SELECT plg.rollup(part) INTO k FROM (SELECT plg.journeys(entity, at, event) AS part
			FROM (SELECT *, floor(random() * 5) AS part FROM event ORDER BY random()) e GROUP BY e.part) p;
		INSERT INTO result SELECT 'rows shuffled, split and rolled up', d.* FROM value, differ(j, k, as_of) d;

		SELECT plg.journeys(entity, at + interval '168 hours' * 60, event) INTO k FROM event;
		INSERT INTO result SELECT 'time moved by 60 weeks', d.* FROM value, differ(j, k, as_of, 60) d;

		SELECT plg.journeys(entity, at, event) INTO k FROM (TABLE event
			UNION ALL SELECT CASE WHEN random() < 0.5 THEN 'somebody' ELSE entity END, at + (random() - 0.5) * interval '3 days', 'irrelevant' FROM event) e;
		INSERT INTO result SELECT 'rows of an irrelevant event', d.* FROM value, differ(j, k, as_of, 0, '^(retention|lifecycle|stickiness|flows|session)') d;

		SELECT plg.journeys(entity, at, event) INTO k FROM (TABLE event UNION ALL SELECT * FROM event WHERE random() < 0.3) e;
		INSERT INTO result SELECT 'rows given twice', d.* FROM value, differ(j, k, as_of, 0, '^(lifecycle|stickiness)') d;

		-- the same answers whether rows after as_of are there or not
		SELECT plg.slice(j, NULL, as_of + interval '1 us') INTO k FROM value WHERE as_of < 'infinity';
		INSERT INTO result SELECT 'rows after as_of', d.* FROM value, differ(j, k, as_of, 0, '^(retention|lifecycle|stickiness|session)') d
		WHERE as_of < 'infinity' AND k IS NOT NULL;
	END LOOP;
END
$$;
CALL try_random(40);
SELECT CASE WHEN sum(wrong) = 0 AND sum(n) > 0 THEN 'ok' ELSE 'not ok' END || ' - ' || what || ' change nothing: ' || count(*) || ' times, ' || sum(n) || ' rows'
FROM result GROUP BY what ORDER BY what;
