-- Partitioned tables: the same answers wherever their rows are aggregated, in
-- each partition, in parts or all together.
SET timezone TO 'UTC'; SET datestyle TO ISO; SET intervalstyle TO postgres;
CREATE TABLE event (user_id bigint, at timestamptz, event text, plan text) PARTITION BY LIST (plan);
CREATE TABLE event_free PARTITION OF event FOR VALUES IN ('free') PARTITION BY HASH (user_id);
CREATE TABLE event_free_0 PARTITION OF event_free FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE event_free_1 PARTITION OF event_free FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE event_team PARTITION OF event FOR VALUES IN ('team');
CREATE TABLE event_rest PARTITION OF event DEFAULT;
INSERT INTO event
SELECT n % 40, timestamptz '2026-01-01 00:00+00' + n * 7919 % 50000 * interval '1 minute',
	(ARRAY['signup', 'create_project', 'invite', 'upgrade'])[n % 7 % 4 + 1],
	(ARRAY['free', 'free', 'team', 'big', 'trial'])[n % 40 % 5 + 1]
FROM generate_series(1, 4000) n;
CREATE TABLE subscription (account_id bigint, mrr numeric, since date, until date, plan text) PARTITION BY LIST (plan);
CREATE TABLE subscription_free PARTITION OF subscription FOR VALUES IN ('free');
CREATE TABLE subscription_team PARTITION OF subscription FOR VALUES IN ('team');
CREATE TABLE subscription_rest PARTITION OF subscription DEFAULT;
INSERT INTO subscription
SELECT n % 90, n % 11 * 10 + 9.5, date '2026-01-01' + n % 50, CASE WHEN n % 3 > 0 THEN date '2026-03-01' + n % 70 END,
	(ARRAY['free', 'team', 'big'])[n % 90 % 3 + 1]
FROM generate_series(1, 600) n;
ANALYZE event;
ANALYZE subscription;

-- Where PostgreSQL may aggregate in each partition it does so, the more so if
-- that must not cost anything.
CREATE FUNCTION plan_has(query text, pattern text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	line text;
	plan text := '';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		plan := plan || line || E'\n';
	END LOOP;
	RETURN plan ~ pattern;
END
$$;
SET cpu_tuple_cost TO 10;
SELECT current_setting('enable_partitionwise_aggregate')::boolean IN (false,
		plan_has('SELECT plan, plg.journeys(user_id, at, event) FROM event GROUP BY plan', 'Append.*Aggregate.*Aggregate')
		AND plan_has('SELECT user_id % 3, plg.journeys(user_id, at, event) FROM event GROUP BY 1', 'Append.*Partial.*Aggregate')) AS as_set;

-- by the partition key
CREATE VIEW by_plan AS SELECT plan, plg.journeys(user_id, at, event) AS j FROM event GROUP BY plan;
SELECT plan, plg.entities(j), plg.events(j), plg.first_at(j), md5(j::text) FROM by_plan ORDER BY plan;
SELECT plan, a.entered, a.mature, a.converted, round(a.rate::numeric, 6) AS rate
FROM by_plan, plg.activation(j, 'signup', 'upgrade', '2 days', '2026-02-04 00:00+00') a ORDER BY plan;

-- by something else: parts of a group come from all partitions
SELECT user_id % 3 AS part, plg.entities(plg.journeys(user_id, at, event)), md5(plg.journeys(user_id, at, event)::text)
FROM event GROUP BY 1 ORDER BY 1;
SELECT md5(plg.journeys(user_id, at, event)::text) = md5((SELECT plg.rollup(j) FROM by_plan)::text) AS same FROM event;
SELECT event, plg.entered(c), plg.converted(c), plg.ttv(c, 0.5, '30 days')
FROM (SELECT event, plg.conversion(at, at + user_id * interval '1 hour', '2026-02-05 00:00+00') AS c FROM event WHERE at < '2026-02-01' GROUP BY event) s ORDER BY event;

-- joined by the partition key
SELECT e.plan, plg.events(plg.journeys(e.user_id, e.at, e.event)), plg.mrr(plg.ledger(s.account_id, s.mrr, s.since, s.until), '2026-03-15') AS mrr
FROM event e JOIN subscription s ON s.plan = e.plan AND s.account_id = e.user_id
GROUP BY e.plan ORDER BY e.plan;

SELECT plan, m.period_start, m.opening, m.new, m.churn, m.closing, m.accounts_closing
FROM (SELECT plan, plg.ledger(account_id, mrr, since, until) AS l FROM subscription GROUP BY plan) s,
	plg.movements(l, 'month', '2026-01-01', '2026-04-01') m ORDER BY plan, period_start;
SELECT plg.mrr(plg.ledger(account_id, mrr, since, until), '2026-03-15') AS mrr,
	(SELECT sum(plg.mrr(l, '2026-03-15')) FROM (SELECT plg.ledger(account_id, mrr, since, until) AS l FROM subscription GROUP BY plan) s) AS same
FROM subscription;
SELECT plan, level, count(*)
FROM (SELECT plan, user_id, plg.level(plg.milestones('3 days', at, event = 'signup', event = 'invite', event = 'upgrade')) AS level
	FROM event GROUP BY plan, user_id) s GROUP BY plan, level ORDER BY plan, level;

DROP VIEW by_plan;
DROP TABLE event, subscription;
DROP FUNCTION plan_has;
