-- A table of users.

CREATE FUNCTION plg.entity_summary(j plg.journeys, as_of timestamptz DEFAULT NULL, tz text DEFAULT 'UTC')
	RETURNS TABLE (entity text, first_at timestamptz, last_at timestamptz, events bigint, active_days bigint, p50_gap_seconds float8) ROWS 200 {READER}, 'plg_entity_summary';
--@ is one row for each entity with an event by as_of: its first and its last event, how many there are, on how many days of the time zone, and the median time between two that follow each other, in seconds, NULL if there is only one; as_of NULL: all events; the entity as text

--@ for E in bigint uuid text
CREATE FUNCTION plg.entity_summary_as(type {E}, j plg.journeys, as_of timestamptz DEFAULT NULL, tz text DEFAULT 'UTC')
	RETURNS TABLE (entity {E}, first_at timestamptz, last_at timestamptz, events bigint, active_days bigint, p50_gap_seconds float8) ROWS 200 {READER}, 'plg_entity_summary_{E}';
--@ is as entity_summary, with the entity in its own type: pass NULL::bigint, NULL::uuid or NULL::text; an error if the entities are of another type
--@ end
