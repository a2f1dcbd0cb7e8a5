-- A ledger in which accounts are customers while they pay nothing.

CREATE FUNCTION plg.keep_customers(l plg.ledger, customers plg.ledger) RETURNS plg.ledger {REPACKER}, 'plg_ledger_keep_customers';
--@ is the ledger l in which an account is a customer, in every reader and whatever is made of it, also while it pays nothing but is above zero in customers: plg.keep_customers(plg.ledger(account, mrr, during), plg.ledger(account, 1, during)) for rows of 0 of pauses, 100 % off and free plans; a NULL is a ledger without accounts
