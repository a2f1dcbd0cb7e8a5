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

CREATE FUNCTION plg.journeys_add_signed(plg.journeys, plg.journeys, plg.journeys) RETURNS plg.journeys {COMBINE}, 'plg_journeys_add_signed';
CREATE AGGREGATE plg.rollup(j plg.journeys, gone plg.journeys) (SFUNC = plg.journeys_add_signed, {JOURNEYS});
--@ is adds up all j and takes all gone away, row by row (entity, time, event); either may be NULL; NULL if no row is left, and a row of gone that no j has is an error
