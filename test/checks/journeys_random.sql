-- plg's journeys and their readers equal the plain-SQL oracle on small random
-- data made to be nasty: ties, duplicate rows, rows in any order, labels that
-- need escapes, empty and multi-byte ones, times about epochs and DST changes.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;
\ir ../oracle/journeys.sql
\ir ../oracle/compare.sql
\ir ../oracle/readers.sql

CREATE FUNCTION oracle.one_of(VARIADIC choices text[]) RETURNS text
LANGUAGE sql VOLATILE AS $$ SELECT choices[1 + floor(random() * cardinality(choices))::int] $$;

CREATE FUNCTION oracle.random_events(most int DEFAULT 250) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	base timestamptz := oracle.one_of('2026-03-05 00:00+00', '2026-10-20 22:00+00', '1999-12-15 12:00+00',
									  '1969-12-31 23:59:59.999990+00', '2026-03-02 04:59:59.999995+00');
	grain interval := oracle.one_of('1 day', '24 hours', '6 hours', '1 hour', '17 minutes', '1 second', '1 microsecond');
	entities int := 1 + floor(random() * random() * 40);
	instants int := 1 + floor(random() * 60);
BEGIN
	TRUNCATE oracle.event;
	INSERT INTO oracle.event
	SELECT (1 + floor(random() * entities))::int::text,
		oracle.later(base, grain * floor(random() * instants)),
		oracle.one_of('signup', 'signup', 'a', 'a', 'b', 'a|b', 'x\y', '', 'ключ', 'A', 'signups', repeat('long ', 60))
	FROM generate_series(1, CASE WHEN most > 1000 THEN most ELSE 1 + floor(random() * most)::int END);
	-- some rows twice
	INSERT INTO oracle.event SELECT * FROM oracle.event WHERE random() < 0.1;
END
$$;

CREATE FUNCTION oracle.random_question() RETURNS oracle.question
LANGUAGE plpgsql AS $$
DECLARE
	q oracle.question;
	t timestamptz;
	u timestamptz;
	unit_ends timestamptz;
BEGIN
	q.mode := oracle.one_of('rolling', 'calendar');
	q.unit := CASE q.mode WHEN 'rolling' THEN oracle.one_of('day', 'week', 'month')
					ELSE oracle.one_of('day', 'week', 'month', 'quarter', 'year') END;
	q.tz := oracle.one_of('UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/Sao_Paulo');
	q.start := oracle.one_of('signup', 'signup', 'a', 'signup|a', 'a\|b', '', 'ключ|b', 'x\y', 'absent', NULL, NULL);
	q.goal := oracle.one_of('signup', 'a', 'b', 'a|b|ключ', 'a\|b', 'a\|b|x\y', 'A', 'absent', '');
	q.min_count := oracle.one_of('1', '1', '1', '2', '3');
	q.within := oracle.one_of('7 days', '30 days', '1 day', '0', '1 microsecond', '6 hours', '1 day 2:03:04.000005');
	q.periods := 1 + floor(random() * 6);
	SELECT at INTO t FROM oracle.event ORDER BY random() LIMIT 1;
	SELECT at INTO u FROM oracle.event ORDER BY random() LIMIT 1;
	-- also the very instants at which cells become mature, and just before
	unit_ends := oracle.day_begins(oracle.unit_later(q.unit, oracle.unit_date(q.unit, q.tz, t), 1 + floor(random() * 3)::int), q.tz);
	q.as_of := CASE oracle.one_of('1', '2', '3', '4', '5', '6', '7', '8', '9')
		WHEN '7' THEN unit_ends
		WHEN '8' THEN CASE q.mode WHEN 'rolling' THEN oracle.later(unit_ends, oracle.rolling(q.unit)) ELSE unit_ends END
		WHEN '9' THEN oracle.later(unit_ends, interval '-1 microsecond')
		WHEN '1' THEN 'infinity' WHEN '2' THEN t WHEN '3' THEN oracle.later(t, q.within)
		WHEN '4' THEN oracle.later(t, '40 days') WHEN '5' THEN oracle.later(t, interval '-1 microsecond') END;
	q.entered := CASE oracle.one_of('1', '2', '3', '4', '5', '6', '7')
		WHEN '1' THEN tstzrange(least(t, u), greatest(t, u), oracle.one_of('[)', '[]', '(]', '()'))
		WHEN '2' THEN tstzrange(t, NULL) WHEN '3' THEN 'empty'::tstzrange
		WHEN '4' THEN oracle.one_of('(,)', '[-infinity,infinity]', '(-infinity,infinity)', '(,infinity]')::tstzrange END;
	RETURN q;
END
$$;

CREATE FUNCTION oracle.random_runs(kind text, entity text, key text, runs int) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
	q oracle.question;
	wrong text;
BEGIN
	FOR run IN 1..runs LOOP
		-- the first has many blocks, and entities that go on from block to block
		PERFORM oracle.random_events(CASE run WHEN 1 THEN 12000 ELSE 250 END);
		EXECUTE format('UPDATE oracle.event SET entity = (%s)::text', entity);
		TRUNCATE oracle.value;
		EXECUTE format('INSERT INTO oracle.value SELECT plg.journeys(%s, at, event)
						FROM (SELECT * FROM oracle.event ORDER BY random()) e', key);
		wrong := oracle.wrong_contents();
		IF wrong <> '' THEN
			RETURN NEXT oracle.report(kind || ' entities: contents of random data', wrong, 'in run ' || run);
			RETURN;
		END IF;
		FOR asked IN 1..4 LOOP
			q := oracle.random_question();
			PERFORM oracle.pair(q);
			wrong := oracle.wrong_answers(q);
			IF wrong <> '' THEN
				RETURN NEXT oracle.report(kind || ' entities: readers on random data', wrong, 'in run ' || run || ': ' || q::text);
				RETURN;
			END IF;
		END LOOP;
	END LOOP;
	RETURN NEXT oracle.line(kind || ' entities: contents and readers on random data', true);
END
$$;

SELECT setseed(0.4711) \g /dev/null
SELECT oracle.random_runs('bigint', $$CASE entity WHEN '1' THEN '-9223372036854775808' WHEN '2' THEN '9223372036854775807'
	WHEN '3' THEN '0' WHEN '4' THEN '-1' ELSE entity END$$, 'entity::bigint', 30);
SELECT oracle.random_runs('uuid', $$md5(entity)::uuid$$, 'entity::uuid', 30);
SELECT oracle.random_runs('text', $$CASE entity WHEN '1' THEN '' WHEN '2' THEN 'Zoë' WHEN '3' THEN 'zoe'
	WHEN '4' THEN repeat('long', 100) ELSE entity END$$, 'entity', 30);

-- more labels than two bytes can tell apart, entities and labels all different
SELECT oracle.line('90,000 labels', plg.events(j) = 90000 AND plg.entities(j) = 90000
	AND (SELECT count(*) = 90000 AND bool_and(s.events = 1) FROM plg.event_summary(j) s)
	AND (SELECT bool_and(u.event = 'label ' || (u.entity * 7919 % 90000)) AND count(*) = 90000 FROM plg.unnest_as(NULL::bigint, j) u)
	AND plg.activation_rate(j, 'label 0', 'label 1', '1 day', 'infinity') = 0)
FROM (SELECT plg.journeys(n, '2026-01-01'::timestamptz, 'label ' || (n * 7919 % 90000)) AS j FROM generate_series(1::bigint, 90000) n) v;

-- timestamp and date columns are read as UTC, wherever the session is
SET timezone TO 'Asia/Tokyo';
SELECT oracle.random_events() \g /dev/null
\o /dev/null
UPDATE oracle.event SET at = (at AT TIME ZONE 'UTC')::date::timestamp AT TIME ZONE 'UTC';
\o
SELECT oracle.line('timestamp and date are read as UTC', bool_and(stored = by_timestamp AND stored = by_date))
FROM (SELECT plg.journeys(entity::bigint, at, event)::text AS stored,
		plg.journeys(entity::bigint, at AT TIME ZONE 'UTC', event)::text AS by_timestamp,
		plg.journeys(entity::bigint, (at AT TIME ZONE 'UTC')::date, event)::text AS by_date
	FROM oracle.event
	UNION ALL
	SELECT plg.journeys(md5(entity)::uuid, at, event)::text, plg.journeys(md5(entity)::uuid, at AT TIME ZONE 'UTC', event)::text,
		plg.journeys(md5(entity)::uuid, (at AT TIME ZONE 'UTC')::date, event)::text
	FROM oracle.event
	UNION ALL
	SELECT plg.journeys(entity, at, event)::text, plg.journeys(entity, at AT TIME ZONE 'UTC', event)::text,
		plg.journeys(entity, (at AT TIME ZONE 'UTC')::date, event)::text
	FROM oracle.event) v;
SET timezone TO 'UTC';

-- NULLs: a row that lacks something is ignored, no row is NULL, NULL has nothing to tell
SELECT oracle.line('rows with a NULL are ignored, no row gives NULL',
	(SELECT plg.journeys(e, t, l) IS NULL FROM (VALUES (NULL::bigint, now(), 'a'), (1, NULL, 'a'), (1, now(), NULL)) v(e, t, l))
	AND (SELECT plg.journeys(1::bigint, now(), 'a') IS NULL WHERE false)
	AND (SELECT plg.journeys(e, t, l)::text = plg.journeys(e, t, l) FILTER (WHERE e = 1 AND t IS NOT NULL AND l = 'a')::text
		FROM (VALUES (1::bigint, '2026-01-01'::timestamptz, 'a'), (NULL, '2026-01-01', 'b'), (1, NULL, 'c'), (1, '2026-01-02', NULL)) v(e, t, l)));
SELECT oracle.line('a NULL value gives NULL and no rows',
	plg.activation_rate(NULL::plg.journeys, 'a', 'b', '1 day', NULL) IS NULL
	AND plg.entities(NULL::plg.journeys) IS NULL AND plg.events(NULL::plg.journeys) IS NULL AND plg.first_at(NULL::plg.journeys) IS NULL AND plg.last_at(NULL::plg.journeys) IS NULL
	AND plg.conversion(NULL::plg.journeys, 'a', 'b', NULL) IS NULL
	AND (SELECT count(*) FROM plg.event_summary(NULL::plg.journeys)) = 0 AND (SELECT count(*) FROM plg.unnest(NULL::plg.journeys)) = 0
	AND (SELECT count(*) FROM plg.conversions(NULL::plg.journeys, 'a', 'b', NULL)) = 0
	AND (SELECT count(*) FROM plg.cohort_conversion(NULL::plg.journeys, 'a', 'b', NULL)) = 0);

-- the pieces of a value name the same entities as the value, in their own type
SELECT oracle.random_events() \g /dev/null
SELECT oracle.line('unnest_as gives the entity in its own type',
	(SELECT bool_and(pg_typeof(u.entity) = 'bigint'::regtype AND u.entity::text = t.entity AND u.at = t.at AND u.event = t.event)
		FROM plg.unnest_as(NULL::bigint, j) WITH ORDINALITY u JOIN plg.unnest(j) WITH ORDINALITY t USING (ordinality))
	AND (SELECT bool_and(pg_typeof(u.entity) = 'uuid'::regtype AND u.entity::text = t.entity AND u.at = t.at AND u.event = t.event)
		FROM plg.unnest_as(NULL::uuid, k) WITH ORDINALITY u JOIN plg.unnest(k) WITH ORDINALITY t USING (ordinality))
	AND (SELECT bool_and(pg_typeof(u.entity) = 'text'::regtype AND u.entity = t.entity AND u.at = t.at AND u.event = t.event)
		FROM plg.unnest_as(NULL::text, l) WITH ORDINALITY u JOIN plg.unnest(l) WITH ORDINALITY t USING (ordinality)))
FROM (SELECT plg.journeys(entity::bigint, at, event) AS j, plg.journeys(md5(entity)::uuid, at, event) AS k,
		plg.journeys(entity, at, event) AS l FROM oracle.event) v;

-- bucket is a stable split: the same for every spelling, all buckets in use
SELECT oracle.line('bucket depends on the text form only and spreads',
	bool_and(plg.bucket(i, 7) = plg.bucket(i::text, 7) AND plg.bucket(i, 7) BETWEEN 0 AND 6
		AND plg.bucket(md5(i::text)::uuid, 7) = plg.bucket(md5(i::text)::uuid::text, 7))
	AND count(DISTINCT plg.bucket(i, 7)) = 7
	AND max(n) < 1.5 * min(n))
FROM (SELECT i, count(*) OVER (PARTITION BY plg.bucket(i, 7)) AS n FROM generate_series(1::bigint, 5000) i) b;
