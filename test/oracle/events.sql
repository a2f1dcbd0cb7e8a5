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

-- What is in the shared data: of the large sets one entity in so many, or as
-- many as "every" says, and in make test a quarter of them; and time zones that
-- changed their clocks in those years.
CREATE TABLE real_data (name text, every int, zones text[], start text, activity text, query text);
INSERT INTO real_data VALUES
	('git_events', 4, '{America/Sao_Paulo,Pacific/Apia,Asia/Kolkata}', 'commit', NULL,
		$$SELECT user_id, ts, event FROM plgdata.git_events$$),
	('relax', 8, '{America/New_York,America/Sao_Paulo,Australia/Lord_Howe}', 'signup', 'visit',
		$$SELECT user_id, signed_up_at, 'signup' FROM plgdata.relax_users
		UNION ALL SELECT user_id, day::timestamp AT TIME ZONE 'UTC', 'visit' FROM plgdata.relax_visits$$),
	('cdnow_master', 4, '{UTC,America/New_York,Asia/Beirut}', NULL, 'purchase',
		$$SELECT customer_id, purchased_on::timestamp AT TIME ZONE 'UTC', 'purchase' FROM plgdata.cdnow_master$$),
	('oulad', 8, '{Europe/London,Asia/Beirut,Australia/Lord_Howe}', 'registered', 'TMA|CMA',
		$$SELECT enrolment_id, registered_on::timestamp AT TIME ZONE 'UTC', 'registered' FROM plgdata.oulad_enrolments WHERE registered_on IS NOT NULL
		UNION ALL SELECT enrolment_id, submitted_on::timestamp AT TIME ZONE 'UTC', type FROM plgdata.oulad_submissions WHERE submitted_on IS NOT NULL$$),
	('sparkify', 1, '{UTC,America/New_York,America/Sao_Paulo}', NULL, 'NextSong',
		$$SELECT user_id, ts, event FROM plgdata.sparkify_events WHERE user_id IS NOT NULL$$);
\set slow ''
\getenv slow SLOW
UPDATE real_data SET every = 4 * every WHERE :'slow' = '';
\if :{?every}
	UPDATE real_data SET every = :every;
\endif
CREATE FUNCTION take_real(data_set text) RETURNS void LANGUAGE sql AS $$
	SELECT take(format('SELECT * FROM (%s) d (entity, at, event) WHERE abs(hashtext(entity::text)::bigint) %% %s = 0', query, every))
	FROM real_data WHERE name = data_set
$$;

\ir load.sql
