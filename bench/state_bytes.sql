-- Bytes an event of the aggregate's memory before its final call.
SELECT format('%s bytes an event in memory before the final call',
	round((SELECT sum(total_bytes) FROM pg_backend_memory_contexts WHERE name = 'plg.journeys') / plg.events(plg.journeys(user_id, at, event)), 2))
FROM events;
