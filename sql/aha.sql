-- plg.aha: what it answers, what it refuses.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;
SET extra_float_digits TO -6;

-- ten sign up at noon; eight hours later, or one, or at once
CREATE TEMP TABLE event (who int, at timestamptz, event text);
INSERT INTO event SELECT who, timestamptz '2026-01-01 12:00' + who * interval '1 day', 'signup' FROM generate_series(1, 10) who;
INSERT INTO event SELECT who, timestamptz '2026-01-01 12:00' + who * interval '1 day' + at::interval, event
FROM (VALUES (1, '0', 'invite'), (1, '1 day', 'invite'), (1, '8 days', 'use'), (2, '1 day 1 us', 'invite'), (2, '14 days', 'use'),
	(3, '3 days', 'invite'), (3, '7 days', 'use'), (4, '7 days 1 us', 'use'), (5, '14 days 1 us', 'use'), (6, '7 days', 'invite'), (6, '10 days', 'use'),
	(7, '7 days 1 us', 'invite'), (8, '-1 us', 'invite'), (8, '1 hour', 'tour'), (9, '1 hour', 'tour'), (9, '2 hours', 'signup'), (10, '2 hours', 'tour')) v (who, at, event);
CREATE TEMP VIEW built AS SELECT plg.journeys(who, at, event) AS j FROM event;

-- every cell: windows have their ends, the outcome begins after its from and has its until
SELECT event, at_least, within, entrants, did, reach, did_hit, not_hit, rate_did, rate_not, recall
FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', min_entities => 1, min_reach => 0, max_reach => 1) a
ORDER BY event, at_least, within;
SELECT event, at_least, within, difference, difference_low, difference_high, explained, phi, odds_ratio, p_value, q_value, cells
FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', min_entities => 1, min_reach => 0, max_reach => 1) a;
SELECT event, at_least, within, did, difference, holdout_difference, holdout_low, cells
FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', min_entities => 1, min_reach => 0, max_reach => 1, top => 2) a;

-- immature entrants do not count: the last that do have just been watched for 14 days
SELECT event, entrants, did, did_hit, not_hit FROM built, plg.aha(j, 'signup', 'use', '2026-01-22 12:00', '{7 days}', '{1}', min_entities => 1) a;
SELECT event, entrants, did, did_hit, not_hit FROM built, plg.aha(j, 'signup', 'use', '2026-01-22 11:59', '{7 days}', '{1}', min_entities => 1) a;
SELECT count(*) FROM built, plg.aha(j, 'signup', 'use', '2026-01-10', min_entities => 1) a;
SELECT event, entrants, did, did_hit, not_hit FROM built, plg.aha(j, 'signup', 'use', 'infinity', '{7 days}', '{1}', min_entities => 1,
	entered => '[2026-01-04, 2026-01-10 12:00]') a;

-- the start's row is no use of it, a second signup is; starts of two kinds at one instant are each a use
SELECT start, event, did FROM built, unnest('{signup,signup|invite}'::text[]) start,
	plg.aha(j, start, 'use', '2026-02-01', '{7 days}', '{1}', min_entities => 1, min_reach => 0, max_reach => 1) a WHERE event IN ('signup', 'invite') ORDER BY 1, 2;
-- any event is the start, and the outcome; all labels are candidates
SELECT event, entrants, did, did_hit, not_hit FROM built, plg.aha(j, NULL, NULL, '2026-02-01', '{7 days}', '{1}', min_entities => 1) a ORDER BY 1;
SELECT event, did, did_hit, not_hit FROM built, plg.aha(j, 'signup', 'use|tour', '2026-02-01', '{1 day}', '{1}', outcome_from => '1 day', outcome_until => '10 days',
	min_entities => 1) a;
SELECT event, did, did_hit, not_hit FROM built, plg.aha(j, 'signup', 'invite', '2026-02-01', '{1 hour}', '{1}', outcome_from => '0.5 days', outcome_until => '5 days',
	outcome_count => 1, min_entities => 1, min_reach => 0) a ORDER BY 1;

-- what is looked at: neither the rare nor what nearly all do; counts and windows once, in order
SELECT event, at_least, within, did, cells FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', '{7 days,1 day,168 hours}', '{2,1,2}', min_entities => 3, min_reach => 0, max_reach => 1) a ORDER BY 1, 2, 3;
SELECT event, at_least, within, did, cells FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', min_entities => 1, min_reach => 0.2, max_reach => 0.3) a ORDER BY 1, 2, 3;
SELECT count(*) FROM built, plg.aha(j, 'signup', 'use', '2026-02-01') a;
SELECT count(*) FROM plg.aha(NULL, 'signup', 'use', '2026-02-01') a;

-- what nobody can tell is NULL: all did it, nobody met the outcome
SELECT a.* FROM (SELECT plg.journeys(who, at, event) AS j FROM event WHERE who IN (8, 9, 10)) s,
	plg.aha(j, 'signup', 'use', '2026-02-01', '{7 days}', '{1}', min_entities => 3, max_reach => 1) a;

-- a million labels: the frequent ones are sought first; too many are refused
CREATE TEMP TABLE large AS
SELECT plg.journeys(who, at, event) AS j FROM (
	SELECT who, timestamptz '2026-01-01' AS at, 'signup' AS event FROM generate_series(1, 1000) who
	UNION ALL SELECT n % 1000 + 1, timestamptz '2026-01-01' + n % 7 * interval '1 day', 'only ' || n FROM generate_series(1, 1000000) n
	UNION ALL SELECT who, timestamptz '2026-01-02', 'often' FROM generate_series(1, 1000, 2) who
	UNION ALL SELECT who, timestamptz '2026-01-10', 'use' FROM generate_series(1, 1000, 3) who) e;
SELECT event, at_least, within, entrants, did, did_hit, not_hit, cells FROM large, plg.aha(j, 'signup', 'use', '2026-02-01') a;
SELECT count(*), max(cells) AS cells FROM large, plg.aha(j, 'signup', 'use', '2026-02-01', '{1 day,7 days}', '{1,2}', min_reach => 0, min_entities => 1) a;
SELECT a.* FROM large, plg.aha(j, 'signup', 'use', '2026-02-01', counts => '{1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25}',
	min_reach => 0, min_entities => 1) a;

-- bad arguments
SELECT a.* FROM built, plg.aha(j, 'signup', 'use', '-infinity') a;
SELECT a.* FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', '{}') a;
SELECT a.* FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', NULL) a;
SELECT a.* FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', '{1 day,NULL}') a;
SELECT a.* FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', '{1 month}') a;
SELECT a.* FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', '{-1 day}') a;
SELECT a.* FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', counts => '{}') a;
SELECT a.* FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', counts => '{1,NULL}') a;
SELECT a.* FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', counts => '{0}') a;
SELECT a.* FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', counts => '{{1,2},{3,4}}') a;
SELECT a.* FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', outcome_from => '6 days') a;
SELECT a.* FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', '{14 days}') a;
SELECT a.* FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', outcome_until => NULL) a;
SELECT a.* FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', outcome_count => 0) a;
SELECT a.* FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', min_reach => 2) a;
SELECT a.* FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', min_reach => 0.5, max_reach => 0.4) a;
SELECT a.* FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', max_reach => NULL) a;
SELECT a.* FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', min_entities => 0) a;
SELECT a.* FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', top => 0) a;
SELECT a.* FROM built, plg.aha(j, 'signup', 'use', '2026-02-01', top => NULL) a;
-- also where there is no value
SELECT a.* FROM plg.aha(NULL, 'signup', 'use', '2026-02-01', outcome_from => '6 days') a;

DROP TABLE large;
DROP VIEW built;
DROP TABLE event;
