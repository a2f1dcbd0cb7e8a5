-- What is in journeys.

CREATE FUNCTION plg.entities(j plg.journeys) RETURNS bigint
	AS 'MODULE_PATHNAME', 'plg_journeys_entities' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION plg.entities(plg.journeys) IS 'number of entities';

CREATE FUNCTION plg.events(j plg.journeys) RETURNS bigint
	AS 'MODULE_PATHNAME', 'plg_journeys_events' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION plg.events(plg.journeys) IS 'number of events';

CREATE FUNCTION plg.first_at(j plg.journeys) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'plg_journeys_first_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION plg.first_at(plg.journeys) IS 'time of the earliest event; NULL if there is none';

CREATE FUNCTION plg.last_at(j plg.journeys) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'plg_journeys_last_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION plg.last_at(plg.journeys) IS 'time of the latest event; NULL if there is none';

--@ for E in bigint uuid text
CREATE FUNCTION plg.bucket(entity {E}, n int) RETURNS int
	AS 'MODULE_PATHNAME', 'plg_bucket_{E}' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION plg.bucket({E}, int) IS
	'bucket 0 to n - 1 of an entity, by a stable hash of its text form, to split a large table; n must be positive';
--@ end

CREATE FUNCTION plg.event_summary(j plg.journeys)
	RETURNS TABLE (event text, events bigint, entities bigint, first_at timestamptz, last_at timestamptz)
	AS 'MODULE_PATHNAME', 'plg_event_summary' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION plg.event_summary(plg.journeys) IS
	'one row for each label: its events, the entities that have one, the first and the last time';

CREATE FUNCTION plg.unnest(j plg.journeys)
	RETURNS TABLE (entity text, at timestamptz, event text)
	AS 'MODULE_PATHNAME', 'plg_journeys_unnest' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION plg.unnest(plg.journeys) IS
	'all events in order of entity, time and label, nothing lost; the entity as text';

--@ for E in bigint uuid text
CREATE FUNCTION plg.unnest_as(type {E}, j plg.journeys)
	RETURNS TABLE (entity {E}, at timestamptz, event text)
	AS 'MODULE_PATHNAME', 'plg_journeys_unnest_{E}' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION plg.unnest_as({E}, plg.journeys) IS
	'as unnest, with the entity in its own type: pass NULL::bigint, NULL::uuid or NULL::text; an error if the entities are of another type';
--@ end
