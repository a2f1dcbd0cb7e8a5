-- plg's journeys and their readers equal the plain-SQL oracle on real data, and
-- the figures published with those data come out again.
-- test: slow, 90 s
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;
\ir ../oracle/load.sql
\if :load
\else
	\echo ok - relax, git_events, cdnow_master, oulad, sparkify # SKIP shared cases not found
	\quit
\endif
\ir ../oracle/journeys.sql
\ir ../oracle/compare.sql
\ir ../oracle/readers.sql

-- Loads (entity, at, event) of a query as the data in question, building the
-- value in shuffled order.
CREATE FUNCTION oracle.take(query text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE oracle.event;
	TRUNCATE oracle.value;
	EXECUTE 'INSERT INTO oracle.event ' || query;
	EXECUTE format('INSERT INTO oracle.value
		SELECT plg.journeys(entity, at, event) FROM (SELECT * FROM (%s) q(entity, at, event) ORDER BY random()) r', query);
	ANALYZE oracle.event;
END
$$;

-- Weekly start cohorts: activation within 7 and 30 days and TTV p50, p75, p90 at
-- each as_of; then every cell of the conversion triangles in three time zones.
CREATE FUNCTION oracle.check_readers(what text, start text, goal text, as_ofs timestamptz[],
	entered tstzrange DEFAULT NULL, min_count int DEFAULT 1) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
	q oracle.question;
	wrong text := '';
	asked text := '';
	as_of timestamptz;
	within interval;
	cut record;
BEGIN
	what := format('%s: %s to %s', what, coalesce(start, 'any event'), goal);
	FOREACH as_of IN ARRAY as_ofs LOOP
		PERFORM oracle.pair(start, goal, as_of, entered, min_count);
		FOREACH within IN ARRAY '{7 days,30 days}'::interval[] LOOP
			q := oracle.ask(start, goal, as_of, entered, min_count, within => within);
			IF wrong = '' THEN
				asked := q::text;
				wrong := concat(oracle.wrong_activation(q), oracle.wrong_conversion(q),
								oracle.wrong_cohort_activation(q), oracle.wrong_ttv(q));
			END IF;
		END LOOP;
	END LOOP;
	RETURN NEXT oracle.report(what || ', activation within 7 and 30 days and TTV by week', wrong, asked);
	wrong := '';
	FOR n IN 0..least(cardinality(as_ofs), 3) - 1 LOOP
		as_of := as_ofs[1 + n];
		PERFORM oracle.pair(start, goal, as_of, entered, min_count);
		FOR cut IN SELECT * FROM (VALUES ('rolling', 'day', 4, 'UTC', 0), ('calendar', 'day', 4, 'America/New_York', 1),
				('rolling', 'week', 12, 'America/New_York', 0), ('rolling', 'week', 8, 'Asia/Kolkata', 1),
				('calendar', 'week', 12, 'Asia/Kolkata', 0), ('calendar', 'week', 8, 'UTC', 1),
				('rolling', 'month', 6, 'Asia/Kolkata', 2), ('calendar', 'month', 12, 'America/New_York', 2),
				('calendar', 'quarter', 5, 'Asia/Kolkata', 0), ('calendar', 'year', 3, 'America/New_York', 1)) c(mode, unit, periods, tz, turn)
			WHERE turn % least(cardinality(as_ofs), 3) = n LOOP
			q := oracle.ask(start, goal, as_of, entered, min_count,
							mode => cut.mode, unit => cut.unit, periods => cut.periods, tz => cut.tz);
			IF wrong = '' THEN
				asked := q::text;
				wrong := oracle.wrong_cohort_conversion(q);
			END IF;
		END LOOP;
	END LOOP;
	RETURN NEXT oracle.report(what || ', every cohort conversion cell, rolling and calendar, three time zones', wrong, asked);
END
$$;
CREATE FUNCTION oracle.check_contents(what text) RETURNS text
LANGUAGE sql AS $$ SELECT oracle.report(what || ': contents', oracle.wrong_contents()) $$;

-- relax: visits are kept by day, so one on the day of signing up is at midnight,
-- before it; only later days count as a return.
SELECT oracle.take($$
	SELECT user_id, signed_up_at, 'signup' FROM plgdata.relax_users
	UNION ALL SELECT user_id, day::timestamp AT TIME ZONE 'UTC', 'visit' FROM plgdata.relax_visits$$) \g /dev/null
SELECT oracle.check_contents('relax');
SELECT oracle.line('relax: 12000 users, 8823 with a visit, as published', count(*) = 2
	AND bool_and(s.entities = CASE s.event WHEN 'signup' THEN 12000 WHEN 'visit' THEN 8823 END))
FROM oracle.value v, plg.event_summary(v.j) s;
-- Published for "three visits within seven days": 1602 and 1656 users.  Any
-- three visits count there, not only those from the first on, so the number
-- is found in the unnested rows, not by activation.
SELECT oracle.line('relax: 1602 or 1656 adopted users, as published',
	count(DISTINCT entity) FILTER (WHERE span <= '6 days') = 1602 AND count(DISTINCT entity) FILTER (WHERE span <= '7 days') = 1656)
FROM (SELECT u.entity, u.at - lag(u.at, 2) OVER (PARTITION BY u.entity ORDER BY u.at) AS span
	FROM oracle.value v, plg.unnest(v.j) u WHERE u.event = 'visit') d;
SELECT oracle.check_readers('relax', 'signup', 'visit',
	'{NULL,2013-06-01 00:00+00,2014-05-07 12:00+00,infinity}', '[2013-01-01,2014-07-01)');
SELECT oracle.check_readers('relax', 'signup', 'visit', '{2014-03-01 00:00+00,NULL}', '[2013-10-01,2014-07-01)', 3);

-- git: twenty years of a project; the second label exists for few
SELECT oracle.take($$SELECT user_id, ts, event FROM plgdata.git_events$$) \g /dev/null
SELECT oracle.check_contents('git');
SELECT oracle.line('git: 60751 commits of 2669 authors, as published', s.events = 60751 AND s.entities = 2669)
FROM oracle.value v, plg.event_summary(v.j) s WHERE s.event = 'commit';
SELECT oracle.check_readers('git', 'commit', 'review', '{NULL,2015-01-01 00:00+00,2026-08-01 00:00+00,infinity}');
SELECT oracle.check_readers('git', NULL, 'commit|merge', '{2020-02-29 12:34:56.789+00,NULL}', '[2010-01-01,)', 2);

-- cdnow: dates are read as UTC; several orders of a day are several rows
SELECT oracle.take($$SELECT customer_id::bigint, purchased_on, 'purchase'::text FROM plgdata.cdnow_master$$) \g /dev/null
SELECT oracle.check_contents('cdnow');
SELECT oracle.check_readers('cdnow', 'purchase', 'purchase', '{NULL,1997-03-31 00:00+00,1997-09-30 00:00+00,infinity}');
-- Published with the sample of a tenth: repeat purchases of each customer until
-- the end of September 1997, orders of one day counted once.
SELECT oracle.line('cdnow: customers with one to twenty repeat purchases, as published',
	bool_and(plg.converted(plg.conversion(j, 'purchase', 'purchase', '1997-09-30', min_count => k)) = published) AND count(*) = 20)
FROM (SELECT plg.journeys(customer_id, purchased_on, 'purchase') AS j
	FROM (SELECT DISTINCT customer_id, purchased_on FROM plgdata.cdnow_sample) d) v,
	(SELECT k, count(*) FILTER (WHERE repeat_cal >= k) AS published
	FROM plgdata.cdnow_sample_expected, generate_series(1, 20) k GROUP BY k) e;
SELECT oracle.line('cdnow: weeks from the first to the last purchase, as published',
	count(*) = 2357 AND bool_and(abs(weeks - recency_weeks) <= 0.00501))
FROM (SELECT u.entity, extract(day FROM max(u.at) - min(u.at)) / 7.0 AS weeks
	FROM (SELECT plg.journeys(customer_id, purchased_on, 'purchase') AS j
		FROM plgdata.cdnow_sample WHERE purchased_on <= '1997-09-30') v, plg.unnest_as(NULL::bigint, v.j) u
	GROUP BY 1) w JOIN plgdata.cdnow_sample_expected e ON e.customer_id = w.entity;

-- oulad: 45 enrolments lack the day of registration, their row is ignored
SELECT oracle.take($$
	SELECT enrolment_id, registered_on, 'registered' FROM plgdata.oulad_enrolments WHERE registered_on IS NOT NULL
	UNION ALL SELECT enrolment_id, submitted_on, type FROM plgdata.oulad_submissions$$) \g /dev/null
SELECT oracle.check_contents('oulad');
SELECT oracle.line('oulad: rows without a time are ignored', plg.journeys(enrolment_id, registered_on, 'registered')
	OPERATOR(plg.=) plg.journeys(enrolment_id, registered_on, 'registered') FILTER (WHERE registered_on IS NOT NULL)
	AND plg.events(plg.journeys(enrolment_id, registered_on, 'registered')) = count(*) - 45)
FROM plgdata.oulad_enrolments;
SELECT oracle.check_readers('oulad', 'registered', 'TMA', '{NULL,2013-11-15 00:00+00,2014-10-20 00:00+00,infinity}');
SELECT oracle.check_readers('oulad', 'registered', 'CMA|Exam', '{2014-03-01 00:00+00,NULL}', NULL, 2);

-- sparkify: whole milliseconds, many events at one instant, 286 rows of nobody
SELECT oracle.take($$
	SELECT DISTINCT user_id, registered_at, 'Register' FROM plgdata.sparkify_events WHERE user_id IS NOT NULL
	UNION ALL SELECT user_id, ts, event FROM plgdata.sparkify_events WHERE user_id IS NOT NULL$$) \g /dev/null
SELECT oracle.check_contents('sparkify');
SELECT oracle.line('sparkify: 6820 NextSong of 96 users, as published; nobody''s 286 rows are ignored', s.events = 6820 AND s.entities = 96
	AND plg.events(v.j) = 8056 - 286)
FROM (SELECT plg.journeys(user_id, ts, event) AS j FROM plgdata.sparkify_events) v, plg.event_summary(v.j) s WHERE s.event = 'NextSong';
SELECT oracle.check_readers('sparkify', 'Register', 'Submit Upgrade', '{NULL,2018-11-16 00:00+00,2018-11-24 03:04:05.678+00,infinity}');
SELECT oracle.check_readers('sparkify', 'NextSong', 'Submit Upgrade|Upgrade', '{NULL,2018-11-25 00:00+00}');
SELECT oracle.check_readers('sparkify', NULL, 'NextSong', '{2018-11-20 00:00+00,infinity}', NULL, 50);
