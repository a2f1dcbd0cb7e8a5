-- plg.journeys: its aggregates.

COMMENT ON TYPE plg.journeys IS 'who did what, when: the time-ordered events of many entities in one compact value';

CREATE FUNCTION plg.journeys_combine(plg.journeys, plg.journeys) RETURNS plg.journeys
	AS 'MODULE_PATHNAME', 'plg_journeys_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION plg.journeys_final(plg.journeys) RETURNS plg.journeys
	AS 'MODULE_PATHNAME', 'plg_final_value' LANGUAGE C IMMUTABLE PARALLEL SAFE;

--@ for E in bigint uuid text
--@ for T in timestamptz timestamp
CREATE FUNCTION plg.journeys_add(plg.journeys, {E}, {T}, text) RETURNS plg.journeys
	AS 'MODULE_PATHNAME', 'plg_journeys_add_{E}' LANGUAGE C IMMUTABLE PARALLEL SAFE;
--@ end
CREATE FUNCTION plg.journeys_add(plg.journeys, {E}, date, text) RETURNS plg.journeys
	AS 'MODULE_PATHNAME', 'plg_journeys_add_{E}_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
--@ for T in timestamptz timestamp date
CREATE AGGREGATE plg.journeys(entity {E}, at {T}, event text) (
	SFUNC = plg.journeys_add,
	STYPE = plg.journeys,
	SSPACE = 4096,
	FINALFUNC = plg.journeys_final,
	FINALFUNC_MODIFY = READ_ONLY,
	COMBINEFUNC = plg.journeys_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE plg.journeys({E}, {T}, text) IS
	'the journeys of all entities: entity, time (without time zone it is read as UTC), event; a row with a NULL is ignored, an infinite time is an error';
--@ end
--@ end

CREATE AGGREGATE plg.rollup(j plg.journeys) (
	SFUNC = plg.journeys_combine,
	STYPE = plg.journeys,
	SSPACE = 4096,
	FINALFUNC = plg.journeys_final,
	FINALFUNC_MODIFY = READ_ONLY,
	COMBINEFUNC = plg.journeys_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE plg.rollup(plg.journeys) IS
	'adds up journeys built from disjoint rows; entities of the same name become one; different entity types are an error';
