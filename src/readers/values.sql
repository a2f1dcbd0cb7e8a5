-- From journeys to journeys.

CREATE FUNCTION plg.slice(j plg.journeys, since timestamptz, until timestamptz) RETURNS plg.journeys {READER}, 'plg_journeys_slice';
--@ is the journeys of the events from since on and before until, NULL: no limit; NULL if there are none. Entities whose first event lies before since begin with a later one: to choose by time of entry use entered instead

CREATE FUNCTION plg.only_events(j plg.journeys, events text[]) RETURNS plg.journeys {READER}, 'plg_journeys_only_events';
--@ is the journeys of the named events only; NULL if there are none; a|b names several events

CREATE FUNCTION plg.only_entities(j plg.journeys, entities text[]) RETURNS plg.journeys {READER}, 'plg_journeys_only_entities';
--@ is the journeys of these entities, given in text form whatever their type; NULL if there are none

CREATE FUNCTION plg.except_entities(j plg.journeys, entities text[]) RETURNS plg.journeys {READER}, 'plg_journeys_except_entities';
--@ is the journeys of all but these entities, given in text form whatever their type; NULL if there are none

CREATE FUNCTION plg.relabel(j plg.journeys, labels jsonb) RETURNS plg.journeys {READER}, 'plg_journeys_relabel';
--@ is the same events under new names, {"old": "new", ...}; names that are not mentioned stay, several may become one
