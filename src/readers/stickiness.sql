-- Stickiness.

CREATE FUNCTION plg.stickiness(j plg.journeys, as_of timestamptz,
	unit text DEFAULT 'week', tz text DEFAULT 'UTC', origin date DEFAULT NULL)
	RETURNS TABLE (period_start date, mature boolean, dau float8, wau bigint, mau bigint,
		dau_wau float8, dau_mau float8, l7 bigint[], l28 bigint[], starts_at timestamptz) ROWS 100 {READER}, 'plg_stickiness';
--@ is for each calendar period (unit and origin as in lifecycle, but no hours; starts_at: when it begins) from the first event to as_of: dau, the mean number of entities active on a day of it; wau and mau, those active in the 7 and 28 days that end with its last day; dau_wau and dau_mau, the mean daily actives of those 7 and 28 days divided by wau and mau; l7 and l28, how many were active on 1, 2, ... of those days. NULL where the days were not all watched: the period is not over at as_of (mature false), or they begin before the first event
