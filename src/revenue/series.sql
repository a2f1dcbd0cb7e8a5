-- Rates of moving windows.

CREATE FUNCTION plg.nrr_series(l plg.ledger, unit text, span int, since date, until date,
	tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL, bridge_gap interval DEFAULT NULL, grr_method text DEFAULT 'least',
	origin date DEFAULT NULL)
	RETURNS TABLE (
		period_start date, window_start date, mature boolean,
		accounts bigint, opening numeric, accounts_retained bigint, closing numeric, retained numeric,
		nrr float8, grr float8, logo_retention float8, starts_at timestamptz
	) ROWS 12 {READER}, 'plg_ledger_nrr_series';
--@ is NRR, GRR and logo retention over the last span units, a row for each unit from since up to until (unit, origin and starts_at as in movements): over the window from window_start to the end of the unit, the accounts that paid at its opening, what they paid (opening) and pay at its end (closing), and what of it is retained, by grr_method as in grr; NULL where the window ends after as_of, the opening too where it begins after it. unit month, span 12: trailing twelve months
