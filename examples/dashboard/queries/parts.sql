-- conversions
SELECT v.cohort AS day, v.conversion AS c
FROM journeys, plg.conversions(j, :'start', :'goal', :'as_of', 'day', :'zone', entered => :'entered') AS v

-- conversion
SELECT plg.rollup(c) AS c
FROM conversions HAVING count(*) > 0

-- entrants
SELECT day, a.*
FROM conversions, plg.activation(c, :'within') AS a

-- activity
SELECT y.*
FROM journeys, date(:'as_of'::timestamptz AT TIME ZONE :'zone') AS today,
     plg.lifecycle(j, :'as_of', '7 days', :'zone', origin => today) AS y
