-- Rows for the plan checks: the same in every database, 60,000 rows of 700
-- entities, with ties and rows that differ in the case of their label only.
SET client_min_messages TO warning;
CREATE SCHEMA plans;

CREATE TABLE plans.log AS
SELECT n, n % 40 AS grp, id, md5(id::text)::uuid AS guid, (ARRAY['z', 'Z', 'é', 'user ', 'ü-'])[1 + id % 5] || id AS name,
	timestamptz '2026-01-01 00:00+00' + make_interval(secs => (dice / 1024 % 8640) * 1000) AS at,
	(ARRAY['signup', 'create', 'Create', 'invite', 'étage', 'zone', 'Zone', 'upgrade'])[1 + dice % 8] AS event
FROM (SELECT n, (n::bigint * 104729 % 700)::bigint AS id, ('x' || substring(md5(n::text), 1, 7))::bit(28)::int AS dice
	FROM generate_series(1, 60000) n) s;
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
				WITH ORDINALITY c(cohort, conversion, ordinality)),
		(SELECT string_agg(to_json(c)::text, ',' ORDER BY c.ordinality)
			FROM plg.cohort_conversion(j, 'create', 'upgrade', '2026-03-01 00:00+00', unit => 'day', tz => 'America/New_York',
				mode => 'calendar', entered => '[2026-01-02 00:00+00,2026-02-01 00:00+00)') WITH ORDINALITY c)))
$$;

CREATE FUNCTION plans.facts(j plg.journeys) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT md5(concat_ws(' ', j::text, plans.answers(j))) $$;

CREATE TABLE plans.reference AS
	SELECT 'bigint' AS kind, 'id' AS key, plans.facts(plg.journeys(id, at, event)) AS fact FROM plans.log
	UNION ALL SELECT 'uuid', 'guid', plans.facts(plg.journeys(guid, at, event)) FROM plans.log
	UNION ALL SELECT 'text', 'name', plans.facts(plg.journeys(name, at, event)) FROM plans.log;
