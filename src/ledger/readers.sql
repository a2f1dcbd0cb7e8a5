-- plg.ledger: its readers.

CREATE FUNCTION plg.mrr(l plg.ledger, at timestamptz) RETURNS numeric
	AS 'MODULE_PATHNAME', 'plg_ledger_mrr' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION plg.mrr(plg.ledger, timestamptz) IS
	'what all accounts together pay a month at that instant, changes at the instant itself included';

CREATE FUNCTION plg.nrr(l plg.ledger, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL)
	RETURNS float8
	AS 'MODULE_PATHNAME', 'plg_ledger_nrr' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION plg.nrr(plg.ledger, date, date, text, timestamptz) IS
	'net revenue retention: what the accounts with MRR above 0 just before the day since pay just before the day until, divided by what they paid (1.05 is 105 %); NULL if nobody paid, or if until is after as_of';

CREATE FUNCTION plg.grr(l plg.ledger, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL)
	RETURNS float8
	AS 'MODULE_PATHNAME', 'plg_ledger_grr' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION plg.grr(plg.ledger, date, date, text, timestamptz) IS
	'gross revenue retention: as nrr, with each account counted for no more than it paid just before the day since';

CREATE FUNCTION plg.logo_retention(l plg.ledger, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL)
	RETURNS float8
	AS 'MODULE_PATHNAME', 'plg_ledger_logo_retention' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION plg.logo_retention(plg.ledger, date, date, text, timestamptz) IS
	'the share of accounts with MRR above 0 just before the day since that still pay just before the day until; NULL if nobody paid, or if until is after as_of';

CREATE FUNCTION plg.movements(l plg.ledger, unit text, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL)
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
COMMENT ON FUNCTION plg.movements(plg.ledger, text, date, date, text, timestamptz) IS
	'MRR movements, a row for each unit (day, week, month, quarter, year, cut in tz) from since up to until, which must both begin one: each account has one net movement a period, and opening + new + reactivation + expansion - contraction - churn + credit = closing; periods that end after as_of are provisional';
