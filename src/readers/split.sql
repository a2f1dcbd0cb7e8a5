-- Journeys by segment.

CREATE FUNCTION plg.split(j plg.journeys, properties plg.journeys, value text DEFAULT 'entry', start text DEFAULT NULL,
	as_of timestamptz DEFAULT NULL, top int DEFAULT NULL)
	RETURNS TABLE (segment text, journeys plg.journeys) ROWS 10 {READER}, 'plg_split';
--@ is j by the value that each entity has in properties, a history of its own (entity, time, value): one row a value, which rolled up are j again. value entry: the value in force (the latest at or before) at the entity's first start event, NULL any event; first, last: its first, its last value; event: the value in force at each event. No value: segment NULL. Properties after as_of are ignored. top: so many values with most entities, the rest as other
