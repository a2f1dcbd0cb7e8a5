-- A view for each chart, for Metabase, Superset, Grafana, Redash and their like,
-- which see tables and views first.
--
-- A row is a time, a metric and a value; a funnel is a row a step; a triangle is
-- long, a row a cell, and WHERE mature leaves out what is not known yet, which some
-- heat maps draw as 0.  Days begin in UTC: a tool that casts times to timestamp
-- wants its role's TimeZone set to UTC, too.
--
-- Edit the first two views, which use the tables of the demo here; amounts are of
-- one currency, or converted at one rate.  Run the file as who owns the tables, and
-- REFRESH MATERIALIZED VIEW CONCURRENTLY bi.journeys and bi.ledger as often as
-- dashboards should change.  The tool's role needs USAGE ON SCHEMA bi, SELECT ON ALL
-- TABLES IN SCHEMA bi, and nothing else.

CREATE SCHEMA bi;

-- Your rows: who did what when, and who pays how much a month from when on
CREATE VIEW bi.events AS
SELECT entity, at, 'signup' AS event FROM users
UNION ALL SELECT entity, at, event FROM events;

CREATE VIEW bi.subscriptions AS
SELECT account, mrr, "from" AS since, "to" AS until FROM subscriptions;

-- What all charts read, and when it was read: they agree with each other
CREATE MATERIALIZED VIEW bi.journeys AS
SELECT 1 AS id, now() AS as_of, plg.journeys(entity, at, event) AS j FROM bi.events;
CREATE UNIQUE INDEX ON bi.journeys (id);

CREATE MATERIALIZED VIEW bi.ledger AS
SELECT 1 AS id, now() AS as_of, plg.ledger(account, mrr, since, until) AS l FROM bi.subscriptions;
CREATE UNIQUE INDEX ON bi.ledger (id);

-- Share of each week's signups that creates a project within 7 days; NULL until one of them has had 7 days
CREATE VIEW bi.activation AS
SELECT cohort::timestamp AT TIME ZONE 'UTC' AS time, metric, value, a.mature = a.entered AS mature
FROM bi.journeys, plg.conversions(j, 'signup', 'create_project', as_of) c,
     plg.activation(c.conversion, '7 days') a,
     LATERAL (VALUES ('signups', a.entered::float8), ('rate', a.rate), ('rate_low', a.rate_low), ('rate_high', a.rate_high)) v (metric, value);

-- Days until half, and 9 in 10, of those who create a project within 14 days have done so
CREATE VIEW bi.time_to_value AS
SELECT cohort::timestamp AT TIME ZONE 'UTC' AS time, metric, plg.ttv_seconds(c.conversion, p, '14 days') / 86400 AS value
FROM bi.journeys, plg.conversions(j, 'signup', 'create_project', as_of) c,
     LATERAL (VALUES ('p50', 0.5), ('p90', 0.9)) v (metric, p);

-- The share that has created a project by so many days after the signup, with its 95 % band
CREATE VIEW bi.conversion_curve AS
SELECT u.days, u.rate, u.rate_low, u.rate_high, u.at_risk
FROM bi.journeys, plg.conversion(j, 'signup', 'create_project', as_of) c, plg.conversion_curve(c, '1 day', '30 days') u;

CREATE VIEW bi.funnel AS
SELECT f.step, f.event, f.entities, f.rate_from_first, f.rate_from_previous, f.p50_seconds, f.p90_seconds
FROM bi.journeys, plg.funnel(j, '{signup,create_project,invite}', '14 days', as_of) f;

CREATE VIEW bi.free_to_paid AS
SELECT cohort::timestamp AT TIME ZONE 'UTC' AS time, t.period, t.mature, t.entities, t.converted, t.rate
FROM bi.journeys, plg.cohort_conversion(j, 'signup', 'upgrade', as_of, unit => 'month', periods => 6) t;

CREATE VIEW bi.retention AS
SELECT cohort::timestamp AT TIME ZONE 'UTC' AS time, t.period, t.mature, t.entities, t.active, t.rate
FROM bi.journeys, plg.retention(j, 'signup', as_of, periods => 8) t;

-- Who was active: bars above and, for those who stayed away, below zero; the last week is not over
CREATE VIEW bi.active AS
SELECT period_start::timestamp AT TIME ZONE 'UTC' AS time, metric, value::float8, t.mature
FROM bi.journeys, plg.lifecycle(j, as_of) t,
     LATERAL (VALUES ('new', t.new), ('retained', t.retained), ('resurrected', t.resurrected), ('churned', -t.churned)) v (metric, value);

-- MRR: bars around zero, which add up to the change of the line mrr
CREATE VIEW bi.mrr AS
SELECT period_start::timestamp AT TIME ZONE 'UTC' AS time, metric, value, NOT t.provisional AS mature
FROM bi.ledger, plg.movements(l, 'month', date_trunc('month', (as_of - interval '1 year') AT TIME ZONE 'UTC')::date,
                              (date_trunc('month', as_of AT TIME ZONE 'UTC') + interval '1 month')::date, as_of => as_of) t,
     LATERAL (VALUES ('new', t.new), ('reactivation', t.reactivation), ('expansion', t.expansion), ('contraction', -t.contraction),
                     ('churn', -t.churn), ('credit', t.credit), ('mrr', t.closing)) v (metric, value);

-- Over twelve months, by month; NULL where the window is not over
CREATE VIEW bi.net_retention AS
SELECT period_start::timestamp AT TIME ZONE 'UTC' AS time, metric, value, t.mature
FROM bi.ledger, plg.nrr_series(l, 'month', 12, date_trunc('month', (as_of - interval '1 year') AT TIME ZONE 'UTC')::date,
                               (date_trunc('month', as_of AT TIME ZONE 'UTC') + interval '1 month')::date, as_of => as_of) t,
     LATERAL (VALUES ('nrr', t.nrr), ('grr', t.grr), ('logos', t.logo_retention)) v (metric, value);

CREATE VIEW bi.revenue_cohorts AS
SELECT cohort::timestamp AT TIME ZONE 'UTC' AS time, t.period, t.mature, t.accounts, t.mrr, t.nrr, t.logo_retention
FROM bi.ledger, plg.revenue_retention(l, 'month', 12, as_of => as_of) t;
