-- plg.generations and plg.lineage against WITH RECURSIVE.
\ir ../oracle/events.sql
\ir ../oracle/real.sql
SELECT setseed(0.63) \g /dev/null

CREATE TABLE joined (who bigint, at timestamptz, by bigint);
CREATE FUNCTION expected() RETURNS TABLE (entity bigint, inviter bigint, root bigint, generation int, direct bigint, descendants bigint, rejected text) LANGUAGE sql STABLE AS $$
	WITH RECURSIVE rows AS (SELECT j.*, row_number() OVER (PARTITION BY who ORDER BY at, coalesce(by::text, '') COLLATE "C") AS nth, min(at) OVER (PARTITION BY who) AS joined FROM joined j),
	start AS (SELECT who, min(at) AS joined FROM joined GROUP BY who),
	judged AS (SELECT r.who, r.by, nth, CASE WHEN r.by = r.who THEN 'self' WHEN s.joined > r.joined THEN 'younger' END AS reason FROM rows r LEFT JOIN start s ON s.who = r.by WHERE r.by IS NOT NULL),
	chosen AS (SELECT DISTINCT ON (who) who, by, nth FROM judged WHERE reason IS NULL ORDER BY who, nth),
	-- who comes from himself by a way round
	way AS (SELECT who AS origin, by AS at FROM chosen UNION SELECT origin, by FROM way JOIN chosen ON who = at),
	circle AS (SELECT origin AS who FROM way WHERE origin = at),
	edge AS MATERIALIZED (SELECT who, by FROM chosen WHERE who NOT IN (SELECT who FROM circle)),
	node AS MATERIALIZED (SELECT who FROM joined UNION SELECT by FROM joined WHERE by IS NOT NULL),
	tree AS (SELECT who, NULL::bigint AS by, who AS root, 0 AS generation FROM node WHERE who NOT IN (SELECT who FROM edge)
		UNION ALL SELECT e.who, e.by, root, generation + 1 FROM tree t JOIN edge e ON e.by = t.who),
	above AS (SELECT who, by AS ancestor FROM edge UNION ALL SELECT a.who, e.by FROM above a JOIN edge e ON e.who = a.ancestor)
	SELECT who, by, root, generation, (SELECT count(*) FROM edge e WHERE e.by = t.who), (SELECT count(*) FROM above a WHERE a.ancestor = t.who),
		coalesce((SELECT CASE WHEN bool_or(reason = 'self') THEN 'self' WHEN bool_or(reason = 'younger') THEN 'younger' END FROM judged j LEFT JOIN chosen c USING (who) WHERE j.who = t.who AND (c.nth IS NULL OR j.nth < c.nth)),
			CASE WHEN who IN (SELECT who FROM circle) THEN 'cycle' END)
	FROM tree t
$$;
CREATE TABLE result (what text, n bigint, wrong bigint);
CREATE PROCEDURE try(runs int) LANGUAGE plpgsql AS $$
DECLARE
	members int; instants int;
BEGIN
	FOR run IN 1 .. runs LOOP
		TRUNCATE joined;
		members := (ARRAY[3, 12, 60])[1 + floor(random() * 3)];
		instants := (ARRAY[1, 3, 40])[1 + floor(random() * 3)];
		INSERT INTO joined SELECT floor(random() * members), timestamptz '2026-01-01' + floor(random() * instants) * interval '1 day', CASE WHEN random() < 0.8 THEN floor(random() * members * 1.2) END
		FROM generate_series(1, members * 3 / 2);
		CREATE TEMP TABLE value ON COMMIT DROP AS SELECT plg.journeys(who, at, coalesce(by::text, '')) AS j FROM joined;
		INSERT INTO result SELECT 'lineage', (SELECT count(*) FROM expected()), count(*) FROM
			((TABLE expected_now EXCEPT ALL SELECT l.* FROM value, plg.lineage_as(NULL::bigint, j) l) UNION ALL (SELECT l.* FROM value, plg.lineage_as(NULL::bigint, j) l EXCEPT ALL TABLE expected_now)) d;
		INSERT INTO result SELECT 'generations', count(*), count(*) FILTER (WHERE g.* IS NULL OR (g.entities, g.from_previous) IS DISTINCT FROM (w.entities, w.from_previous))
		FROM (SELECT generation, count(*) AS entities, count(*) / lag(count(*)::float8) OVER (ORDER BY generation) AS from_previous FROM expected_now GROUP BY 1) w
		FULL JOIN (SELECT g.* FROM value, plg.generations(j) g) g USING (generation);
		DROP TABLE value;
	END LOOP;
END $$;
CREATE VIEW expected_now AS SELECT * FROM expected();
CALL try(150);
SELECT CASE WHEN sum(wrong) = 0 AND sum(n) > 300 THEN 'ok' ELSE 'not ok' END || ' - ' || what || ': ' || sum(n) || ' rows of ' || count(*) || ' random invitations' FROM result GROUP BY what ORDER BY what;
-- three in a circle, found however they are walked
SELECT CASE WHEN count(*) FILTER (WHERE rejected = 'cycle') = 1000 AND count(*) FILTER (WHERE generation = 1) = 1000 AND count(*) = 2000 THEN 'ok' ELSE 'not ok' END || ' - a circle of a thousand, each with a guest'
FROM (SELECT plg.journeys(n, timestamptz '2026-01-01' + n / 1000 * interval '1 day', (CASE WHEN n < 1000 THEN (n + 1) % 1000 ELSE n - 1000 END)::text) AS j FROM generate_series(0, 1999) n) s, plg.lineage(j) l;
-- a chain of 200,000 is no recursion
SELECT CASE WHEN max(generation) = 199999 AND max(descendants) = 199999 THEN 'ok' ELSE 'not ok' END || ' - a chain of 200,000'
FROM (SELECT plg.journeys(n, timestamptz '2026-01-01' + n * interval '1 second', CASE n WHEN 0 THEN '' ELSE (n - 1)::text END) AS j FROM generate_series(0, 199999) n) s, plg.lineage_as(NULL::bigint, j) l;
\if :load
-- relax_users: 222 invited themselves, 457 somebody who came later, as plain counts of the table say
SELECT CASE WHEN sum(g.rejected_self) = 222 AND sum(g.rejected_younger) = 457
		AND sum(g.rejected_self) = (SELECT count(*) FROM plgdata.relax_users WHERE invited_by = user_id)
		AND sum(g.rejected_younger) = (SELECT count(*) FROM plgdata.relax_users u JOIN plgdata.relax_users i ON i.user_id = u.invited_by WHERE i.signed_up_at > u.signed_up_at)
		AND sum(g.entities) = (SELECT count(*) FROM (SELECT user_id FROM plgdata.relax_users UNION SELECT invited_by FROM plgdata.relax_users WHERE invited_by IS NOT NULL) e) THEN 'ok' ELSE 'not ok' END
	|| format(' - relax_users: %s self-invitations, %s inviters younger than their invitees, %s in circles; generations %s', sum(g.rejected_self), sum(g.rejected_younger), sum(g.rejected_cycle), string_agg(g.entities::text, ' '))
FROM (SELECT plg.journeys(user_id, signed_up_at, coalesce(invited_by::text, '')) AS j FROM plgdata.relax_users) s, plg.generations(j) g;
\else
\echo ok - generations of relax_users # SKIP shared data not found
\endif

-- Simulated: everybody invites a Poisson number of others, K on average, each within 10 days on average.  The mean cumulative function finds K of those who have been
-- watched for a while; invited signups of a month over its active users do not, while the product grows.
CREATE FUNCTION simulate(k float8, roots int) RETURNS TABLE (who bigint, at timestamptz, by bigint) LANGUAGE plpgsql AS $$
DECLARE
	next bigint := roots;
	invited int;
BEGIN
	CREATE TEMP TABLE member ON COMMIT DROP AS SELECT n AS id, timestamptz '2026-01-01' + sqrt(random()) * interval '180 days' AS since, NULL::bigint AS inviter, 0 AS generation FROM generate_series(0::bigint, roots - 1) n;
	FOR g IN 0 .. 30 LOOP
		INSERT INTO member SELECT next + row_number() OVER (), m.since - 10 * ln(1 - random()) * interval '1 day', m.id, g + 1
		FROM member m, LATERAL (SELECT m.id, random() AS u) r, generate_series(1, 8) i WHERE m.generation = g AND r.u > (SELECT sum(exp(-k) * k ^ x / factorial(x)::float8) FROM generate_series(0, i - 1) x);
		GET DIAGNOSTICS invited = ROW_COUNT;
		next := next + invited + 1;
		EXIT WHEN invited = 0;
	END LOOP;
	RETURN QUERY SELECT id, since, inviter FROM member WHERE since < '2026-06-30';
	DROP TABLE member;
END $$;
\set runs 6
\getenv runs SIMULATIONS
CREATE TABLE member AS SELECT run, k, s.* FROM generate_series(1, :runs) run, unnest('{0.4,0.8}'::float8[]) k, LATERAL simulate(k, 1500 + 0 * run) s;
CREATE TABLE simulated AS SELECT run, s.k, c.mean, (c.high - c.mean) / 1.96 AS se, ratio
FROM (SELECT run, k, plg.journeys(who, at, event) AS j FROM (SELECT run, k, who, at, 'signup' FROM member UNION ALL SELECT run, k, by, at, 'accepted' FROM member WHERE by IS NOT NULL) e (run, k, who, at, event) GROUP BY run, k) s
JOIN (SELECT run, k, count(*) FILTER (WHERE by IS NOT NULL AND at >= '2026-06-01') / count(*)::float8 AS ratio FROM member GROUP BY run, k) naive USING (run, k),
	LATERAL (SELECT * FROM plg.cohort_counts(j, 'signup', 'accepted', '2026-06-30', 'day', 80, average => true) c WHERE cohort IS NULL AND period = 79) c;
SELECT CASE WHEN avg((abs(mean - k) <= 2 * se)::int) >= 0.75 AND abs(avg(mean) - k) < 0.05 AND avg(abs(ratio / k - 1)) > 0.3 THEN 'ok' ELSE 'not ok' END
	|| format(' - K = %s: found %s, within two standard errors in %s of %s runs; invited signups of the month / users %s', k, round(avg(mean)::numeric, 3), count(*) FILTER (WHERE abs(mean - k) <= 2 * se), count(*), round(avg(ratio)::numeric, 3))
FROM simulated GROUP BY k ORDER BY k;
