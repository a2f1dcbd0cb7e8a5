-- plg.welch and plg.cuped against PostgreSQL's own aggregates and an integral of
-- t's density; and the same to the last bit in whatever order, by whatever parts
-- and workers the rows are added up.
-- test: 10 s
SET jit TO off;
SET client_min_messages TO warning;
SELECT setseed(0.19) \g /dev/null

-- The share of t beyond that: its angle's density is a power of the cosine; by Simpson's rule.
CREATE FUNCTION cosines(until float8, power float8) RETURNS float8 IMMUTABLE LANGUAGE sql AS $$
	SELECT until / 6000 * sum(CASE i WHEN 0 THEN 1 WHEN 2000 THEN 1 ELSE 2 + 2 * (i % 2) END * exp(greatest(power * ln(greatest(cos(i * until / 2000), 1e-300)), -600))) FROM generate_series(0, 2000) i
$$;
CREATE FUNCTION p_of_t(t float8, degrees float8) RETURNS float8 IMMUTABLE LANGUAGE sql
	AS $$ SELECT 1 - cosines(atan(abs(t) / sqrt(degrees)), degrees - 1) / cosines(pi() / 2, degrees - 1) $$;
\set near 1e-9
\ir ../oracle/near.sql

CREATE TABLE unit (value float8, before float8, treated boolean, part int);
CREATE TABLE result (what text, good boolean, example text);

CREATE FUNCTION check_one(what text, got jsonb, mean_a float8, mean_b float8, var_a float8, var_b float8, n_a float8, n_b float8) RETURNS void LANGUAGE sql AS $$
	INSERT INTO result
	SELECT what, (got ->> 'n_a')::float8 = n_a AND (got ->> 'n_b')::float8 = n_b AND near((got ->> 'difference')::float8, mean_b - mean_a, 1e-11)
		AND near((got ->> 'mean_a')::float8, mean_a, 1e-11) AND near((got ->> 'lift')::float8, CASE WHEN mean_a > 0 THEN mean_b / mean_a - 1 END, 1e-9)
		AND near((got ->> 'standard_error')::float8, se, 1e-9) AND near((got ->> 'degrees')::float8, df, 1e-8)
		AND near((got ->> 'p_value')::float8, p_of_t((mean_b - mean_a) / se, df), 1e-8)
		-- what lies on the edge of the interval has a p-value of 5 %
		AND near(p_of_t(((got ->> 'difference_high')::float8 - mean_b + mean_a) / se, df), 0.05, 1e-8)
		AND near((got ->> 'difference_high')::float8 + (got ->> 'difference_low')::float8, 2 * (mean_b - mean_a), 1e-9),
		concat(got, ', not ', mean_a, ' ', mean_b, ' ', se, ' ', df, ' ', p_of_t((mean_b - mean_a) / se, df))
	FROM (SELECT sqrt(var_a / n_a + var_b / n_b) AS se, (var_a / n_a + var_b / n_b) ^ 2 / ((var_a / n_a) ^ 2 / (n_a - 1) + (var_b / n_b) ^ 2 / (n_b - 1)) AS df) s
$$;

-- Every aggregate of the rows, as text: in two orders, by parts, by workers.
CREATE FUNCTION answers() RETURNS TABLE (how text, answer text) LANGUAGE plpgsql AS $$
DECLARE
	query text := 'SELECT $1, plg.welch(value, treated)::text || plg.cuped(value, before, treated) FROM ';
BEGIN
	RETURN QUERY EXECUTE query || 'unit' USING 'as they lie';
	FOR i IN 1 .. 5 LOOP
		RETURN QUERY EXECUTE query || '(SELECT * FROM unit ORDER BY random()) u' USING 'shuffled';
	END LOOP;
	RETURN QUERY EXECUTE query || '(SELECT * FROM unit ORDER BY abs(value)) u' USING 'by size';
	SET LOCAL max_parallel_workers_per_gather = 3;
	SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0;
	RETURN QUERY EXECUTE query || 'unit' USING 'by workers';
	SET LOCAL enable_partitionwise_aggregate = on;
	RETURN QUERY EXECUTE query || 'parted' USING 'by partitions';
	RESET max_parallel_workers_per_gather;
	RETURN QUERY EXECUTE query || 'parted' USING 'by partitions, one process';
END $$;
CREATE TABLE parted (LIKE unit) PARTITION BY HASH (part);
SELECT format('CREATE TABLE parted_%s PARTITION OF parted FOR VALUES WITH (MODULUS 3, REMAINDER %s)', i, i) FROM generate_series(0, 2) i \gexec

CREATE PROCEDURE try_random(data_sets int) LANGUAGE plpgsql AS $$
DECLARE
	rows int;
	scale float8;
BEGIN
	FOR data_set IN 1 .. data_sets LOOP
		rows := (array[12, 25, 60, 400])[1 + data_set % 4];
		scale := (array[1, 100, 1e-3])[1 + data_set % 3];
		TRUNCATE unit, parted;
		INSERT INTO unit SELECT CASE WHEN random() < 0.3 THEN 0 ELSE scale * (x - ln(random())) END, scale * x, i % 2 = 0 OR i % 7 = 0, i % 5
			FROM (SELECT i, -ln(random()) AS x FROM generate_series(1, rows) i) u;
		INSERT INTO parted TABLE unit;
		PERFORM check_one('welch', (SELECT to_jsonb(plg.welch(value, treated)) FROM unit), avg(value) FILTER (WHERE NOT treated), avg(value) FILTER (WHERE treated),
			var_samp(value) FILTER (WHERE NOT treated), var_samp(value) FILTER (WHERE treated), count(*) FILTER (WHERE NOT treated), count(*) FILTER (WHERE treated)) FROM unit;
		PERFORM check_one('cuped', (SELECT to_jsonb(plg.cuped(value, before, treated)) FROM unit), avg(y) FILTER (WHERE NOT treated), avg(y) FILTER (WHERE treated),
			var_samp(y) FILTER (WHERE NOT treated), var_samp(y) FILTER (WHERE treated), count(*) FILTER (WHERE NOT treated), count(*) FILTER (WHERE treated))
		FROM (SELECT value - theta * (before - mean) AS y, treated FROM unit, (SELECT regr_slope(value, before) AS theta, avg(before) AS mean FROM unit) t) u;
		INSERT INTO result SELECT 'theta and variance_reduction', near((c).theta, slope, 1e-10) AND near((c).variance_reduction, r2, 1e-9), concat(c, ', not ', slope, ' ', r2)
			FROM (SELECT plg.cuped(value, before, treated) AS c, regr_slope(value, before) AS slope, regr_r2(value, before) AS r2 FROM unit) s;
		INSERT INTO result SELECT 'one answer to the last bit', count(DISTINCT answer) = 1 AND count(*) = 10, string_agg(how || ': ' || answer, E'\n# ') FROM answers();
	END LOOP;
	-- of sizes whose plain sum would lose the small ones, or all
	TRUNCATE unit, parted;
	INSERT INTO unit SELECT (random() - 0.5) * power(10, random() * 290 - 145), (random() - 0.5) * power(10, random() * 290 - 145), random() < 0.5, i % 5 FROM generate_series(1, 5000) i;
	INSERT INTO parted TABLE unit;
	INSERT INTO result SELECT 'one answer of numbers of all sizes', count(DISTINCT answer) = 1 AND count(*) = 10, string_agg(how || ': ' || answer, E'\n# ') FROM answers();
	-- moved so far away that their squares have no digit left of the variance
	TRUNCATE unit, parted;
	INSERT INTO unit SELECT (i * 7919 % 1000 + CASE WHEN i % 3 = 0 THEN 24 ELSE 0 END) / 1024.0, (i * 104729 % 1000) / 1024.0, i % 3 = 0, 0 FROM generate_series(1, 3000) i;
	INSERT INTO result SELECT 'far from 0', near((far).standard_error, (home).standard_error, 1e-11) AND near((far).p_value, (home).p_value, 1e-9) AND (home).p_value < 0.1, concat(home, ', far: ', far)
		FROM (SELECT plg.welch(value, treated) AS home, plg.welch(value + power(2, 30), treated) AS far FROM unit) s;
END $$;
CALL try_random(20);
SELECT CASE WHEN bool_and(good) THEN 'ok' ELSE 'not ok' END || ' - ' || what || ': ' || count(*) || coalesce(E'\n# ' || min(example) FILTER (WHERE good IS NOT TRUE), '')
FROM (SELECT what, coalesce(good, false) AS good, example FROM result) r GROUP BY what ORDER BY what;
SET max_parallel_workers_per_gather = 3; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
CREATE FUNCTION plan(query text) RETURNS text LANGUAGE plpgsql AS $$ DECLARE l json; BEGIN EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO l; RETURN l; END $$;
SELECT CASE WHEN plan('SELECT plg.cuped(value, before, treated), plg.welch(value, treated) FROM unit') ~ '"Partial Mode": "Partial"' THEN 'ok' ELSE 'not ok' END || ' - workers take part';
