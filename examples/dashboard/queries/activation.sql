-- rate
SELECT a.*, p[1] AS p50_seconds, p[2] AS p90_seconds
FROM conversion, plg.activation(c, :'within') AS a, plg.ttv_percentiles_seconds(c, '{0.5,0.9}', :'within') AS p

-- funnel
SELECT f.*
FROM journeys, plg.funnel(j, :'steps', :'within', :'as_of', entered => :'entered') AS f

-- curve
SELECT p.days, p.rate, p.rate_low, p.rate_high, p.at_risk
FROM conversion, plg.conversion_curve(c, :'within'::interval / 56, :'within') AS p

-- weeks
SELECT w.*, p.*, (week + 7)::timestamp AT TIME ZONE :'zone' + :'within'::interval <= :'as_of' AS finished
FROM (SELECT date(date_trunc('week', day::timestamp)) AS week, sum(entered)::bigint AS entered, sum(mature)::bigint AS mature, sum(converted)::bigint AS converted
      FROM entrants GROUP BY 1) AS w,
     plg.proportion(converted, mature) AS p
ORDER BY week
