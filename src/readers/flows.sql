-- Flows.

CREATE FUNCTION plg.flows(j plg.journeys, from_event text, depth int DEFAULT 3, direction text DEFAULT 'after',
	as_of timestamptz DEFAULT NULL, within interval DEFAULT NULL, top int DEFAULT 10, other text DEFAULT 'other',
	collapse boolean DEFAULT false, entered tstzrange DEFAULT NULL)
	RETURNS TABLE (step int, source text, target text, entities bigint, share float8, share_of_all float8,
		median_seconds float8) ROWS 100 {READER}, 'plg_flows';
--@ is what entities did next after their first from_event (NULL: first event of any kind), or before it, for depth steps: one row for each pair of neighbours, source earlier than target, NULL where nothing more came or nothing came before. share: of those at the neighbour nearer to from_event in this step; share_of_all: of all paths, that is of all who had from_event and count (see within, entered); median_seconds between the two. within: only events that near to from_event, and, going forward, only entities watched that long by as_of; top: events shown by name in each step, the rest is called other; collapse: repeats of one event count once; entered: only first events in this range
