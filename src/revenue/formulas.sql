-- Revenue without a ledger: prices by the month, snapshots in two columns, sums.

CREATE FUNCTION plg.monthly(amount numeric, unit text, n int DEFAULT 1, quantity numeric DEFAULT 1) RETURNS numeric
	AS 'MODULE_PATHNAME', 'plg_monthly' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION plg.monthly(numeric, text, int, numeric) IS
	'the MRR of a price: amount every n units (day, week, month, quarter, year), times quantity; a month has 365/12 days, 52/12 weeks, and months, quarters and years are exact; divided as numeric divides, to at most 24 decimal places';

CREATE FUNCTION plg.minor_units(amount bigint, digits int DEFAULT 2) RETURNS numeric
	AS 'MODULE_PATHNAME', 'plg_minor_units' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION plg.minor_units(bigint, int) IS
	'the amount of money that is so many minor units: 1999 cents are 19.99; digits: how many places they have, 0 for JPY, 3 for KWD; exact, and faster than a division';

CREATE FUNCTION plg.ltv(arpa numeric, gross_margin float8, churn float8) RETURNS float8
	AS 'MODULE_PATHNAME', 'plg_ltv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION plg.ltv(numeric, float8, float8) IS
	'lifetime value: arpa * gross_margin / churn, in money; gross_margin and churn are fractions, churn for the same period as arpa, of logos (1 - logo_retention) or of revenue (1 - grr), whichever you name; NULL where churn is 0';

CREATE FUNCTION plg.payback(cac numeric, arpa numeric, gross_margin float8) RETURNS float8
	AS 'MODULE_PATHNAME', 'plg_payback' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION plg.payback(numeric, numeric, float8) IS
	'CAC payback: cac / (arpa * gross_margin), in the periods of arpa, which are months for MRR; NULL where nothing is gained';

CREATE FUNCTION plg.compound(rate float8, periods float8) RETURNS float8
	AS 'MODULE_PATHNAME', 'plg_compound' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION plg.compound(float8, float8) IS
	'rate to the power of periods: what a monthly retention of rate would come to if it stayed so for periods months; a projection, which is not the retention of any accounts';

CREATE FUNCTION plg.nrr_ci(l plg.ledger, since date, until date, tz text DEFAULT 'UTC', as_of timestamptz DEFAULT NULL,
	bridge_gap interval DEFAULT NULL, level float8 DEFAULT 0.95)
	RETURNS TABLE (accounts bigint, opening numeric, closing numeric, nrr float8, nrr_low float8, nrr_high float8)
	AS 'MODULE_PATHNAME', 'plg_ledger_nrr_ci' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1;
COMMENT ON FUNCTION plg.nrr_ci(plg.ledger, date, date, text, timestamptz, interval, float8) IS
	'NRR with its confidence interval, the accounts seen as a sample: ratio of sums by the delta method (Cochran, Sampling Techniques, 1977, chapter 6), variance n/(n-1) * sum((c - nrr*o)^2) / sum(o)^2, Student''s t with n-1 degrees of freedom, never below 0; NULL for fewer than two accounts';

CREATE TYPE plg.bridge_totals AS (
	opening numeric, new numeric, reactivation numeric, expansion numeric,
	contraction numeric, churn numeric, credit numeric, closing numeric,
	accounts_opening bigint, accounts_new bigint, accounts_reactivated bigint,
	accounts_expanded bigint, accounts_contracted bigint, accounts_churned bigint,
	accounts_closing bigint,
	nrr float8, grr float8, logo_retention float8, quick_ratio float8,
	arpa numeric
);
COMMENT ON TYPE plg.bridge_totals IS 'what the aggregate bridge gives: the columns of movements without flash';

CREATE FUNCTION plg.bridge_add(bytea, opening numeric, closing numeric) RETURNS bytea
	AS 'MODULE_PATHNAME', 'plg_bridge_add' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION plg.bridge_add(bytea, opening numeric, closing numeric, paid_before boolean) RETURNS bytea
	AS 'MODULE_PATHNAME', 'plg_bridge_add' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION plg.bridge_remove(bytea, opening numeric, closing numeric) RETURNS bytea
	AS 'MODULE_PATHNAME', 'plg_bridge_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION plg.bridge_remove(bytea, opening numeric, closing numeric, paid_before boolean) RETURNS bytea
	AS 'MODULE_PATHNAME', 'plg_bridge_remove' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION plg.bridge_combine(bytea, bytea) RETURNS bytea
	AS 'MODULE_PATHNAME', 'plg_bridge_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION plg.bridge_nrr(bytea) RETURNS float8
	AS 'MODULE_PATHNAME', 'plg_bridge_nrr' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION plg.bridge_grr(bytea) RETURNS float8
	AS 'MODULE_PATHNAME', 'plg_bridge_grr' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION plg.bridge_final(bytea) RETURNS plg.bridge_totals
	AS 'MODULE_PATHNAME', 'plg_bridge_totals' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION plg.bridge_add(bytea, numeric, numeric) IS 'support of the aggregates nrr and grr';
COMMENT ON FUNCTION plg.bridge_add(bytea, numeric, numeric, boolean) IS 'support of the aggregate bridge';
COMMENT ON FUNCTION plg.bridge_remove(bytea, numeric, numeric) IS 'support of the aggregates nrr and grr over moving windows';
COMMENT ON FUNCTION plg.bridge_remove(bytea, numeric, numeric, boolean) IS 'support of the aggregate bridge over moving windows';
COMMENT ON FUNCTION plg.bridge_combine(bytea, bytea) IS 'support of the aggregates nrr, grr and bridge';
COMMENT ON FUNCTION plg.bridge_nrr(bytea) IS 'support of the aggregate nrr';
COMMENT ON FUNCTION plg.bridge_grr(bytea) IS 'support of the aggregate grr';
COMMENT ON FUNCTION plg.bridge_final(bytea) IS 'support of the aggregate bridge';

--@ for A in nrr grr
CREATE AGGREGATE plg.{A}(opening numeric, closing numeric) (
	SFUNC = plg.bridge_add,
	STYPE = bytea,
	SSPACE = 512,
	FINALFUNC = plg.bridge_{A},
	FINALFUNC_MODIFY = READ_ONLY,
	COMBINEFUNC = plg.bridge_combine,
	MSFUNC = plg.bridge_add,
	MINVFUNC = plg.bridge_remove,
	MSTYPE = bytea,
	MSSPACE = 512,
	MFINALFUNC = plg.bridge_{A},
	MFINALFUNC_MODIFY = READ_ONLY,
	PARALLEL = SAFE
);
--@ end
COMMENT ON AGGREGATE plg.nrr(numeric, numeric) IS
	'net revenue retention of accounts, a row each, that paid opening and pay closing: what those with opening above 0 pay / what they paid; NULL is 0, as no row in a snapshot means pays nothing';
COMMENT ON AGGREGATE plg.grr(numeric, numeric) IS
	'gross revenue retention of accounts, a row each: as nrr, with each closing counted for no more than its opening; NULL is 0';

CREATE AGGREGATE plg.bridge(opening numeric, closing numeric, paid_before boolean) (
	SFUNC = plg.bridge_add,
	STYPE = bytea,
	SSPACE = 512,
	FINALFUNC = plg.bridge_final,
	FINALFUNC_MODIFY = READ_ONLY,
	COMBINEFUNC = plg.bridge_combine,
	MSFUNC = plg.bridge_add,
	MINVFUNC = plg.bridge_remove,
	MSTYPE = bytea,
	MSSPACE = 512,
	MFINALFUNC = plg.bridge_final,
	MFINALFUNC_MODIFY = READ_ONLY,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE plg.bridge(numeric, numeric, boolean) IS
	'MRR movements of accounts, a row each, that paid opening and pay closing, as (plg.bridge(...)).*: the columns of movements; paid_before tells a reactivation from a new account; NULL is 0 and false';
