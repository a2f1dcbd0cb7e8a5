-- Composite goals as events.

CREATE FUNCTION plg.derive(j plg.journeys, label text, start text, goals text[], within interval DEFAULT NULL,
	counts int[] DEFAULT NULL, at_least int DEFAULT NULL)
	RETURNS plg.journeys {READER}, 'plg_derive';
--@ is j with one more event, of that label, for each entity that achieved something: at the instant when at_least (NULL: all) of the goals had each been met counts[i] times (NULL: once), counting its events from its first start (NULL: any event) on, the start's own row left out, and within the given time of it (NULL: no limit). An event of that label in j is an error
