-- plg.journeys: its aggregates.

COMMENT ON TYPE plg.journeys IS 'who did what, when: the time-ordered events of many entities in one compact value';

--@ let JOURNEYS STYPE = plg.journeys, SSPACE = 4096, FINALFUNC = plg.journeys_final, COMBINEFUNC = plg.journeys_combine, {AGGREGATE}
--@ for E in bigint uuid text
--@ for T in timestamptz timestamp date
CREATE FUNCTION plg.journeys_add(plg.journeys, {E}, {T}, text) RETURNS plg.journeys {ADD}, 'plg_journeys_add_{E}{{T}_as}';
CREATE AGGREGATE plg.journeys(entity {E}, at {T}, event text) (SFUNC = plg.journeys_add, {JOURNEYS});
--@ is the journeys of all entities: entity, time (without time zone it is read as UTC), event; a row with a NULL is ignored, an infinite time is an error
--@ end
--@ end

CREATE AGGREGATE plg.rollup(j plg.journeys) (SFUNC = plg.journeys_combine, {JOURNEYS});
--@ is adds up journeys built from disjoint rows; entities of the same name become one; different entity types are an error
