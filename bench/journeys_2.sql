-- two processes: a worker and the leader
SET max_parallel_workers_per_gather = 1;
SELECT plg.events(plg.journeys(user_id, at, event)) FROM events;
