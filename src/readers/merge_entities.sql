-- One person, one journey.

CREATE FUNCTION plg.merge_entities(j plg.journeys, aliases plg.journeys) RETURNS plg.journeys {READER}, 'plg_merge_entities';
--@ is j with the events of aliases given to whom they stand for: aliases are a history of their own (alias, since when, entity as text). Each event of an alias goes to the latest entity named for it at or before the event, those before the first to the first; who has no alias row stays. Aliases of aliases are not followed: an entity that is both is an error, and so is a label that is no entity of j's type. aliases NULL: none
