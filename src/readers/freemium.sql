-- Whether the free tier fits.

CREATE FUNCTION plg.freemium(j plg.journeys, start text, aha text, wall text, paid text, within interval, as_of timestamptz,
	entered tstzrange DEFAULT NULL)
	RETURNS TABLE (entered bigint, mature bigint,
		wall_first bigint, wall_first_paid bigint, wall_first_rate float8,
		aha_then_wall bigint, aha_then_wall_paid bigint, aha_then_wall_rate float8,
		aha_no_wall bigint, aha_no_wall_paid bigint, aha_no_wall_rate float8,
		neither bigint, neither_paid bigint, neither_rate float8,
		p50_aha_to_wall_seconds float8, p50_wall_to_paid_seconds float8) ROWS 1 {READER}, 'plg_freemium';
--@ is one row: of all mature entrants, how many met the wall, the limit of the free tier, before the aha moment or without one (too tight), how many after it or at the same instant (fits), how many the aha moment only (too loose), how many neither; how many of each paid, and the rates; the medians of the time from aha to wall, where that is the order, and from wall to payment. All within the given time of the start
