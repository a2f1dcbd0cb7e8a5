-- One of the two nodes of test/checks/postgres_fdw.sh.
SET timezone TO 'UTC';
CREATE TABLE events (node int NOT NULL, who bigint NOT NULL, at timestamptz NOT NULL, event text NOT NULL);
INSERT INTO events
SELECT :node, who, timestamptz '2026-01-01 00:00+00' + n * interval '97 s' + interval '1 day' * (n % 5), (ARRAY['a', 'b', 'c', 'd'])[1 + hashint4(n) % 4 + CASE WHEN hashint4(n) < 0 THEN 3 ELSE 0 END]
FROM generate_series(1, 120000) n, LATERAL (SELECT n::bigint * 7919 % 4001) e (who) WHERE plg.bucket(who, 2) = :node;
ANALYZE events;
CREATE VIEW conversions AS
	SELECT :node AS node, plg.conversion(plg.journeys(who, at, event), 'a', 'd', '2026-06-01 00:00+00') AS c FROM events;
CREATE VIEW activation_by_day AS
	SELECT :node AS node, day AS as_of, a.entered, a.mature, a.converted
	FROM (SELECT plg.journeys(who, at, event) AS j FROM events) s,
		generate_series(timestamptz '2026-01-01 00:00+00', '2027-01-01', '1 day') day, plg.activation(j, 'a', 'd', '7 days', day) a;
