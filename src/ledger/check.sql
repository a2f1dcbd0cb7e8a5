-- What looks suspicious in the rows of a ledger.

CREATE TYPE plg.ledger_findings AS (
	rows bigint, accounts bigint, nulls bigint, first_null text, refused bigint, first_refused text, empty bigint, first_empty text,
	doubled bigint, first_doubled text, overlapping bigint, first_overlapping text, short_gaps bigint, first_short_gap text,
	inclusive_ends bigint, first_inclusive_end text, far_ends bigint, first_far_end text
);
COMMENT ON TYPE plg.ledger_findings IS 'what the aggregate ledger_check gives: of each kind of suspicious rows how many there are, and the first of them by account and time';

CREATE FUNCTION plg.ledger_check_combine(bytea, bytea) RETURNS bytea {COMBINE}, 'plg_ledger_check_combine';
--@ is support of the aggregate ledger_check
CREATE FUNCTION plg.ledger_check_final(bytea) RETURNS plg.ledger_findings {FINAL}, 'plg_ledger_check_final';
--@ is support of the aggregate ledger_check
--@ for E in bigint uuid text
--@ for F in timestamptz timestamp date
--@ for T in timestamptz timestamp date
CREATE FUNCTION plg.ledger_check_add(bytea, account {E}, mrr numeric, "from" {F}, "to" {T}) RETURNS bytea {ADD_MONEY}, 'plg_ledger_check_add_{E}_{{F}_at}_{{T}_at}';
--@ is support of the aggregate ledger_check
CREATE AGGREGATE plg.ledger_check(account {E}, mrr numeric, "from" {F}, "to" {T}) (
	SFUNC = plg.ledger_check_add, STYPE = bytea, SSPACE = 512, FINALFUNC = plg.ledger_check_final, COMBINEFUNC = plg.ledger_check_combine, {AGGREGATE}
);
--@ is what looks suspicious in the rows that plg.ledger(account, mrr, "from", "to") is to be built of, as (plg.ledger_check(...)).*: how many rows and accounts; rows with a NULL; other rows that would be refused ("to" before "from", infinite "from", amounts that are no money); rows of no length; rows told twice; accounts that pay for two rows at once; gaps of less than a day; ends that are a day, second, millisecond or microsecond before the next row begins, and so are probably inclusive; ends after 2100, which are probably none. Of each kind the first by account and time; nothing is refused
--@ end
--@ end
--@ end
