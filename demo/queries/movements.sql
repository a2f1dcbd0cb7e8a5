SELECT m.*
FROM (SELECT plg.ledger(account, mrr, "from", "to") AS l FROM subscriptions) AS s,
     plg.movements(l, 'month', :'since', :'until', as_of => :'as_of') AS m
