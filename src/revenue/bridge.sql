-- Retention and movements of snapshots in two columns.

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

--@ let two_for s nrr and grr
--@ let three_for  bridge
--@ let two opening numeric, closing numeric
--@ let three opening numeric, closing numeric, paid_before boolean
--@ for N in two three
CREATE FUNCTION plg.bridge_add(bytea, {{N}}) RETURNS bytea {ADD_MONEY}, 'plg_bridge_add';
--@ is support of the aggregate{{N}_for}
CREATE FUNCTION plg.bridge_remove(bytea, {{N}}) RETURNS bytea {ADD_MONEY}, 'plg_bridge_remove';
--@ is support of the aggregate{{N}_for} over moving windows
--@ end
CREATE FUNCTION plg.bridge_combine(bytea, bytea) RETURNS bytea {SCALAR}, 'plg_bridge_combine';
--@ is support of the aggregates nrr, grr and bridge
CREATE FUNCTION plg.bridge_nrr(bytea) RETURNS float8 {FINAL}, 'plg_bridge_nrr';
--@ is support of the aggregate nrr
CREATE FUNCTION plg.bridge_grr(bytea) RETURNS float8 {FINAL}, 'plg_bridge_grr';
--@ is support of the aggregate grr
CREATE FUNCTION plg.bridge_final(bytea) RETURNS plg.bridge_totals {FINAL}, 'plg_bridge_totals';
--@ is support of the aggregate bridge

--@ let BRIDGE SFUNC = plg.bridge_add, STYPE = bytea, SSPACE = 512, COMBINEFUNC = plg.bridge_combine, {AGGREGATE}
--@ let MOVING MSFUNC = plg.bridge_add, MINVFUNC = plg.bridge_remove, MSTYPE = bytea, MSSPACE = 512, MFINALFUNC_MODIFY = READ_ONLY
CREATE AGGREGATE plg.nrr({two}) (FINALFUNC = plg.bridge_nrr, {BRIDGE}, MFINALFUNC = plg.bridge_nrr, {MOVING});
--@ is net revenue retention of accounts, a row each, that paid opening and pay closing: what those with opening above 0 pay / what they paid; NULL is 0, as no row in a snapshot means pays nothing
CREATE AGGREGATE plg.grr({two}) (FINALFUNC = plg.bridge_grr, {BRIDGE}, MFINALFUNC = plg.bridge_grr, {MOVING});
--@ is gross revenue retention of accounts, a row each: as nrr, with each closing counted for no more than its opening; NULL is 0
CREATE AGGREGATE plg.bridge({three}) (FINALFUNC = plg.bridge_final, {BRIDGE}, MFINALFUNC = plg.bridge_final, {MOVING});
--@ is MRR movements of accounts, a row each, that paid opening and pay closing, as (plg.bridge(...)).*: the columns of movements; paid_before tells a reactivation from a new account; NULL is 0 and false
