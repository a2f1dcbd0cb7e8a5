-- plg.cohort_counts: what it answers, what it refuses.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET extra_float_digits TO -6;

CREATE TEMP TABLE event (who int, at timestamptz, event text);
INSERT INTO event VALUES (1, '2026-01-05', 'signup'), (1, '2026-01-05', 'invite'), (1, '2026-01-11 23:59', 'invite'), (1, '2026-01-12', 'invite'),
	(2, '2026-01-07', 'signup'), (2, '2026-01-20', 'invite'), (3, '2026-01-11', 'signup'), (3, '2026-01-10', 'invite'),
	(4, '2026-01-13', 'signup'), (4, '2026-01-13 00:00:01', 'invite'), (4, '2026-01-25', 'invite');
CREATE TEMP VIEW built AS SELECT plg.journeys(who, at, event) AS j FROM event;

SELECT c.* FROM built, plg.cohort_counts(j, 'signup', 'invite', '2026-02-01', periods => 3) c;
SELECT c.* FROM built, plg.cohort_counts(j, 'signup', 'invite', '2026-01-27', periods => 3, average => true) c;
SELECT c.* FROM built, plg.cohort_counts(j, 'signup', 'invite', '2026-01-26', periods => 3, mode => 'calendar', average => true) c;
SELECT c.* FROM built, plg.cohort_counts(j, NULL, NULL, 'infinity', 'month', 1, 'calendar', average => true) c;
SELECT c.* FROM built, plg.cohort_counts(j, 'signup', 'signup', NULL, 'month', 1, 'calendar', 'America/New_York') c;
SELECT c.* FROM built, plg.cohort_counts(j, 'signup', 'invite', '2026-01-20', entered => '[2026-01-06,2026-01-10)', periods => 2, average => true) c;
SELECT c.* FROM built, plg.cohort_counts(j, 'signup', 'invite', '2025-01-20', average => true) c;
SELECT c.* FROM plg.cohort_counts(NULL, 'signup', 'invite', '2025-01-20') c;

-- bad arguments
SELECT c.* FROM built, plg.cohort_counts(j, 'signup', 'invite', '-infinity') c;
SELECT c.* FROM built, plg.cohort_counts(j, 'signup', 'invite', now(), 'quarter') c;
SELECT c.* FROM built, plg.cohort_counts(j, 'signup', 'invite', now(), periods => 0) c;
SELECT c.* FROM built, plg.cohort_counts(j, 'signup', 'invite', now(), mode => 'lunar') c;
SELECT c.* FROM built, plg.cohort_counts(j, 'signup', 'invite', now(), tz => 'Mars') c;
