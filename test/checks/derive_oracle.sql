-- plg.derive against plain SQL.
\ir ../oracle/two.sql
SELECT setseed(0.42) \g /dev/null

/*
 * By trying every row at the first start's instant as the start: the times at which
 * each goal was met, of which the at_least-th smallest is when it was achieved; the
 * earliest of all tries counts.
 */
CREATE FUNCTION expected(start text, goals text[], within interval, counts int[], at_least int) RETURNS TABLE (who bigint, at timestamptz)
LANGUAGE sql STABLE AS $$
	WITH numbered AS MATERIALIZED (SELECT row_number() OVER () AS id, e.* FROM event e),
	first AS (SELECT who, min(at) AS at FROM numbered WHERE start IS NULL OR event = ANY (string_to_array(start, '|')) GROUP BY who),
	starts AS MATERIALIZED (SELECT n.id, n.who, n.at FROM numbered n JOIN first f ON n.who = f.who AND n.at = f.at WHERE start IS NULL OR n.event = ANY (string_to_array(start, '|'))),
	counted AS MATERIALIZED (
		SELECT s.id AS try, s.who, g.nth, n.at, row_number() OVER (PARTITION BY s.id, g.nth ORDER BY n.at) AS times
		FROM starts s JOIN numbered n ON n.who = s.who AND n.id <> s.id AND n.at >= s.at AND (within IS NULL OR n.at <= s.at + within)
		JOIN unnest(goals) WITH ORDINALITY g (labels, nth) ON n.event = ANY (string_to_array(g.labels, '|'))),
	met AS (SELECT try, who, at, row_number() OVER (PARTITION BY try ORDER BY at) AS goals_met FROM counted WHERE times = coalesce(counts[nth], 1))
	SELECT who, min(at) FROM met WHERE goals_met = coalesce(at_least, cardinality(goals)) GROUP BY who
$$;
CREATE FUNCTION compare(what text, start text, goals text[], within interval, counts int[], at_least int) RETURNS void LANGUAGE sql AS $$
	WITH e AS MATERIALIZED (SELECT * FROM expected(start, goals, within, counts, at_least)),
	want AS MATERIALIZED (SELECT kind, entity_of(kind, who) AS entity, at, event FROM both_values,
		(TABLE event UNION ALL SELECT who, at, 'b achieved' FROM e) r),
	got AS MATERIALIZED (SELECT kind, j, plg.derive(j, 'b achieved', start, goals, within, counts, at_least) AS d FROM both_values),
	rows AS MATERIALIZED (SELECT kind, u.* FROM got, plg.unnest(d) u)
	INSERT INTO result
	SELECT what, (SELECT count(*) FROM e), (SELECT count(*) FROM (TABLE want EXCEPT ALL TABLE rows) x) + (SELECT count(*) FROM (TABLE rows EXCEPT ALL TABLE want) x)
		+ (SELECT count(*) FILTER (WHERE NOT d::text::plg.journeys OPERATOR(plg.=) d) FROM got)
		-- without what was derived it is what it was
		+ (SELECT count(*) FILTER (WHERE NOT plg.only_events(d, '{a,b,c,signup}') OPERATOR(plg.=) j) FROM got)
$$;
CREATE PROCEDURE try_random(data_sets int) LANGUAGE plpgsql AS $$
DECLARE
	goals text[];
BEGIN
	FOR data_set IN 1 .. data_sets LOOP
		PERFORM take_random_both();
		-- without a context there is nothing to take
		INSERT INTO context VALUES (1, '2026-01-05', 'x');
		PERFORM take_both();
		FOR run IN 1 .. 4 LOOP
			goals := pick('{a}', '{a,b}', '{b,a|c,c}', '{signup,a}', '{a,a,a|b}', '{signup|a,a|b,b|c,c|signup}', '{none,a}')::text[];
			PERFORM compare(CASE run WHEN 1 THEN 'all goals once' WHEN 2 THEN 'several times' ELSE 'some of the goals' END,
				pick('signup', 'signup', 'a|signup', 'a|b|c', NULL), goals, pick(NULL, '0', '10 minutes', '3 hours', '2 days', '30 days')::interval,
				CASE WHEN run > 1 THEN (SELECT array_agg((1 + floor(random() * 3))::int) FROM unnest(goals)) END,
				(CASE WHEN run > 2 THEN 1 + floor(random() * cardinality(goals)) END)::int);
		END LOOP;
		-- a goal of one label, once, is what start and goal of the other readers are
		INSERT INTO result SELECT 'a single goal is that of activation', got, abs(want - got)
		FROM (SELECT (plg.activation(j, 'a|signup', 'a|b', '3 hours', 'infinity')).converted AS want,
			coalesce(plg.events(plg.only_events(plg.derive(j, 'found', 'a|signup', '{a|b}', '3 hours'), '{found}')), 0) AS got FROM both_values) s;
	END LOOP;
END
$$;
CALL try_random(60);
TABLE lines;

-- pieces, and rows not packed
CREATE TABLE piece AS SELECT n % 3 AS nth, plg.journeys(n * 7919 % 30011, timestamptz '2026-01-05' + n * interval '1 second', 'e' || n % 5) AS j,
	plg.journeys('user ' || n * 7919 % 30011, timestamptz '2026-01-05' + n * interval '1 second', 'e' || n % 5) AS t FROM generate_series(1::bigint, 300000) n GROUP BY 1;
CREATE FUNCTION told(j plg.journeys) RETURNS plg.journeys LANGUAGE sql AS $$ SELECT plg.derive(j, 'found', 'e0', '{e1,e2,e3}', '1 day', '{1,2,1}', 1) $$;
SELECT CASE WHEN told(p.j) OPERATOR(plg.=) told(w.j) AND told(p.t) OPERATOR(plg.=) told(w.t) AND told(raw.j) OPERATOR(plg.=) told(w.j) AND plg.events(told(w.j)) > 310000
	THEN 'ok' ELSE 'not ok' END || ' - pieces and rows not packed answer as one value does'
FROM (SELECT plg.rollup(j) AS j, plg.rollup(t) AS t FROM piece) p, (SELECT plg.rollup(j)::text::plg.journeys AS j, plg.rollup(t)::text::plg.journeys AS t FROM piece) w,
	(SELECT plg.journeys(n * 7919 % 30011, timestamptz '2026-01-05' + n * interval '1 second', 'e' || n % 5) AS j FROM generate_series(1::bigint, 300000) n) raw;
