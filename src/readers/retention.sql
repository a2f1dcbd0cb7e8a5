-- Retention.

CREATE FUNCTION plg.retention(j plg.journeys, start text, as_of timestamptz,
	activity text DEFAULT NULL, unit text DEFAULT 'week', periods int DEFAULT 12,
	mode text DEFAULT 'rolling', counting text DEFAULT 'on', tz text DEFAULT 'UTC',
	average boolean DEFAULT false, brackets int[] DEFAULT NULL,
	entered tstzrange DEFAULT NULL, min_count int DEFAULT 1, origin date DEFAULT NULL, recurring boolean DEFAULT false)
	RETURNS TABLE (cohort date, entities bigint, period int, mature boolean, active bigint, rate float8, starts_at timestamptz) ROWS 200 {READER}, 'plg_retention';
--@ is for each cohort and period: how many had an activity (NULL: any event other than the one that started them), at least min_count times, in that period (counting on), in it or an earlier one (on_or_before), in it or a later one of the table (on_or_after), in it and every earlier one (streak). unit, periods, mode, origin, starts_at as in cohort_conversion; brackets {0,1,3,7}: periods of units 0, 1-2, 3-6, named by their first unit; average: rows with cohort NULL for all mature cohorts together; recurring: an entity is in the cohort of each unit in which it has a start event, by its first one there, of which entered is asked; immature cells are NULL
