-- A row of a table with one value of all events; STORAGE EXTERNAL is the type's.
CREATE UNLOGGED TABLE stored AS SELECT plg.journeys(user_id, at, event) AS j FROM events;
VACUUM (ANALYZE) stored;
