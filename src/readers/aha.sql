-- Aha.

CREATE FUNCTION plg.aha(j plg.journeys, start text, outcome text, as_of timestamptz,
	windows interval[] DEFAULT '{1 day,3 days,7 days}', counts int[] DEFAULT '{1,2,3,5,10}',
	outcome_from interval DEFAULT NULL, outcome_until interval DEFAULT '14 days', outcome_count int DEFAULT 1,
	min_reach float8 DEFAULT 0.02, max_reach float8 DEFAULT 0.8, min_entities int DEFAULT 25, top int DEFAULT 20,
	entered tstzrange DEFAULT NULL)
	RETURNS TABLE (event text, at_least int, within interval, entrants bigint, did bigint, reach float8,
		did_hit bigint, not_hit bigint, rate_did float8, rate_not float8, recall float8,
		difference float8, difference_low float8, difference_high float8, explained float8,
		phi float8, odds_ratio float8, p_value float8, q_value float8,
		holdout_difference float8, holdout_low float8, cells bigint) ROWS 20 {READER}, 'plg_aha';
--@ is x
