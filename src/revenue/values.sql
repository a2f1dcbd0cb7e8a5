-- What is in a ledger, and from ledgers to ledgers.

CREATE FUNCTION plg.unnest(l plg.ledger)
	RETURNS TABLE (account text, at timestamptz, mrr numeric) STRICT {LISTER}, 'plg_ledger_unnest';
--@ is what each account pays a month, from each of its changes on, and where keep_customers has it begin or cease to be a customer, in order of account and time; the account as text

CREATE FUNCTION plg.only_accounts(l plg.ledger, accounts text[]) RETURNS plg.ledger {REPACKER}, 'plg_ledger_only_accounts';
--@ is the ledger of these accounts, given in text form whatever their type; NULL if there are none

CREATE FUNCTION plg.except_accounts(l plg.ledger, accounts text[]) RETURNS plg.ledger {REPACKER}, 'plg_ledger_except_accounts';
--@ is the ledger of all but these accounts, given in text form whatever their type; NULL if there are none

CREATE FUNCTION plg.rename_accounts(l plg.ledger, accounts jsonb) RETURNS plg.ledger {REPACKER}, 'plg_ledger_rename_accounts';
--@ is the same ledger under new names of accounts, {"old": "new", ...}; accounts that are not mentioned stay, several may become one, which pays what they pay together
