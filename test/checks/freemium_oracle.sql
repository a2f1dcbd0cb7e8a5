-- plg.freemium against plain SQL; products of known tightness; the recipe of wall crossings.
\ir ../oracle/events.sql
SELECT setseed(0.71) \g /dev/null

CREATE FUNCTION expected(start text, aha text, wall text, paid text, span interval, as_of timestamptz, entered tstzrange)
RETURNS text LANGUAGE sql STABLE AS $$
	WITH sight AS (SELECT coalesce(as_of, max(at)) AS seen FROM event),
	numbered AS (SELECT row_number() OVER () AS id, e.* FROM event e, sight WHERE at <= seen),
	-- the start's own row is none of the others, and of several at its instant the one that leaves the other
	first AS (SELECT g.what, f.* FROM (VALUES ('aha', aha), ('wall', wall), ('paid', paid)) g (what, wanted), LATERAL (
		SELECT DISTINCT ON (n.entity) n.entity, n.at AS started, n.id FROM numbered n WHERE start IS NULL OR n.event = ANY (labels(start)) ORDER BY n.entity, n.at, n.event = ANY (labels(g.wanted))) f
		WHERE entered IS NULL OR started <@ entered),
	met AS (SELECT f.entity, f.started, f.what, (SELECT min(n.at) FROM numbered n WHERE n.entity = f.entity AND n.id <> f.id AND n.at >= f.started AND (span IS NULL OR n.at - f.started <= span)
		AND n.event = ANY (labels(CASE what WHEN 'aha' THEN aha WHEN 'wall' THEN wall ELSE paid END))) AS at FROM first f),
	person AS (SELECT entity, started, min(at) FILTER (WHERE what = 'aha') AS a, min(at) FILTER (WHERE what = 'wall') AS w, min(at) FILTER (WHERE what = 'paid') AS p FROM met GROUP BY 1, 2),
	mature AS (SELECT *, CASE WHEN w < a OR (w IS NOT NULL AND a IS NULL) THEN 1 WHEN a IS NULL THEN 4 WHEN w IS NULL THEN 3 ELSE 2 END AS grp FROM person, sight WHERE span IS NULL OR seen = 'infinity' OR seen - started >= span)
	SELECT concat_ws('/', (SELECT count(*) FROM person), (SELECT count(*) FROM mature), string_agg(s, '/' ORDER BY grp) FILTER (WHERE nth = 1)) || '/' ||
		concat_ws('/', coalesce(round((percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM w - a)::float8) FILTER (WHERE grp = 2))::numeric, 3)::text, 'NULL'),
		coalesce(round((percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM p - w)::float8) FILTER (WHERE p >= w))::numeric, 3)::text, 'NULL'))
	FROM (SELECT m.*, NULL::text AS s, 0 AS nth FROM mature m) m
	FULL JOIN (SELECT g AS grp, 1 AS nth, (SELECT format('%s/%s/%s', count(*), count(p), coalesce(round(count(p) / nullif(count(*), 0)::numeric, 9)::text, 'NULL')) FROM mature m WHERE m.grp = g) AS s FROM generate_series(1, 4) g) t USING (grp, nth, s)
$$;
CREATE FUNCTION told(start text, aha text, wall text, paid text, span interval, as_of timestamptz, entered tstzrange)
RETURNS text LANGUAGE sql STABLE AS $$
	SELECT format('%s/%s', f.entered, f.mature) || '/' || (SELECT string_agg(format('%s/%s/%s', n, p, coalesce(round(r::numeric, 9)::text, 'NULL')), '/' ORDER BY o)
			FROM (VALUES (1, wall_first, wall_first_paid, wall_first_rate), (2, aha_then_wall, aha_then_wall_paid, aha_then_wall_rate), (3, aha_no_wall, aha_no_wall_paid, aha_no_wall_rate), (4, neither, neither_paid, neither_rate)) v (o, n, p, r))
		|| '/' || coalesce(round(p50_aha_to_wall_seconds::numeric, 3)::text, 'NULL') || '/' || coalesce(round(p50_wall_to_paid_seconds::numeric, 3)::text, 'NULL')
	FROM value, plg.freemium(j, start, aha, wall, paid, span, as_of, entered) f
$$;
CREATE TABLE result (mature bigint, sums boolean, want text, got text);
CREATE PROCEDURE try(runs int) LANGUAGE plpgsql AS $$
DECLARE
	start text; aha text; wall text; paid text; span interval; last timestamptz; entered tstzrange; want text; got text;
BEGIN
	FOR run IN 1 .. runs LOOP
		PERFORM take_random();
		start := pick(NULL, 'a', 'a|b'); aha := pick('b', 'b|c', 'a'); wall := pick('c', 'd', 'c|d'); paid := pick('d', 'a', 'b');
		span := pick(NULL, '0', '1 day', '3 days', '40 days')::interval;
		last := random_as_of();
		entered := CASE WHEN random() < 0.2 THEN tstzrange((SELECT min(at) + interval '1 day' FROM event), NULL) END;
		want := expected(start, aha, wall, paid, span, last, entered);
		-- "1 month" of a difference of times is never there, days are
		got := told(start, aha, wall, paid, span, last, entered);
		INSERT INTO result SELECT p[2], p[2] = p[3] + p[6] + p[9] + p[12], want, got FROM (SELECT array_agg(nullif(x, 'NULL')::numeric ORDER BY o)::numeric[] AS p FROM regexp_split_to_table(got, '/') WITH ORDINALITY t (x, o)) s;
	END LOOP;
END $$;
CALL try(150);
SELECT CASE WHEN count(*) FILTER (WHERE want IS DISTINCT FROM got) = 0 AND bool_and(sums) AND sum(mature) > 1000 THEN 'ok' ELSE 'not ok' END || ' - freemium: ' || count(*) || ' questions, ' || sum(mature) || ' mature entrants, whose four groups sum to them'
	|| coalesce((SELECT E'\n# want ' || want || E'\n# got  ' || got FROM result WHERE want IS DISTINCT FROM got LIMIT 1), '') FROM result;

-- Products of 2,000 users: aha after about 10 units of use, use of about one unit a day, walls at about 12, 24 and 60 units.  The tighter, the more meet the wall first.
\set runs 20
\getenv runs SIMULATIONS
CREATE TABLE product AS
SELECT run, wall, f.wall_first / f.mature::float8 AS tight, f.aha_no_wall / f.mature::float8 AS loose
FROM (SELECT run, wall, plg.journeys(who, at, event) AS j
	FROM (SELECT run, wall, who, CASE event WHEN 'aha' THEN -10 * ln(u) * pace WHEN 'wall' THEN wall * pace * (0.5 + v) ELSE 0 END AS days, event
		FROM generate_series(1, :runs) run, unnest('{12,24,60}'::int[]) wall, generate_series(1, 2000) who, LATERAL (SELECT random() AS u, random() AS v, 0.5 + random() AS pace, run + wall + who AS ignored) r,
			unnest('{signup,aha,wall}'::text[]) event) s, LATERAL (SELECT timestamptz '2026-01-01' + days * interval '1 day' AS at) t GROUP BY run, wall) p,
	plg.freemium(j, 'signup', 'aha', 'wall', 'paid', '30 days', 'infinity') f;
SELECT CASE WHEN avg(rightly::int) >= 0.95 THEN 'ok' ELSE 'not ok' END || format(' - %s of %s products of known tightness are ranked rightly', count(*) FILTER (WHERE rightly), count(*))
FROM (SELECT run, array_agg(wall ORDER BY tight DESC) = '{12,24,60}' AND array_agg(wall ORDER BY loose) = '{12,24,60}' AS rightly FROM product GROUP BY run) r;

-- The recipe of docs/freemium.md: use that is metered by month against a limit that may change, as a running sum that a change of the limit goes into.
CREATE TABLE usage AS SELECT floor(random() * 40)::int AS account, timestamptz '2026-01-01' + floor(random() * 90) * interval '1 day' + floor(random() * 5) * interval '1 hour' AS at, floor(random() * 30)::numeric AS quantity FROM generate_series(1, 2400);
CREATE TABLE plan AS SELECT account, timestamptz '2025-12-01' AS since, 300::numeric AS max_quantity FROM generate_series(0, 39) account
	UNION ALL SELECT account, timestamptz '2026-01-01' + floor(random() * 80) * interval '1 day', (200 + floor(random() * 400))::numeric FROM generate_series(0, 39, 2) account;
WITH recipe AS (
	SELECT account, month, plg.reached(at, quantity, base) AS crossed_at
	FROM (SELECT u.account, date_trunc('month', u.at, 'UTC') AS month, u.at, u.quantity FROM usage u
		UNION ALL SELECT account, date_trunc('month', since, 'UTC'), since, old - max_quantity FROM (SELECT *, lag(max_quantity) OVER (PARTITION BY account ORDER BY since) AS old FROM plan) c WHERE old IS NOT NULL AND since > date_trunc('month', since, 'UTC')) r,
		LATERAL (SELECT max_quantity AS base FROM plan p WHERE p.account = r.account AND p.since <= r.month ORDER BY since DESC LIMIT 1) b
	GROUP BY account, month, base),
brute AS (
	SELECT account, month, min(at) FILTER (WHERE used >= max_quantity) AS crossed_at
	FROM (SELECT i.*, (SELECT coalesce(sum(quantity), 0) FROM usage u WHERE u.account = i.account AND u.at >= i.month AND u.at <= i.at) AS used,
			(SELECT max_quantity FROM plan p WHERE p.account = i.account AND p.since <= i.at ORDER BY since DESC LIMIT 1)
		FROM (SELECT account, at, date_trunc('month', at, 'UTC') AS month FROM usage UNION SELECT account, since, date_trunc('month', since, 'UTC') FROM plan WHERE since >= '2026-01-01') i) x GROUP BY 1, 2)
SELECT CASE WHEN count(*) > 110 AND count(r.crossed_at) > 40 AND count(*) > count(r.crossed_at) AND bool_and(r.crossed_at IS NOT DISTINCT FROM b.crossed_at) THEN 'ok' ELSE 'not ok' END || format(' - walls of %s months by the recipe, %s crossed', count(*), count(b.crossed_at))
FROM recipe r FULL JOIN brute b USING (account, month);
