SELECT x.*
FROM (SELECT plg.journeys(entity, at, 'create_project') AS created FROM projects) AS p,
     (SELECT plg.journeys(entity, at, page) AS pages FROM shown) AS s,
     plg.experiment(created, pages, 'create_project', '14 days', :'as_of', control => 'old') AS x
