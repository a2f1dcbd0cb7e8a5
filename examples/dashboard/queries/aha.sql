-- moments
SELECT m.*
FROM (SELECT DISTINCT ON (a.event) a.*
      FROM trials, plg.aha(j, :'start', :'paid', :'as_of', top => 1000, entered => :'entered') AS a
      ORDER BY a.event, a.explained DESC) AS m
ORDER BY m.q_value, m.explained DESC
LIMIT 20
