-- plg.qualified, the aggregate and the reader: what they answer, what they refuse.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;

CREATE TEMP TABLE event (account int, at timestamptz, who bigint);
INSERT INTO event VALUES (1, '2026-01-01 10:00', 1), (1, '2026-01-05 10:00', 2), (1, '2026-01-08 10:00', 3), (1, '2026-01-11 10:00', 1),
	(1, '2026-01-11 10:00', 4), (1, '2026-01-14 10:00', 3), (2, '2026-01-01 00:00', 1), (2, '2026-01-01 00:00', 2), (2, '2026-01-08 00:00', 1),
	(2, '2026-01-15 00:00', 2), (3, '2026-01-02 00:00', 1), (3, '2026-01-02 12:00', 1), (3, '2026-01-03 00:00', 1), (3, '2026-01-03 06:00', 2);
CREATE TEMP VIEW built AS SELECT plg.journeys(account, at, who::text) AS j FROM event;

-- in force from the row on, over when it is 7 days old; a row that comes just then leaves no gap
SELECT account, plg.qualified(2, '7 days', at, who) FROM event GROUP BY account ORDER BY account;
SELECT account, plg.qualified(3, '7 days', at, who) FROM event GROUP BY account ORDER BY account;
SELECT account, plg.qualified(1, '1 us', at, who) FROM event WHERE account = 2 GROUP BY account;
SELECT account, plg.qualified(2, NULL, at, who) FROM event GROUP BY account ORDER BY account;
SELECT q.* FROM built, plg.qualified(j, 2, '7 days', '2026-01-12 10:00') q;
SELECT q.* FROM built, plg.qualified(j, 2, '7 days', '2026-01-12 09:59:59') q;
SELECT q.* FROM built, plg.qualified(j, 2, '7 days', 'infinity') q;
SELECT q.* FROM built, plg.qualified(j, 2, NULL, 'infinity') q;
SELECT q.*, pg_typeof(entity) FROM built, plg.qualified_as(NULL::bigint, j, 3, '7 days', NULL) q;
-- on two days of seven: by the days of a time zone
SELECT q.* FROM built, plg.qualified(j, 1, '7 days', 'infinity', active_days => 2) q;
SELECT q.* FROM built, plg.qualified(j, 1, '7 days', 'infinity', 2, 'America/New_York') q;
SELECT q.* FROM built, plg.qualified(j, 1, '36 hours', 'infinity', active_days => 2) q;
-- known for seven days, and active
SELECT q.* FROM built, plg.qualified(j, 1, '7 days', 'infinity', tenure => '7 days') q;
SELECT q.* FROM built, plg.qualified(j, 1, '2 days', '2026-01-11 10:00', tenure => '10 days') q;
-- before any row; nobody; nothing
SELECT q.* FROM built, plg.qualified(j, 1, '7 days', '2025-01-01') q;
SELECT q.* FROM built, plg.qualified(j, 9, '7 days', '2026-02-01') q;
SELECT q.* FROM plg.qualified(NULL, 9, '7 days', '2026-02-01') q;
SELECT plg.qualified(2, '7 days', at, who) FROM event WHERE false;
SELECT plg.qualified(2, '7 days', at, who) FROM event WHERE account = 3 AND who = 1;
-- members and times of other types; NULLs are ignored
SELECT plg.qualified(2, '7 days', at, who::text) = plg.qualified(2, '7 days', at, md5(who::text)::uuid) AS same,
	plg.qualified(2, '7 days', at::timestamp, who::text) = plg.qualified(2, '7 days', at, who) AS utc, plg.qualified(2, '7 days', at::date, who)
FROM event WHERE account = 1;
SELECT plg.qualified(2, '7 days', at, nullif(who, 2)), plg.qualified(2, '7 days', nullif(at, '2026-01-05 10:00'), who) FROM event WHERE account = 1;
SELECT account, at, who, plg.qualified(2, '7 days', at, who) OVER (PARTITION BY account ORDER BY at ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
FROM event WHERE account = 2 ORDER BY at, who;
SELECT plg.qualified(1, '7 days', at, 1::bigint) FROM (VALUES (timestamptz '294276-12-31')) v (at);

-- bad arguments
SELECT plg.qualified(0, '7 days', at, who) FROM event;
SELECT plg.qualified(NULL, '7 days', at, who) FROM event;
SELECT plg.qualified(2, '0', at, who) FROM event;
SELECT plg.qualified(2, '1 month', at, who) FROM event;
SELECT plg.qualified(who::int, '7 days', at, who) FROM event;
SELECT plg.qualified(2, interval '1 day' * who, at, who) FROM event;
SELECT plg.qualified(2, '7 days', 'infinity'::timestamptz, who) FROM event;
SELECT q.* FROM built, plg.qualified(j, 0, '7 days', now()) q;
SELECT q.* FROM built, plg.qualified(j, 2, '0 days', now()) q;
SELECT q.* FROM built, plg.qualified(j, 2, '7 days', now(), active_days => 0) q;
SELECT q.* FROM built, plg.qualified(j, 2, '7 days', now(), tenure => '-1 day') q;
SELECT q.* FROM built, plg.qualified(j, 2, '7 days', now(), tz => 'Mars') q;
SELECT q.* FROM built, plg.qualified(j, 2, '7 days', '-infinity') q;
SELECT q.* FROM built, plg.qualified_as(NULL::uuid, j, 2, '7 days', now()) q;
SELECT plg.qualified_final('\x00');
SELECT plg.qualified_add(NULL, 2, '7 days', now(), 1::bigint);
CREATE AGGREGATE pg_temp.forged(bytea) (STYPE = bytea, SFUNC = plg.qualified_combine, FINALFUNC = plg.qualified_final);
SELECT pg_temp.forged('\x71676c7000000000');
