-- plg.sessions, sessions_as, session_summary: what they answer, what they refuse.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;
SET extra_float_digits TO -6;

CREATE TEMP TABLE event (who int, at timestamptz, what text);
INSERT INTO event VALUES (1, '2026-01-01 10:00', 'a'), (1, '2026-01-01 10:30', 'b'), (1, '2026-01-01 11:00:00.000001', 'a'),
	(2, '2026-01-01 10:00', 'a'), (2, '2026-01-01 10:00', 'b'), (2, '2026-01-02 10:00', 'a'), (10, '2026-01-02 10:40', 'a');
CREATE TEMP VIEW built AS SELECT plg.journeys(who, at, what) AS j FROM event;
SELECT s.* FROM built, plg.sessions(j) s;
SELECT s.* FROM built, plg.sessions_as(NULL::bigint, j, '0') s;
SELECT pg_typeof(s.entity), s.events FROM plg.sessions_as(NULL::text, (SELECT plg.journeys(who::text, at, what) FROM event), '1 day') s;
SELECT pg_typeof(s.entity), s.events FROM plg.sessions_as(NULL::uuid, (SELECT plg.journeys(md5(who::text)::uuid, at, what) FROM event), '1 day') s;
SELECT s.* FROM built, plg.session_summary(j) s;
SELECT s.* FROM built, plg.session_summary(j, '30 minutes', '2026-01-02 11:10:00.000001') s;
SELECT s.* FROM built, plg.session_summary(j, '1 day', 'infinity') s;
SELECT s.* FROM built, plg.session_summary(j, '1 day', '2025-01-01') s;
SELECT s.* FROM plg.sessions(NULL) s;
SELECT s.* FROM plg.session_summary(NULL) s;

-- no longer than max_length; begun by a, ended by b, at one instant, too: an end closes what is open, then a start begins
SELECT s.* FROM built, plg.sessions(j, '1 day', '30 minutes') s;
SELECT s.* FROM built, plg.sessions(j, '1 day', starts => '{a}') s;
SELECT s.* FROM built, plg.sessions(j, '1 day', ends => '{b}') s;
SELECT s.* FROM built, plg.sessions_as(NULL::bigint, j, '1 day', starts => '{a}', ends => '{b|never}') s;
SELECT what, s.events, s.started_at, s.ended_at
FROM unnest('{xe,sx,exs,se,b,ebx}'::text[]) what, LATERAL (SELECT plg.journeys(1, at, e) AS j
	FROM (SELECT timestamptz '2026-01-01 10:00' AS at, 'x' AS e UNION ALL SELECT '2026-01-01 10:01', e FROM regexp_split_to_table(what, '') e UNION ALL SELECT '2026-01-01 10:02', 'x') r) v,
	plg.sessions(j, starts => '{s,b}', ends => '{e|b}') s;
SELECT s.* FROM built, plg.sessions(j, '1 day', starts => '{}', ends => '{}') s;
-- over: ended by an event, followed by a start, or too long already
SELECT s.sessions, s.unfinished FROM built, plg.session_summary(j, '1 day', NULL) s;
SELECT s.sessions, s.unfinished FROM built, plg.session_summary(j, '1 day', NULL, ends => '{a}') s;
SELECT s.sessions, s.unfinished FROM built, plg.session_summary(j, '1 day', NULL, starts => '{a}') s;
SELECT s.sessions, s.unfinished FROM built, plg.session_summary(j, '1 day', '2026-01-02 11:00', max_length => '10 minutes') s;

-- bad arguments
SELECT s.* FROM built, plg.sessions(j, max_length => '-1 minute') s;
SELECT s.* FROM built, plg.sessions(j, starts => '{a,NULL}') s;
SELECT s.* FROM built, plg.sessions(NULL, ends => '{{a},{b}}') s;
SELECT s.* FROM built, plg.sessions(j, NULL) s;
SELECT s.* FROM built, plg.sessions(j, '-1 minute') s;
SELECT s.* FROM built, plg.sessions(j, '1 month') s;
SELECT s.* FROM built, plg.sessions_as(NULL::text, j) s;
SELECT s.* FROM built, plg.session_summary(j, NULL) s;
SELECT s.* FROM built, plg.session_summary(j, '1 hour', '-infinity') s;

PREPARE p0 AS SELECT * FROM plg.sessions($1::plg.journeys, $2);
PREPARE p1 AS SELECT * FROM plg.sessions_as(NULL::bigint, $1::plg.journeys, $2);
PREPARE p2 AS SELECT * FROM plg.session_summary($1::plg.journeys, $2, $3);
DEALLOCATE ALL;
DROP VIEW built;
DROP TABLE event;
