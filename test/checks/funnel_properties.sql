-- What must not change a funnel, and what must; and other ways to the same
-- answer.  test/unit/chain.c holds the engine itself against a brute force.
SELECT setseed(0.25) \g /dev/null
SET timezone TO 'UTC';
SET client_min_messages TO warning;
\ir ../oracle/report.sql

-- whole seconds within an hour: ties are common
CREATE TABLE events AS
SELECT n, (random() * 800)::int AS user_id, timestamptz '2026-03-08 09:00+00' + floor(random() * 3600) / 60 * interval '1 min' AS at,
	('{a,a,b,b,c,d,x}'::text[])[1 + floor(random() * 7)::int] AS event
FROM generate_series(1, 12000) n OFFSET 0;
UPDATE events SET at = date_trunc('minute', at);
ANALYZE events;

-- every mode, attempt and option
CREATE TABLE variants AS
SELECT row_number() OVER () AS nth, *
FROM unnest('{ordered,any,strict,exact}'::text[]) mode, unnest('{best,first,each,next}'::text[]) attempt,
	(VALUES (NULL::interval, NULL::interval[], NULL::text[], NULL::boolean[], false), (NULL, NULL, '{d}', NULL, false), (NULL, NULL, NULL, NULL, true),
		('2 min', NULL, NULL, NULL, false), (NULL, '{NULL,5 min,8 min}', NULL, NULL, false), (NULL, NULL, NULL, '{f,t,f}', false),
		(NULL, '{NULL,5 min,NULL}', '{d}', '{f,t,f}', true)) v (grace, step_within, exclude, optional, increasing)
WHERE mode <> 'any' OR (grace IS NULL AND step_within IS NULL AND optional IS NULL AND NOT increasing);

-- all variants of one value, each with its milestones and its funnel as text
CREATE FUNCTION answers(j plg.journeys, steps text[] DEFAULT '{a,b,c}', within interval DEFAULT '30 min', shift interval DEFAULT '0') RETURNS TABLE (nth bigint, mode text, answer text)
LANGUAGE sql AS $$
	SELECT v.nth, v.mode, concat(
		(SELECT string_agg(concat(entity, level, (SELECT array_agg(t - shift) FROM unnest(reached) t)), ';')
			FROM plg.milestones(j, steps, within, v.mode, attempt, grace => grace, step_within => step_within, exclude => exclude,
				optional => optional, strictly_increasing => increasing) m),
		(SELECT string_agg(f::text, ';') FROM plg.funnel(j, steps, within, '2026-03-08 09:50+00'::timestamptz + shift, v.mode, attempt, grace => grace,
			step_within => step_within, exclude => exclude, optional => optional, strictly_increasing => increasing) f))
	FROM variants v
$$;
CREATE TABLE reference AS SELECT a.* FROM (SELECT plg.journeys(user_id, at, event) AS j FROM events) s, answers(j) a;
CREATE FUNCTION same(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	result boolean;
BEGIN
	EXECUTE format('SELECT count(*) = (SELECT count(*) FROM variants) AND bool_and(a.answer = r.answer) FROM (%s) s (j), answers(j) a JOIN reference r USING (nth)', query)
	INTO result;
	RETURN result;
END $$;

SELECT report(count(*) = 92 AND count(DISTINCT answer) > 80, 'the variants differ: ' || count(DISTINCT answer) || ' of ' || count(*)) FROM reference;
SELECT report(same('SELECT plg.journeys(user_id, at, event) FROM (SELECT * FROM events ORDER BY md5(n::text)) e'), 'shuffled rows');
SELECT report(same('SELECT plg.rollup(j) FROM (SELECT plg.journeys(user_id, at, event) AS j FROM events GROUP BY n % 13) s'), 'split and rolled up');
SELECT report(bool_and(a.answer = r.answer), 'translated in time')
FROM (SELECT plg.journeys(user_id, at + interval '1000 days 1 us', event) AS j FROM events) s, answers(j, shift => '1000 days 1 us') a JOIN reference r USING (nth);
SELECT report(bool_and((a.answer = r.answer) = (a.mode <> 'exact')), 'an irrelevant event changes nothing except exact')
FROM (SELECT plg.journeys(user_id, at, event) AS j FROM (SELECT user_id, at, event FROM events
	UNION ALL SELECT user_id, at + (n % 7 - 3) * interval '20 s', 'other' FROM events) e) s, answers(j) a JOIN reference r USING (nth);
SET timezone TO 'America/New_York';
SELECT report(bool_and(x), 'another time zone: the same counts') FROM (
	SELECT count(*) = count(*) FILTER (WHERE f.entities = g.entities AND f.p50_seconds IS NOT DISTINCT FROM g.p50_seconds) AS x
	FROM (SELECT plg.journeys(user_id, at, event) AS j FROM events) s, plg.funnel(j, '{a,b,c}', '30 min', '2026-03-08 09:50+00') f
	JOIN (SELECT plg.journeys(user_id, at AT TIME ZONE 'UTC', event) AS k FROM events) t ON true, LATERAL plg.funnel(k, '{a,b,c}', '30 min', '2026-03-08 09:50+00') g WHERE f.step = g.step) s;
SET timezone TO 'UTC';

CREATE TABLE stored AS SELECT plg.journeys(user_id, at, event) AS j FROM events;
-- an entity's level; with attempt each and next that of its best pass: further passes may get less far, as others leave them other rows
CREATE FUNCTION levels(j plg.journeys, within interval) RETURNS TABLE (nth bigint, mode text, attempt text, entity text, level int)
LANGUAGE sql AS $$
	SELECT v.nth, v.mode, attempt, entity, max(level) FROM variants v, plg.milestones(j, '{a,b,c}', within, v.mode, attempt, grace => grace,
		step_within => step_within, exclude => exclude, optional => optional, strictly_increasing => increasing) GROUP BY v.nth, v.mode, attempt, entity
$$;
SELECT report(bool_and(b.level >= a.level) AND count(*) FILTER (WHERE b.level > a.level) > 100 AND count(DISTINCT nth) = 69, 'a wider window never lowers a level')
FROM stored, levels(j, '10 min') a LEFT JOIN LATERAL levels(j, '11 min') b USING (nth, entity) WHERE a.attempt <> 'next';
-- in strict and exact order the second event stands in the way of the first; elsewhere it is one more choice
SELECT report(bool_and(b.level = a.level) AND count(*) > 10000 AND count(DISTINCT nth) = 27, 'an event twice changes no level of different steps, except in strict and exact')
FROM stored, (SELECT plg.journeys(user_id, at, event) AS twice FROM (TABLE events UNION ALL SELECT * FROM events WHERE n % 3 = 0) e) t,
	levels(j, '10 min') a JOIN LATERAL levels(twice, '10 min') b USING (nth, entity) WHERE a.mode IN ('ordered', 'any') AND a.attempt <> 'next';
-- passes
CREATE FUNCTION first_chains(j plg.journeys, attempt text) RETURNS TABLE (nth bigint, entity text, pass bigint, level int, reached timestamptz[])
LANGUAGE sql AS $$
	SELECT v.nth, entity, row_number() OVER (PARTITION BY v.nth, entity ORDER BY m.ordinality), level, reached
	FROM variants v, plg.milestones(j, '{a,b,c}', '10 min', v.mode, first_chains.attempt, grace => grace, step_within => step_within, exclude => exclude,
		optional => optional, strictly_increasing => increasing) WITH ORDINALITY m WHERE v.attempt = 'each'
$$;
SELECT report(bool_and(x IS NOT DISTINCT FROM y) AND count(*) > 10000 AND count(DISTINCT nth) = 23, 'the first pass is the best chain')
FROM stored, LATERAL (SELECT nth, entity, level, reached FROM first_chains(j, 'each') WHERE pass = 1) x
	FULL JOIN (SELECT c.nth, c.entity, c.level, c.reached FROM stored, first_chains(j, 'best') c) y USING (nth, entity);
SELECT report(bool_and(level <= before) AND count(*) > 10000, 'no pass gets further than the one before')
FROM (SELECT level, lag(level) OVER (PARTITION BY nth, entity ORDER BY pass) AS before FROM stored, first_chains(j, 'each')) s WHERE before IS NOT NULL;
-- no row is used twice: at each time as many passes take a step as there are rows for it, at the most
SELECT report(bool_and(taken <= there) AND count(*) > 3000, 'passes use no row twice')
FROM (SELECT nth, entity, step, at, count(*) AS taken FROM stored, first_chains(j, 'each') JOIN variants v USING (nth), unnest(reached) WITH ORDINALITY r (at, step)
		WHERE at IS NOT NULL AND v.mode <> 'any' GROUP BY 1, 2, 3, 4) t
	JOIN (SELECT user_id::text AS entity, CASE event WHEN 'a' THEN 1 WHEN 'b' THEN 2 WHEN 'c' THEN 3 END AS step, at, count(*) AS there FROM events GROUP BY 1, 2, 3) e USING (entity, step, at);
-- passes in turn: each from the first start that is left when the one before has ended
CREATE INDEX ON events ((user_id::text), event, at);
ANALYZE events;
CREATE TABLE turn AS
SELECT nth, c.entity, pass, c.level, reached[1] AS started, CASE level WHEN 3 THEN reached[3] ELSE least(reached[1] + interval '10 min 1 us',
		(SELECT min(at) FROM events e WHERE e.user_id::text = c.entity AND event = ANY (exclude) AND at > reached[1])) END AS ends
FROM stored, first_chains(j, 'next') c JOIN variants v USING (nth) WHERE v.mode <> 'any' AND grace IS NULL;
SELECT report(count(*) > 5000 AND bool_and(started IS NOT DISTINCT FROM (SELECT min(at) FROM events e WHERE e.user_id::text = t.entity AND event = 'a' AND at >= before)
		OR was = 3 AND started IS NOT DISTINCT FROM (SELECT min(at) FROM events e WHERE e.user_id::text = t.entity AND event = 'a' AND at > before)) AND bool_or(started = before) AND count(DISTINCT nth) = 18, 'passes in turn begin with the first start after the end of the one before, or at that instant with one that is left')
FROM (SELECT *, lag(ends, 1, '-infinity') OVER w AS before, lag(level) OVER w AS was FROM turn WINDOW w AS (PARTITION BY nth, entity ORDER BY pass)) t;
SELECT report(bool_and(x.level = y.level AND x.reached = y.reached) AND count(*) > 10000 AND count(DISTINCT nth) = 23, 'the first of them is the chain from the first start')
FROM stored, LATERAL (SELECT * FROM first_chains(j, 'next') WHERE pass = 1) x FULL JOIN (SELECT c.* FROM stored, first_chains(j, 'first') c) y USING (nth, entity);
SELECT report(bool_and(two.level = 2) AND bool_or(one.level = 1), 'an event twice meets a step named twice')
FROM stored, plg.milestones(j, '{a,a}', '10 min') one JOIN (SELECT plg.journeys(user_id, at, event) AS twice FROM (TABLE events UNION ALL TABLE events) e) t ON true,
	LATERAL plg.milestones(twice, '{a,a}', '10 min') two WHERE one.entity = two.entity;

-- attempt first, two steps: activation
SELECT report(bool_and(f.entities = CASE step WHEN 1 THEN a.mature ELSE a.converted END
	AND (step = 1 OR f.rate_from_first IS NOT DISTINCT FROM plg.activation_rate(j, steps[1], steps[2], within, as_of, entered_in)))
	AND count(*) = 2 * 3 * 4 * 3 * 2 AND max(a.mature) > max(a.converted) AND max(a.converted) > 100, 'attempt first equals activation for two steps')
FROM stored, unnest('{10 min,0,NULL}'::interval[]) within, (VALUES ('{a,b}'::text[]), ('{a,a}'), ('{a|b,b|c}'), ('{NULL,b}')) s (steps),
	unnest('{2026-03-08 09:50+00,infinity,NULL}'::timestamptz[]) as_of, (VALUES (NULL::tstzrange), ('[2026-03-08 09:03+00,2026-03-08 09:20+00)')) e (entered_in),
	plg.activation(j, steps[1], steps[2], within, as_of, entered_in) a, plg.funnel(j, steps, within, as_of, attempt => 'first', entered => entered_in) f;

-- the funnel is the mature rows of milestones
SELECT report(bool_and(f.entities = m.entities AND abs(f.p90_seconds - m.p90) < 2e-6 AND (step = 1 OR abs(f.p50_seconds_previous - m.p50_previous) < 2e-6))
	AND count(*) = 3 * 2, 'the funnel counts and times the mature rows of milestones')
FROM stored, unnest('{best,first}'::text[]) attempt, plg.funnel(j, '{a,b,c}', '20 min', '2026-03-08 09:40+00', attempt => attempt) f,
	LATERAL (SELECT count(reached[step]) AS entities,
			percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM reached[step] - reached[1])) AS p90,
			percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM reached[step] - reached[step - 1])) AS p50_previous
		FROM plg.milestones(j, '{a,b,c}', '20 min', attempt => attempt, as_of => '2026-03-08 09:40+00') m
		JOIN (SELECT user_id::text AS entity, min(at) AS started FROM events WHERE event = 'a' GROUP BY 1) f USING (entity)
		WHERE started + interval '20 min' <= '2026-03-08 09:40+00') m;

-- the aggregate over conditions says the same as the reader
CREATE VIEW by_user AS
SELECT user_id, plg.milestones('30 min', at, event = 'a', event = 'b', event = 'c') AS reached FROM events GROUP BY user_id;
SELECT report(count(*) FILTER (WHERE b.reached IS DISTINCT FROM m.reached OR plg.level(b.reached) <> coalesce(m.level, 0)) = 0 AND count(m.entity) > 700,
	'conditions and journeys agree')
FROM by_user b FULL JOIN (SELECT m.* FROM stored, plg.milestones_as(NULL::bigint, j, '{a,b,c}', '30 min') m) m ON entity = user_id;
SELECT report(r.counts = f.counts, 'step_counts of milestones are the funnel''s counts')
FROM stored, (SELECT plg.step_counts(reached) AS counts FROM by_user) r, LATERAL (SELECT array_agg(entities ORDER BY step) AS counts FROM plg.funnel(j, '{a,b,c}', '30 min', 'infinity') f) f;

-- rows that meet several conditions: every order of rows gives the same
CREATE TABLE marks AS
SELECT n % 500 AS grp, n, timestamptz '2026-01-01' + floor(random() * 6) * interval '1 s' AS at, random() < 0.4 AS a, random() < 0.4 AS b, random() < 0.4 AS c
FROM generate_series(1, 4000) n OFFSET 0;
CREATE VIEW marked AS SELECT grp, plg.milestones('3 s', at, a, b, c) AS reached, plg.nth(3, at, b) AS third FROM marks GROUP BY grp;
CREATE TABLE marked_once AS TABLE marked;
CREATE VIEW wide AS SELECT grp % 5 AS key, plg.milestones('3 s', at, a, b, c) AS reached FROM marks GROUP BY 1;
CREATE TABLE wide_once AS TABLE wide;
SELECT report(count(*) FILTER (WHERE x IS DISTINCT FROM y) = 0 AND count(*) = 500, 'conditions: shuffled rows')
FROM marked_once x FULL JOIN (SELECT grp, plg.milestones('3 s', at, a, b, c) AS reached, plg.nth(3, at, b) AS third
	FROM (SELECT * FROM marks ORDER BY md5(n::text)) s GROUP BY grp) y USING (grp);
SELECT report(count(*) FILTER (WHERE third IS DISTINCT FROM (SELECT at FROM marks m WHERE m.grp = x.grp AND b ORDER BY at OFFSET 2 LIMIT 1)) = 0 AND count(third) > 100,
	'nth is the third row in order') FROM marked_once x;
SELECT report(bool_and(reached IS NOT DISTINCT FROM so_far AND third IS NOT DISTINCT FROM third_so_far), 'over a window, the last row knows it all')
FROM (SELECT grp, plg.milestones('3 s', at, a, b, c) OVER w AS so_far, plg.nth(3, at, b) OVER w AS third_so_far, row_number() OVER (PARTITION BY grp ORDER BY at DESC) AS back
	FROM marks WINDOW w AS (PARTITION BY grp ORDER BY at)) s JOIN marked_once USING (grp) WHERE back = 1;
-- naively: some assignment of rows to two steps
SELECT report(bool_and((plg.level(two) >= 2) = EXISTS (SELECT FROM marks x JOIN marks y ON x.grp = y.grp AND x.n <> y.n AND x.a AND y.b AND y.at BETWEEN x.at AND x.at + interval '2 s' WHERE x.grp = s.grp)),
	'two steps: exactly where two rows of a group join')
FROM (SELECT grp, plg.milestones('2 s', at, a, b) AS two FROM marks WHERE n % 3 = 0 OR grp % 2 = 0 GROUP BY grp) s WHERE grp % 2 = 0;

SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE marks SET (parallel_workers = 2);
ALTER TABLE events SET (parallel_workers = 2);
SELECT report(in_plan('Partial', 'TABLE marked') = 1 AND in_plan('Partial', 'SELECT plg.step_counts(NULL::timestamptz[]) FROM marks') = 1, 'the plans are parallel');
SELECT report(count(*) FILTER (WHERE x IS DISTINCT FROM y) = 0 AND count(*) = 500, '2 workers') FROM marked_once x FULL JOIN marked y USING (grp);
SELECT report(in_plan('Partial', 'TABLE wide') > 0 AND (SELECT count(*) FILTER (WHERE x IS DISTINCT FROM y) = 0 AND count(*) = 5 FROM wide_once x FULL JOIN wide y USING (key)),
	'2 workers, states of more than 126 bytes beside an int4 key');
SET enable_hashagg = off;
SELECT report(count(*) FILTER (WHERE x IS DISTINCT FROM y) = 0 AND count(*) = 500, '2 workers, sorted groups') FROM marked_once x FULL JOIN marked y USING (grp);
SET parallel_leader_participation = off;
SELECT report(same('SELECT plg.journeys(user_id, at, event) FROM events'), '2 workers, journeys');
CREATE TABLE reached_once AS SELECT grp, reached FROM marked_once;
ALTER TABLE reached_once SET (parallel_workers = 2);
SELECT report(plg.step_counts(reached) = ARRAY[count(reached[1]), count(reached[2]), count(reached[3])] AND in_plan('Partial', 'SELECT plg.step_counts(reached) FROM reached_once') = 1,
	'2 workers, step_counts') FROM reached_once;
