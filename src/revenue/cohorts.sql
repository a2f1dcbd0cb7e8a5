-- The revenue triangle.

CREATE FUNCTION plg.revenue_retention(l plg.ledger, unit text, periods int, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL,
	average boolean DEFAULT false, reactivation_within interval DEFAULT NULL, bridge_gap interval DEFAULT NULL, grr_method text DEFAULT 'least',
	origin date DEFAULT NULL)
	RETURNS TABLE (
		cohort date, accounts bigint, period int, mature boolean,
		mrr numeric, nrr float8, grr float8, logo_retention float8, starts_at timestamptz
	) ROWS 200 {READER}, 'plg_ledger_revenue_retention';
--@ is for each cohort of accounts, by the first unit (as in movements) at whose close they pay, and each of the first periods units: what they pay at the close of that unit, and that divided by what they paid at the close of unit 0 (nrr; grr: by grr_method as in grr; logo_retention: accounts); who comes back after more than reactivation_within joins the cohort of that time; bridge_gap as in movements; average: rows with cohort NULL for all cohorts that are old enough; NULL where the unit ends after as_of, or without as_of after the last change
