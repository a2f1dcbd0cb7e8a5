-- plg.conversion: what it counts, what it answers, what it refuses.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;
SET extra_float_digits TO -6;

CREATE TABLE trial (who text, started timestamptz, converted timestamptz);
INSERT INTO trial VALUES
	('ann', '2026-01-01', '2026-01-02'),
	('bob', '2026-01-03', '2026-01-03'),
	('cid', '2026-01-05 12:00', '2026-01-09'),
	('dee', '2026-01-08', NULL),
	('eve', '2026-01-20', 'infinity'),
	('fay', '2026-01-25', '2026-02-10'),
	('gus', '2026-02-05', '2026-02-06');
CREATE TEMP VIEW built AS SELECT plg.conversion(started, converted, '2026-02-01') AS c FROM trial;

-- as_of: a later goal is none yet, a later start is no entrant
SELECT plg.entered(c), plg.converted(c), plg.waiting(c) FROM built;
SELECT plg.entered(c), plg.converted(c), plg.waiting(c)
FROM (SELECT plg.conversion(started, converted, as_of) AS c FROM trial,
	unnest(array['2025-12-31', '2026-01-01', '2026-01-02', '2026-02-10', 'infinity']::timestamptz[]) as_of
	GROUP BY as_of ORDER BY as_of) s;

-- no row, no accepted row, no entrant
SELECT plg.conversion(started, converted, now()) IS NULL AS no_row FROM trial WHERE false;
SELECT plg.conversion(NULL::timestamptz, converted, now()) IS NULL AS none_accepted FROM trial;
SELECT plg.conversion(NULL::timestamptz, NULL, NULL) IS NULL AS none_accepted;
SELECT plg.entered(c), plg.activation_rate(c, '1 day'), plg.activation(c, NULL, 'all'), plg.ttv(c, 0.5, NULL), plg.ttv_of_all(c, 0.5),
	plg.ttv_observed(c, 0.5), plg.ttv_of_all_ci(c, 0.5), (SELECT array_agg(k) FROM plg.conversion_curve(c, '1 day', '1 day') k) AS curve
FROM (SELECT plg.conversion(started, converted, '2020-01-01') AS c FROM trial) s;
SELECT plg.entered(plg.rollup(c)) FROM (SELECT plg.conversion(started, converted, '2020-01-01') AS c FROM trial UNION ALL SELECT NULL) s;
SELECT plg.rollup(c) IS NULL AS no_value FROM (SELECT NULL::plg.conversion) s (c);

-- rates: mature, censored, all
SELECT within, maturity, a.* FROM built, unnest(array['0', '1 day', '7 days', '20 days', '28 days', '40 days', NULL]::interval[]) within,
	unnest(array['mature', 'censor', 'all']) maturity, plg.activation(c, within, maturity) a ORDER BY within, maturity;
SELECT plg.activation_rate(c, '7 days'), plg.activation_rate(c, '7 days', maturity => 'censor') FROM built;
SELECT rate_low, rate_high FROM built, plg.activation(c, '7 days', level => 0.5);
SELECT plg.activation(NULL, '7 days'), plg.activation_rate(NULL, '7 days');

-- times
SELECT p, plg.ttv(c, p, '7 days'), plg.ttv(c, p, NULL) AS so_far, plg.ttv_of_all(c, p), plg.ttv_of_all_ci(c, p), plg.ttv_of_all_ci(c, p, 0.5), plg.ttv_observed(c, p)
FROM built, unnest(array[0, 0.25, 0.3, 0.5, 0.75, 1]) p;
SELECT plg.ttv(c, 0.5, '31 days'), plg.ttv(c, 0.5, '31 days 00:00:01'), plg.ttv_seconds(c, 0.5, '31 days 00:00:01') FROM built;
SELECT plg.ttv_percentiles(c, '{0.9,NULL,0.5,0}', '7 days'), plg.ttv_percentiles_seconds(c, '{0.9,NULL,0.5,0}', '7 days'),
	plg.ttv_percentiles(c, '{{0.25,0.5},{0.75,1}}', '7 days'), plg.ttv_percentiles(c, '{}', '7 days'), plg.ttv_percentiles(c, '{0.5}', '1 year'::interval - '1 year' + '99 days') AS unknown
FROM built;
SELECT plg.ttv(NULL, 0.5, '1 day'), plg.ttv(c, NULL, '1 day'), plg.ttv_percentiles(c, NULL, '1 day'), plg.ttv_of_all(c, NULL), plg.ttv_observed(NULL, 0.5) FROM built;
SELECT k.* FROM built, plg.conversion_curve(c, '1 day', '5 days') k;
SELECT k.* FROM built, plg.conversion_curve(c, '12 hours', '20 hours', level => 0.5) k;
SELECT k.elapsed, k.rate, k.at_risk FROM built, plg.conversion_curve(c, '8 days', '33 days') k;
SELECT count(*) FROM plg.conversion_curve(NULL, '1 day', '5 days');

-- a flat piece between two microseconds: rounded down
SELECT plg.ttv_of_all(plg.conversion(t, t + i * interval '1 us', 'infinity'), 0.5)
FROM generate_series(0, 1) i, (SELECT timestamptz '2026-01-01') s (t);

-- half of all, and all that is still to come is watched for ever
SELECT plg.ttv_of_all(c, 0.5), plg.ttv_of_all(c, 0.6), plg.ttv(c, 1, '1000 days'), plg.activation_rate(c, '1000 days'), plg.activation_rate(c, '1000 days', 'censor')
FROM (SELECT plg.conversion(t, CASE i WHEN 1 THEN t + interval '1 day' END, 'infinity') AS c
	FROM generate_series(1, 2) i, (SELECT timestamptz '2026-01-01') s (t)) s;

-- timestamp and date are UTC whatever the session's time zone
SET timezone TO 'America/New_York';
SELECT s.what, plg.ttv_observed(c, 1) FROM (
	SELECT 'date, date', plg.conversion(date '2026-03-01', date '2026-03-09', 'infinity')
	UNION ALL SELECT 'timestamp, date', plg.conversion(timestamp '2026-03-08 01:00', date '2026-03-09', 'infinity')
	UNION ALL SELECT 'date, timestamptz', plg.conversion(date '2026-03-08', timestamptz '2026-03-08 01:00+00', 'infinity')
	UNION ALL SELECT 'timestamptz, timestamp', plg.conversion(timestamptz '2026-03-08 00:00+00', timestamp '2026-03-08 07:00', 'infinity')) s (what, c)
ORDER BY what;
SELECT plg.converted(plg.conversion(started, date 'infinity', 'infinity')) FROM trial;
SET timezone TO 'UTC';

-- equality, hash, text
SELECT count(*), count(*) FILTER (WHERE c OPERATOR(plg.=) (SELECT c FROM built)) AS equal, count(*) FILTER (WHERE c OPERATOR(plg.<>) (SELECT c FROM built)) AS different
FROM (SELECT plg.conversion(started, converted, as_of ORDER BY who DESC) AS c FROM trial, unnest(array['2026-02-01', '2026-02-02']::timestamptz[]) as_of GROUP BY as_of) s;
SELECT count(*) FROM (SELECT DISTINCT c FROM (TABLE built UNION ALL TABLE built) s) d;
SELECT n, plg.entered(c) FROM (SELECT c, count(*) AS n FROM (TABLE built UNION ALL SELECT plg.rollup(c) FROM built UNION ALL SELECT plg.rollup(c) FROM (TABLE built UNION ALL TABLE built) t) s GROUP BY c) g ORDER BY n;
SELECT plg.conversion(started, converted, '2026-01-06') FROM trial;
SELECT c::text::plg.conversion OPERATOR(plg.=) c AS text_round_trip FROM built;
SELECT plg.conversion(started, converted, '2026-02-01') FILTER (WHERE who < 'c') OPERATOR(plg.=) plg.conversion(started, converted, '2026-02-01') FILTER (WHERE who IN ('ann', 'bob')) AS filtered FROM trial;

-- bad rows: the message has the row's times
SELECT plg.conversion(timestamptz '2026-01-02', timestamptz '2026-01-01', now());
SELECT plg.conversion(timestamptz '2026-01-02', '-infinity', now());
SELECT plg.conversion(timestamp '2026-01-02 00:00', date '2026-01-01', 'infinity');
SELECT plg.conversion(timestamptz '2030-01-02', timestamptz '2030-01-01', '2020-01-01');
SELECT plg.conversion(started, converted, NULL) FROM trial;
SELECT plg.conversion(started, NULL, NULL) FROM trial;
SELECT plg.conversion(started, NULL, '-infinity') FROM trial;
SELECT plg.conversion(timestamptz '-infinity', NULL, '2026-02-01');
SELECT plg.conversion(timestamptz 'infinity', NULL, 'infinity');
SELECT plg.conversion(date '5000000-01-01', NULL::date, 'infinity');
SELECT plg.conversion(timestamptz '4714-11-24 00:00+00 BC', NULL, '294276-12-31');
SELECT plg.conversion(timestamptz '0044-03-15 BC', timestamptz '0045-03-15 BC', now());

-- bad arguments
SELECT plg.activation_rate(c, '1 month') FROM built;
SELECT plg.activation_rate(c, '1 year -3 days') FROM built;
SELECT plg.activation_rate(c, '-1 day') FROM built;
SELECT plg.activation_rate(c, '1 day', 'ripe') FROM built;
SELECT plg.activation_rate(c, '1 day', NULL) FROM built;
SELECT plg.activation(c, '1 day', level => 95) FROM built;
SELECT plg.activation(c, '1 day', level => 'NaN') FROM built;
SELECT plg.activation(c, '1 day', level => NULL) FROM built;
SELECT plg.ttv(c, 50, '1 day') FROM built;
SELECT plg.ttv(c, 'NaN', '1 day') FROM built;
SELECT plg.ttv(c, -0.1, '1 day') FROM built;
SELECT plg.ttv_percentiles(c, '{0.5,1.5}', '1 day') FROM built;
SELECT cardinality(plg.ttv_percentiles(c, array_fill(0.5::float8, '{100,100}'), '1 day')) FROM built;
SELECT plg.ttv_percentiles(c, array_fill(0.5::float8, '{73,137}'), '1 day') FROM built;
SELECT plg.ttv_percentiles_seconds(c, array_fill(0.5::float8, '{10001}'), '1 day') FROM built;
SELECT plg.ttv(c, 0.5, '2000000000 days') FROM built;
SELECT plg.ttv_of_all(c, 2) FROM built;
SELECT plg.ttv_of_all_ci(c, 0.5, 1) FROM built;
SELECT plg.ttv_observed(c, 2) FROM built;
SELECT k.* FROM built, plg.conversion_curve(c, '0', '1 day') k;
SELECT k.* FROM built, plg.conversion_curve(c, '-1 day', '1 day') k;
SELECT k.* FROM built, plg.conversion_curve(c, '1 day', NULL) k;
SELECT k.* FROM built, plg.conversion_curve(c, '1 month', '1 day') k;
SELECT k.* FROM built, plg.conversion_curve(c, '1 us', '1 day') k;
SELECT k.* FROM built, plg.conversion_curve(c, '1 day', '5 days', 0) k;

-- not a value
SELECT ''::plg.conversion;
SELECT 'no value'::plg.conversion;
SELECT 'bm8gdmFsdWUgYXQgYWxsLCBidXQgYmFzZTY0'::plg.conversion;
SELECT 'cGxnQ2MAAAAAAAAAAAAAAAAAAAA='::plg.conversion;
SELECT 'cGxnQwEAAAABAAAAAAAAAAAAAAB='::plg.conversion;
SELECT plg.entered('cGxnQwEAAAAAAAAAAAAAAAAAAAA='), plg.waiting('cGxnQwEAAAACAAAAAAAAAAAAAAA=');
SELECT plg.conversion_combine(c, c) FROM built;

-- untyped parameters
PREPARE p0 AS SELECT plg.activation_rate($1, $2);
PREPARE p1 AS SELECT plg.activation_rate($1, $2, $3);
PREPARE p2 AS SELECT plg.activation($1, $2, $3, $4);
PREPARE p3 AS SELECT plg.ttv($1, $2, $3), plg.ttv_seconds($1, $2, $3);
PREPARE p4 AS SELECT plg.ttv_percentiles($1, $2, $3), plg.ttv_percentiles_seconds($1, $2, $3);
PREPARE p5 AS SELECT plg.ttv_of_all($1, $2), plg.ttv_of_all_ci($1, $2, $3), plg.ttv_observed($1, $2);
PREPARE p6 AS SELECT * FROM plg.conversion_curve($1, $2, $3, $4);
PREPARE p7 AS SELECT plg.conversion($1, $2, $3);
EXECUTE p7('2026-01-01', NULL, '2026-02-01');
DEALLOCATE ALL;
DROP VIEW built;
DROP TABLE trial;

-- late entry: seen only some time after the start
CREATE TEMP TABLE late (started timestamptz, converted timestamptz, seen_from timestamptz);
INSERT INTO late VALUES ('2026-01-01', '2026-01-03', NULL), ('2026-01-01', NULL, '2026-01-01'), ('2026-01-01', '2026-01-06', '2026-01-04'), ('2026-01-01', NULL, '2026-01-04'),
	('2026-01-01', '2026-01-03', '2026-01-04'), ('2026-01-01', NULL, '2026-01-20'), ('2026-01-01', '2026-01-04', 'infinity'), ('2026-01-01', '2026-01-05', '-infinity');
CREATE TEMP VIEW built_late AS SELECT plg.conversion(started, converted, '2026-01-11', seen_from) AS c FROM late;
SELECT plg.entered(c), plg.entered_late(c), plg.converted(c), plg.waiting(c), a.* FROM built_late, plg.activation(c, '7 days') a;
SELECT v.* FROM built_late, plg.conversion_curve(c, '1 day', '7 days') v;
SELECT plg.activation_rate(c, '7 days', 'censor'), plg.activation_rate(c, NULL), plg.ttv(c, 0.5, '7 days'), plg.ttv_of_all(c, 0.5), plg.ttv_observed(c, 1), c::text::plg.conversion OPERATOR(plg.=) c AS same FROM built_late;
SELECT plg.entered(plg.rollup(c)), plg.entered_late(plg.rollup(c)), plg.ttv_of_all(plg.rollup(c), 0.5) FROM built_late, generate_series(1, 3);
SELECT plg.conversion(started::date, converted::timestamp, '2026-01-11', seen_from) OPERATOR(plg.=) c AS same FROM late, built_late GROUP BY c;
SELECT plg.conversion(started, converted, NULL, seen_from) FROM late;
DROP VIEW built_late;
DROP TABLE late;
