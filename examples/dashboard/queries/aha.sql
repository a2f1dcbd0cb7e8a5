-- moments
SELECT m.*
FROM (SELECT DISTINCT ON (a.event) a.*
      FROM trials, plg.aha(j, :'start', :'paid', :'as_of', top => 1000, entered => :'entered') AS a
      ORDER BY a.event, a.explained DESC, a.at_least, a.within) AS m
ORDER BY m.q_value, m.explained DESC, m.event
LIMIT 20
