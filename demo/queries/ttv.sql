SELECT p, plg.ttv(c, p, :'within')
FROM (SELECT plg.conversion(j, :'start', :'goal', :'as_of') AS c FROM journeys) AS s,
     unnest('{0.25,0.5,0.75,0.9}'::float8[]) AS p
