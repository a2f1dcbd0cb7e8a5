-- To be read by psql's \ir: events and the journeys made of them, for checks
-- that hold plg against plain SQL.
SET timezone TO 'UTC';
SET client_min_messages TO warning;
SET jit TO off;

CREATE TABLE event (entity text, at timestamptz, event text);
CREATE TABLE value (j plg.journeys);

CREATE FUNCTION labels(argument text) RETURNS text[] IMMUTABLE LANGUAGE sql
	AS $$ SELECT string_to_array(argument, '|') $$;

\ir grid.sql

CREATE FUNCTION take(query text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE event, value;
	EXECUTE 'INSERT INTO event ' || query;
	INSERT INTO value SELECT plg.journeys(entity, at, event) FROM (SELECT * FROM event ORDER BY random()) r;
	ANALYZE event;
END
$$;
CREATE FUNCTION pick(VARIADIC options text[]) RETURNS text VOLATILE LANGUAGE sql
	AS $$ SELECT options[1 + floor(random() * cardinality(options))] $$;

-- Time zones with and without changes of the clock: at midnight (Sao Paulo,
-- Beirut) or across it (St. John's), by half an hour (Lord Howe), by a whole
-- day (Apia), never (Kolkata).
CREATE FUNCTION random_zone() RETURNS text VOLATILE LANGUAGE sql
	AS $$ SELECT pick('UTC', 'America/New_York', 'Asia/Kolkata', 'America/St_Johns', 'America/Sao_Paulo', 'Asia/Beirut', 'Australia/Lord_Howe', 'Pacific/Apia') $$;

-- Random data of a random size, around those changes, with many ties.
CREATE FUNCTION take_random() RETURNS void LANGUAGE sql AS $$
	SELECT take(format($q$
		SELECT 'e' || floor(random() * %s), timestamptz '%s' + floor(random() * %s) * interval '%s', (array['a', 'b', 'c', 'd'])[1 + floor(random() * 4)]
		FROM generate_series(1, %s)$q$,
		pick('3', '20', '60'), pick('2010-11-06 12:00+00', '2010-10-13 00:00+00', '2026-03-20 00:00+00', '2025-12-20 00:00+00', '2011-12-25 00:00+00', '2019-02-13 00:00+00'),
		pick('5', '40', '300', '900'), pick('1 hour', '10 minutes', '6 hours', '7 hours 1 second'), pick('1', '20', '100', '300')))
$$;

CREATE FUNCTION random_as_of() RETURNS timestamptz LANGUAGE sql AS $$
	SELECT CASE pick('last', 'forever', 'midnight', 'random', 'random') WHEN 'forever' THEN 'infinity'::timestamptz
		WHEN 'random' THEN at WHEN 'midnight' THEN date_trunc('day', at) END
	FROM (SELECT min(at) + (max(at) - min(at)) * random() * 1.5 AS at FROM event) e
$$;
