-- Damaged values: every mutant of a valid value gives a clean error, or it is a
-- value whose text is exactly what came in, and that can be read.
--
-- psql -v mutants=N makes N of them for each type.
\if :{?mutants}
\else
\set mutants 20000
\endif
SELECT setseed(0.25) \g /dev/null

-- For each type valid values, and what reads one.
CREATE TABLE reader (type text, query text);
CREATE TABLE seed (type text, bytes bytea);

INSERT INTO reader VALUES ('plg.conversion', $$
	SELECT plg.entered(v), plg.converted(v), plg.waiting(v), plg.activation(v, '1 day'), plg.activation(v, '1 day', 'censor'),
		plg.ttv_percentiles(v, '{0.1,0.5,1}', '10 days'), plg.ttv_of_all_ci(v, 0.5), plg.ttv_observed(v, 0.5),
		(SELECT count(*) FROM plg.conversion_curve(v, '1 day', '30 days')), (SELECT plg.rollup(w) FROM (SELECT v FROM generate_series(1, 2)) x (w))
	FROM (SELECT $1::plg.conversion) s (v)$$);
INSERT INTO seed
SELECT 'plg.conversion', plg.conversion_send(plg.conversion(s, c, a))
FROM unnest(array[0, 1, 2, 5, 40, 1024, 1500]) n,
	generate_series(1, n + 1) i,
	LATERAL (SELECT timestamptz '2026-01-01' + (i * 7919 % 1000) * interval '61 s') s (s),
	LATERAL (SELECT CASE WHEN i % 3 > 0 THEN s + (i * 104729 % 5000) * interval '17.3 s' END,
		CASE WHEN i % 5 = 0 THEN 'infinity' WHEN n = 0 THEN '-infinity' ELSE timestamptz '2026-02-01' END) c (c, a)
GROUP BY n;

CREATE FUNCTION random_bytes(n int) RETURNS bytea LANGUAGE sql
	AS $$ SELECT decode(string_agg(lpad(to_hex(floor(random() * 256)::int), 2, '0'), ''), 'hex') FROM generate_series(1, n) $$;

CREATE FUNCTION mutant(bytes bytea) RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
	n int := length(bytes);
	-- mostly near the beginning, where the structure is
	at int := floor(CASE WHEN random() < 0.7 THEN least(n, 48) ELSE n END * random());
	len int := least(n - at, 1 + floor(random() * 8)::int);
BEGIN
	IF n = 0 THEN
		RETURN random_bytes(1);
	END IF;
	RETURN CASE floor(random() * 8)::int
		WHEN 0 THEN set_byte(bytes, at, floor(random() * 256)::int)
		WHEN 1 THEN set_bit(bytes, at * 8 + floor(random() * 8)::int, floor(random() * 2)::int)
		WHEN 2 THEN set_byte(bytes, at, (get_byte(bytes, at) + CASE WHEN random() < 0.5 THEN 1 ELSE 255 END) % 256)
		WHEN 3 THEN substring(bytes FROM 1 FOR at)
		WHEN 4 THEN overlay(bytes PLACING '' FROM at + 1 FOR len)
		WHEN 5 THEN overlay(bytes PLACING random_bytes(len) FROM at + 1 FOR 0)
		WHEN 6 THEN overlay(bytes PLACING random_bytes(len) FROM at + 1 FOR len)
		ELSE overlay(bytes PLACING substring(bytes FROM at + 1 FOR len) FROM 1 + floor(random() * n)::int FOR len)
	END;
END $$;

CREATE TABLE outcome (type text, way text, bytes bytea, result text);

CREATE FUNCTION try_text(type text, bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	input text := replace(encode(bytes, 'base64'), E'\n', '');
	output text;
BEGIN
	EXECUTE format('SELECT ($1::%s)::text', type) INTO output USING input;
	IF output <> input THEN
		RETURN 'changed';
	END IF;
	EXECUTE (SELECT query FROM reader r WHERE r.type = try_text.type) USING input;
	RETURN 'valid';
EXCEPTION WHEN others THEN
	RETURN SQLSTATE;
END $$;

-- A file of COPY BINARY with one row of one column.
CREATE FUNCTION try_binary(type text, bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	file bytea := '\x5047434f50590aff0d0a00'::bytea || int4send(0) || int4send(0) || int2send(1::int2)
		|| int4send(length(bytes)) || bytes || int2send((-1)::int2);
	result text;
BEGIN
	SET LOCAL client_min_messages TO warning;
	DROP TABLE IF EXISTS target;
	EXECUTE format('CREATE TEMP TABLE target (v %s)', type);
	EXECUTE format('COPY target FROM PROGRAM %L (FORMAT binary)',
		'echo ' || replace(encode(file, 'base64'), E'\n', '') || ' | base64 -d');
	EXECUTE format('SELECT CASE WHEN decode(v::text, ''base64'') = $1 THEN ''valid'' ELSE ''changed'' END FROM target')
		INTO result USING bytes;
	RETURN result;
EXCEPTION WHEN others THEN
	RETURN SQLSTATE;
END $$;

INSERT INTO outcome
SELECT type, 'text', m, try_text(type, m)
FROM (SELECT type, mutant(CASE WHEN i % 4 = 0 THEN mutant(bytes) ELSE bytes END) AS m
	FROM (SELECT *, row_number() OVER (PARTITION BY type) - 1 AS nth, count(*) OVER (PARTITION BY type) AS of FROM seed) s,
		generate_series(1, :mutants) i
	WHERE i % of = nth) s;
INSERT INTO outcome SELECT type, 'seed', bytes, try_text(type, bytes) FROM seed;
INSERT INTO outcome SELECT type, 'seed', bytes, try_binary(type, bytes) FROM seed;
INSERT INTO outcome
SELECT type, 'binary', bytes, try_binary(type, bytes)
FROM (SELECT *, row_number() OVER (PARTITION BY type, result IN ('valid', '0A000') ORDER BY md5(bytes)) AS nth
	FROM outcome WHERE way = 'text' AND length(bytes) BETWEEN 1 AND 10000) s
WHERE nth <= 100;

CREATE VIEW verdict AS
SELECT *, CASE result WHEN 'valid' THEN true WHEN '0A000' THEN get_byte(bytes, 4) > 1
	ELSE result = CASE way WHEN 'binary' THEN '22P03' ELSE '22P02' END END AS good
FROM outcome;

SELECT CASE WHEN bool_and(result = 'valid') THEN 'ok' ELSE 'not ok' END || ' - ' || type || ': the unchanged values are valid'
FROM outcome WHERE way = 'seed' GROUP BY type;
SELECT CASE WHEN bool_and(good) AND count(*) FILTER (WHERE result = 'valid') > 0
		AND count(*) FILTER (WHERE result = '0A000') > 0 AND count(*) FILTER (WHERE result LIKE '22P%') > count(*) / 3
	THEN 'ok' ELSE 'not ok' END || ' - ' || format('%s: %s mutants as %s: %s values, %s refused, %s of a later version', type,
	count(*), way, count(*) FILTER (WHERE result = 'valid'), count(*) FILTER (WHERE result LIKE '22P%'), count(*) FILTER (WHERE result = '0A000'))
FROM verdict WHERE way <> 'seed' GROUP BY type, way ORDER BY type, way;
SELECT format('# %s as %s gave %s: %s', type, way, result, left(encode(bytes, 'base64'), 200)) FROM verdict WHERE NOT good LIMIT 5;

SELECT CASE WHEN bool_and(try_text(type, random_bytes(1 + floor(random() * 100)::int)) = '22P02') THEN 'ok' ELSE 'not ok' END
	|| ' - ' || type || ': random bytes are refused'
FROM reader, generate_series(1, 500) GROUP BY type;

SELECT current_setting('server_version_num')::int >= 160000 AS soft \gset
\if :soft
SELECT CASE WHEN bool_and(pg_input_is_valid(rtrim(replace(encode(bytes, 'base64'), E'\n', '')), type) = (result = 'valid'))
	THEN 'ok' ELSE 'not ok' END || ' - ' || type || ': the soft errors of input are the hard ones'
FROM outcome WHERE way = 'text' GROUP BY type;
\endif
