-- What takes how much room.  Each statement gives one number; run once.

-- size bytes_event: stored value: bytes an event, times at any millisecond
--   at most 7
SELECT pg_column_size(j)::float8 / plg.events(j) FROM stored;

-- size bytes_event_seconds: the same, times at whole seconds
--   at most 4.5
SELECT pg_column_size(j)::float8 / plg.events(j)
FROM (SELECT plg.journeys(user_id, date_trunc('second', at), event) AS j FROM events) s;

-- size state_bytes: the aggregate's memory before its final call, bytes an event
--   at most 12
SELECT (SELECT sum(total_bytes) FROM pg_backend_memory_contexts WHERE name = 'plg.journeys') / plg.events(plg.journeys(user_id, at, event)) FROM events;

-- size groups_bytes: memory of a value for each group, bytes an event
--   vs groups_row_bytes <= 1
SELECT peak_memory(format('SELECT count(j) FROM (SELECT plg.journeys(user_id, at, event) AS j FROM events GROUP BY user_id %% %s) s', :groups)) / (SELECT count(*) FROM events);

-- size groups_row_bytes: the same groups, array_agg(ROW(user_id, at, event))
SELECT peak_memory(format('SELECT count(a) FROM (SELECT array_agg(ROW(user_id, at, event)) AS a FROM events GROUP BY user_id %% %s) s', :groups)) / (SELECT count(*) FROM events);
