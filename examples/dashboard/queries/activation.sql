-- rate
SELECT a.*, plg.ttv_seconds(c, 0.5, :'within') AS p50_seconds, plg.ttv_seconds(c, 0.9, :'within') AS p90_seconds
FROM journeys,
     plg.conversion(j, :'start', :'goal', :'as_of', entered => :'entered') AS c,
     plg.activation(c, :'within') AS a

-- funnel
SELECT f.*
FROM journeys, plg.funnel(j, :'steps', :'within', :'as_of', entered => :'entered') AS f

-- curve
SELECT p.days, p.rate, p.rate_low, p.rate_high, p.at_risk
FROM journeys,
     plg.conversion(j, :'start', :'goal', :'as_of', entered => :'entered') AS c,
     plg.conversion_curve(c, :'within'::interval / 56, :'within') AS p

-- weeks
SELECT v.cohort AS week, a.entered, a.mature, a.converted, a.rate, a.rate_low, a.rate_high,
       (v.cohort + 7)::timestamp AT TIME ZONE :'zone' + :'within'::interval <= :'as_of' AS finished
FROM journeys,
     plg.conversions(j, :'start', :'goal', :'as_of', 'week', :'zone', entered => :'entered') AS v,
     plg.activation(v.conversion, :'within') AS a
ORDER BY week
