-- plg.score, plg.scores, plg.reached and plg.auc: what they answer, what they refuse.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;

CREATE TEMP TABLE event (who int, at timestamptz, event text);
INSERT INTO event VALUES (1, '2026-01-01', 'invite'), (1, '2026-01-08', 'invite'), (1, '2026-01-15', 'export'), (2, '2026-01-15', 'invite'),
	(2, '2026-01-16', 'export'), (3, '2026-01-14 12:00', 'say "hi"'), (3, '2026-01-14 12:00', 'say "hi"'), (4, '2026-01-10', 'view');
CREATE TEMP VIEW built AS SELECT plg.journeys(who, at, event) AS j FROM event;

-- after one half-life a half, after two a quarter; at as_of all of it, later nothing
SELECT plg.score(8, at, '7 days', '2026-01-15') FROM event WHERE who = 1;
SELECT plg.score(8, at, NULL, '2026-01-15') FROM event WHERE who IN (1, 2);
SELECT who, plg.score(1, at, '12 hours', '2026-01-15') FROM event GROUP BY who ORDER BY who;
SELECT plg.score(w, at::date, '1 day', '2026-01-15'), plg.score(w, at::timestamp, '1 day', '2026-01-15') FROM (VALUES (1.0, timestamptz '2026-01-14 18:00'), (NULL, '2026-01-14'), (3, NULL)) v (w, at);
-- sums that doubles lose, in either order
SELECT plg.score(w, '2026-01-01'::timestamptz, NULL, '2026-01-15' ORDER BY w), plg.score(w, '2026-01-01'::timestamptz, NULL, '2026-01-15' ORDER BY -w), sum(w ORDER BY w)
FROM (VALUES (1e300::float8), (1), (-1e300), (1e-300), (-1e-300)) v (w);
SELECT plg.score(1, at, '7 days', '2026-01-15') OVER (ORDER BY at) FROM event WHERE who = 1;

SELECT s.* FROM built, plg.scores(j, '{"invite": 8, "export": 3, "say \"hi\"": -1.5}', '7 days', '2026-01-15') s;
SELECT s.* FROM built, plg.scores(j, '{"invite": 8, "export": 3, "say \"hi\"": -1.5}', '7 days', '2026-01-15', 2) s;
SELECT s.*, pg_typeof(entity) FROM built, plg.scores_as(NULL::bigint, j, '{"invite": 1}', NULL, 'infinity') s;
SELECT s.* FROM built, plg.scores(j, '{"invite": 1}', '1 day', NULL) s;
SELECT s.* FROM built, plg.scores(j, '{}', '1 day', NULL) s;
SELECT s.* FROM built, plg.scores(j, '{"invite": 1}', '1 day', '2025-01-01') s;
SELECT s.* FROM plg.scores(NULL, '{"invite": 1}', '1 day', '2025-01-01') s;

-- the first instant, with all that came at it
SELECT plg.reached(at, q, 10) FROM (VALUES (timestamptz '2026-01-03', 6.5), ('2026-01-01', 3.5), ('2026-01-02', 9), ('2026-01-02', -9), ('2026-01-04', 5)) v (at, q);
SELECT plg.reached(at, q, 10.0001), plg.reached(at, q, 99), plg.reached(at, q, 0), plg.reached(at::date, q, 3.5), plg.reached(at::timestamp, q, 3.51)
FROM (VALUES (timestamptz '2026-01-03 10:00', 6.5), ('2026-01-01 10:00', 3.5), ('2026-01-04', 0.0001), (NULL, 99), ('2026-01-01', NULL)) v (at, q);
SELECT n, plg.reached(timestamptz '2026-01-01' + n * interval '1 day', 0.1, 0.3) OVER (ORDER BY n) FROM generate_series(1, 4) n;
SELECT plg.reached(now(), 1, 1) FROM event WHERE false;

SELECT plg.auc(score, paid) FROM (VALUES (0.1, false), (0.4, false), (0.35, true), (0.8, true)) v (score, paid);
SELECT plg.auc(score, paid), plg.auc(-score, paid), plg.auc(0, paid), plg.auc(score, true), plg.auc(score, NULL)
FROM (VALUES (1, false), (2, false), (2, true), (3, true), ('-infinity'::float8, false), (NULL, true)) v (score, paid);
SELECT plg.auc(n, n > 2) OVER (ORDER BY n) FROM generate_series(1, 4) n;

-- bad arguments
SELECT plg.score('NaN', at, '7 days', '2026-01-15') FROM event;
SELECT plg.score('infinity', at, '7 days', '2026-01-15') FROM event;
SELECT plg.score(1e308, at, NULL, '2026-01-15') FROM event;
SELECT plg.score(1, at, '0', '2026-01-15') FROM event;
SELECT plg.score(1, at, '1 month', '2026-01-15') FROM event;
SELECT plg.score(1, at, '1 day', NULL) FROM event;
SELECT plg.score(1, at, '1 day', 'infinity') FROM event;
SELECT plg.score(1, at, '1 day', at) FROM event;
SELECT plg.score(1, 'infinity'::timestamptz, '1 day', now()) FROM event;
SELECT s.* FROM built, plg.scores(j, NULL, '1 day', now()) s;
SELECT s.* FROM built, plg.scores(j, '[1]', '1 day', now()) s;
SELECT s.* FROM built, plg.scores(j, '{"invite": "5"}', '1 day', now()) s;
SELECT s.* FROM built, plg.scores(j, '{"invite": 1e400}', '1 day', now()) s;
SELECT s.* FROM built, plg.scores(j, '{"invite": 5}', '1 day', 'infinity') s;
SELECT s.* FROM built, plg.scores(j, '{"invite": 5}', '1 day', now(), -1) s;
SELECT s.* FROM built, plg.scores_as(NULL::text, j, '{"invite": 5}', '1 day', now()) s;
SELECT plg.reached(at, 1, NULL) FROM event;
SELECT plg.reached(at, 1, who) FROM event;
SELECT plg.reached(at, 'NaN', 1) FROM event;
SELECT plg.reached(at, 1e30, 1e37) FROM event;
SELECT plg.auc('NaN', true) FROM event;
SELECT plg.score_final('\x');
-- the first time that can be and the last: a score, and no time between them
SELECT plg.score(1, '4714-11-24 00:00+00 BC', '100000000 days', '294276-12-31 23:59:59.999999+00')::numeric(20, 12) AS score;
SELECT f.p50_seconds FROM plg.funnel((SELECT plg.journeys(1, at, event) FROM (VALUES (timestamptz '4714-11-24 00:00+00 BC', 'a'), ('294276-12-31 23:59:59.999999+00', 'b')) v (at, event)), '{a,b}', NULL, 'infinity') f;
