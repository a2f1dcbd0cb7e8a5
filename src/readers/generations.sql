-- Who came from whom.

CREATE FUNCTION plg.generations(invited_by plg.journeys)
	RETURNS TABLE (generation int, entities bigint, from_previous float8, rejected_self bigint, rejected_younger bigint, rejected_cycle bigint)
	ROWS 20 {READER}, 'plg_generations';
--@ is how many entities there are in each generation of journeys (member, joined_at, inviter): 0 was invited by nobody, 1 by generation 0, and so on; from_previous, how many for each of the generation before. The inviter of a member is that of its first row that can be true; '' is nobody, and such rows are passed over; an inviter without a row is of generation 0. Rejected are rows of its members in which they invited themselves, in which the inviter joined later, and inviters who go round in a circle: all of a circle are of generation 0

CREATE FUNCTION plg.lineage(invited_by plg.journeys)
	RETURNS TABLE (entity text, inviter text, root text, generation int, direct bigint, descendants bigint, rejected text) ROWS 200 {PEOPLE}, 'plg_lineage';
--@ is a row for each entity of journeys (member, joined_at, inviter) and each inviter: by whom it was invited (NULL: nobody), the first of its tree, its generation, how many it has invited, how many came of that in all; rejected: self, younger or cycle if a row of its was not believed, as in generations

--@ for E in bigint uuid text
CREATE FUNCTION plg.lineage_as(type {E}, invited_by plg.journeys)
	RETURNS TABLE (entity {E}, inviter {E}, root {E}, generation int, direct bigint, descendants bigint, rejected text) ROWS 200 {PEOPLE}, 'plg_lineage_{E}';
--@ is as lineage, with entities in their own type: pass NULL::bigint, NULL::uuid or NULL::text; an error if they are of another type
--@ end
