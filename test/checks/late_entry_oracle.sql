-- Late entry: conversions of those who were first seen some time after their start,
-- against R's survfit and coxph (survival 3.5) and against plain SQL; the same bytes
-- whatever the plan; and what is stored of others has not changed.
SET timezone TO 'UTC';
SET client_min_messages TO warning;
SET jit TO off;
SELECT setseed(0.29) \g /dev/null
\ir ../oracle/report.sql

-- R: Surv(entry, exit, event), in days
CREATE TABLE seen (arm int, entry int, exit int, event int);
INSERT INTO seen VALUES (0,0,42,1), (0,0,11,1), (1,10,27,0), (0,0,24,1), (1,0,5,1), (1,17,26,1), (0,0,21,1), (1,0,55,1), (0,11,30,1), (0,0,3,0), (1,0,23,1), (1,12,29,1), (1,9,26,0), (0,7,32,1), (0,5,15,1), (0,9,15,0), (0,9,16,1), (0,0,3,0), (1,0,19,0), (0,12,18,1),
	(0,0,31,1), (0,15,30,0), (0,0,12,1), (0,0,5,1), (0,0,19,0), (0,4,26,1), (0,0,10,1), (0,0,6,1), (0,0,3,0), (0,0,2,1), (1,14,33,1), (1,0,12,1), (1,9,17,0), (1,0,5,0), (1,19,25,1), (1,11,33,1), (1,0,13,0), (0,0,4,0), (0,0,7,1), (0,0,23,0);
CREATE VIEW rows AS SELECT arm, timestamptz '2026-06-01' AS started, CASE event WHEN 1 THEN timestamptz '2026-06-01' + exit * interval '1 day' END AS converted,
	timestamptz '2026-06-01' + exit * interval '1 day' AS as_of, timestamptz '2026-06-01' + entry * interval '1 day' AS seen_from FROM seen;
CREATE TABLE built AS SELECT arm, plg.conversion(started, converted, as_of, seen_from) AS c FROM rows GROUP BY ROLLUP (arm);
CREATE FUNCTION close_to(a float8, b float8) RETURNS boolean IMMUTABLE LANGUAGE sql AS $$ SELECT abs(a - b) <= 1e-9 * greatest(1, abs(b)) $$;
SELECT report(bool_and(v.at_risk = r.at_risk AND close_to(v.rate, r.rate) AND (r.rate = 0 OR close_to(v.rate_low, r.low) AND close_to(v.rate_high, r.high))) AND count(*) = 7, 'R: the curve, its bounds, who is at risk (at day 8, between two times, R counts those who enter at 9, too)')
FROM built, plg.conversion_curve(c, '1 day', '40 days') v
	JOIN (VALUES (1, 24, 0::float8, 0::float8, 0::float8), (3, 23, 0.0416666666666666, 0.00597627980430471, 0.260793848853105), (5, 20, 0.1375, 0.0463286187818236, 0.369510939943974), (8, 17, 0.233333333333333, 0.104110568075261, 0.473846300056691),
		(12, 22, 0.367827939256511, 0.211622510594906, 0.587067765373118), (20, 18, 0.454033220266987, 0.290239334460489, 0.656428934586388), (30, 8, 0.723197089452234, 0.552941215045611, 0.871173436967749)) r (day, at_risk, rate, low, high) ON v.days = r.day
WHERE arm IS NULL;
SELECT report(array_agg(extract(day FROM plg.ttv_of_all(c, p)) ORDER BY p) = '{10,23,31}' AND array_agg(extract(day FROM (plg.ttv_of_all_ci(c, p))[1]) ORDER BY p) = '{2,10,25}' AND array_agg(extract(day FROM (plg.ttv_of_all_ci(c, p))[2]) ORDER BY p) = '{16,29,33}', 'R: quartiles and their bounds')
FROM built, unnest('{0.25,0.5,0.75}'::float8[]) p WHERE arm IS NULL;
SELECT report(abs(k.hazard_ratio - 0.541132871475) < 1e-8 AND abs(k.hazard_low - 0.228267131019) < 1e-7 AND abs(k.hazard_high - 1.28281624816) < 1e-7 AND close_to(k.rmst_difference_seconds, 86400 * (11 - 10.012331559842872)) AND k.logrank_p_value BETWEEN 0.13 AND 0.16,
	'R: hazard ratio by coxph, restricted means by survfit')
FROM (SELECT c FROM built WHERE arm = 0) a, (SELECT c FROM built WHERE arm = 1) b, plg.compare(a.c, b.c, '12 days') k;
SELECT report(a.entered = 40 AND a.mature = 12 AND plg.entered_late(c) = 16 AND plg.entered(c) = 40 AND plg.converted(c) + plg.waiting(c) = 40, format('mature rates leave %s late entrants out, and say so', plg.entered_late(c)))
FROM built, plg.activation(c, '12 days') a WHERE arm IS NULL;

-- A curve whose whole first risk set converts stays at 1, as R's does.
SELECT report(bool_and(v.rate = 1) AND array_agg(at_risk ORDER BY days) = '{3,3,2,1}', 'a curve that has come to 1 stays there')
FROM (SELECT plg.conversion('2026-06-01'::timestamptz, CASE event WHEN 1 THEN '2026-06-01'::timestamptz + exit * interval '1 day' END, '2026-06-01'::timestamptz + exit * interval '1 day', '2026-06-01'::timestamptz + entry * interval '1 day') AS c
	FROM (VALUES (0, 1, 1), (2, 5, 1), (3, 6, 0), (3, 7, 1)) v (entry, exit, event)) s, plg.conversion_curve(c, '1 day', '7 days') v WHERE days >= 4;

-- Plain SQL, at random.
CREATE TABLE person (id int, started timestamptz, converted timestamptz, seen_from timestamptz);
CREATE TABLE result (n bigint, late bigint, wrong bigint);
CREATE FUNCTION compare(as_of timestamptz) RETURNS void LANGUAGE sql AS $$
	WITH c AS MATERIALIZED (SELECT plg.conversion(started, converted, as_of, seen_from) AS c FROM (SELECT * FROM person ORDER BY random()) r),
	known AS (SELECT extract(epoch FROM greatest(seen_from, started) - started)::float8 AS entry, CASE WHEN converted <= as_of THEN extract(epoch FROM converted - started)::float8 END AS time,
			CASE WHEN as_of = 'infinity' THEN 'infinity' ELSE extract(epoch FROM as_of - started)::float8 END AS watched FROM person WHERE started <= as_of AND coalesce(seen_from, '-infinity') < 'infinity'),
	entrant AS MATERIALIZED (SELECT coalesce(entry, 0) AS entry, time, watched, coalesce(time, watched) AS exit FROM known WHERE coalesce(entry, 0) = 0 OR entry < coalesce(time, watched)),
	step AS MATERIALIZED (SELECT e.time AS t, count(*)::float8 AS d, (SELECT count(*) FROM entrant r WHERE r.exit >= e.time AND (r.entry < e.time OR r.entry = 0))::float8 AS n FROM entrant e WHERE time IS NOT NULL GROUP BY e.time),
	point AS (SELECT w, (SELECT 1 - CASE WHEN bool_or(d = n) THEN 0 ELSE exp(sum(ln((n - d) / n)) FILTER (WHERE d < n)) END FROM step WHERE t <= w * 3600) AS rate FROM unnest('{1,5,24,60,200}'::int[]) w)
	INSERT INTO result SELECT count(*), max(l.late), count(*) FILTER (WHERE NOT (a.entered = l.entered AND a.mature = l.mature AND a.converted = l.mature_converted
		AND s.entered = l.entered AND s.converted = l.converted AND (s.rate IS NULL OR abs(s.rate - coalesce(p.rate, 0)) < 1e-9) AND plg.entered_late(c) = l.late
		AND n.mature = l.entered - l.late AND plg.converted(c) = l.all_converted))
	FROM c, point p, LATERAL (SELECT count(*) AS entered, count(*) FILTER (WHERE entry > 0) AS late, count(*) FILTER (WHERE entry = 0 AND watched >= w * 3600) AS mature, count(time) AS all_converted,
			count(*) FILTER (WHERE entry = 0 AND watched >= w * 3600 AND time <= w * 3600) AS mature_converted, count(*) FILTER (WHERE time <= w * 3600) AS converted FROM entrant) l,
		plg.activation(c, make_interval(hours => w)) a, plg.activation(c, make_interval(hours => w), 'censor') s, plg.activation(c, NULL) n WHERE c IS NOT NULL
$$;
CREATE PROCEDURE try_random(runs int) LANGUAGE plpgsql AS $$
BEGIN
	FOR run IN 1 .. runs LOOP
		TRUNCATE person;
		INSERT INTO person SELECT n, started, CASE WHEN random() < 0.7 THEN started + floor(random() * random() * 300) * interval '1 hour' END,
			(ARRAY[NULL, started - interval '1 day', started, started + floor(random() * 60) * interval '1 hour', started + floor(random() * 60) * interval '1 hour', '-infinity', 'infinity'])[1 + floor(random() * (run % 4 + 4))]
		FROM generate_series(1, (ARRAY[1, 8, 60, 300])[1 + run % 4]) n, LATERAL (SELECT timestamptz '2026-01-01' + floor(random() * 400 + 0 * n) * interval '1 hour') s (started);
		PERFORM compare((ARRAY['infinity', '2026-01-14', '2026-01-30']::timestamptz[])[1 + run % 3]);
	END LOOP;
END
$$;
CALL try_random(160);
SELECT report(sum(wrong) = 0 AND sum(n) > 700 AND sum(late) > 1000, format('activation and the curve in plain SQL: %s answers, %s late entrants, %s differ', sum(n), sum(late), sum(wrong))) FROM result;

-- The same bytes whatever the order, the parts, the form, the workers; and nobody late, the bytes of before.
TRUNCATE person;
INSERT INTO person SELECT n, started, CASE WHEN n % 3 > 0 THEN started + n * 7919 % 500 * interval '1 hour' END, CASE WHEN n % 4 = 0 THEN started + n * 104729 % 300 * interval '1 hour' END
FROM generate_series(1, 20000) n, LATERAL (SELECT timestamptz '2026-01-01' + n * 31 % 1000 * interval '1 hour') s (started);
ANALYZE person;
CREATE TABLE reference AS SELECT plg.conversion(started, converted, '2026-02-20', seen_from) AS c FROM person;
\ir ../oracle/same.sql
SELECT report(plg.entered_late(c) > 2000 AND same('SELECT plg.conversion(started, converted, ''2026-02-20'', seen_from) FROM (SELECT * FROM person ORDER BY md5(id::text)) p'), plg.entered_late(c) || ' late entrants, shuffled') FROM reference;
SELECT report(same(format('SELECT plg.rollup(c::text::plg.conversion) FROM (SELECT plg.conversion(started, converted, ''2026-02-20'', seen_from) AS c FROM person GROUP BY id %% %s) s', parts)), parts || ' parts through their text form') FROM unnest('{1,7,3000}'::int[]) parts;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE person SET (parallel_workers = 2);
SELECT report(in_plan('Partial', 'SELECT plg.conversion(started, converted, ''2026-02-20'', seen_from) FROM person') = 1 AND same('SELECT plg.conversion(started, converted, ''2026-02-20'', seen_from) FROM person'), '2 workers');
SELECT report(plg.conversion(started, converted, '2026-02-20', NULL) OPERATOR(plg.=) plg.conversion(started, converted, '2026-02-20') AND plg.conversion(started, converted, '2026-02-20', started) OPERATOR(plg.=) plg.conversion(started, converted, '2026-02-20'), 'nobody late: the same value') FROM person;
SELECT report(bool_and(plg.conversion_send(c) = decode(bytes, 'hex')), 'what is stored without late entry has not changed')
FROM (SELECT plg.conversion(started, converted, '2026-01-20') AS c FROM (VALUES (timestamptz '2026-01-01', timestamptz '2026-01-03'), ('2026-01-02', NULL), ('2026-01-03', '2026-01-30')) v (started, converted)) s,
	(VALUES ('706c67430100000000020001010522020005040005260000000000000000')) b (bytes);

-- What is damaged is refused, or is another value in its one form.
CREATE FUNCTION outcome(bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	c plg.conversion;
BEGIN
	c := replace(encode(bytes, 'base64'), E'\n', '')::plg.conversion;
	PERFORM plg.ttv(c, 0.5, '7 days'), plg.conversion_curve(c, '1 day', '9 days');
	RETURN CASE WHEN plg.conversion_send(c) = bytes THEN 'another' ELSE 'not canonical' END;
EXCEPTION WHEN data_corrupted OR invalid_text_representation OR invalid_binary_representation THEN
	RETURN 'refused';
END $$;
CREATE TABLE sound AS SELECT plg.conversion_send(plg.conversion(started, converted, '2026-02-20', seen_from)) AS bytes FROM person WHERE id <= 60 AND seen_from > started;
SELECT report(count(*) FILTER (WHERE o = 'not canonical') = 0 AND count(*) FILTER (WHERE o = 'refused') > 50 AND count(*) FILTER (WHERE o = 'another') > 5, format('%s values with a bit that is wrong: refused, or another value', count(*)))
FROM sound, generate_series(8, length(bytes) - 9) at, unnest('{1,16,128}'::int[]) bit, LATERAL (SELECT outcome(set_byte(bytes, at, get_byte(bytes, at) # bit)) AS o) x;
SELECT report(bool_and(outcome(substr(bytes, 1, n)) = 'refused') AND bool_and(outcome(bytes || '\x00') = 'refused') AND bool_and(outcome(bytes) = 'another'), 'cut off or too long, refused') FROM sound, generate_series(1, length(bytes) - 1) n;
