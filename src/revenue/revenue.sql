-- plg.ledger: its readers.

CREATE FUNCTION plg.mrr(l plg.ledger, at timestamptz) RETURNS numeric
	AS 'MODULE_PATHNAME', 'plg_ledger_mrr' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION plg.mrr(plg.ledger, timestamptz) IS
	'what all accounts together pay a month at that instant, changes at the instant itself included';

CREATE FUNCTION plg.nrr(l plg.ledger, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL,
	bridge_gap interval DEFAULT NULL) RETURNS float8
	AS 'MODULE_PATHNAME', 'plg_ledger_nrr' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION plg.nrr(plg.ledger, date, date, text, timestamptz, interval) IS
	'net revenue retention: what the accounts with MRR above 0 just before the day since pay just before the day until, divided by what they paid (1.05 is 105 %); NULL if nobody paid, or if until is after as_of; bridge_gap as in movements';

CREATE FUNCTION plg.grr(l plg.ledger, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL,
	bridge_gap interval DEFAULT NULL, grr_method text DEFAULT 'least') RETURNS float8
	AS 'MODULE_PATHNAME', 'plg_ledger_grr' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION plg.grr(plg.ledger, date, date, text, timestamptz, interval, text) IS
	'gross revenue retention: as nrr, with each account counted for no more than it paid just before the day since (grr_method least), for the least that it paid from then on (low_water), or for what it paid less all falls of its MRR within, whatever rises follow (flow, which may be below 0)';

CREATE FUNCTION plg.logo_retention(l plg.ledger, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL,
	bridge_gap interval DEFAULT NULL) RETURNS float8
	AS 'MODULE_PATHNAME', 'plg_ledger_logo_retention' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION plg.logo_retention(plg.ledger, date, date, text, timestamptz, interval) IS
	'the share of accounts with MRR above 0 just before the day since that still pay just before the day until; NULL if nobody paid, or if until is after as_of; bridge_gap as in movements';

CREATE FUNCTION plg.nrr_series(l plg.ledger, unit text, span int, since date, until date,
	tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL, bridge_gap interval DEFAULT NULL, grr_method text DEFAULT 'least')
	RETURNS TABLE (
		period_start date, window_start date, mature boolean,
		accounts bigint, opening numeric, accounts_retained bigint, closing numeric, retained numeric,
		nrr float8, grr float8, logo_retention float8
	)
	AS 'MODULE_PATHNAME', 'plg_ledger_nrr_series' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION plg.nrr_series(plg.ledger, text, int, date, date, text, timestamptz, interval, text) IS
	'NRR, GRR and logo retention over the last span units, a row for each unit from since up to until: over the window from window_start to the end of the unit, the accounts that paid at its opening, what they paid (opening) and pay at its end (closing), and what of it is retained, by grr_method as in grr; NULL where the window ends after as_of. unit month, span 12: trailing twelve months';

CREATE FUNCTION plg.revenue_retention(l plg.ledger, unit text, periods int, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL,
	average boolean DEFAULT false, reactivation_within interval DEFAULT NULL, bridge_gap interval DEFAULT NULL, grr_method text DEFAULT 'least')
	RETURNS TABLE (
		cohort date, accounts bigint, period int, mature boolean,
		mrr numeric, nrr float8, grr float8, logo_retention float8
	)
	AS 'MODULE_PATHNAME', 'plg_ledger_revenue_retention' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 200;
COMMENT ON FUNCTION plg.revenue_retention(plg.ledger, text, int, text, timestamptz, boolean, interval, interval, text) IS
	'for each cohort of accounts, by the first unit at whose close they pay, and each of the first periods units: what they pay at the close of that unit, and that divided by what they paid at the close of unit 0 (nrr; grr: by grr_method as in grr; logo_retention: accounts); who comes back after more than reactivation_within joins the cohort of that time; bridge_gap as in movements; average: rows with cohort NULL for all cohorts that are old enough; NULL where the unit ends after as_of, or without as_of after the last change';

CREATE FUNCTION plg.movements(l plg.ledger, unit text, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL,
	movement_by text DEFAULT 'period', reactivation_within interval DEFAULT NULL, bridge_gap interval DEFAULT NULL, grr_method text DEFAULT 'least')
	RETURNS TABLE (
		period_start date,
		opening numeric, new numeric, reactivation numeric, expansion numeric,
		contraction numeric, churn numeric, credit numeric, closing numeric, flash numeric,
		accounts_opening bigint, accounts_new bigint, accounts_reactivated bigint,
		accounts_expanded bigint, accounts_contracted bigint, accounts_churned bigint,
		accounts_closing bigint, accounts_flash bigint,
		nrr float8, grr float8, logo_retention float8, quick_ratio float8,
		arpa numeric, provisional boolean
	)
	AS 'MODULE_PATHNAME', 'plg_ledger_movements' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION plg.movements(plg.ledger, text, date, date, text, timestamptz, text, interval, interval, text) IS
	'MRR movements, a row for each unit (day, week, month, quarter, year, cut in tz) from since up to until, which must both begin one: each account has one net movement a period (movement_by event: one for each change), and opening + new + reactivation + expansion - contraction - churn + credit = closing; who comes back after more than reactivation_within is new; a gap of at most bridge_gap is contraction and expansion, not churn and reactivation; grr_method as in grr; periods that end after as_of are provisional';

CREATE FUNCTION plg.account_movements(l plg.ledger, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL,
	movement_by text DEFAULT 'period', reactivation_within interval DEFAULT NULL, bridge_gap interval DEFAULT NULL)
	RETURNS TABLE (account text, opening numeric, closing numeric, movement text, amount numeric)
	AS 'MODULE_PATHNAME', 'plg_ledger_account_movements' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION plg.account_movements(plg.ledger, date, date, text, timestamptz, text, interval, interval) IS
	'the accounts behind movements of one period: for each that pays at either end or flashed, what it pays at both, its movement (new, reactivation, expansion, contraction, churn, flash, none) and the amount; what an account has below zero is a row of its own, movement credit; sums equal those of movements; movement_by event: a row for each change, in order, with what it pays before and after';

CREATE FUNCTION plg.expansion_revenue(l plg.ledger, unit text, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL,
	movement_by text DEFAULT 'period', bridge_gap interval DEFAULT NULL)
	RETURNS TABLE (
		period_start date, accounts_expanded bigint, expansion_revenue numeric, gained numeric,
		expansion_share float8, expansion_rate float8, provisional boolean
	)
	AS 'MODULE_PATHNAME', 'plg_ledger_expansion_revenue' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION plg.expansion_revenue(plg.ledger, text, date, date, text, timestamptz, text, interval) IS
	'a row for each unit: the MRR that customers of the opening pay more (the expansion of movements), all MRR gained (new + reactivation + expansion), the share of expansion in it, and its rate to what customers paid at the opening; options as in movements';
