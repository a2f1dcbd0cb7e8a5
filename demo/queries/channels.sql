WITH by_channel AS (
  SELECT s.segment AS channel, plg.conversion(s.journeys, :'start', :'goal', :'as_of') AS c
  FROM journeys, (SELECT plg.journeys(entity, at, channel) AS came_by FROM channels) AS p,
       plg.split(j, came_by, start => :'start') AS s)
SELECT b.channel, d.*, r.rate_low, r.rate_high
FROM by_channel AS a, by_channel AS b, plg.compare(a.c, b.c, :'within') AS d,
     plg.proportion(d.converted_b, d.mature_b) AS r
WHERE a.channel = 'search'
