-- plg.lifecycle and plg.stickiness: what they answer, what they refuse.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;
SET extra_float_digits TO -6;

CREATE TEMP TABLE event (who int, at timestamptz);
INSERT INTO event VALUES (1, '2026-01-05 10:00'), (1, '2026-01-05 11:00'), (1, '2026-01-13 00:00'), (1, '2026-02-09 00:00'),
	(2, '2026-01-11 23:59:59.999999'), (2, '2026-01-20 00:00'), (3, '2026-01-14 00:00'), (3, '2026-02-17 12:00');
CREATE TEMP VIEW built AS SELECT plg.journeys(who, at, 'visit') AS j FROM event;

SELECT l.* FROM built, plg.lifecycle(j, '2026-02-18') l;
SELECT l.* FROM built, plg.lifecycle(j, NULL, 'month', 'Asia/Kolkata') l;
SELECT l.* FROM built, plg.lifecycle(j, 'infinity', 'quarter') l;
-- just watched to the end; its first instant alone counts only with an event in it
SELECT l.* FROM built, plg.lifecycle(j, '2026-01-12', 'week') l;
SELECT l.* FROM built, plg.lifecycle(j, '2026-01-13', 'day') l;
-- long after the last event all have churned
SELECT l.* FROM built, plg.lifecycle(j, '2027-06-01', 'year') l;
SELECT l.* FROM built, plg.lifecycle(j, '2025-06-01') l;
SELECT l.* FROM plg.lifecycle(NULL, '2025-06-01') l;

SELECT s.* FROM built, plg.stickiness(j, '2026-02-18') s;
SELECT period_start, mature, dau, wau, mau, l7 FROM built, plg.stickiness(j, '2026-02-12', 'day') s WHERE period_start > '2026-01-29';
SELECT s.* FROM built, plg.stickiness(j, '2026-06-01', 'month', 'America/New_York') s;
SELECT s.* FROM built, plg.stickiness(j, '2025-06-01') s;
SELECT s.* FROM plg.stickiness(NULL, '2025-06-01') s;

-- bad arguments
SELECT l.* FROM built, plg.lifecycle(j, '-infinity') l;
SELECT l.* FROM built, plg.lifecycle(j, NULL, 'minute') l;
SELECT l.* FROM built, plg.lifecycle(j, NULL, NULL) l;
SELECT l.* FROM built, plg.lifecycle(j, NULL, 'week', 'Mars') l;
SELECT l.* FROM built, plg.lifecycle(j, NULL, 'week', NULL) l;
SELECT l.* FROM built, plg.lifecycle(j, '20000-01-01', 'day') l;
SELECT s.* FROM built, plg.stickiness(j, '-infinity') s;
SELECT s.* FROM built, plg.stickiness(j, NULL, 'minute') s;
SELECT s.* FROM built, plg.stickiness(j, NULL, 'week', 'Mars') s;
SELECT s.* FROM built, plg.stickiness(j, '20000-01-01', 'year') s;

PREPARE p0 AS SELECT * FROM plg.lifecycle($1::plg.journeys, $2);
PREPARE p1 AS SELECT * FROM plg.stickiness($1::plg.journeys, $2, $3, $4);
DEALLOCATE ALL;
DROP VIEW built;
DROP TABLE event;
