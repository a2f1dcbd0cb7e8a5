-- To be read by psql's \ir: two histories, events and a context, of entities of each
-- type, for checks that hold readers of both against plain SQL.
SET timezone TO 'UTC';
SET client_min_messages TO warning;
SET jit TO off;

CREATE TABLE event (who bigint, at timestamptz, event text);
CREATE TABLE context (who bigint, at timestamptz, label text);
CREATE TABLE both_values (kind text, j plg.journeys, c plg.journeys);
CREATE INDEX ON event (who);
CREATE INDEX ON context (who);
CREATE TABLE result (what text, n bigint, wrong bigint);

CREATE FUNCTION pick(VARIADIC options text[]) RETURNS text VOLATILE LANGUAGE sql
	AS $$ SELECT options[1 + floor(random() * cardinality(options))] $$;
CREATE FUNCTION uuid_of(who bigint) RETURNS uuid IMMUTABLE LANGUAGE sql AS $$ SELECT md5(who::text)::uuid $$;
CREATE FUNCTION text_of(who bigint) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT repeat('é', (who % 4)::int) || ' ' || who $$;
-- The text form of an entity whose type is of that name.
CREATE FUNCTION entity_of(kind text, who bigint) RETURNS text IMMUTABLE LANGUAGE sql
	AS $$ SELECT CASE kind WHEN 'uuid' THEN uuid_of(who)::text WHEN 'text' THEN text_of(who) ELSE who::text END $$;

-- What the tables hold, as values of each type of entity.
CREATE FUNCTION take_both() RETURNS void LANGUAGE sql AS $$
	TRUNCATE both_values;
	INSERT INTO both_values
	SELECT 'bigint', j, c FROM (SELECT plg.journeys(who, at, event) FROM (SELECT * FROM event ORDER BY random()) r) a (j), (SELECT plg.journeys(who, at, label) FROM context) b (c)
	UNION ALL SELECT 'uuid', j, c FROM (SELECT plg.journeys(uuid_of(who), at, event) FROM event) a (j), (SELECT plg.journeys(uuid_of(who), at, label) FROM (SELECT * FROM context ORDER BY random()) r) b (c)
	UNION ALL SELECT 'text', j, c FROM (SELECT plg.journeys(text_of(who), at, event) FROM event) a (j), (SELECT plg.journeys(text_of(who), at, label) FROM context) b (c)
$$;
-- Random rows with many ties and doubles; a context of some of the entities, and of others.
CREATE FUNCTION take_random_both() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	entities int := pick('3', '20', '200');
	minutes int := pick('5', '40', '3000');
BEGIN
	TRUNCATE event, context;
	INSERT INTO event SELECT floor(random() * entities) - 2, timestamptz '2026-01-05' + floor(random() * minutes) * interval '10 minutes', (array['a', 'b', 'c', 'signup'])[1 + floor(random() * 4)]
	FROM generate_series(1, pick('1', '30', '200', '1000')::int);
	INSERT INTO context SELECT floor(random() * entities * 1.3) - 2, timestamptz '2026-01-05' + floor((random() * 1.4 - 0.2) * minutes) * interval '10 minutes',
		(array['free', 'pro', 'enterprise', 'other', '', 'école'])[1 + floor(random() * 6)]
	FROM generate_series(1, pick('0', '1', '30', '300')::int);
	ANALYZE event, context;
END
$$;
CREATE VIEW lines AS
	SELECT CASE WHEN sum(wrong) = 0 AND sum(n) > 0 THEN 'ok' ELSE 'not ok' END || ' - ' || what || ': ' || count(*) || ' times, ' || sum(n) || ' rows' AS line
	FROM result GROUP BY what ORDER BY what;
