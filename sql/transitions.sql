-- plg.transitions and plg.transitions_of: what they answer, what they refuse.
SET timezone TO 'UTC';
SET datestyle TO ISO;
\pset null '(none)'

CREATE TEMP TABLE plan (who int, at timestamptz, plan text);
INSERT INTO plan VALUES
	(1, '2026-01-05 10:00', 'free'), (1, '2026-02-03 00:00', 'team'), (1, '2026-02-20 00:00', 'pro'),  -- two steps are one way
	(2, '2026-01-31 23:59:59.999999', 'free'), (2, '2026-03-01 00:00', 'team'),                     -- midnight begins March
	(3, '2026-02-10 00:00', 'team'), (3, '2026-02-12 00:00', 'free'), (3, '2026-02-14 00:00', 'team'),  -- stays what it was
	(4, '2025-11-01 00:00', 'free'),                                                                -- stays free for ever
	(5, '2026-03-05 00:00', 'free'), (5, '2026-03-05 00:00', 'team'),                               -- the last by name
	(6, '2026-01-02 00:00', ''), (6, '2026-02-02 00:00', 'gone');
CREATE TEMP VIEW built AS SELECT plg.journeys(who, at, plan) AS j FROM plan;

SELECT t.* FROM built, plg.transitions(j, 'month', '2026-01-01', '2026-04-01') t;
SELECT t.* FROM built, plg.transitions_of(j, '2026-02-01', '2026-03-01') t;
SELECT t.* FROM built, plg.transitions_of_as(NULL::bigint, j, '2026-01-01', '2026-04-01') t;
-- rows after as_of are not known; a unit that ends at it is
SELECT t.* FROM built, plg.transitions(j, 'month', '2026-02-01', '2026-04-01', as_of => '2026-03-01') t;
SELECT t.* FROM built, plg.transitions_of(j, '2026-02-01', '2026-03-01', as_of => '2026-02-15') t;
-- midnight of another zone; and before and after all rows
SELECT t.* FROM built, plg.transitions(j, 'day', '2026-02-01', '2026-02-03', 'Asia/Tokyo') t;
SELECT t.* FROM built, plg.transitions(j, 'year', '2020-01-01', '2025-01-01') t;
SELECT t.* FROM built, plg.transitions(j, 'quarter', '2027-01-01', '2027-07-01') t;
SELECT t.* FROM built, plg.transitions(j, 'week', '2025-12-29', '2026-01-12') t;
SELECT t.* FROM plg.transitions(NULL, 'month', '2026-01-01', '2026-04-01') t;
SELECT t.* FROM plg.transitions_of(NULL, '2026-01-01', '2026-04-01') t;

-- bad arguments
SELECT * FROM built, plg.transitions(j, 'month', '2026-01-02', '2026-04-01');
SELECT * FROM built, plg.transitions(j, 'month', '2026-04-01', '2026-04-01');
SELECT * FROM built, plg.transitions(j, 'month', NULL, '2026-04-01');
SELECT * FROM built, plg.transitions(j, 'fortnight', '2026-01-01', '2026-04-01');
SELECT * FROM built, plg.transitions(j, NULL, '2026-01-01', '2026-04-01');
SELECT * FROM built, plg.transitions(j, 'month', '2026-01-01', '2026-04-01', 'Mars');
SELECT * FROM built, plg.transitions(j, 'month', '2026-01-01', '2026-04-01', as_of => '-infinity');
SELECT * FROM built, plg.transitions(j, 'day', '1000-01-01', '2026-04-01');
SELECT * FROM built, plg.transitions_of(j, '2026-04-01', '2026-01-01');
SELECT * FROM built, plg.transitions_of(j, '2026-04-01', NULL);
SELECT * FROM built, plg.transitions_of_as(NULL::uuid, j, '2026-01-01', '2026-04-01');
SELECT * FROM plg.transitions(NULL, 'month', '2026-01-02', '2026-04-01');

DROP VIEW built;
DROP TABLE plan;
