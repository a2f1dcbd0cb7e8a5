-- From one stored value of all events.  Named with one WHERE or another, most
-- steps are rare labels; what must look at every event has the wider bar.

-- job read_counts: stored: entities, events, first_at, last_at
--   vs floor
SELECT plg.entities(j), plg.events(j), plg.first_at(j), plg.last_at(j) FROM stored;

-- job read_activation_rate: stored: activation_rate
--   vs floor <= 0.12
SELECT plg.activation_rate(j, 'signup', 'create_project', '7 days', '2027-01-01 00:00+00') FROM stored;

-- job read_activation: stored: activation
--   vs floor <= 0.12
SELECT a.* FROM stored, plg.activation(j, 'signup', 'create_project', '7 days', '2027-01-01 00:00+00') a;

-- job read_conversion_ttv: stored: conversion and its median
--   vs floor <= 0.12
SELECT plg.ttv(plg.conversion(j, 'signup', 'create_project', '2027-01-01 00:00+00'), 0.5, '7 days') FROM stored;

-- job read_conversions: stored: activation and TTV by week
--   vs floor <= 0.12
--   vs duckdb_week clickhouse_week >= 5
SELECT c.cohort, plg.activation_rate(c.conversion, '7 days'), plg.ttv(c.conversion, 0.5, '7 days')
FROM stored, plg.conversions(j, 'signup', 'create_project', '2027-01-01 00:00+00') c;

-- job read_cohort_rolling: stored: rolling weekly triangle of signup to upgrade
--   vs floor <= 0.12
SELECT c.* FROM stored, plg.cohort_conversion(j, 'signup', 'upgrade', '2027-01-01 00:00+00') c;

-- job read_cohort_calendar: stored: the same by the calendar, in New York
--   vs floor <= 0.12
SELECT c.* FROM stored, plg.cohort_conversion(j, 'signup', 'upgrade', '2027-01-01 00:00+00', mode => 'calendar', tz => 'America/New_York') c;

-- job read_funnel: stored: 3-step 7-day funnel with times
--   vs floor <= 0.12
--   vs duckdb_funnel duckdb_funnel_list clickhouse_funnel >= 5
SELECT f.* FROM stored, plg.funnel(j, '{signup,create_project,invite}', '7 days', '2027-01-01 00:00+00') f;

-- job read_funnel_5: stored: 5-step 30-day funnel with times
--   vs floor <= 0.12
SELECT f.* FROM stored, plg.funnel(j, '{signup,create_project,invite,upgrade,export}', '30 days', '2027-01-01 00:00+00') f;

-- job read_any_start: stored: activation_rate from any event, second goal
--   vs floor <= 0.17
SELECT plg.activation_rate(j, NULL, 'upgrade', '7 days', '2027-01-01 00:00+00', min_count => 2) FROM stored;

-- job read_funnel_busy: stored: funnel over the three busiest labels, 70 % of events
--   vs floor <= 0.17
SELECT f.* FROM stored, plg.funnel(j, '{view,edit,open}', '7 days', '2027-01-01 00:00+00') f;

-- job read_retention_rolling: stored: weekly retention triangle, rolling
--   vs floor <= 0.17
--   vs duckdb_rolling duckdb_rolling_list clickhouse_rolling clickhouse_rolling_array >= 5
SELECT r.* FROM stored, plg.retention(j, 'signup', '2027-01-01 00:00+00') r;

-- job read_retention_calendar: stored: weekly retention triangle, calendar
--   vs floor <= 0.17
--   vs duckdb_calendar clickhouse_calendar >= 5
SELECT r.* FROM stored, plg.retention(j, 'signup', '2027-01-01 00:00+00', mode => 'calendar') r;

-- job read_event_summary: stored: event_summary
--   vs floor <= 0.17
SELECT s.* FROM stored, plg.event_summary(j) s;

-- job read_lifecycle: stored: lifecycle by week
--   vs floor <= 0.17
SELECT l.* FROM stored, plg.lifecycle(j, '2027-01-01 00:00+00') l;

-- job read_stickiness: stored: stickiness by week
--   vs floor <= 0.17
SELECT s.* FROM stored, plg.stickiness(j, '2027-01-01 00:00+00') s;

-- job read_sessions: stored: session_summary
--   vs floor <= 0.17
SELECT s.* FROM stored, plg.session_summary(j, '30 minutes', '2027-01-01 00:00+00') s;

-- job read_adoption: stored: adoption within 30 days
--   vs floor <= 0.17
SELECT a.* FROM stored, plg.adoption(j, 'signup', '2027-01-01 00:00+00', '30 days') a;

-- job read_unnest: stored: count of unnested rows
--   vs floor
SELECT count(*) FROM stored, plg.unnest(j) u;
