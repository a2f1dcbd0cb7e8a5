CREATE TABLE journeys AS
SELECT plg.journeys(entity, at, event) AS j
FROM events
