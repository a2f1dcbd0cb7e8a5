-- What is in journeys.

CREATE FUNCTION plg.entities(j plg.journeys) RETURNS bigint STRICT {HEAD}, 'plg_journeys_entities';
--@ is number of entities

CREATE FUNCTION plg.events(j plg.journeys) RETURNS bigint STRICT {HEAD}, 'plg_journeys_events';
--@ is number of events

CREATE FUNCTION plg.first_at(j plg.journeys) RETURNS timestamptz STRICT {HEAD}, 'plg_journeys_first_at';
--@ is time of the earliest event; NULL if there is none

CREATE FUNCTION plg.last_at(j plg.journeys) RETURNS timestamptz STRICT {HEAD}, 'plg_journeys_last_at';
--@ is time of the latest event; NULL if there is none

--@ for E in bigint uuid text
CREATE FUNCTION plg.bucket(entity {E}, n int) RETURNS int STRICT {SCALAR}, 'plg_bucket_{E}';
--@ is bucket 0 to n - 1 of an entity, by a stable hash of its text form, to split a large table; n must be positive
--@ end

CREATE FUNCTION plg.event_summary(j plg.journeys)
	RETURNS TABLE (event text, events bigint, entities bigint, first_at timestamptz, last_at timestamptz) STRICT ROWS 20 {READER}, 'plg_event_summary';
--@ is one row for each label: its events, the entities that have one, the first and the last time

CREATE FUNCTION plg.unnest(j plg.journeys)
	RETURNS TABLE (entity text, at timestamptz, event text) STRICT {LISTER}, 'plg_journeys_unnest';
--@ is all events in order of entity, time and label, nothing lost; the entity as text

--@ for E in bigint uuid text
CREATE FUNCTION plg.unnest_as(type {E}, j plg.journeys)
	RETURNS TABLE (entity {E}, at timestamptz, event text) {LISTER}, 'plg_journeys_unnest_{E}';
--@ is as unnest, with the entity in its own type: pass NULL::bigint, NULL::uuid or NULL::text; an error if the entities are of another type
--@ end
