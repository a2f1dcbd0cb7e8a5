-- plg.generations and plg.lineage: what they answer, what they refuse.
SET timezone TO 'UTC';
SET datestyle TO ISO;

-- 4 invited himself, 5 somebody who came later, 6 came from an outsider, 8 to 10 from each other at one instant
CREATE TEMP TABLE joined (who int, at timestamptz, by text);
INSERT INTO joined VALUES (1, '2026-01-01', ''), (2, '2026-01-02', '1'), (3, '2026-01-03', '2'), (4, '2026-01-04', '4'), (5, '2026-01-05', '7'), (6, '2026-01-06', '99'),
	(7, '2026-01-07', '3'), (8, '2026-01-08', '9'), (9, '2026-01-08', '10'), (10, '2026-01-08', '8'), (11, '2026-01-09', '10'),
	-- the first row that can be true: not that of himself, not the later one
	(12, '2026-01-10', '12'), (12, '2026-01-11', '2'), (12, '2026-01-12', '3');
CREATE TEMP VIEW built AS SELECT plg.journeys(who, at, by) AS j FROM joined;

SELECT g.* FROM built, plg.generations(j) g;
SELECT l.* FROM built, plg.lineage(j) l;
SELECT l.*, pg_typeof(l.root) FROM built, plg.lineage_as(NULL::bigint, j) l WHERE entity > 9;
-- ids of other types; a text beside its own inviter of the same instant
SELECT l.* FROM (SELECT plg.journeys(md5(who::text)::uuid, at, CASE by WHEN '' THEN '' ELSE md5(by)::uuid::text END) AS j FROM joined WHERE who < 4) s, plg.lineage_as(NULL::uuid, j) l;
SELECT l.* FROM (SELECT plg.journeys(who, '2026-01-01'::timestamptz, by) AS j FROM (VALUES ('eve'::text, 'bob'), ('bob', 'ann'), ('ann', ''), ('bob', 'eve')) v (who, by)) s, plg.lineage(j) l;
SELECT g.* FROM (SELECT plg.journeys(1, '2026-01-01'::timestamptz, '1') AS j) s, plg.generations(j) g;
SELECT g.* FROM plg.generations(NULL) g;
SELECT g.* FROM (SELECT plg.slice(j, NULL, '2025-01-01') AS j FROM built) s, plg.generations(j) g;

-- bad arguments
SELECT g.* FROM (SELECT plg.journeys(1, '2026-01-01'::timestamptz, 'ann') AS j) s, plg.generations(j) g;
SELECT l.* FROM (SELECT plg.journeys('00000000-0000-0000-0000-000000000001'::uuid, '2026-01-01'::timestamptz, '7') AS j) s, plg.lineage(j) l;
SELECT l.* FROM built, plg.lineage_as(NULL::text, j) l;
