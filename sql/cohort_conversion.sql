-- The cohort triangle where the calendar is at its worst.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;

-- St. John's put its clock back at 00:01 to 23:01: the goal comes later than
-- the start, and has an earlier local date
SELECT t.* FROM
	(SELECT plg.journeys(g, x.at, x.event) AS j
	 FROM generate_series(1, 5) g,
	      (VALUES (timestamptz '2010-11-07 02:30:30+00', 's'), ('2010-11-07 03:00:00+00', 'g')) x (at, event)) s,
	plg.cohort_conversion(j, 's', 'g', 'infinity', 'day', 2, 'calendar', 'America/St_Johns') t;

-- a zone by a hostile rule, whose clock jumps back by days
SELECT t.* FROM
	(SELECT plg.journeys(1, x.at, x.event) AS j
	 FROM (VALUES (timestamptz '2020-04-03 00:30+00', 's'), ('2020-04-03 01:30+00', 'g')) x (at, event)) s,
	plg.cohort_conversion(j, 's', 'g', 'infinity', 'day', 2, 'calendar', 'A-167B167,J100/0,J200/0') t;

-- a day that begins twice is over when it has ended for the second time: a
-- mature cell does not change any more
SELECT as_of, t.mature, t.converted FROM
	(SELECT plg.journeys(1, x.at, x.event) AS j
	 FROM (VALUES (timestamptz '2010-11-06 12:30:30+00', 's'), ('2010-11-07 03:10:00+00', 'g')) x (at, event)) s,
	(VALUES (timestamptz '2010-11-07 02:40+00'), ('2010-11-07 03:20+00'), ('2010-11-07 03:30+00')) a (as_of),
	plg.cohort_conversion(j, 's', 'g', as_of, 'day', 1, 'calendar', 'America/St_Johns') t
ORDER BY as_of;

-- periods are limited, and so are the cells of all cohorts together
SELECT t.* FROM (SELECT plg.journeys(1, timestamptz '2026-01-01', 's') AS j) s,
	plg.cohort_conversion(j, 's', 'g', 'infinity', periods => 10001) t;
SELECT count(*) FROM
	(SELECT plg.journeys(g, timestamptz '2000-01-01' + g * interval '1 day', 's') AS j FROM generate_series(1, 8000) g) s,
	plg.cohort_conversion(j, 's', 'g', 'infinity', 'day', 10000) t;

-- a unit that does not fit into time
SELECT t.* FROM (SELECT plg.journeys(1, timestamptz '4714-11-24 00:00+00 BC', 's') AS j) s,
	plg.cohort_conversion(j, 's', 'g', 'infinity', 'year', 1, 'calendar') t;
