-- The cohort triangle.

CREATE FUNCTION plg.cohort_conversion(j plg.journeys, start text, goal text, as_of timestamptz,
	unit text DEFAULT 'week', periods int DEFAULT 12, mode text DEFAULT 'rolling', tz text DEFAULT 'UTC',
	entered tstzrange DEFAULT NULL, min_count int DEFAULT 1, origin date DEFAULT NULL)
	RETURNS TABLE (cohort date, entities bigint, period int, mature boolean, converted bigint,
		rate float8, rate_low float8, rate_high float8, starts_at timestamptz) ROWS 200 {READER}, 'plg_cohort_conversion';
--@ is for each cohort (calendar hour, day, week, month, quarter, year of the start, or as many as in 2 weeks, of which origin begins one; starts_at: when it begins) and period 0 to periods - 1: how many had met the goal by the period's end, with the rate's 95 % Wilson interval. mode rolling: periods of an hour, 1, 7 or 30 days on each entity's own clock; calendar: the k-th unit after the cohort's. Immature cells are NULL; other options as in activation_rate
