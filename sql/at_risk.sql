-- plg.at_risk: what it answers, what it refuses.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;
SET extra_float_digits TO -6;

-- 400 come on the first day, 200 of them on the next, 100 on the fourth, 100 never again
CREATE TEMP TABLE event AS
SELECT n AS who, timestamptz '2026-01-01 08:00' + day * interval '1 day' AS at, CASE day WHEN 0 THEN 'signup' ELSE 'visit' END AS event
FROM generate_series(1, 400) n, LATERAL (SELECT 0 AS day UNION ALL SELECT 1 WHERE n <= 200 UNION ALL SELECT 3 WHERE n BETWEEN 201 AND 300) d;
CREATE TEMP VIEW built AS SELECT plg.journeys(who, at, event) AS j FROM event;

SELECT r.*, count(*) FROM built, plg.at_risk(j, '2026-01-11') r GROUP BY GROUPING SETS ((r.last_at, r.silent, r.silent_seconds, r.active_units, r.usual_gap, r.risk, r.recent, r.before, r.p_value, r.entity)) HAVING entity IN ('1', '201', '301') ORDER BY entity;
-- five days on: half of those silent for two days have come back by four, and so on; after two days nothing can be said
SELECT r.entity, r.active_units, r.risk FROM built, plg.at_risk(j, '2026-01-06') r WHERE entity IN ('1', '201', '301') ORDER BY entity;
SELECT count(*), count(risk) FROM built, plg.at_risk(j, '2026-01-03') r;
-- in the middle of a day: who came today has ended the silence, but it is no return yet
SELECT r.entity, r.last_at, r.silent, r.active_units, r.risk FROM built, plg.at_risk(j, '2026-01-02 12:00') r WHERE entity IN ('1', '201', '301') ORDER BY entity;
-- where few come back late, the curve goes on as it did: S is 1/2, then 1/4 from 8 days on, doubled twice
SELECT DISTINCT r.active_units, r.silent, r.risk, power((9 + 10) / 9.0, ln(1 / 2.0) / ln(9 / 4.0)) AS by_hand
FROM (SELECT plg.journeys(n, timestamptz '2026-01-01' + day * interval '1 day', 'visit') AS j
	FROM generate_series(1, 400) n, LATERAL (SELECT 0 AS day UNION ALL SELECT 1 WHERE n <= 200 UNION ALL SELECT 8 WHERE n BETWEEN 201 AND 300) d) s,
	plg.at_risk(j, '2026-01-11') r WHERE entity = '400';
-- an activity; by weeks; who came in a range; too few
SELECT r.entity, r.last_at, r.active_units, r.risk FROM built, plg.at_risk(j, '2026-01-11', 'visit') r WHERE entity IN ('1', '201', '301') ORDER BY entity;
SELECT r.entity, r.active_units, r.usual_gap, r.risk FROM built, plg.at_risk(j, '2026-01-12', unit => 'week') r WHERE entity IN ('1', '201', '301') ORDER BY entity;
SELECT count(*), count(risk) FROM built, plg.at_risk(j, '2026-01-11', 'visit', entered => '[2026-01-03,)') r;
SELECT count(*), count(risk) FROM (SELECT plg.journeys(who, at, event) AS j FROM event WHERE who > 376) s, plg.at_risk(j, '2026-01-11') r;
SELECT count(*), count(risk) FROM (SELECT plg.journeys(who, at, event) AS j FROM event WHERE who > 375) s, plg.at_risk(j, '2026-01-11') r;
-- less than it used to: eight weeks of every other day, then three days of twenty-eight; its usual gap
SELECT r.* FROM (SELECT plg.journeys('one'::text, timestamptz '2026-01-01 09:00' + day * interval '1 day', 'visit') AS j FROM (SELECT generate_series(0, 56, 2) UNION VALUES (60), (70), (80)) d (day)) s,
	plg.at_risk(j, '2026-03-27') r;
SELECT r.*, pg_typeof(entity) FROM (SELECT plg.journeys(7, timestamptz '2026-01-01 09:00' + n * interval '3 months', 'visit') AS j FROM generate_series(0, 4) n) s, plg.at_risk_as(NULL::bigint, j, NULL, unit => 'month') r;
SELECT r.* FROM built, plg.at_risk(j, '2025-01-01') r;
SELECT r.* FROM plg.at_risk(NULL, '2025-01-01') r;

-- bad arguments
SELECT r.* FROM built, plg.at_risk(j, 'infinity') r;
SELECT r.* FROM built, plg.at_risk(j, '-infinity') r;
SELECT r.* FROM built, plg.at_risk(j, now(), unit => 'fortnight') r;
SELECT r.* FROM built, plg.at_risk(j, now(), tz => 'Mars') r;
SELECT r.* FROM built, plg.at_risk_as(NULL::uuid, j, now()) r;

-- hours: an account that was active in every hour of ten weeks, one in every third, and one that has stopped for a week
SELECT entity, recent, before, round(p_value::numeric, 4) AS p_value FROM plg.at_risk((SELECT plg.journeys(who, timestamptz '2026-01-01 00:00+00' + n * interval '1 hour', 'x')
	FROM generate_series(1, 3) who, generate_series(0, 1400) n WHERE who = 1 OR who = 2 AND n % 3 = 0 OR who = 3 AND n < 1232), timestamptz '2026-01-01 00:00+00' + interval '1401 hours', unit => 'hour') ORDER BY entity;
