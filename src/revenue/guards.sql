-- Guards beside a ledger or an aggregate over two columns.

CREATE FUNCTION plg.one_currency_add(text, currency text) RETURNS text {ADD}, 'plg_one_currency_add';
--@ is support of the aggregate one_currency
CREATE FUNCTION plg.one_currency_combine(text, text) RETURNS text {SCALAR}, 'plg_one_currency_combine';
--@ is support of the aggregate one_currency
CREATE AGGREGATE plg.one_currency(currency text) (
	SFUNC = plg.one_currency_add, STYPE = text, SSPACE = 16, COMBINEFUNC = plg.one_currency_combine, {AGGREGATE}
);
--@ is the currency that all rows have; two different ones, and a NULL, are errors: for beside the aggregates nrr, grr and bridge; those that build ledgers take the currency themselves

CREATE FUNCTION plg.strict(l plg.ledger, rows plg.ledger) RETURNS plg.ledger STRICT {READER}, 'plg_ledger_strict';
--@ is the ledger l, if no account has two rows at once, which is an error that names it: plg.strict(plg.ledger(account, mrr, during), plg.ledger(account, 1, during)); with a subscription in place of the account in rows, overlaps of one subscription only are refused
