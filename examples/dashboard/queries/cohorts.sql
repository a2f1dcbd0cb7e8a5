-- paid
SELECT t.*
FROM journeys, plg.cohort_conversion(j, :'start', :'paid', :'as_of', unit => 'week', periods => 12, tz => :'zone', entered => :'entered') AS t

-- retention
SELECT t.*
FROM journeys, plg.retention(j, :'start', :'as_of', unit => 'week', periods => 12, tz => :'zone', average => true, entered => :'entered') AS t
