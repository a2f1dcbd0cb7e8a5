-- plg.flows and plg.adoption: what they answer, what they refuse.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;
SET extra_float_digits TO -6;

CREATE TEMP TABLE event (who int, at timestamptz, what text);
INSERT INTO event VALUES
	(1, '2026-01-01 10:00', 'signup'), (1, '2026-01-01 10:01', 'view'), (1, '2026-01-01 10:02', 'view'), (1, '2026-01-01 10:04', 'buy'),
	(2, '2026-01-02 10:00', 'signup'), (2, '2026-01-02 10:00', 'view'), (2, '2026-01-02 10:00', 'ad'), (2, '2026-01-02 11:00', 'signup'),
	(3, '2026-01-03 10:00', 'view'), (3, '2026-01-03 10:05', 'signup'), (3, '2026-01-03 10:06', 'other'),
	(4, '2026-01-04 10:00', 'signup'), (5, '2026-01-04 10:00', 'view');
CREATE TEMP VIEW built AS SELECT plg.journeys(who, at, what) AS j FROM event;

SELECT f.* FROM built, plg.flows(j, 'signup') f;
SELECT f.* FROM built, plg.flows(j, 'signup', 2, 'before') f;
SELECT f.* FROM built, plg.flows(j, 'signup', 2, as_of => '2026-01-03 12:00', within => '1 hour', collapse => true) f;
SELECT f.* FROM built, plg.flows(j, NULL, 1, top => 1, other => 'rest') f;
SELECT f.* FROM built, plg.flows(j, 'signup|view', 1, entered => '[2026-01-03,2026-01-04)') f;
SELECT f.* FROM built, plg.flows(j, 'nothing') f;
SELECT f.* FROM built, plg.flows(j, 'signup', as_of => '2025-01-01') f;
SELECT f.* FROM plg.flows(NULL, 'signup') f;

-- all that there is, whatever may be asked for
SELECT f.step, f.source, f.target, f.entities FROM built, plg.flows(j, 'signup', 2147483647, top => 2147483647) f;

SELECT a.* FROM built, plg.adoption(j, 'signup', 'infinity', '1 hour') a;
SELECT a.* FROM built, plg.adoption(j, 'signup', '2026-01-03 10:30', NULL) a;
SELECT a.* FROM built, plg.adoption(j, NULL, '2026-01-03 10:30', '2 days') a;
SELECT a.* FROM built, plg.adoption(j, 'signup', '2026-01-01 10:30', '2 days') a;
SELECT a.* FROM built, plg.adoption(j, 'signup|view', NULL, '1 minute', entered => '(,2026-01-03)') a;
SELECT a.* FROM built, plg.adoption(j, 'signup', '2025-01-01', '2 days') a;
SELECT a.* FROM plg.adoption(NULL, 'signup', '2025-01-01', '2 days') a;

-- bad arguments
SELECT f.* FROM built, plg.flows(j, 'signup', 0) f;
SELECT f.* FROM built, plg.flows(j, 'signup', NULL) f;
SELECT f.* FROM built, plg.flows(j, 'signup', 1, 'sideways') f;
SELECT f.* FROM built, plg.flows(j, 'signup', 1, NULL) f;
SELECT f.* FROM built, plg.flows(j, 'signup', 1, as_of => '-infinity') f;
SELECT f.* FROM built, plg.flows(j, 'signup', 1, within => '1 month') f;
SELECT f.* FROM built, plg.flows(j, 'signup', 1, top => 0) f;
SELECT f.* FROM built, plg.flows(j, 'signup', 1, other => NULL) f;
SELECT f.* FROM built, plg.flows(j, 'view|signup', 2, top => 1) f;
SELECT a.* FROM built, plg.adoption(j, 'signup', '-infinity', '2 days') a;
SELECT a.* FROM built, plg.adoption(j, 'signup', NULL, '-2 days') a;

PREPARE p0 AS SELECT * FROM plg.flows($1::plg.journeys, $2);
PREPARE p1 AS SELECT * FROM plg.flows($1::plg.journeys, $2, $3, $4, $5, $6, $7, $8, $9, $10);
PREPARE p2 AS SELECT * FROM plg.adoption($1::plg.journeys, $2, $3, $4, $5);
DEALLOCATE ALL;
DROP VIEW built;
DROP TABLE event;
