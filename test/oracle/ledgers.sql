SET jit TO off;
SELECT setseed(0.75) \g /dev/null

-- Random ledgers: several rows an account, gaps and overlaps, zero and negative
-- amounts, few and odd amounts, times that hit boundaries in one zone or other.
CREATE TABLE random_ledgers AS
SELECT 'random ' || n AS ledger, 'account ' || floor(random() * (1 + n % 17)) AS account, mrr, since,
	CASE WHEN random() < 0.8 THEN greatest(since, CASE WHEN random() < 0.4 THEN (date '2025-06-01' + floor(random() * 400)::int)::timestamp AT TIME ZONE zone
		ELSE date_trunc('second', since + random() * random() * interval '300 days') END) END AS until
FROM generate_series(1, 120) n, generate_series(1, 3 + n % 40) i,
	LATERAL (SELECT (array['UTC', 'America/New_York', 'Asia/Kolkata'])[1 + (i + n) % 3]) z (zone),
	LATERAL (SELECT CASE floor(random() * 8 + 0 * i) WHEN 0 THEN 0 WHEN 1 THEN -round((random() * 30)::numeric, 2) WHEN 2 THEN round((random() * 1000)::numeric, 6)
		WHEN 3 THEN -5 ELSE (array[5, 10, 10, 19.99, 49])[1 + floor(random() * 5)::int] END) a (mrr),
	LATERAL (SELECT CASE WHEN random() + 0 * i < 0.5 THEN (date '2025-06-01' + (floor(random() * 13) * 30.5)::int)::timestamp AT TIME ZONE zone
		WHEN random() < 0.5 THEN date_trunc('month', timestamp '2025-06-10' + random() * interval '380 days') AT TIME ZONE zone
		ELSE date_trunc('second', timestamptz '2025-06-01' + random() * interval '400 days') END) t (since);
