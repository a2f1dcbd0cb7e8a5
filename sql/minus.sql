-- Journeys less other journeys: minus, net, and the rollup that takes away.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;

CREATE TEMP TABLE event (who int, at timestamptz, what text, gone boolean);
INSERT INTO event VALUES (1, '2026-01-01', 'signup', false), (1, '2026-01-02', 'buy', true), (1, '2026-01-02', 'buy', false), (1, '2026-01-02', 'a|b', false),
	(2, '2026-01-03', 'signup', true), (-7, '2026-01-04', 'buy', false), (-7, '2026-01-05', 'once', true);
CREATE TEMP VIEW built AS SELECT plg.journeys(who, at, what) AS j, plg.journeys(who, at, what) FILTER (WHERE gone) AS gone, plg.journeys(who, at, what) FILTER (WHERE NOT gone) AS rest FROM event;

SELECT u.* FROM built, plg.unnest(plg.minus(j, gone)) u;
SELECT plg.minus(j, gone) OPERATOR(plg.=) rest AS as_built, plg.minus(plg.minus(j, gone), rest) IS NULL AS nothing, plg.minus(j, j) IS NULL AS nothing_either,
	plg.minus(j, NULL) OPERATOR(plg.=) j AS all_of_it, plg.minus(NULL, NULL) IS NULL AS none
FROM built;
SELECT plg.minus(plg.rollup(v), min(gone::text)::plg.journeys) OPERATOR(plg.=) min(rest::text)::plg.journeys AS taken_away_again
FROM built, LATERAL (VALUES (gone), (rest)) x (v);

-- what is left of two values
SELECT plg.events(n.j), plg.events(n.gone) FROM built, plg.net(rest, gone) n;
SELECT u.* FROM built, plg.net(plg.slice(j, '2026-01-02', NULL), plg.slice(j, NULL, '2026-01-03')) n, plg.unnest(n.gone) u;
SELECT n.j OPERATOR(plg.=) rest AS j, n.gone IS NULL AS gone FROM built, plg.net(j, gone) n;
SELECT n.j IS NULL AS j, n.gone OPERATOR(plg.=) rest AS gone FROM built, plg.net(gone, j) n;
SELECT n.* FROM built, plg.net(j, j) n;
SELECT n.j OPERATOR(plg.=) x.j AS j, n.gone IS NULL AS gone FROM built x, plg.net(x.j, NULL) n;
SELECT n.j IS NULL AS j, n.gone OPERATOR(plg.=) x.gone AS gone FROM built x, plg.net(NULL, x.gone) n;
SELECT n.* FROM plg.net(NULL, NULL) n;

-- signed rows, read as one value: labels and times of what is left
SELECT s.* FROM (SELECT plg.rollup(j, gone) AS j FROM built) r, plg.event_summary(j) s;
SELECT plg.events(r.j), plg.entities(r.j), plg.first_at(r.j), plg.last_at(r.j), r.j OPERATOR(plg.=) rest AS as_built
FROM (SELECT plg.rollup(j, gone) AS j FROM (SELECT j, NULL FROM built UNION ALL SELECT NULL, gone FROM built UNION ALL SELECT NULL, NULL) v (j, gone)) r, built;
SELECT plg.rollup(j, j) IS NULL AS none_left, plg.rollup(NULL, NULL::plg.journeys) IS NULL AS none, plg.rollup(j, NULL) OPERATOR(plg.=) plg.rollup(j) AS plain FROM built GROUP BY j;
SELECT f.* FROM (SELECT plg.rollup(j, gone) AS j FROM built) r, plg.funnel(j, '{signup,buy}', '7 days', '2026-02-01') f;
SELECT n, plg.events(plg.rollup(v.j, v.gone) OVER (ORDER BY n)) FROM built, LATERAL (VALUES (1, j, NULL), (2, NULL, gone), (3, NULL, rest)) v (n, j, gone);

-- a row that is not there: the first of them by entity, time and event
SELECT plg.minus(rest, j) FROM built;
SELECT plg.minus(rest, rest) IS NULL, plg.minus(NULL, gone) FROM built;
SELECT plg.minus(plg.journeys(1, '2026-01-02'::date, 'x'), plg.journeys(1, d, e)) FROM (VALUES ('2026-01-02'::date, 'y'), ('2026-01-02', 'b'), ('2026-01-01', 'z')) v (d, e);
SELECT plg.minus(plg.journeys('ann', '2026-01-02'::date, 'x'), plg.journeys(w, '2026-01-02'::date, 'x')) FROM (VALUES ('ann'), ('ann'), ('bob')) v (w);
SELECT plg.events(plg.rollup(rest, j)) FROM built;
SELECT plg.entities(plg.rollup(v.j, v.gone)) FROM built, (SELECT plg.journeys(3, '2026-01-02'::date, 'buy') AS other) o,
	LATERAL (VALUES (j, NULL), (j, gone), (NULL, other)) v (j, gone);
-- readers of some events find it, too
SELECT plg.activation_rate(plg.rollup(j, plg.relabel(gone, '{"once": "buy"}')), 'signup', 'buy', '7 days', '2026-02-01') FROM built;

-- bad arguments
SELECT plg.minus(j, plg.journeys('x', '2026-01-01'::date, 'y')) FROM built GROUP BY j;
SELECT plg.net(plg.journeys('00000000-0000-0000-0000-000000000001'::uuid, '2026-01-01'::date, 'y'), j) FROM built GROUP BY j;
SELECT plg.rollup(v, gone) FROM built, LATERAL (SELECT plg.journeys('x', '2026-01-01'::date, 'y') AS v) x;

PREPARE p0 AS SELECT plg.minus($1, $2), plg.net($1, $2);
DEALLOCATE ALL;
DROP VIEW built;
