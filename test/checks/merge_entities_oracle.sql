-- plg.merge_entities against plain SQL.
\ir ../oracle/two.sql
SELECT setseed(0.43) \g /dev/null

-- Who an alias stands for at a time: the latest at or before it, or else the first.
CREATE FUNCTION expected(kind text) RETURNS TABLE (entity text, at timestamptz, event text)
LANGUAGE sql STABLE AS $$
	SELECT coalesce((SELECT label FROM context c WHERE c.who = e.who AND c.at <= e.at ORDER BY c.at DESC, label COLLATE "C" DESC LIMIT 1),
			(SELECT label FROM context c WHERE c.who = e.who ORDER BY c.at, label COLLATE "C" LIMIT 1), entity_of(kind, e.who)), e.at, e.event
	FROM event e
$$;
CREATE PROCEDURE try_random(data_sets int) LANGUAGE plpgsql AS $$
DECLARE
	type text;
BEGIN
	FOR data_set IN 1 .. data_sets LOOP
		FOREACH type IN ARRAY '{bigint,uuid,text}'::text[] LOOP
			PERFORM take_random_both();
			-- aliases are odd, whom they stand for is even, some of those without events of their own
			UPDATE context SET who = 2 * floor(who / 2.0) + 1, label = entity_of(type, (2 * floor(random() * 30) - 4)::bigint);
			INSERT INTO context VALUES (1, '2026-01-05', entity_of(type, 2));
			PERFORM take_both();
			WITH want AS MATERIALIZED (SELECT * FROM expected(type)),
			got AS MATERIALIZED (SELECT v.j, plg.merge_entities(v.j, v.c) AS m FROM both_values v WHERE v.kind = type),
			rows AS MATERIALIZED (SELECT u.* FROM got, plg.unnest(m) u)
			INSERT INTO result SELECT type, (SELECT count(*) FROM want), (SELECT count(*) FROM (TABLE want EXCEPT ALL TABLE rows) x) + (SELECT count(*) FROM (TABLE rows EXCEPT ALL TABLE want) x)
				+ (SELECT count(*) FILTER (WHERE NOT m::text::plg.journeys OPERATOR(plg.=) m) FROM got);
		END LOOP;
	END LOOP;
END
$$;
CALL try_random(25);
TABLE lines;

-- large: pieces and rows not packed, aliases few and many, which move all that there is or nothing
CREATE TABLE piece AS SELECT n % 3 AS nth, plg.journeys(n * 7919 % 30011, timestamptz '2026-01-05' + n * interval '1 second', 'e' || n % 5) AS j,
	plg.journeys('user ' || n * 7919 % 30011, timestamptz '2026-01-05' + n * interval '1 second', 'e' || n % 5) AS t FROM generate_series(1::bigint, 300000) n GROUP BY 1;
CREATE TABLE alias AS SELECT every, plg.journeys(n, timestamptz '2026-01-05', (n / 2 + 100000)::text) AS j, plg.journeys('user ' || n, timestamptz '2026-01-05', 'user ' || (n / 2 + 100000)) AS t
	FROM generate_series(0::bigint, 30010) n, unnest('{1,7,5000}'::int[]) every WHERE n % every = 0 GROUP BY 1;
SELECT CASE WHEN bool_and(plg.merge_entities(p.j, a.j) OPERATOR(plg.=) plg.merge_entities(w.j, a.j) AND plg.merge_entities(p.t, a.t) OPERATOR(plg.=) plg.merge_entities(w.t, a.t)
		AND plg.merge_entities(w.j, a.j) OPERATOR(plg.=) e.j AND plg.merge_entities(w.t, a.t) OPERATOR(plg.=) e.t) AND count(*) = 3 THEN 'ok' ELSE 'not ok' END
	|| ' - pieces and one value give what the rows under their new names give'
FROM (SELECT plg.rollup(j) AS j, plg.rollup(t) AS t FROM piece) p, (SELECT plg.rollup(j)::text::plg.journeys AS j, plg.rollup(t)::text::plg.journeys AS t FROM piece) w,
	alias a, LATERAL (SELECT plg.journeys(who, timestamptz '2026-01-05' + n * interval '1 second', 'e' || n % 5) AS j, plg.journeys('user ' || who, timestamptz '2026-01-05' + n * interval '1 second', 'e' || n % 5) AS t
		FROM (SELECT n, CASE WHEN n * 7919 % 30011 % every = 0 THEN n * 7919 % 30011 / 2 + 100000 ELSE n * 7919 % 30011 END AS who FROM generate_series(1::bigint, 300000) n) r) e;
SELECT CASE WHEN plg.merge_entities(p.j, a.j) OPERATOR(plg.=) p.j THEN 'ok' ELSE 'not ok' END || ' - aliases of nobody change nothing'
FROM (SELECT plg.rollup(j) AS j FROM piece) p, (SELECT plg.journeys(-n, timestamptz '2026-01-05', n::text) AS j FROM generate_series(1::bigint, 50000) n) a;
