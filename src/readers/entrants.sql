-- The people behind a rate.

CREATE FUNCTION plg.entrants(j plg.journeys, start text, goal text, as_of timestamptz, within interval DEFAULT NULL,
	entered tstzrange DEFAULT NULL, min_count int DEFAULT 1)
	RETURNS TABLE (entity text, started timestamptz, converted timestamptz, seconds float8, mature boolean) ROWS 200 {READER}, 'plg_entrants';
--@ is the people behind activation: one row for each entrant, when it started and when it converted, NULL if not within the given time, how long that took in seconds, and whether it was watched that long by as_of; options as in activation, whose mature and converted are the rows with mature, and those of them with converted; the entity as text

--@ for E in bigint uuid text
CREATE FUNCTION plg.entrants_as(type {E}, j plg.journeys, start text, goal text, as_of timestamptz, within interval DEFAULT NULL,
	entered tstzrange DEFAULT NULL, min_count int DEFAULT 1)
	RETURNS TABLE (entity {E}, started timestamptz, converted timestamptz, seconds float8, mature boolean) ROWS 200 {READER}, 'plg_entrants_{E}';
--@ is as entrants, with the entity in its own type: pass NULL::bigint, NULL::uuid or NULL::text; an error if the entities are of another type
--@ end
