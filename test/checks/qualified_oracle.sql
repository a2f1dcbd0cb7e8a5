-- plg.qualified against plain SQL: at every instant at which it may change, a
-- self-join counts the members.
-- test: slow, 20 s
SET timezone TO 'UTC';
SET jit TO off;
SET client_min_messages TO warning;
SELECT setseed(0.14) \g /dev/null
\ir ../oracle/report.sql

CREATE TABLE event (account int, at timestamptz, member int);

-- Spells of every account, from the definition: who counts at t was active on enough days in (t - within, t] and came at t - tenure at the latest.
CREATE FUNCTION expected(members int, within interval, last timestamptz, days int, tz text, tenure interval)
RETURNS TABLE (account int, since timestamptz, until timestamptz, most int) LANGUAGE sql STABLE AS $$
	WITH seen AS (SELECT DISTINCT e.account, at, member FROM event e WHERE at <= last),
	change AS (SELECT account, at AS t FROM seen UNION SELECT account, at + within FROM seen UNION SELECT account, at + tenure FROM seen),
	first AS (SELECT account, member, min(at) AS first FROM seen GROUP BY 1, 2),
	counts AS (
		SELECT c.account, c.t, (SELECT count(*) FROM (
			SELECT s.member FROM seen s JOIN first f USING (account, member)
			WHERE s.account = c.account AND s.at <= c.t AND (within IS NULL OR s.at > c.t - within) AND f.first + tenure <= c.t
			GROUP BY s.member HAVING count(DISTINCT (s.at AT TIME ZONE tz)::date) >= days) m)::int AS n
		FROM change c WHERE t <= last),
	edges AS (SELECT *, n >= members AS enough, lag(n >= members, 1, false) OVER w AS before FROM counts WINDOW w AS (PARTITION BY account ORDER BY t)),
	numbered AS (SELECT *, count(*) FILTER (WHERE enough AND NOT before) OVER (PARTITION BY account ORDER BY t) AS spell FROM edges)
	SELECT account, min(t) FILTER (WHERE enough), min(t) FILTER (WHERE NOT enough), max(n) FILTER (WHERE enough)
	FROM numbered WHERE spell > 0 GROUP BY account, spell
$$;

CREATE TABLE result (what text, n bigint, wrong bigint);
CREATE PROCEDURE try(runs int) LANGUAGE plpgsql AS $$
DECLARE
	members int; within interval; last timestamptz; days int; zone text; tenure interval; span int; grain interval;
BEGIN
	FOR run IN 1 .. runs LOOP
		TRUNCATE event;
		grain := (ARRAY['1 hour', '7 hours', '1 day', '10 minutes'])[1 + floor(random() * 4)]::interval;
		span := (ARRAY[20, 100, 400])[1 + floor(random() * 3)];
		INSERT INTO event SELECT floor(random() * 15), timestamptz '2026-03-20' + floor(random() * span) * grain, floor(random() * 8) FROM generate_series(1, 150);
		members := 1 + floor(random() * 4);
		within := (ARRAY[grain, grain * 3, grain * 10, '7 days', NULL])[1 + floor(random() * 5)];
		last := CASE WHEN random() < 0.3 THEN 'infinity' ELSE timestamptz '2026-03-20' + floor(random() * span * 1.5) * grain END;
		days := CASE WHEN random() < 0.5 THEN 1 ELSE 2 + floor(random() * 3) END;
		zone := (ARRAY['UTC', 'America/New_York', 'Asia/Beirut', 'Australia/Lord_Howe'])[1 + floor(random() * 4)];
		tenure := CASE WHEN random() < 0.5 THEN '0' ELSE grain * floor(random() * 10) END;
		ANALYZE event;
		INSERT INTO result SELECT 'reader', count(*), count(*) FILTER (WHERE (w.since, w.until, w.most) IS DISTINCT FROM (g.since, g.until, g.most))
		FROM expected(members, within, last, days, zone, tenure) w
		FULL JOIN (SELECT q.* FROM (SELECT plg.journeys(account, at, member::text) AS j FROM event) s,
			plg.qualified_as(NULL::bigint, j, members, within, last, days, zone, tenure) q) g (account, since, until, most) USING (account, since);
		INSERT INTO result SELECT 'aggregate', count(*), count(*) FILTER (WHERE g.spells IS DISTINCT FROM coalesce(w.spells, '{}'))
		FROM (SELECT account, plg.qualified(members, within, at, member) AS spells FROM event GROUP BY account) g
		LEFT JOIN (SELECT account, range_agg(tstzrange(since, until)) AS spells FROM expected(members, within, 'infinity', 1, 'UTC', '0') GROUP BY account) w USING (account);
	END LOOP;
END $$;
CALL try(25);
SELECT report(sum(wrong) = 0 AND sum(n) > 100, what || ': ' || sum(n) || ' rows of ' || count(*) || ' random questions') FROM result GROUP BY what ORDER BY what;

-- 100,000 accounts against a self-join: at each row, how many were active in the 7 days that it ends
CREATE TABLE big AS SELECT (random() * 100000)::int AS account, timestamptz '2026-01-01' + (random() * 720)::int * interval '1 hour' AS at, (random() * 6)::bigint AS member
FROM generate_series(1, 600000);
CREATE INDEX ON big (account, at);
ANALYZE big;
WITH got AS MATERIALIZED (SELECT account, plg.qualified(3, '7 days', at, member) AS spells FROM big GROUP BY account),
want AS MATERIALIZED (SELECT a.account, a.at, count(DISTINCT b.member) >= 3 AS enough
	FROM (SELECT DISTINCT account, at FROM big UNION SELECT account, at + interval '7 days' FROM big) a JOIN big b ON b.account = a.account AND b.at <= a.at AND b.at > a.at - interval '7 days'
	GROUP BY 1, 2)
SELECT report(bool_and(coalesce(enough, false) = (spells @> at)) AND count(*) FILTER (WHERE enough) > 10000 AND count(DISTINCT account) > 99000,
	count(DISTINCT account) || ' accounts, ' || count(*) || ' instants against a self-join')
FROM got JOIN want USING (account);

-- the same from every plan and split
CREATE TABLE told AS SELECT account % 50 AS account, plg.qualified(40, '3 hours', at, member * 1000 + account % 997) AS spells FROM big GROUP BY 1;
SELECT report(count(*) = 50 AND bool_and(t.spells = o.spells) AND sum((SELECT count(*) FROM unnest(t.spells))) > 100, 'rows in another order') FROM told t
JOIN (SELECT account % 50 AS account, plg.qualified(40, '3 hours', at, member * 1000 + account % 997) AS spells FROM (SELECT * FROM big ORDER BY random()) s GROUP BY 1) o USING (account);
ALTER TABLE big SET (parallel_workers = 2);
SET parallel_setup_cost TO 0;
SET parallel_tuple_cost TO 0;
SET min_parallel_table_scan_size TO 0;
CREATE FUNCTION is_partial(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN ' || query LOOP
		IF line ~ 'Partial' THEN RETURN true; END IF;
	END LOOP;
	RETURN false;
END $$;
SELECT report(is_partial('SELECT account % 50, plg.qualified(40, ''3 hours'', at, member * 1000 + account % 997) FROM big GROUP BY 1') AND count(*) = 50 AND bool_and(t.spells = o.spells), 'parallel workers') FROM told t
JOIN (SELECT account % 50 AS account, plg.qualified(40, '3 hours', at, member * 1000 + account % 997) AS spells FROM big GROUP BY 1) o USING (account);
SELECT report(count(*) = 50 AND bool_and(t.spells = o.spells), 'text members, in parallel') FROM told t
JOIN (SELECT account % 50 AS account, plg.qualified(40, '3 hours', at, (member * 1000 + account % 997)::text) AS spells FROM big GROUP BY 1) o USING (account);
