-- MRR movements.

CREATE FUNCTION plg.movements(l plg.ledger, unit text, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL,
	movement_by text DEFAULT 'period', reactivation_within interval DEFAULT NULL, bridge_gap interval DEFAULT NULL, grr_method text DEFAULT 'least',
	span int DEFAULT 1, origin date DEFAULT NULL)
	RETURNS TABLE (
		period_start date,
		opening numeric, new numeric, reactivation numeric, expansion numeric,
		contraction numeric, churn numeric, credit numeric, closing numeric, flash numeric,
		accounts_opening bigint, accounts_new bigint, accounts_reactivated bigint,
		accounts_expanded bigint, accounts_contracted bigint, accounts_churned bigint,
		accounts_closing bigint, accounts_flash bigint,
		nrr float8, grr float8, logo_retention float8, quick_ratio float8,
		arpa numeric, provisional boolean, starts_at timestamptz
	) ROWS 12 {READER}, 'plg_ledger_movements';
--@ is MRR movements, a row for each unit (hour, day, week, month, quarter, year, or as many as in 2 weeks, of which origin begins one, cut in tz; starts_at: when it begins) from since up to until, which must both begin one: each account has one net movement a period (movement_by event: one for each change), and opening + new + reactivation + expansion - contraction - churn + credit = closing; who comes back after more than reactivation_within is new; a gap of at most bridge_gap is contraction and expansion, not churn and reactivation; grr_method as in grr; span: each row is of the last so many units, up to the end of the one that begins at period_start; periods that end after as_of are provisional: amounts and counts are so far, ratios NULL

CREATE FUNCTION plg.expansion_revenue(l plg.ledger, unit text, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL,
	movement_by text DEFAULT 'period', bridge_gap interval DEFAULT NULL, origin date DEFAULT NULL)
	RETURNS TABLE (
		period_start date, accounts_expanded bigint, expansion_revenue numeric, gained numeric,
		expansion_share float8, expansion_rate float8, provisional boolean, starts_at timestamptz
	) ROWS 12 {READER}, 'plg_ledger_expansion_revenue';
--@ is a row for each unit: the MRR that customers of the opening pay more (the expansion of movements), all MRR gained (new + reactivation + expansion), the share of expansion in it, and its rate to what customers paid at the opening; options as in movements
