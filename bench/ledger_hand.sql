-- The same by hand without a spine: changes by account and month, running sums.
WITH changes AS (
	SELECT account_id, date_trunc('month', since, 'UTC') AS month, mrr AS delta FROM subscriptions
	UNION ALL
	SELECT account_id, date_trunc('month', until, 'UTC'), -mrr FROM subscriptions WHERE until IS NOT NULL
), months AS (
	SELECT account_id, month, sum(delta) AS delta FROM changes GROUP BY 1, 2
), running AS (
	SELECT account_id, month, delta, sum(delta) OVER w AS closing, sum(delta) OVER w - delta AS opening,
		max(month) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) IS NOT NULL AS seen
	FROM months WINDOW w AS (PARTITION BY account_id ORDER BY month)
), moved AS (
	SELECT month, sum(delta) AS net,
		sum(closing) FILTER (WHERE opening = 0 AND NOT seen) AS new,
		sum(closing) FILTER (WHERE opening = 0 AND seen) AS reactivation,
		sum(delta) FILTER (WHERE opening > 0 AND delta > 0) AS expansion,
		-sum(delta) FILTER (WHERE opening > 0 AND closing > 0 AND delta < 0) AS contraction,
		sum(opening) FILTER (WHERE opening > 0 AND closing = 0) AS churn
	FROM running WHERE delta <> 0 GROUP BY 1
)
SELECT * FROM (
	SELECT month, sum(net) OVER (ORDER BY month) - net AS opening, new, reactivation, expansion, contraction, churn,
		sum(net) OVER (ORDER BY month) AS closing
	FROM moved) m
WHERE month >= '2023-07-01 00:00+00' AND month < '2026-07-01 00:00+00';
