-- When enough members of each account were active.

CREATE FUNCTION plg.qualified(j plg.journeys, members int, within interval, as_of timestamptz,
	active_days int DEFAULT 1, tz text DEFAULT 'UTC', tenure interval DEFAULT NULL)
	RETURNS TABLE (entity text, since timestamptz, until timestamptz, members int) ROWS 50 {PEOPLE}, 'plg_qualified';
--@ is when each account of journeys (account, at, member) was product-qualified: a row for each spell in which at least so many different members had been active on active_days different days (of tz) in (t - within, t]; until is NULL while it lasts at as_of; members, the most at one time of it. within NULL: ever before. tenure: a member counts only from so long after its first event on

--@ for E in bigint uuid text
CREATE FUNCTION plg.qualified_as(type {E}, j plg.journeys, members int, within interval, as_of timestamptz,
	active_days int DEFAULT 1, tz text DEFAULT 'UTC', tenure interval DEFAULT NULL)
	RETURNS TABLE (entity {E}, since timestamptz, until timestamptz, members int) ROWS 50 {PEOPLE}, 'plg_qualified_{E}';
--@ is as qualified, with the account in its own type: pass NULL::bigint, NULL::uuid or NULL::text; an error if they are of another type
--@ end
