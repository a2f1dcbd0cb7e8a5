-- arms
SELECT x.*
FROM outcomes, exposures,
     plg.experiment(outcomes.j, exposures.j, :'goal', :'within', :'as_of', :'control', entered => :'entered') AS x

-- curves
SELECT v.event AS variant, p.days, p.rate, p.rate_low, p.rate_high, p.at_risk
FROM (SELECT plg.rollup(b.j) AS j FROM (SELECT j FROM outcomes UNION ALL SELECT j FROM exposures) AS b) AS w,
     exposures,
     plg.event_summary(exposures.j) AS v,
     plg.conversion(w.j, replace(v.event, '|', '\|'), :'goal', :'as_of', entered => :'entered') AS c,
     plg.conversion_curve(c, :'within'::interval / 56, :'within') AS p
ORDER BY v.event <> :'control', variant, p.days
