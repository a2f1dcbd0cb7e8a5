SELECT DISTINCT ON (a.event) a.*
FROM (SELECT plg.journeys(entity, at, event) AS j FROM trials) AS t,
     plg.aha(j, 'signup', 'upgrade', '2026-01-01', top => 1000) AS a
ORDER BY a.event, a.explained DESC
