-- Adoption.

CREATE FUNCTION plg.adoption(j plg.journeys, start text, as_of timestamptz, within interval,
	entered tstzrange DEFAULT NULL)
	RETURNS TABLE (event text, entities bigint, adopters bigint, rate float8, rate_low float8, rate_high float8,
		median_seconds float8, place float8, repeaters bigint, repeat_rate float8) ROWS 20 {READER}, 'plg_adoption';
--@ is for each event that has happened by as_of, if there are entrants: how many of the entities watched for within since their start had it in that time (adopters), the rate with its 95 % Wilson interval, the median time to the first use among all who adopt, corrected for those not watched that long (as ttv of conversion), the mean place in the order in which adopters discovered events (1: first), and how many used it again in that time. within NULL: so far; other options as in activation_rate
