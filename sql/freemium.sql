-- plg.freemium: what it answers, what it refuses.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;
\x on

CREATE TEMP TABLE event (who int, at timestamptz, event text);
INSERT INTO event VALUES
	(1, '2026-01-01', 'signup'), (1, '2026-01-02', 'wall'), (1, '2026-01-03', 'aha'), (1, '2026-01-04', 'paid'),	-- wall first
	(2, '2026-01-01', 'signup'), (2, '2026-01-02', 'wall'),														-- wall without aha
	(3, '2026-01-01', 'signup'), (3, '2026-01-02', 'aha'), (3, '2026-01-04', 'wall'), (3, '2026-01-07', 'paid'),	-- fits
	(4, '2026-01-01', 'signup'), (4, '2026-01-05', 'aha'), (4, '2026-01-05', 'wall'),								-- at one instant: the wall is not before
	(5, '2026-01-01', 'signup'), (5, '2026-01-05', 'aha'), (5, '2026-01-08 00:00:01', 'wall'), (5, '2026-01-08', 'paid'),	-- too late for 7 days; paid is not
	(6, '2026-01-01', 'signup'), (6, '2025-12-31', 'aha'),														-- before the start
	(7, '2026-01-10', 'signup'), (7, '2026-01-11', 'wall'),														-- not mature
	(8, '2026-01-01', 'wall');																					-- no entrant
CREATE TEMP VIEW built AS SELECT plg.journeys(who, at, event) AS j FROM event;

SELECT f.* FROM built, plg.freemium(j, 'signup', 'aha', 'wall', 'paid', '7 days', '2026-01-12') f;
SELECT f.entered, f.mature, f.wall_first, f.aha_then_wall, f.aha_no_wall, f.neither, f.p50_aha_to_wall_seconds FROM built, plg.freemium(j, 'signup', 'aha', 'wall', 'paid', NULL, 'infinity') f;
SELECT f.entered, f.mature, f.wall_first, f.aha_then_wall, f.aha_no_wall, f.neither FROM built, plg.freemium(j, 'signup', 'aha', 'wall', 'paid', '7 days', '2026-01-12', '[2026-01-05,)') f;
-- the first row of any kind is the start, and nothing else
SELECT f.entered, f.mature, f.wall_first, f.aha_then_wall, f.aha_no_wall, f.neither FROM built, plg.freemium(j, NULL, 'aha', 'wall', 'paid', '7 days', '2026-01-12') f;
SELECT f.entered, f.mature, f.wall_first, f.aha_no_wall, f.neither FROM (SELECT plg.journeys(1, at, 'a') AS j FROM (VALUES (timestamptz '2026-01-01'), ('2026-01-01'), ('2026-01-02')) v (at)) s, plg.freemium(j, 'a', 'a', 'b', 'c', '7 days', 'infinity') f;
SELECT f.entered, f.mature, f.neither, f.neither_rate FROM built, plg.freemium(j, 'nobody', 'aha', 'wall', 'paid', '7 days', '2026-01-12') f;
SELECT f.* FROM plg.freemium(NULL, 'signup', 'aha', 'wall', 'paid', '7 days', '2026-01-12') f;

-- bad arguments
SELECT f.* FROM built, plg.freemium(j, 'signup', NULL, 'wall', 'paid', '7 days', '2026-01-12') f;
SELECT f.* FROM built, plg.freemium(j, 'signup', 'aha', NULL, 'paid', '7 days', '2026-01-12') f;
SELECT f.* FROM built, plg.freemium(j, 'signup', 'aha', 'wall', NULL, '7 days', '2026-01-12') f;
SELECT f.* FROM built, plg.freemium(j, 'signup', 'aha', 'wall', 'paid', '1 month', '2026-01-12') f;
SELECT f.* FROM built, plg.freemium(j, 'signup', 'aha', 'wall', 'paid', '7 days', '-infinity') f;
