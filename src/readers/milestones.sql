-- Milestones.

CREATE FUNCTION plg.milestones(j plg.journeys, steps text[], within interval,
	mode text DEFAULT 'ordered', attempt text DEFAULT 'best', as_of timestamptz DEFAULT NULL,
	entered tstzrange DEFAULT NULL, grace interval DEFAULT NULL, step_within interval[] DEFAULT NULL,
	exclude text[] DEFAULT NULL, optional boolean[] DEFAULT NULL, strictly_increasing boolean DEFAULT false)
	RETURNS TABLE (entity text, level int, reached timestamptz[]) ROWS 200 {READER}, 'plg_milestones';
--@ is one row for each entity that met the first step (attempt each or next: for each pass): the number of its furthest step and when it reached each, NULL where it did not; nothing is left out as immature. Events after as_of are ignored; options as in funnel

--@ for E in bigint uuid text
CREATE FUNCTION plg.milestones_as(type {E}, j plg.journeys, steps text[], within interval,
	mode text DEFAULT 'ordered', attempt text DEFAULT 'best', as_of timestamptz DEFAULT NULL,
	entered tstzrange DEFAULT NULL, grace interval DEFAULT NULL, step_within interval[] DEFAULT NULL,
	exclude text[] DEFAULT NULL, optional boolean[] DEFAULT NULL, strictly_increasing boolean DEFAULT false)
	RETURNS TABLE (entity {E}, level int, reached timestamptz[]) ROWS 200 {READER}, 'plg_milestones_{E}';
--@ is as milestones, with the entity in its own type: pass NULL::bigint, NULL::uuid or NULL::text; an error if the entities are of another type
--@ end
