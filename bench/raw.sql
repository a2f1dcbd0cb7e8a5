-- From raw rows to journeys, and what the rows themselves cost.

-- job floor: count three columns of the events: the executor's floor
SELECT count(user_id), count(event), count(at) FROM events;

-- job journeys: journeys from raw rows
--   vs floor <= 1.6
SELECT plg.events(plg.journeys(user_id, at, event)) FROM events;

-- job journeys_2: the same, two processes: a worker and the leader
--   vs journeys >= 1.6
SET max_parallel_workers_per_gather = 1;
SELECT plg.events(plg.journeys(user_id, at, event)) FROM events;

-- job floor_uuid: the floor of a fifth of them, uuid entities
SELECT count(user_id), count(event), count(at) FROM events_uuid;

-- job journeys_uuid: journeys from raw rows, uuid entities
--   vs floor_uuid <= 2.2
SELECT plg.events(plg.journeys(user_id, at, event)) FROM events_uuid;

-- job floor_text: the floor of a fifth of them, text entities
SELECT count(user_id), count(event), count(at) FROM events_text;

-- job journeys_text: journeys from raw rows, text entities
--   vs floor_text <= 2.2
SELECT plg.events(plg.journeys(user_id, at, event)) FROM events_text;

-- job groups: a value for each of many groups, 100 events on average
--   vs groups_array <= 1
SELECT count(j) FROM (SELECT plg.journeys(user_id, at, event) AS j FROM events GROUP BY user_id % :groups) s;

-- job groups_array: the same groups, array_agg(at)
SELECT count(a) FROM (SELECT array_agg(at) AS a FROM events GROUP BY user_id % :groups) s;
