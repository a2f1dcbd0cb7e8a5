-- plg.retention: what it answers, what it refuses.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;
SET extra_float_digits TO -6;

CREATE TEMP TABLE event (who text, at timestamptz, what text);
INSERT INTO event VALUES
	('ann', '2026-01-05 10:00', 'signup'), ('ann', '2026-01-05 10:00', 'visit'), ('ann', '2026-01-12 09:59:59.999999', 'visit'),
	('ann', '2026-01-12 10:00', 'visit'), ('ann', '2026-01-20 00:00', 'visit'), ('ann', '2026-02-10 00:00', 'visit'),
	('bob', '2026-01-07 10:00', 'signup'), ('bob', '2026-01-12 00:00', 'buy'), ('bob', '2026-01-21 10:00', 'buy'),
	('cid', '2026-01-11 23:30', 'visit'), ('cid', '2026-01-14 00:00', 'signup'), ('cid', '2026-01-14 00:00', 'signup'),
	('dee', '2026-01-15 00:00', 'signup'),
	('eve', '2026-02-01 00:00', 'visit');
CREATE TEMP VIEW built AS SELECT plg.journeys(who, at, what) AS j FROM event;

SELECT r.* FROM built, plg.retention(j, 'signup', '2026-02-03 12:00', periods => 3) r;
SELECT r.* FROM built, plg.retention(j, 'signup', '2026-02-03 12:00', periods => 3, mode => 'calendar', average => true) r;
SELECT counting, r.* FROM built, unnest(array['on', 'on_or_before', 'on_or_after', 'streak']) counting,
	plg.retention(j, 'signup', '2026-03-01', periods => 4, counting => counting, average => true) r WHERE cohort IS NULL;
-- on_or_after: not before the last period is over
SELECT r.* FROM built, plg.retention(j, 'signup', '2026-02-03 12:00', periods => 3, counting => 'on_or_after') r;
SELECT r.* FROM built, plg.retention(j, 'signup', '2026-01-20', 'visit', 'day', 2, min_count => 2) r;
SELECT r.* FROM built, plg.retention(j, 'signup|visit', 'infinity', 'buy', brackets => '{1,2,4}', average => true) r;
SELECT r.* FROM built, plg.retention(j, NULL, NULL, unit => 'month', periods => 2, mode => 'calendar', tz => 'Asia/Kolkata') r;
SELECT r.* FROM built, plg.retention(j, 'signup', 'infinity', periods => 1, entered => '[2026-01-05 10:00,2026-01-14)') r;
SELECT r.* FROM built, plg.retention(j, 'signup', 'infinity', periods => 1, entered => 'empty', average => true) r;
SELECT r.* FROM built, plg.retention(j, 'signup', '2020-01-01') r;
SELECT r.* FROM plg.retention(NULL, 'signup', '2020-01-01') r;

-- recurring: in each cohort in whose unit there is a start, by the first one there
SELECT r.cohort, r.entities, r.period, r.active FROM (SELECT plg.journeys(who, at, what) AS j
	FROM (VALUES (1, timestamptz '2026-01-05 10:00', 'open'), (1, '2026-01-06 10:00', 'open'), (1, '2026-01-13 10:00', 'open'), (1, '2026-01-13 10:00', 'pay'), (1, '2026-01-27 10:00', 'open'),
		(2, '2026-01-12 10:00', 'open'), (2, '2026-01-19 10:00', 'pay')) v (who, at, what)) s,
	plg.retention(j, 'open', 'infinity', periods => 3, mode => 'calendar', recurring => true, average => true) r;
SELECT r.cohort, r.entities, r.period, r.active FROM (SELECT plg.journeys(who, at, what) AS j
	FROM (VALUES (1, timestamptz '2026-01-05 10:00', 'open'), (1, '2026-01-06 10:00', 'open'), (1, '2026-01-13 10:00', 'open'), (1, '2026-01-13 10:00', 'pay'), (1, '2026-01-20 09:00', 'pay')) v (who, at, what)) s,
	plg.retention(j, 'open', 'infinity', 'pay', periods => 2, recurring => true, entered => '[2026-01-06,)') r;

-- bad arguments
SELECT r.* FROM built, plg.retention(j, 'signup', '-infinity') r;
SELECT r.* FROM built, plg.retention(j, 'signup', NULL, unit => 'weak') r;
SELECT r.* FROM built, plg.retention(j, 'signup', NULL, unit => 'quarter') r;
SELECT r.* FROM built, plg.retention(j, 'signup', NULL, unit => NULL) r;
SELECT r.* FROM built, plg.retention(j, 'signup', NULL, periods => 0) r;
SELECT r.* FROM built, plg.retention(j, 'signup', NULL, periods => 10001) r;
SELECT r.* FROM built, plg.retention(j, 'signup', NULL, mode => 'bowling') r;
SELECT r.* FROM built, plg.retention(j, 'signup', NULL, counting => 'off') r;
SELECT r.* FROM built, plg.retention(j, 'signup', NULL, counting => NULL) r;
SELECT r.* FROM built, plg.retention(j, 'signup', NULL, tz => 'Mars') r;
SELECT r.* FROM built, plg.retention(j, 'signup', NULL, min_count => 0) r;
SELECT r.* FROM built, plg.retention(j, 'signup', NULL, brackets => '{}') r;
SELECT r.* FROM built, plg.retention(j, 'signup', NULL, brackets => '{3}') r;
SELECT r.* FROM built, plg.retention(j, 'signup', NULL, brackets => '{0,NULL,3}') r;
SELECT r.* FROM built, plg.retention(j, 'signup', NULL, brackets => '{{0,1},{2,3}}') r;
SELECT r.* FROM built, plg.retention(j, 'signup', NULL, brackets => '{-1,3}') r;
SELECT r.* FROM built, plg.retention(j, 'signup', NULL, brackets => '{0,3,3}') r;
SELECT r.* FROM built, plg.retention(j, 'signup', NULL, brackets => '{0,10001}') r;

-- untyped parameters
PREPARE p0 AS SELECT * FROM plg.retention($1::plg.journeys, $2, $3);
PREPARE p1 AS SELECT * FROM plg.retention($1::plg.journeys, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);
DEALLOCATE ALL;
DROP VIEW built;
DROP TABLE event;
