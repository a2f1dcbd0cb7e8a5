-- Lifecycle.

CREATE FUNCTION plg.lifecycle(j plg.journeys, as_of timestamptz,
	unit text DEFAULT 'week', tz text DEFAULT 'UTC', origin date DEFAULT NULL)
	RETURNS TABLE (period_start date, mature boolean, new bigint, retained bigint, resurrected bigint,
		churned bigint, active bigint, quick_ratio float8, starts_at timestamptz) ROWS 100 {READER}, 'plg_lifecycle';
--@ is for each calendar unit (hour, day, week, month, quarter, year, or some of them as in 2 weeks, of which origin begins one) from the first event to as_of: entities that are new, retained (active in the period before too), resurrected (active earlier, not in the period before), churned (active in the period before only); quick_ratio = (new + resurrected) / churned. A period that is not over is not mature: its churned and quick_ratio are NULL, the rest is so far. as_of NULL: the last instant in the value. starts_at: when the unit begins
