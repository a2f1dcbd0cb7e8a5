-- Readers of entities give the same rows whether the server forms them (entities
-- as text) or they are formed by us (as their own type), kept in memory or on
-- disk, read forwards or backwards.
SET timezone TO 'UTC';
CREATE TABLE value (kind text, j plg.journeys);
INSERT INTO value SELECT 'bigint', plg.journeys(n % 20011, at, 'e' || n % 3) FROM generate_series(1::bigint, 60000) n, LATERAL (SELECT timestamptz '2026-01-01' + n * 7919 % 8640000 * interval '1 second' AS at) t;
INSERT INTO value SELECT 'uuid', plg.journeys(md5((n % 20011)::text)::uuid, at, 'e' || n % 3) FROM generate_series(1::bigint, 60000) n, LATERAL (SELECT timestamptz '2026-01-01' + n * 7919 % 8640000 * interval '1 second' AS at) t;

CREATE TABLE calls AS SELECT * FROM (VALUES
	('entrants', $$j, 'e1', 'e2', '2026-03-20', '20 days'$$), ('entity_summary', $$j, '2026-03-20'$$), ('at_risk', $$j, '2026-03-20', unit => 'week'$$),
	('at_risk', $$j, '2026-03-20', 'e1', 'month'$$), ('scores', $$j, '{"e1": 2, "e2": -0.5}', '9 days', '2026-03-20'$$)) c (reader, arguments);
CREATE TABLE answer (reader text, kind text, as_type boolean, work_mem text, n bigint, rows text);
CREATE FUNCTION ask(reader text, arguments text, kind text, as_type boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('INSERT INTO answer SELECT %L, %L, %L, current_setting(''work_mem''), count(*), md5(string_agg(r::text, '','' ORDER BY r.entity::text COLLATE "C"))
		FROM value, plg.%I%s r WHERE kind = %L', reader || arguments, kind, as_type, reader || CASE WHEN as_type THEN '_as' ELSE '' END,
		CASE WHEN as_type THEN format('(NULL::%s, %s)', kind, arguments) ELSE format('(%s)', arguments) END, kind);
END
$$;
SET work_mem TO '64MB';
SELECT ask(reader, arguments, kind, as_type) FROM calls, unnest('{bigint,uuid}'::text[]) kind, unnest('{true,false}'::boolean[]) as_type \g /dev/null
SET work_mem TO '64kB';
SELECT ask(reader, arguments, kind, as_type) FROM calls, unnest('{bigint,uuid}'::text[]) kind, unnest('{true,false}'::boolean[]) as_type \g /dev/null
SELECT CASE WHEN count(DISTINCT rows) = 1 AND count(*) = 4 AND min(n) > 15000 THEN 'ok' ELSE 'not ok' END || format(' - %s of %s: %s rows, formed in two ways, in memory and on disk', split_part(reader, 'j,', 1), kind, min(n))
FROM answer GROUP BY reader, kind ORDER BY reader, kind;

SET work_mem TO '64MB';
CREATE TABLE seen (n int, entity bigint, started timestamptz);
CREATE PROCEDURE go_round() LANGUAGE plpgsql AS $$
DECLARE
	c SCROLL CURSOR FOR SELECT e.* FROM value, plg.entrants_as(NULL::bigint, j, 'e1', 'e2', '2026-03-20') e WHERE kind = 'bigint';
	r record;
BEGIN
	OPEN c;
	MOVE LAST FROM c;
	FOR i IN 1 .. 3 LOOP
		FETCH PRIOR FROM c INTO r;
		INSERT INTO seen VALUES (i, r.entity, r.started);
	END LOOP;
	CLOSE c;
END
$$;
CALL go_round();
SELECT CASE WHEN count(*) = 3 AND bool_and(s.entity = e.entity AND s.started = e.started) THEN 'ok' ELSE 'not ok' END || ' - and backwards'
FROM seen s JOIN (SELECT e.*, row_number() OVER (ORDER BY entity DESC) - 1 AS n FROM value, plg.entrants_as(NULL::bigint, j, 'e1', 'e2', '2026-03-20') e WHERE kind = 'bigint') e USING (n);

-- Calls at one place of a statement take the same room, one after another, for fewer rows and for more.
CREATE TABLE calls_at_one_place AS
SELECT n, plg.journeys(i % (10007 * (1 + n % 3)), timestamptz '2026-01-01' + i * 7919 % 8640000 * interval '1 second', 'e' || i % 3) AS j
FROM generate_series(1, 6) n, generate_series(1::bigint, 60000) i GROUP BY n;
SELECT CASE WHEN count(*) = 6 AND bool_and(rows = alone) THEN 'ok' ELSE 'not ok' END || ' - several calls at one place, each with its own rows'
FROM (SELECT n, md5(string_agg(r::text, ',' ORDER BY r.entity)) AS rows FROM calls_at_one_place, LATERAL plg.entity_summary_as(NULL::bigint, j, '2026-03-20') r GROUP BY n) s
JOIN (SELECT n, (SELECT md5(string_agg(r::text, ',' ORDER BY r.entity::bigint)) FROM plg.entity_summary(j, '2026-03-20') r) AS alone FROM calls_at_one_place) a USING (n);
CREATE FUNCTION rooms(entity bigint) RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(*) FROM pg_backend_memory_contexts WHERE name = ''plg rows''); END';
SELECT CASE WHEN count(*) = 6 AND max(rooms) <= 1 THEN 'ok' ELSE 'not ok' END || ' - with one room for rows at a time'
FROM (SELECT rooms(r.entity) FROM calls_at_one_place, LATERAL (SELECT * FROM plg.entity_summary_as(NULL::bigint, j, '2026-03-20') LIMIT 1) r) s;
