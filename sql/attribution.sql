-- plg.attribution and plg.touches_of: what they answer, what they refuse.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;
SET extra_float_digits TO -6;

CREATE TEMP TABLE event (who int, at timestamptz, event text);
INSERT INTO event VALUES (1, '2026-01-10', 'pay'), (1, '2026-01-20', 'pay'), (2, '2026-01-10', 'pay'), (3, '2026-01-10', 'pay'),
	(4, '2026-01-10', 'pay'), (5, '2026-01-10', 'signup'), (6, '2026-03-01', 'pay'), (7, '2026-01-10', 'pay'), (7, '2026-01-10', 'gift');
CREATE TEMP TABLE touch (who int, at timestamptz, touch text);
INSERT INTO touch VALUES (1, '2026-01-01', 'ads'), (1, '2026-01-03', 'mail'), (1, '2026-01-03', 'blog'), (1, '2026-01-10', 'call'), (1, '2026-01-10 00:00:00.000001', 'late'),
	(2, '2025-12-11', 'ads'), (3, '2025-12-10 23:59:59.999999', 'ads'), (5, '2026-01-05', 'ads'), (6, '2026-02-28', 'ads'),
	(7, '2026-01-09', 'pay'), (7, '2026-01-10', 'pay'), (7, '2026-01-10', 'gift'), (8, '2026-01-05', 'ads');
CREATE TEMP VIEW built AS SELECT (SELECT plg.journeys(who, at, event) FROM event) AS j, (SELECT plg.journeys(who, at, touch) FROM touch) AS t;

-- a lookback has its end; a touch at the goal's instant counts, the goal's own row does not
SELECT m.* FROM built, plg.touches_of(j, t, 'pay', '2026-02-01', '30 days') m;
SELECT m.* FROM built, plg.touches_of(j, t, 'pay', '2026-02-01', '30 days', 'each', '[2026-01-15,]') m;
SELECT m.* FROM built, plg.touches_of(j, t, 'pay', NULL, NULL) m WHERE entity IN ('3', '6');
SELECT m.* FROM built, plg.touches_of(j, t, 'pay', '2026-02-01', '0') m WHERE touches > 0;
-- one of several goals at one instant is the first; its row is told by its label
SELECT m.* FROM built, plg.touches_of(j, t, 'pay|gift', '2026-02-01', '1 hour') m WHERE entity = '7';
SELECT m.* FROM built, plg.touches_of(j, t, 'pay|gift', '2026-02-01', '1 hour', 'each') m WHERE entity = '7';
-- the same history twice
SELECT m.* FROM built, plg.touches_of(j, j, 'pay', '2026-02-01', NULL, 'each') m;
SELECT m.* FROM (SELECT plg.journeys('a'::text, '2026-01-01'::date, 'pay') AS j FROM generate_series(1, 2)) s, plg.touches_of(j, j, 'pay', NULL, NULL, 'each') m;

SELECT model, a.* FROM built, unnest('{last,first,linear,position,decay}'::text[]) model, plg.attribution(j, t, 'pay', '2026-02-01', '30 days', model) a;
SELECT a.* FROM built, plg.attribution(j, t, 'pay', '2026-02-01', '30 days', 'decay', half_life => '1 day') a;
SELECT a.* FROM built, plg.attribution(j, t, 'pay', '2026-02-01', '30 days', 'LINEAR', 'each') a;
SELECT a.* FROM built, plg.attribution(j, t, 'pay', '2026-02-01', '30 days', entered => '[2026-01-15,]') a;
SELECT a.* FROM built, plg.attribution(j, t, 'pay', '2026-02-01', '30 days', per => 'each', entered => '[2026-01-15,]') a;
SELECT a.* FROM built, plg.attribution(j, t, 'nothing', '2026-02-01', '30 days') a;
SELECT a.* FROM built, plg.attribution(j, NULL, 'pay', '2026-02-01', '30 days') a;
SELECT a.* FROM built, plg.attribution(NULL, t, 'pay', '2026-02-01', '30 days') a;
-- what is far in the past weighs next to nothing, and is no error
SELECT a.* FROM (SELECT plg.journeys(1, '2026-01-01'::date, 'pay') AS j, plg.journeys(1, at, touch) AS t
	FROM (VALUES (date '4000-01-01 BC', 'old'), ('2025-12-31', 'new')) v (at, touch)) s, plg.attribution(j, t, 'pay', NULL, NULL, 'decay', half_life => '1 us') a;
-- credits of seven, and of many thousands, sum to one
SELECT n, round(sum(conversions)::numeric, 12) = 1 AS is_one, min(conversions), max(conversions)
FROM (SELECT n, plg.journeys(1, '2026-01-02'::date, 'pay') AS j, plg.journeys(1, timestamptz '2026-01-01' + i * interval '1 second', 't' || i) AS t
	FROM unnest('{7,40000}'::int[]) n, generate_series(1, n) i GROUP BY n) s, plg.attribution(j, t, 'pay', NULL, NULL, 'linear') a GROUP BY n ORDER BY n;

-- entities in their own type
SELECT m.* FROM built, plg.touches_of_as(NULL::bigint, j, t, 'pay', '2026-02-01', '30 days') m WHERE entity = 2;
SELECT m.* FROM built, plg.touches_of_as(NULL::text, j, t, 'pay', '2026-02-01', '30 days') m;
SELECT m.* FROM (SELECT plg.journeys(md5(who::text)::uuid, at, event) AS j FROM event) s, plg.touches_of_as(NULL::uuid, j, j, 'pay', '2026-02-01', '1 day', 'each') m ORDER BY 1, 2;

-- bad arguments
SELECT a.* FROM built, plg.attribution(j, t, NULL, '2026-02-01', '30 days') a;
SELECT a.* FROM built, plg.attribution(j, t, 'pay', '-infinity', '30 days') a;
SELECT a.* FROM built, plg.attribution(j, t, 'pay', '2026-02-01', '1 month') a;
SELECT a.* FROM built, plg.attribution(j, t, 'pay', '2026-02-01', '-1 day') a;
SELECT a.* FROM built, plg.attribution(j, t, 'pay', '2026-02-01', '30 days', 'best') a;
SELECT a.* FROM built, plg.attribution(j, t, 'pay', '2026-02-01', '30 days', NULL) a;
SELECT a.* FROM built, plg.attribution(j, t, 'pay', '2026-02-01', '30 days', per => 'second') a;
SELECT a.* FROM built, plg.attribution(j, t, 'pay', '2026-02-01', '30 days', half_life => '0') a;
SELECT a.* FROM built, plg.attribution(j, t, 'pay', '2026-02-01', '30 days', 'decay', half_life => NULL) a;
SELECT count(*) FROM built, plg.attribution(j, t, 'pay', '2026-02-01', '30 days', half_life => NULL) a;
SELECT a.* FROM built, (SELECT plg.journeys(who::text, at, touch) AS texts FROM touch) s, plg.attribution(j, texts, 'pay', '2026-02-01', '30 days') a;
SELECT a.* FROM plg.attribution(NULL, NULL, NULL, '2026-02-01', '30 days') a;
SELECT m.* FROM built, plg.touches_of(j, t, 'pay', '2026-02-01', '30 days', 'last') m;
-- 255 labels that are goals and touches
SELECT a.* FROM (SELECT plg.journeys(1, now(), 'g' || n) AS j, string_agg('g' || n, '|') AS goal FROM generate_series(1, 255) n) s, plg.attribution(j, j, goal, NULL, NULL) a;

DROP VIEW built;
DROP TABLE event, touch;
