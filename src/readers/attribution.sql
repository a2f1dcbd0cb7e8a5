-- Attribution.

CREATE FUNCTION plg.attribution(j plg.journeys, touches plg.journeys, goal text, as_of timestamptz, lookback interval,
	model text DEFAULT 'last', per text DEFAULT 'first', half_life interval DEFAULT '7 days', entered tstzrange DEFAULT NULL)
	RETURNS TABLE (touch text, entities bigint, conversions float8, share float8) ROWS 20 {READER}, 'plg_attribution';
--@ is the credit for conversions by touch, by credit: the entities that a touch has credit from, its conversions, and their share of all; conversions without a touch are the row NULL, and the credits of all rows sum to the conversions. j: who met the goal; touches: a history of its own (entity, time, touch). A conversion's touches are at or before it and no earlier than lookback (NULL: all before); a touch at its instant counts, the goal's own row never. model: last, first: all to that touch; linear: equal shares; position: 40 % each to first and last, the rest to those between; decay: weights that halve with each half_life before the last touch. per first: each entity's first goal; each: all goals, each with all touches in its lookback. entered: only conversions in this range

CREATE FUNCTION plg.touches_of(j plg.journeys, touches plg.journeys, goal text, as_of timestamptz, lookback interval,
	per text DEFAULT 'first', entered tstzrange DEFAULT NULL)
	RETURNS TABLE (entity text, converted_at timestamptz, touch text, touched_at timestamptz, "position" int, touches int)
	ROWS 200 {READER}, 'plg_touches_of';
--@ is a row for each touch of each conversion, in order, as attribution shares credit among them: its position, from 1, of so many touches; a conversion without a touch has one row, with touches 0 and NULL for the touch. Options as in attribution

--@ for E in bigint uuid text
CREATE FUNCTION plg.touches_of_as(type {E}, j plg.journeys, touches plg.journeys, goal text, as_of timestamptz, lookback interval,
	per text DEFAULT 'first', entered tstzrange DEFAULT NULL)
	RETURNS TABLE (entity {E}, converted_at timestamptz, touch text, touched_at timestamptz, "position" int, touches int)
	ROWS 200 {READER}, 'plg_touches_of_{E}';
--@ is as touches_of, with the entity in its own type: pass NULL::bigint, NULL::uuid or NULL::text; an error if the entities are of another type
--@ end
