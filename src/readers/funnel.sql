-- Funnels.

CREATE FUNCTION plg.funnel(j plg.journeys, steps text[], within interval, as_of timestamptz,
	mode text DEFAULT 'ordered', attempt text DEFAULT 'best',
	entered tstzrange DEFAULT NULL, grace interval DEFAULT NULL, step_within interval[] DEFAULT NULL,
	exclude text[] DEFAULT NULL, optional boolean[] DEFAULT NULL, strictly_increasing boolean DEFAULT false)
	RETURNS TABLE (step int, event text, entities bigint, rate_from_first float8, rate_from_previous float8,
		p50_seconds float8, p90_seconds float8, p50_seconds_previous float8, p90_seconds_previous float8)
	AS 'MODULE_PATHNAME', 'plg_funnel' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 5;
COMMENT ON FUNCTION plg.funnel(plg.journeys, text[], interval, timestamptz, text, text, tstzrange, interval, interval[], text[], boolean[], boolean) IS
	'for each step how many entities got there by distinct events in order of time, all within the given time of the first, of those watched that long by as_of; rates, and percentiles of the seconds since the first and since the previous step. mode: ordered, any, strict, exact; attempt: best, first, each; the options are defined in docs/funnel.md; as_of and entered as in activation_rate, entered with attempt each of the pass''s own start; at most 128 steps';

CREATE FUNCTION plg.milestones(j plg.journeys, steps text[], within interval,
	mode text DEFAULT 'ordered', attempt text DEFAULT 'best', as_of timestamptz DEFAULT NULL,
	entered tstzrange DEFAULT NULL, grace interval DEFAULT NULL, step_within interval[] DEFAULT NULL,
	exclude text[] DEFAULT NULL, optional boolean[] DEFAULT NULL, strictly_increasing boolean DEFAULT false)
	RETURNS TABLE (entity text, level int, reached timestamptz[])
	AS 'MODULE_PATHNAME', 'plg_milestones' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION plg.milestones(plg.journeys, text[], interval, text, text, timestamptz, tstzrange, interval, interval[], text[], boolean[], boolean) IS
	'one row for each entity that met the first step (attempt each: for each pass): the number of its furthest step and when it reached each, NULL where it did not; nothing is left out as immature. Events after as_of are ignored; options as in funnel';

--@ for E in bigint uuid text
CREATE FUNCTION plg.milestones_as(type {E}, j plg.journeys, steps text[], within interval,
	mode text DEFAULT 'ordered', attempt text DEFAULT 'best', as_of timestamptz DEFAULT NULL,
	entered tstzrange DEFAULT NULL, grace interval DEFAULT NULL, step_within interval[] DEFAULT NULL,
	exclude text[] DEFAULT NULL, optional boolean[] DEFAULT NULL, strictly_increasing boolean DEFAULT false)
	RETURNS TABLE (entity {E}, level int, reached timestamptz[])
	AS 'MODULE_PATHNAME', 'plg_milestones_{E}' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION plg.milestones_as({E}, plg.journeys, text[], interval, text, text, timestamptz, tstzrange, interval, interval[], text[], boolean[], boolean) IS
	'as milestones, with the entity in its own type: pass NULL::bigint, NULL::uuid or NULL::text; an error if the entities are of another type';
--@ end

CREATE FUNCTION plg.funnel_rows(counts bigint[], labels text[])
	RETURNS TABLE (step int, event text, entities bigint, rate_from_first float8, rate_from_previous float8)
	AS 'MODULE_PATHNAME', 'plg_funnel_rows' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 5;
COMMENT ON FUNCTION plg.funnel_rows(bigint[], text[]) IS
	'the counts of a funnel''s steps as rows with labels and rates: for step_counts, or counts added up; labels may be NULL, else one for each count';
