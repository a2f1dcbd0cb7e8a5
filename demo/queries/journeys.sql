CREATE TABLE journeys AS
SELECT plg.journeys(entity, at, event) AS j
FROM (SELECT entity, at, :'start' AS event FROM users
      UNION ALL
      SELECT entity, at, event FROM events) AS e
