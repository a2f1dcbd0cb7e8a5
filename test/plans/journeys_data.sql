-- Rows for the plan checks: the same in every database, 60,000 rows of 700
-- entities, with ties and rows that differ in the case of their label only.
SET client_min_messages TO warning;
CREATE SCHEMA plans;

CREATE TABLE plans.log AS
SELECT n, n % 40 AS grp, id, md5(id::text)::uuid AS guid, (ARRAY['z', 'Z', 'é', 'user ', 'ü-'])[1 + id % 5] || id AS name,
	timestamptz '2026-01-01 00:00+00' + make_interval(secs => (dice / 1024 % 8640) * 1000) AS at,
	(ARRAY['signup', 'create', 'Create', 'invite', 'étage', 'zone', 'Zone', 'upgrade'])[1 + dice % 8] AS event
FROM (SELECT n, (n::bigint * 104729 % 700)::bigint AS id, ('x' || substring(md5(n::text), 1, 7))::bit(28)::int AS dice
	FROM generate_series(1, 30000) n) s;
ANALYZE plans.log;

-- A value as its bytes and as the answers of every reader, without anything in
-- it that depends on how a session prints times and floats.
CREATE FUNCTION plans.answers(j plg.journeys) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT md5(concat_ws(' ',
		plg.entities(j), plg.events(j), extract(epoch FROM plg.first_at(j)), extract(epoch FROM plg.last_at(j)),
		(SELECT string_agg(concat_ws('/', s.event, s.events, s.entities, extract(epoch FROM s.first_at)), ',' ORDER BY s.ordinality)
			FROM plg.event_summary(j) WITH ORDINALITY s),
		(SELECT md5(string_agg(concat_ws('/', u.entity, extract(epoch FROM u.at), u.event), ',' ORDER BY u.ordinality))
			FROM plg.unnest(j) WITH ORDINALITY u),
		plg.activation_rate(j, 'signup', 'create|Create', '7 days', '2026-03-01 00:00+00'),
		(SELECT to_json(a) FROM plg.activation(j, NULL, 'invite', '1 day', '2026-03-01 00:00+00', min_count => 2) a),
		plg.conversion(j, 'signup', 'zone', '2026-03-01 00:00+00'),
		(SELECT string_agg(to_char(c.cohort, 'YYYY-MM-DD') || c.conversion::text, ',' ORDER BY c.ordinality)
			FROM plg.conversions(j, 'signup', 'Zone', '2026-03-01 00:00+00', tz => 'Asia/Kolkata')
				WITH ORDINALITY c(cohort, conversion, starts_at, ordinality)),
		(SELECT string_agg((to_jsonb(c) - 'starts_at')::text, ',' ORDER BY c.ordinality)
			FROM plg.cohort_conversion(j, 'create', 'upgrade', '2026-03-01 00:00+00', unit => 'day', tz => 'America/New_York',
				mode => 'calendar', entered => '[2026-01-02 00:00+00,2026-02-01 00:00+00)') WITH ORDINALITY c)))
$$;

-- The answers of readers that are asked less often: where the value is the same,
-- only what a session has set and where they run could change them.  Those of
-- readers that are not named here are a sum of hashes.
SELECT $$
	SELECT md5(concat_ws(' ',
		(SELECT string_agg((to_jsonb(r) - 'starts_at')::text, ',' ORDER BY r.ordinality) FROM plg.retention(j, 'signup', '2026-03-01 00:00+00',
			mode => 'calendar', tz => 'America/Sao_Paulo', average => true) WITH ORDINALITY r),
		(SELECT string_agg((to_jsonb(r) - 'starts_at')::text, ',' ORDER BY r.ordinality) FROM plg.retention(j, NULL, '2026-03-01 00:00+00', 'create|Create',
			counting => 'streak', min_count => 2) WITH ORDINALITY r),
		(SELECT string_agg((to_jsonb(l) - 'starts_at')::text, ',' ORDER BY l.ordinality) FROM plg.lifecycle(j, '2026-03-01 00:00+00', 'day', 'Australia/Lord_Howe') WITH ORDINALITY l),
		(SELECT string_agg((to_jsonb(s) - 'starts_at')::text, ',' ORDER BY s.ordinality) FROM plg.stickiness(j, '2026-03-01 00:00+00', 'week', 'Asia/Beirut') WITH ORDINALITY s),
		(SELECT string_agg(to_json(f)::text, ',' ORDER BY f.direction, f.ordinality) FROM
			(SELECT * FROM unnest('{after,before}'::text[]) direction, plg.flows(j, 'signup', 3, direction, '2026-03-01 00:00+00', '2 days', 3) WITH ORDINALITY) f),
		(SELECT string_agg(to_json(a)::text, ',' ORDER BY a.ordinality) FROM plg.adoption(j, 'signup', '2026-01-20 00:00+00', '5 days') WITH ORDINALITY a),
		(SELECT md5(string_agg(concat_ws('/', s.entity, extract(epoch FROM s.started_at), extract(epoch FROM s.ended_at), s.events), ',' ORDER BY s.ordinality))
			FROM plg.sessions(j, '1 hour') WITH ORDINALITY s),
		(SELECT to_json(s)::text FROM plg.session_summary(j, '1 hour', '2026-03-01 00:00+00') s),
		(SELECT string_agg(to_json(f)::text, ',' ORDER BY f.ordinality) FROM plg.funnel(j, '{signup,create,upgrade}', '1 day', '2026-03-01 00:00+00') WITH ORDINALITY f),
		(SELECT md5(string_agg(concat_ws('/', m.entity, m.level, (SELECT string_agg(extract(epoch FROM r)::text, ' ') FROM unnest(m.reached) r)), ',' ORDER BY m.ordinality))
			FROM plg.milestones(j, '{signup,create,upgrade}', '1 day') WITH ORDINALITY m),
		(SELECT md5(string_agg(part::text, ',' ORDER BY n)) FROM (VALUES (1, plg.slice(j, '2026-01-10 00:00+00', '2026-02-01 00:00+00')),
			(2, plg.only_events(j, '{Zone,étage}')), (3, plg.relabel(j, '{"zone": "Zone", "create": "étage"}'))) v (n, part))$$ AS by_hand \gset
\ir ../oracle/calls.sql
UPDATE calls.argument SET value = CASE name WHEN 'entities' THEN 'ARRAY(SELECT DISTINCT entity COLLATE "C" FROM plg.unnest(j) ORDER BY 1 LIMIT 50)'
	WHEN 'steps' THEN '''{signup,create,upgrade}''' ELSE '''signup''' END WHERE name IN ('start', 'goal', 'from_event', 'steps', 'entities');
SELECT :'by_hand' || coalesce(string_agg(format(', (SELECT sum(hash_record_extended(q, 0)::numeric) FROM (SELECT f.* FROM %s f) q)', call), ''), '') || '))' AS body
FROM calls.others('plg.journeys', :'by_hand' || pg_get_functiondef('plans.answers(plg.journeys)'::regprocedure)) WHERE name !~ '_as$' \gset
CREATE FUNCTION plans.readers(j plg.journeys) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS :'body';

CREATE FUNCTION plans.facts(j plg.journeys) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT md5(concat_ws(' ', j::text, plans.answers(j))) $$;

CREATE TABLE plans.reference AS
	SELECT kind, key, plans.facts(j) AS fact, plans.readers(j) AS readers
	FROM (SELECT 'bigint' AS kind, 'id' AS key, plg.journeys(id, at, event) AS j FROM plans.log
		UNION ALL SELECT 'uuid', 'guid', plg.journeys(guid, at, event) FROM plans.log
		UNION ALL SELECT 'text', 'name', plg.journeys(name, at, event) FROM plans.log) v;
