SELECT t.cohort, t.entities, t.period, t.converted, t.rate
FROM journeys, plg.cohort_conversion(j, :'start', :'paid', :'as_of', unit => 'week', periods => 8) AS t
