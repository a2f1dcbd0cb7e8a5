-- Funnels.

CREATE FUNCTION plg.funnel(j plg.journeys, steps text[], within interval, as_of timestamptz,
	mode text DEFAULT 'ordered', attempt text DEFAULT 'best',
	entered tstzrange DEFAULT NULL, grace interval DEFAULT NULL, step_within interval[] DEFAULT NULL,
	exclude text[] DEFAULT NULL, optional boolean[] DEFAULT NULL, strictly_increasing boolean DEFAULT false)
	RETURNS TABLE (step int, event text, entities bigint, rate_from_first float8, rate_from_previous float8,
		p50_seconds float8, p90_seconds float8, p50_seconds_previous float8, p90_seconds_previous float8) ROWS 5 {READER}, 'plg_funnel';
--@ is for each step how many entities got there by distinct events in order of time, all within the given time of the first, of those watched that long by as_of; rates, and percentiles of the seconds since the first and since the previous step. mode: ordered, any, strict, exact; attempt: best, first, each, next; the options are defined in docs/funnel.md; as_of and entered as in activation_rate, entered with attempt each and next of the pass's own start; at most 128 steps

CREATE FUNCTION plg.funnel_rows(counts bigint[], labels text[])
	RETURNS TABLE (step int, event text, entities bigint, rate_from_first float8, rate_from_previous float8) ROWS 5 {SAFE} COST 50 SUPPORT plg.planner_support {BODY}, 'plg_funnel_rows';
--@ is the counts of a funnel's steps as rows with labels and rates: for step_counts, or counts added up; labels may be NULL, else one for each count
