-- What the aggregates of calls.sql are called over: so a check names none, and a
-- new one is tried by all of them.
--
-- Rows are calls.made: who did what when, and until when.  An account's rows are
-- a month apart, and a day has one of them.  calls.pieces has values of ten parts
-- of these rows, for rollup.

CREATE TABLE calls.made (shard int NOT NULL, n int NOT NULL, who bigint NOT NULL, at timestamptz NOT NULL, later timestamptz, event text NOT NULL, mrr numeric NOT NULL);
INSERT INTO calls.made
SELECT who % 10, n, who, at, CASE WHEN n % 3 > 0 THEN at + make_interval(days => 3 + n % 90) END, (ARRAY['a', 'b', 'c', 'd', 'e'])[1 + n * 7 % 11 % 5], n % 37 * 10.25 + 1
FROM generate_series(1, 1500) n, LATERAL (SELECT n % 120 AS who, timestamptz '2026-01-01 00:00+00' + n * interval '6 hours 13 minutes' AS at) a;

CREATE TABLE calls.pieces (shard int NOT NULL, j plg.journeys, gone plg.journeys, c plg.conversion, l plg.ledger);
INSERT INTO calls.pieces
SELECT shard, j, plg.only_events(j, '{a}'), c, l
FROM (SELECT shard, plg.journeys(who, at, event) AS j, plg.conversion(at, later, '2027-06-01 00:00+00') AS c, plg.ledger(who, mrr, at, later) AS l
	FROM calls.made GROUP BY shard) s;
