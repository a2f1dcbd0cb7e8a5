-- changes
SELECT ago, n.entered, r.mature, p.rate, a.active
FROM generate_series(0, 1) AS ago, CAST(:'as_of' AS timestamptz) AS t,
     CAST(date(t AT TIME ZONE :'zone') - 7 * ago AS date) AS today,
     CAST(date((t - :'within'::interval) AT TIME ZONE :'zone') - 7 * ago AS date) AS ripe,
     LATERAL (SELECT coalesce(sum(entered), 0) AS entered FROM entrants WHERE day >= today - 7 AND day < today) AS n,
     LATERAL (SELECT coalesce(sum(mature), 0)::bigint AS mature, coalesce(sum(converted), 0)::bigint AS converted FROM entrants WHERE day >= ripe - 7 AND day < ripe) AS r,
     plg.proportion(converted, mature) AS p,
     LATERAL (SELECT coalesce(sum(active), 0) AS active FROM activity WHERE period_start = today - 7) AS a
ORDER BY ago

-- money
SELECT plg.mrr(l, t) AS now, plg.mrr(l, t - interval '30 days') AS before,
       (SELECT m.accounts_closing FROM plg.movements(l, 'day', t::date, t::date + 1, as_of => t) AS m) AS n
FROM ledger, CAST(:'as_of' AS timestamptz) AS t

-- days
SELECT day, entered, (day + 1)::timestamp AT TIME ZONE :'zone' <= :'as_of' AS finished
FROM entrants
WHERE day > date(:'as_of'::timestamptz AT TIME ZONE :'zone') - 56
ORDER BY day

-- lifecycle
SELECT y.period_start AS week, y.mature, y.new, y.retained, y.resurrected, y.churned, y.active, y.quick_ratio
FROM activity AS y
WHERE y.period_start > :'as_of'::timestamptz - interval '26 weeks'
ORDER BY week

-- people
SELECT p.account, p.why, p.since, p.detail
FROM members, CAST(:'as_of' AS timestamptz) AS t,
     LATERAL (
       SELECT q.entity, 'a fifth member came', q.since, q.members || ' active in 30 days'
       FROM plg.qualified(j, 5, '30 days', t) AS q
       WHERE q.until IS NULL AND q.since > t - interval '21 days'
       UNION ALL
       SELECT r.entity, 'all fell silent', r.last_at, 'of such silences ' || round(100 * r.risk::numeric) || ' % never ended'
       FROM plg.at_risk(j, t) AS r
       WHERE r.risk > 0.9 AND r.last_at > t - interval '21 days'
     ) AS p (account, why, since, detail)
ORDER BY p.since DESC
LIMIT 20
