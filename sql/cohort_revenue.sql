-- plg.cohort_revenue: what it answers, what it refuses.
SET timezone TO 'UTC';
SET datestyle TO ISO;

CREATE TEMP TABLE event (who int, at timestamptz, event text);
INSERT INTO event VALUES (1, '2026-01-05', 'signup'), (2, '2026-01-20', 'signup'), (3, '2026-01-31 23:59', 'signup'), (4, '2026-02-10', 'signup'), (4, '2026-03-01', 'signup'), (5, '2026-01-10', 'other');
CREATE TEMP TABLE subs (account int, mrr numeric, during tstzrange);
INSERT INTO subs VALUES (1, 49, '[2026-01-06,)'), (2, 49, '[2026-02-01,2026-03-01)'), (3, -5, '[2026-02-01,)'), (4, 10.5, '[2026-01-01,)'), (9, 1000, '[2026-01-01,)');
CREATE TEMP VIEW built AS SELECT (SELECT plg.journeys(who, at, event) FROM event) AS j, (SELECT plg.ledger(account, mrr, during) FROM subs) AS l;

-- by the calendar: at the end of January, February, March; who pays from 1 February on does not at the end of January
SELECT c.* FROM built, plg.cohort_revenue(j, 'signup', l, '2026-04-01', periods => 3, mode => 'calendar') c;
-- 30 days after each start, of the latest possible one
SELECT c.* FROM built, plg.cohort_revenue(j, 'signup', l, '2026-04-01', periods => 3) c;
SELECT c.* FROM built, plg.cohort_revenue(j, NULL, l, '2026-04-01', 'quarter', 1, 'calendar') c;
SELECT c.* FROM built, plg.cohort_revenue(j, 'signup', l, NULL, periods => 2, mode => 'calendar', tz => 'Asia/Tokyo') c;
SELECT c.* FROM built, plg.cohort_revenue(j, 'signup', l, 'infinity', 'week', 1, entered => '[2026-01-10,2026-02-01)') c;
-- single payments: what they have paid so far
SELECT c.* FROM built, (SELECT plg.ledger_deltas(who, 30, at + interval '2 days') AS paid FROM event) p, plg.cohort_revenue(j, 'signup', paid, '2026-05-01', periods => 3) c;
-- a ledger of snapshots is known to its last month, unless as_of says more
SELECT c.* FROM (SELECT plg.journeys(1, at, 'signup') AS j FROM unnest('{2026-01-05,2026-03-20}'::timestamptz[]) at) j, (SELECT plg.ledger_snapshots(1, 7, '2026-01-01') AS l) l, plg.cohort_revenue(j, 'signup', l, NULL, periods => 2, mode => 'calendar') c;
SELECT c.* FROM built, plg.cohort_revenue(j, 'signup', NULL, '2026-04-01', periods => 1) c;
SELECT c.* FROM built, plg.cohort_revenue(j, 'signup', l, '2025-04-01') c;
SELECT c.* FROM built, plg.cohort_revenue(NULL, 'signup', l, '2025-04-01') c;

-- bad arguments
SELECT c.* FROM built, plg.cohort_revenue(j, 'signup', (SELECT plg.ledger('a'::text, 1, '[2026-01-01,)'::daterange)), '2026-04-01') c;
SELECT c.* FROM built, plg.cohort_revenue(j, 'signup', l, '-infinity') c;
SELECT c.* FROM built, plg.cohort_revenue(j, 'signup', l, now(), 'quarter') c;
SELECT c.* FROM built, plg.cohort_revenue(j, 'signup', l, now(), periods => 0) c;
SELECT c.* FROM built, plg.cohort_revenue(j, 'signup', l, now(), periods => 20000) c;
SELECT c.* FROM built, plg.cohort_revenue(j, 'signup', l, now(), mode => 'lunar') c;
SELECT c.* FROM built, plg.cohort_revenue(j, 'signup', l, now(), tz => 'Mars') c;

DROP VIEW built;
DROP TABLE event, subs;
