-- To be read by psql's \ir after events.sql: the shared data, if they are there,
-- taken as events.
--
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
