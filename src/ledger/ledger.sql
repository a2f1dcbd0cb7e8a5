-- plg.ledger: its aggregates.

COMMENT ON TYPE plg.ledger IS 'what each account pays, over time: the changes of MRR of many accounts in one compact value';

CREATE FUNCTION plg.ledger_changes_combine(plg.ledger, plg.ledger) RETURNS plg.ledger {COMBINE}, 'plg_ledger_changes_combine';
--@ is support of the aggregate ledger_changes
CREATE FUNCTION plg.ledger_changes_final(plg.ledger) RETURNS plg.ledger {FINAL}, 'plg_ledger_changes_final';
--@ is support of the aggregate ledger_changes

CREATE FUNCTION plg.ledger_payments_combine(plg.ledger, plg.ledger) RETURNS plg.ledger {COMBINE}, 'plg_ledger_payments_combine';
--@ is support of the aggregate ledger_payments
CREATE FUNCTION plg.ledger_payments_final(plg.ledger) RETURNS plg.ledger {FINAL}, 'plg_ledger_payments_final';
--@ is support of the aggregate ledger_payments

-- What the overloads have in common.  The functions see from the number of
-- their arguments whether there is a currency.
--@ let LEDGER STYPE = plg.ledger, SSPACE = 640, FINALFUNC = plg.ledger_final, COMBINEFUNC = plg.ledger_combine, {AGGREGATE}
--@ let CHANGES STYPE = plg.ledger, SSPACE = 640, FINALFUNC = plg.ledger_changes_final, COMBINEFUNC = plg.ledger_changes_combine, {AGGREGATE}
--@ let PAYMENTS STYPE = plg.ledger, SSPACE = 640, FINALFUNC = plg.ledger_payments_final, COMBINEFUNC = plg.ledger_payments_combine, {AGGREGATE}
--@ let alone 
--@ let currency , currency text
--@ let during_told the ledger of rows that say what an account pays a month during a range or several (without time zone they are read as UTC); rows of one account add up, no upper bound means still paying, an empty range is ignored; a NULL and a missing lower bound are errors
--@ let told ; currency, where given, must be the same in all rows, and not NULL: the ledger remembers it

--@ for E in bigint uuid text
--@ for M in alone currency
--@ for R in tstzrange tsrange daterange
CREATE FUNCTION plg.ledger_add(plg.ledger, account {E}, mrr numeric, during {R}{{M}}) RETURNS plg.ledger {ADD_MONEY}, 'plg_ledger_add_{E}_range';
--@ is support of the aggregate ledger
CREATE AGGREGATE plg.ledger(account {E}, mrr numeric, during {R}{{M}}) (SFUNC = plg.ledger_add, {LEDGER});
--@ is {during_told}{told}
--@ end
--@ for R in tstzmultirange tsmultirange datemultirange
CREATE FUNCTION plg.ledger_add(plg.ledger, account {E}, mrr numeric, during {R}{{M}}) RETURNS plg.ledger {ADD_MONEY}, 'plg_ledger_add_{E}_multirange';
--@ is support of the aggregate ledger
CREATE AGGREGATE plg.ledger(account {E}, mrr numeric, during {R}{{M}}) (SFUNC = plg.ledger_add, {LEDGER});
--@ is {during_told}{told}
--@ end
--@ for F in timestamptz timestamp date
--@ for T in timestamptz timestamp date
CREATE FUNCTION plg.ledger_add(plg.ledger, account {E}, mrr numeric, "from" {F}, "to" {T}{{M}}) RETURNS plg.ledger {ADD_MONEY}, 'plg_ledger_add_{E}_{{F}_at}_{{T}_at}';
--@ is support of the aggregate ledger
CREATE AGGREGATE plg.ledger(account {E}, mrr numeric, "from" {F}, "to" {T}{{M}}) (SFUNC = plg.ledger_add, {LEDGER});
--@ is the ledger of rows that say what an account pays a month from a time up to, not including, another (without time zone both are read as UTC); rows of one account add up, NULL "to" means still paying; any other NULL, an infinite "from" and "to" before "from" are errors{told}
--@ end
--@ end
CREATE FUNCTION plg.ledger_snapshots_add(plg.ledger, account {E}, mrr numeric, month date{{M}}) RETURNS plg.ledger {ADD_MONEY}, 'plg_ledger_snapshots_add_{E}';
--@ is support of the aggregate ledger_snapshots
CREATE AGGREGATE plg.ledger_snapshots(account {E}, mrr numeric, month date{{M}}) (SFUNC = plg.ledger_snapshots_add, {LEDGER});
--@ is the ledger of rows that say what an account pays in a month, given by its first day; no row means that it pays nothing then, several rows add up; known to the end of the last month that has a row, later numbers are NULL or provisional; months are those of UTC; a date that begins no month and a NULL are errors{told}
--@ for T in timestamptz timestamp date
CREATE FUNCTION plg.ledger_deltas_add(plg.ledger, account {E}, delta numeric, at {T}{{M}}) RETURNS plg.ledger {ADD_MONEY}, 'plg_ledger_deltas_add_{E}_{{T}_at}';
--@ is support of the aggregate ledger_deltas
CREATE AGGREGATE plg.ledger_deltas(account {E}, delta numeric, at {T}{{M}}) (SFUNC = plg.ledger_deltas_add, {LEDGER});
--@ is the ledger of rows that say by how much the MRR of an account changes at a time (without time zone it is read as UTC), above 0 or below; rows of one account add up, an account begins at 0; an infinite time and a NULL are errors{told}
CREATE FUNCTION plg.ledger_changes_add(plg.ledger, account {E}, mrr numeric, at {T}{{M}}) RETURNS plg.ledger {ADD_MONEY}, 'plg_ledger_changes_add_{E}_{{T}_at}';
--@ is support of the aggregate ledger_changes
CREATE AGGREGATE plg.ledger_changes(account {E}, mrr numeric, at {T}{{M}}) (SFUNC = plg.ledger_changes_add, {CHANGES});
--@ is the ledger of rows that say what an account pays a month from a time on (without time zone it is read as UTC), until its next row; two different amounts at one time, an infinite time and a NULL are errors; never split the rows of one account over several ledgers{told}
CREATE FUNCTION plg.ledger_payments_add(plg.ledger, account {E}, amount numeric, at {T}, covers interval, grace interval{{M}}) RETURNS plg.ledger {ADD_MONEY}, 'plg_ledger_payments_add_{E}_{{T}_at}';
--@ is support of the aggregate ledger_payments
CREATE AGGREGATE plg.ledger_payments(account {E}, amount numeric, at {T}, covers interval, grace interval{{M}}) (SFUNC = plg.ledger_payments_add, {PAYMENTS});
--@ is the ledger of single charges: each pays amount for the months or days that it covers, from its time on (without time zone it is read as UTC) until these and the grace are over, or until the account's next charge; charges of one time add up, one of 0 is a charge, too; an amount below zero is a refund, which takes away until the charge before it ends, an error if there is none; a year has 52 weeks and 365 days; NULLs, infinite times and covers of months and days at once are errors; never split the charges of one account over several ledgers, but by subscription{told}
--@ for S in bigint uuid text
CREATE FUNCTION plg.ledger_changes_add(plg.ledger, account {E}, subscription {S}, mrr numeric, at {T}{{M}}) RETURNS plg.ledger {ADD_MONEY}, 'plg_ledger_changes_add_{E}_{S}_{{T}_at}';
--@ is support of the aggregate ledger_changes
CREATE AGGREGATE plg.ledger_changes(account {E}, subscription {S}, mrr numeric, at {T}{{M}}) (SFUNC = plg.ledger_changes_add, {CHANGES});
--@ is the ledger of rows that say what a subscription of an account pays a month from a time on (without time zone it is read as UTC), until its next row; subscriptions of one account add up; two different amounts at one time, an infinite time and a NULL are errors; never split the rows of one account over several ledgers{told}
--@ end
--@ end
--@ end
--@ end

CREATE AGGREGATE plg.rollup(l plg.ledger) (SFUNC = plg.ledger_combine, {LEDGER});
--@ is adds up ledgers built from disjoint rows; accounts of the same name become one, which pays the sum; different types of account and different currencies are an error

CREATE FUNCTION plg.currency(l plg.ledger) RETURNS text STRICT {READER}, 'plg_ledger_currency';
--@ is the currency that the ledger was built with; NULL if it was built without one
