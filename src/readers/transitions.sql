-- Transitions from one value of a property to another.

CREATE FUNCTION plg.transitions(j plg.journeys, unit text, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL, origin date DEFAULT NULL)
	RETURNS TABLE (period_start date, from_label text, to_label text, entities bigint, provisional boolean, starts_at timestamptz) ROWS 100 {READER}, 'plg_transitions';
--@ is for each unit (cut in tz; unit and origin as in lifecycle; starts_at: when it begins) from since up to until, which must both begin one: how many entities of the property history j (entity, time, value) went from a value to another, stays included: from_label is in force just before the unit (NULL: none yet), to_label just before its end; of several values at one instant the last by name. Rows of a unit sum to its entities: all who have a value by its end. Rows after as_of are ignored, units that end after it provisional; as_of NULL: all rows, and none is

CREATE FUNCTION plg.transitions_of(j plg.journeys, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL)
	RETURNS TABLE (entity text, from_label text, to_label text) ROWS 200 {READER}, 'plg_transitions_of';
--@ is the entities behind transitions of one period from since up to until: for each that has a value by its end, the value just before the period (NULL: none yet) and just before its end; those who stayed included; to be joined with account_movements of the same period

--@ for E in bigint uuid text
CREATE FUNCTION plg.transitions_of_as(type {E}, j plg.journeys, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL)
	RETURNS TABLE (entity {E}, from_label text, to_label text) ROWS 200 {READER}, 'plg_transitions_of_{E}';
--@ is as transitions_of, with the entity in its own type: pass NULL::bigint, NULL::uuid or NULL::text; an error if the entities are of another type
--@ end
