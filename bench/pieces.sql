-- From several stored values of the same events, rolled up and not kept, against one: of 64
-- buckets of entities, and of a large one and the last 100,000 events.  And from each of
-- the 64 by itself, one process against two.

-- job pieces_64_rate: 64 values rolled up: activation_rate
--   vs read_activation_rate <= 1.3
--   answer q::text
SELECT plg.activation_rate(j, 'signup', 'create_project', '7 days', '2027-01-01 00:00+00') FROM (SELECT plg.rollup(j) AS j FROM pieces_64) s;

-- job pieces_64_activation: 64 values rolled up: activation
--   vs read_activation <= 1.3
--   answer q::text
SELECT f.* FROM (SELECT plg.rollup(j) AS j FROM pieces_64) s, plg.activation(j, 'signup', 'create_project', '7 days', '2027-01-01 00:00+00') f;

-- job pieces_64_funnel: 64 values rolled up: 3-step 7-day funnel with times
--   vs read_funnel <= 1.3
--   answer q::text
SELECT f.* FROM (SELECT plg.rollup(j) AS j FROM pieces_64) s, plg.funnel(j, '{signup,create_project,invite}', '7 days', '2027-01-01 00:00+00') f;

-- job pieces_64_retention: 64 values rolled up: weekly retention triangle, rolling
--   vs read_retention_rolling <= 1.3
--   answer q::text
SELECT f.* FROM (SELECT plg.rollup(j) AS j FROM pieces_64) s, plg.retention(j, 'signup', '2027-01-01 00:00+00') f;

-- job pieces_64_event_summary: 64 values rolled up: event_summary
--   vs read_event_summary <= 1.3
--   answer q::text
SELECT f.* FROM (SELECT plg.rollup(j) AS j FROM pieces_64) s, plg.event_summary(j) f;

-- job pieces_recent_rate: a large and a recent value rolled up: activation_rate
--   vs read_activation_rate <= 1.15
--   answer q::text
SELECT plg.activation_rate(j, 'signup', 'create_project', '7 days', '2027-01-01 00:00+00') FROM (SELECT plg.rollup(j) AS j FROM pieces_recent) s;

-- job pieces_recent_activation: a large and a recent value rolled up: activation
--   vs read_activation <= 1.15
--   answer q::text
SELECT f.* FROM (SELECT plg.rollup(j) AS j FROM pieces_recent) s, plg.activation(j, 'signup', 'create_project', '7 days', '2027-01-01 00:00+00') f;

-- job pieces_recent_funnel: a large and a recent value rolled up: 3-step 7-day funnel with times
--   vs read_funnel <= 1.15
--   answer q::text
SELECT f.* FROM (SELECT plg.rollup(j) AS j FROM pieces_recent) s, plg.funnel(j, '{signup,create_project,invite}', '7 days', '2027-01-01 00:00+00') f;

-- job pieces_recent_retention: a large and a recent value rolled up: weekly retention triangle, rolling
--   vs read_retention_rolling <= 1.15
--   answer q::text
SELECT f.* FROM (SELECT plg.rollup(j) AS j FROM pieces_recent) s, plg.retention(j, 'signup', '2027-01-01 00:00+00') f;

-- job pieces_recent_event_summary: a large and a recent value rolled up: event_summary
--   vs read_event_summary <= 1.15
--   answer q::text
SELECT f.* FROM (SELECT plg.rollup(j) AS j FROM pieces_recent) s, plg.event_summary(j) f;

-- job pieces_each: each of 64 values by itself, activation within 1 to 30 days
SELECT days, avg(rate)
FROM (SELECT days, plg.activation_rate(j, 'signup', 'create_project', days * interval '1 day', '2027-01-01 00:00+00') AS rate
	FROM pieces_64, generate_series(1, 30) days OFFSET 0) r GROUP BY days;

-- job pieces_each_2: the same, two processes: a worker and the leader
--   vs pieces_each >= 1.7
SET max_parallel_workers_per_gather = 1;
SELECT days, avg(rate)
FROM (SELECT days, plg.activation_rate(j, 'signup', 'create_project', days * interval '1 day', '2027-01-01 00:00+00') AS rate
	FROM pieces_64, generate_series(1, 30) days OFFSET 0) r GROUP BY days;
