-- changes
SELECT c.metric, c.now, c.before, c.n
FROM journeys, CAST(:'as_of' AS timestamptz) AS t, CAST('7 days' AS interval) AS week, CAST(:'within' AS interval) AS within,
     plg.activation(j, :'start', :'goal', within, t, entered => tstzrange(t - week, t)) AS new,
     plg.activation(j, :'start', :'goal', within, t, entered => tstzrange(t - 2 * week, t - week)) AS old,
     plg.activation(j, :'start', :'goal', within, t, entered => tstzrange(t - within - week, t - within)) AS a,
     plg.activation(j, :'start', :'goal', within, t, entered => tstzrange(t - within - 2 * week, t - within - week)) AS b,
     plg.slice(j, t - 2 * week, t) AS recent,
     coalesce(plg.entities(plg.slice(recent, t - week, NULL)), 0) AS active,
     coalesce(plg.entities(plg.slice(recent, NULL, t - week)), 0) AS were_active,
     LATERAL (VALUES
       ('new', new.entered::float8, old.entered::float8, new.entered),
       ('rate', a.rate, b.rate, a.mature),
       ('active', active, were_active, active)
     ) AS c (metric, now, before, n)

-- money
SELECT plg.mrr(l, t) AS now, plg.mrr(l, t - interval '30 days') AS before,
       (SELECT m.accounts_closing FROM plg.movements(l, 'day', t::date, t::date + 1, as_of => t) AS m) AS n
FROM ledger, CAST(:'as_of' AS timestamptz) AS t

-- days
SELECT v.cohort AS day, plg.entered(v.conversion) AS entered,
       (v.cohort + 1)::timestamp AT TIME ZONE :'zone' <= t AS finished
FROM journeys, CAST(:'as_of' AS timestamptz) AS t,
     plg.conversions(j, :'start', :'goal', t, 'day', :'zone', entered => tstzrange(date_trunc('day', t, :'zone') - interval '55 days', NULL)) AS v
ORDER BY day

-- lifecycle
SELECT y.period_start AS week, y.mature, y.new, y.retained, y.resurrected, y.churned, y.active, y.quick_ratio
FROM journeys, plg.lifecycle(j, :'as_of', 'week', :'zone') AS y
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
