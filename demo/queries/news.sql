WITH members AS (SELECT plg.journeys(account, at, member::text) AS j FROM teams)
SELECT entity AS account, 'a fifth member came' AS why, since
FROM members, plg.qualified_as(NULL::bigint, j, 5, '30 days', :'as_of')
WHERE until IS NULL AND since > timestamptz :'as_of' - interval '21 days'
UNION ALL
SELECT entity, 'all fell silent', last_at
FROM members, plg.at_risk_as(NULL::bigint, j, :'as_of')
WHERE risk > 0.9 AND last_at > timestamptz :'as_of' - interval '21 days'
