SELECT count(*) FROM (SELECT account_id, sum(mrr) FROM subscriptions GROUP BY account_id) s;
