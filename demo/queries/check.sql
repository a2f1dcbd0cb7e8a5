SELECT (plg.ledger_check(account, mrr, "from", "to")).* FROM subscriptions
