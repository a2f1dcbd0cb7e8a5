-- Segments: journeys by a property of another history.  The rival knows that there
-- is one value a user, from the start on.

-- job split_funnel: stored: split into 5 segments, then a 3-step funnel of each
--   vs split_funnel_hand >= 5
--   answer segment, step, entities
SELECT s.segment, f.step, f.entities
FROM stored, stored_properties, plg.split(j, channels, start => 'signup') s,
	plg.funnel(s.journeys, '{signup,create_project,invite}', '7 days', '2027-01-01 00:00+00') f;

-- job split_funnel_hand: by hand: the properties joined to one hashed aggregate
WITH users AS MATERIALIZED (
	SELECT channel, t1, t2, (SELECT min(t) FROM unnest(invites) t WHERE t >= t2 AND t <= t1 + interval '7 days') AS t3
	FROM (SELECT user_id, min(at) FILTER (WHERE event = 'signup') AS t1, min(at) FILTER (WHERE event = 'create_project') AS t2,
			array_agg(at) FILTER (WHERE event = 'invite') AS invites
		FROM events WHERE event IN ('signup', 'create_project', 'invite', 'signup', 'create_project', 'invite', 'signup', 'create_project', 'invite') GROUP BY user_id) u
	JOIN properties USING (user_id)
	WHERE t1 + interval '7 days' <= '2027-01-01 00:00+00'
)
SELECT channel AS segment, step, CASE step WHEN 1 THEN one WHEN 2 THEN two ELSE three END AS entities
FROM (SELECT channel, count(*) AS one, count(*) FILTER (WHERE t2 <= t1 + interval '7 days') AS two, count(t3) FILTER (WHERE t2 <= t1 + interval '7 days') AS three
	FROM users GROUP BY channel) c, generate_series(1, 3) step;

-- job split_floor: the same
--   vs floor <= 0.6
SELECT s.segment, f.step, f.entities
FROM stored, stored_properties, plg.split(j, channels, start => 'signup') s,
	plg.funnel(s.journeys, '{signup,create_project,invite}', '7 days', '2027-01-01 00:00+00') f;

-- job split_only: stored: split into 5 segments
--   vs floor
SELECT segment, plg.events(journeys) FROM stored, stored_properties, plg.split(j, channels, start => 'signup') s;

-- job split_event: stored: split by the value in force at each event
--   vs floor
SELECT segment, plg.events(journeys) FROM stored, stored_properties, plg.split(j, channels, 'event') s;

-- job derive: stored: three projects and an invitation within 14 days, as events
--   vs floor
SELECT plg.events(plg.derive(j, 'activated', 'signup', '{create_project,invite}', '14 days', '{3,1}')) FROM stored;

-- job merge_entities: stored: a tenth of the users are aliases of others
--   vs floor
SELECT plg.events(plg.merge_entities(j, (SELECT plg.journeys(user_id, at, (user_id + 1)::text) FROM properties WHERE user_id % 10 = 0))) FROM stored;

-- job entrants: stored: the people behind a rate
--   vs floor
SELECT count(*) FROM stored, plg.entrants(j, 'signup', 'create_project', '2027-01-01 00:00+00', '7 days') e;

-- job entity_summary: stored: a row for each user
--   vs floor
SELECT count(*) FROM stored, plg.entity_summary(j) s;
