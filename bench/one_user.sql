-- One user's journey, as an app's backend asks for it: an index, a prepared
-- statement, a connection that stays.  Run by bench/one_user with pgbench.
-- The data are heavy-tailed, so PostgreSQL plans each of these anew each time.

-- query one_select: one user's rows by an index: the bare SELECT
SELECT user_id, at, event FROM events WHERE user_id = :u;

-- query one_milestones: one user's milestones by the same index
--   vs one_select <= 1.3
SELECT plg.milestones('14 days', at, event = 'signup', event = 'create_project', event = 'invite') AS reached FROM events WHERE user_id = :u;

-- query one_qualified: whether one account is qualified now, by the same index
--   vs one_select <= 1.3
SELECT plg.qualified(3, '30 days', at, event) @> timestamptz '2026-12-01 00:00+00' AS qualified FROM events WHERE user_id = :u;

-- query one_journeys: the same by way of journeys, which takes more planning
--   vs one_select
SELECT m.level, m.reached FROM (SELECT plg.journeys(user_id, at, event) AS j FROM events WHERE user_id = :u) s, plg.milestones(s.j, '{signup,create_project,invite}', '14 days') m;
