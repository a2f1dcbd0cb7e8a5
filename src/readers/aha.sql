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
--@ is what early events foretell: for each event, count and window the entrants who had it at least so often within such a time of their start (did) against the others, by what became of them. The outcome, NULL any event, is met by outcome_count rows later than outcome_from (NULL: the longest window) and no later than outcome_until after the start; entrants are mature, watched that long by as_of; labels of the outcome are no candidates. Cells are looked at whose did is at least min_entities and whose reach, did / entrants, lies between min_reach and max_reach; top of them are given, by explained. not_hit: of those who did not; recall: did_hit of all hits; difference of the rates with its 95 % interval (Newcombe 1998); explained = reach * difference_low; phi; odds_ratio and p_value of Mantel and Haenszel (1959, continuity corrected) over strata of how many events an entrant had in the longest window; q_value: p adjusted over all cells looked at (Benjamini and Hochberg 1995); holdout_difference: chosen by one half of the entities, what the other half gives, NULL for cells not chosen so; holdout_low: its lower bound, 95 % for all chosen cells together (Bonferroni); cells: how many were looked at. It foretells, it does not cause
