-- How often a cohort's entities do something.

CREATE FUNCTION plg.cohort_counts(j plg.journeys, start text, event text, as_of timestamptz,
	unit text DEFAULT 'week', periods int DEFAULT 12, mode text DEFAULT 'rolling', tz text DEFAULT 'UTC',
	average boolean DEFAULT false, entered tstzrange DEFAULT NULL, origin date DEFAULT NULL)
	RETURNS TABLE (cohort date, entities bigint, period int, mature boolean, events bigint, mean float8, low float8, high float8, starts_at timestamptz)
	ROWS 200 {READER}, 'plg_cohort_counts';
--@ is for each cohort and period: how many events (of those labels; NULL: any but the one that started them) its entities have had by the end of the period, all together and on average, with a 95 % interval that lets events of one entity depend on each other. unit, periods, mode, origin, starts_at as in cohort_conversion; immature cells are NULL. average: rows with cohort NULL for all cohorts as one mean cumulative function (Nelson's, robust variance), in which entities are those watched to the end of the period, and everybody counts for as long as watched
