-- From journeys to conversions.

CREATE FUNCTION plg.conversion(j plg.journeys, start text, goal text, as_of timestamptz,
	entered tstzrange DEFAULT NULL, min_count int DEFAULT 1)
	RETURNS plg.conversion {READER}, 'plg_journeys_conversion';
--@ is the conversion of all entrants from start to goal as known at as_of; options as in activation_rate

CREATE FUNCTION plg.conversions(j plg.journeys, start text, goal text, as_of timestamptz,
	unit text DEFAULT 'week', tz text DEFAULT 'UTC',
	entered tstzrange DEFAULT NULL, min_count int DEFAULT 1, origin date DEFAULT NULL)
	RETURNS TABLE (cohort date, conversion plg.conversion, starts_at timestamptz) ROWS 50 {READER}, 'plg_journeys_conversions';
--@ is one conversion for each cohort: the entrants who started in the same hour, day, week (Monday), month, quarter or year of the time zone, or as many as in 2 weeks, of which origin begins one; starts_at: when it begins; options as in activation_rate
