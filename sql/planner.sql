-- What the planner knows of plg's functions: how often readers are called, how
-- many rows they give, what they cost, how many groups buckets are.
SET timezone TO 'UTC';
-- whatever plans the session is made to try
SET enable_hashagg TO on;
SET enable_hashjoin TO on;
SET enable_indexscan TO on;
SET enable_nestloop TO on;
SET enable_sort TO on;
SET plan_cache_mode TO auto;
SET max_parallel_workers_per_gather TO 0;
SET jit TO off;
SET enable_memoize TO off;
SET track_functions TO 'all';

CREATE TABLE stored AS
	SELECT id, id % 100 AS region, 'part ' || id % 7 AS name, plg.journeys(e, timestamptz '2026-01-01' + e * interval '7 hours', (ARRAY['a', 'b', 'c'])[1 + e % 3]) AS j
	FROM generate_series(1, 1000) id, generate_series(1, 20) e GROUP BY id;
CREATE INDEX ON stored (id);
CREATE TABLE region AS SELECT n AS id, n % 50 = 3 AS mine FROM generate_series(0, 99) n;
ANALYZE stored, region;

-- counts the calls of a function in a query
CREATE FUNCTION calls(function text, query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	before bigint = coalesce((SELECT sum(calls) FROM pg_stat_xact_user_functions WHERE schemaname = 'plg' AND funcname = function), 0);
BEGIN
	EXECUTE 'SELECT count(q) FROM (' || query || ' OFFSET 0) q';
	RETURN (SELECT sum(calls) FROM pg_stat_xact_user_functions WHERE schemaname = 'plg' AND funcname = function) - before;
END $$;
SELECT calls('activation_rate', $$SELECT plg.activation_rate(j, 'a', 'b', '1 day', NULL) FROM stored$$) AS "all, to see that calls are counted";
SELECT calls('activation_rate', $$SELECT id FROM stored WHERE plg.activation_rate(j, 'a', 'b', '1 day', NULL) >= 0 AND (region + 1) * 2 - 1 = 7$$) AS "a cheaper qual comes first",
	calls('entities', $$SELECT id FROM stored WHERE plg.entities(j) > 0 AND (region + 1) * 2 - 1 = 7$$) AS "before the head, too",
	calls('activation_rate', $$SELECT id FROM stored WHERE plg.activation_rate(j, 'a', 'b', '1 day', NULL) >= 0 AND plg.entities(j) > 99$$) AS "of two readers the cheaper",
	calls('journeys_eq', $$SELECT id FROM stored WHERE j OPERATOR(plg.=) (SELECT j FROM stored WHERE id = 7) AND region = 3$$) AS "before a comparison";
SELECT calls('activation_rate', $$SELECT id, plg.activation_rate(j, 'a', 'b', '1 day', NULL) FROM stored ORDER BY name, id LIMIT 3$$) AS "ORDER BY and LIMIT",
	calls('entities', $$SELECT id, plg.entities(j) FROM stored ORDER BY name, id LIMIT 3$$) AS "and of the head",
	calls('only_events', $$SELECT DISTINCT ON (name) id, plg.only_events(j, '{a}') FROM stored ORDER BY name, id LIMIT 3$$) AS "DISTINCT ON and LIMIT",
	calls('ttv', $$SELECT name, plg.ttv(plg.rollup(c), 0.5, NULL) FROM (SELECT id, name, plg.conversion(j, 'a', 'b', NULL) AS c FROM stored) s GROUP BY name ORDER BY max(id) LIMIT 3$$) AS "of groups";

-- what is called for a row waits for joins that drop rows
SELECT calls('retention', $$SELECT s.id, r.rate FROM stored s, plg.retention(s.j, 'a', NULL) r, region WHERE region.id = s.region AND mine$$) AS "a set beside a join",
	calls('funnel', $$SELECT s.id, f.step FROM stored s CROSS JOIN LATERAL plg.funnel(s.j, '{a,b}', '1 day', NULL) f JOIN region ON region.id = s.region AND mine$$) AS "written before it",
	calls('activation_rate', $$SELECT s.id FROM stored s JOIN region r ON s.id = r.id WHERE mine AND plg.activation_rate(s.j, 'a', 'b', '1 day', NULL) >= 0$$) AS "a qual";

-- the rows that the planner expects, beside those that come
CREATE FUNCTION expected(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
	RETURN plan -> 0 -> 'Plan' ->> 'Plan Rows';
END $$;
CREATE FUNCTION actual(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	EXECUTE 'SELECT count(*) FROM (' || query || ') q' INTO n;
	RETURN n;
END $$;
SELECT plg.journeys(e, timestamptz '2026-01-01' + e * interval '7 hours', (ARRAY['a', 'b', 'c'])[1 + e % 3]) AS j,
	plg.journeys(e % 400, timestamptz '2026-01-01' + e * interval '1 hour', (ARRAY['a', 'b', 'c'])[1 + e % 3]) AS large,
	plg.conversion(timestamptz '2026-01-01', timestamptz '2026-01-01' + e * interval '2 hours', '2026-03-01') AS c,
	plg.ledger(e, 10, date '2026-01-01' + e * 5, NULL::date) AS l
FROM generate_series(1, 4000) e \gset
SELECT function, expected(query), actual(query) FROM (VALUES
	('funnel', format($$SELECT * FROM plg.funnel(%L::plg.journeys, '{a,b,c}', '1 day', NULL)$$, :'j')),
	('funnel_rows', $$SELECT * FROM plg.funnel_rows('{9,4,2,1}', NULL)$$),
	('conversion_curve', format($$SELECT * FROM plg.conversion_curve(%L, '1 day', '60 days')$$, :'c')),
	('movements', format($$SELECT * FROM plg.movements(%L, 'month', '2026-01-01', '2027-01-01')$$, :'l')),
	('movements by day', format($$SELECT * FROM plg.movements(%L, 'day', '2026-01-01', date '2026-01-01' + 90)$$, :'l')),
	('movements by fortnight', format($$SELECT * FROM plg.movements(%L, '2 weeks', '2025-12-29', date '2025-12-29' + 140)$$, :'l')),
	('movements up to now', format($$SELECT * FROM plg.movements(%L, 'day', '2026-01-01', current_date - (current_date - '2026-01-11'))$$, :'l')),
	('nrr_series', format($$SELECT * FROM plg.nrr_series(%L, 'quarter', 1, '2026-01-01', '2028-01-01')$$, :'l')),
	('expansion_revenue', format($$SELECT * FROM plg.expansion_revenue(%L, 'year', '2026-01-01', '2029-01-01')$$, :'l')),
	('nrr_ci', format($$SELECT * FROM plg.nrr_ci(%L, '2026-02-01', '2026-03-01')$$, :'l')),
	('aha', format($$SELECT * FROM plg.aha(%L::plg.journeys, NULL, 'a', '2026-12-01', '{20 days}', '{1}', outcome_until => '60 days', top => 2)$$, :'large'))) q (function, query);
-- what depends on the value is of the right size
SELECT function, expected(query) BETWEEN actual(query) / 5 AND actual(query) * 5 AS near FROM (VALUES
	('unnest', format($$SELECT * FROM plg.unnest(%L::plg.journeys)$$, :'large')),
	('unnest of little', $$SELECT u.* FROM stored, plg.unnest(j) u$$),
	('sessions', format($$SELECT * FROM plg.sessions(%L::plg.journeys)$$, :'large')),
	('milestones', format($$SELECT * FROM plg.milestones(%L::plg.journeys, '{a,b}', '9 days')$$, :'large')),
	('account_movements', format($$SELECT * FROM plg.account_movements(%L, '2026-02-01', '2076-03-01')$$, :'l')),
	('retention', format($$SELECT * FROM plg.retention(%L::plg.journeys, 'a', '2026-07-01', periods => 4)$$, :'large')),
	('cohort_conversion', format($$SELECT * FROM plg.cohort_conversion(%L::plg.journeys, 'a', 'b', '2026-07-01', periods => 24)$$, :'large')),
	('retention in brackets', format($$SELECT * FROM plg.retention(%L::plg.journeys, 'a', '2026-07-01', brackets => '{0,1,3}')$$, :'large'))) q (function, query);
-- options that make no sense are left to the function
SELECT expected(format($$SELECT * FROM plg.movements(%L, 'moon', '2026-01-01', '2027-01-01')$$, :'l')) AS no_unit,
	expected(format($$SELECT * FROM plg.movements(%L, 'day', '2027-01-01', '2026-01-01')$$, :'l')) AS backwards,
	expected(format($$SELECT * FROM plg.conversion_curve(%L, '0', '60 days')$$, :'c')) AS no_step,
	expected(format($$SELECT * FROM plg.funnel(%L::plg.journeys, NULL, '1 day', NULL)$$, :'j')) AS no_steps,
	expected($$SELECT * FROM plg.unnest(NULL::plg.journeys)$$) AS nothing;
PREPARE option AS SELECT * FROM plg.funnel($1, $2, '1 day', NULL);
EXPLAIN (COSTS off) EXECUTE option(NULL, NULL);
DEALLOCATE option;

-- the cost follows the size: of constants, of what stays in the row and of what is moved out
CREATE FUNCTION cost(query text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
	RETURN plan -> 0 -> 'Plan' ->> 'Total Cost';
END $$;
CREATE TABLE parts AS SELECT e % 10 AS id, plg.journeys(e / 10, timestamptz '2026-01-01' + e * interval '1 minute', 'event ' || e % 3) AS j FROM generate_series(1, 40000) e GROUP BY 1;
ANALYZE parts;
CREATE FUNCTION cost_of(j plg.journeys) RETURNS float8 LANGUAGE sql AS $$
	SELECT cost(format('SELECT plg.activation_rate(%L::plg.journeys, x, x, NULL, NULL) FROM (VALUES (''a''), (''b'')) v (x)', j)) $$;
\set of_column 'plg.activation_rate(j, ''a'', ''b'', NULL, NULL)'
SELECT cost_of(:'large') / cost_of(plg.slice(:'large', '2026-01-01', '2026-01-08')) BETWEEN 5 AND 50 AS of_constants,
	(cost('SELECT ' || :'of_column' || ' FROM parts') - cost('SELECT id FROM parts')) / 10
		BETWEEN 30 * (cost('SELECT ' || :'of_column' || ' FROM stored') - cost('SELECT id FROM stored')) / 1000
		AND 120 * (cost('SELECT ' || :'of_column' || ' FROM stored') - cost('SELECT id FROM stored')) / 1000 AS of_columns;

-- readers in a list of columns are worth a worker, where the table may have one
CREATE TABLE pieces WITH (fillfactor = 10, parallel_workers = 1) AS
	SELECT plg.bucket(e / 10, 64) AS bucket, plg.journeys(e / 10, timestamptz '2026-01-01' + e * interval '1 minute', (ARRAY['a', 'b', 'c'])[1 + e % 3]) AS j, repeat(' ', 800) AS filler
	FROM generate_series(1, 40000) e GROUP BY 1;
ANALYZE pieces;
SELECT count(*) AS pieces, count(DISTINCT (ctid::text::point)[0]) > 60 AS nearly_one_a_page FROM pieces;
SET max_parallel_workers_per_gather TO 2;
SET parallel_setup_cost TO 1000;
SET parallel_tuple_cost TO 0.1;
SET parallel_leader_participation TO on;
\set rates 'SELECT days, avg(rate) FROM (SELECT days, plg.activation_rate(j, ''a'', ''b'', days * interval ''1 day'', ''2026-03-01'') AS rate FROM pieces, generate_series(1, 30) days OFFSET 0) r GROUP BY days'
\set counts 'SELECT days, sum((a).converted) FROM (SELECT days, plg.activation(j, ''a'', ''b'', days * interval ''1 day'', ''2026-03-01'') AS a FROM pieces, generate_series(1, 30) days OFFSET 0) r GROUP BY days'
\set rows 'SELECT (r).period, sum((r).active) FROM (SELECT plg.retention(j, ''a'', ''2026-03-01'', periods => n) AS r FROM pieces, generate_series(1, 30) n) r GROUP BY 1'
CREATE FUNCTION gathers(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	plan jsonb;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
	-- whose workers scan the pieces, and read them in the node above or the next
	RETURN plan @? '$.** ? (@."Node Type" == "Gather").Plans[*] ? (@."Node Type" == "Nested Loop" || @.Plans[*]."Node Type" == "Nested Loop")'
		AND plan @? '$.** ? (@."Node Type" == "Nested Loop").Plans[*] ? (@."Relation Name" == "pieces" && @."Parallel Aware" == true)';
END $$;
SELECT gathers(:'rates') AS rates, gathers(:'counts') AS counts, gathers(:'rows') AS rows;
CREATE TEMP TABLE by_workers AS :counts;
SET max_parallel_workers_per_gather TO 0;
SELECT gathers(:'rates') AS "without workers";
SELECT count(*) AS as_one_process FROM by_workers JOIN (:counts) r USING (days, sum);
DROP TABLE pieces, by_workers;
DROP FUNCTION gathers(text);

-- buckets are as many as they are with statistics on the expression
CREATE TABLE events AS SELECT n % 5000 AS user_id, n AS at FROM generate_series(1, 20000) n;
ANALYZE events;
SELECT expected('SELECT plg.bucket(user_id, 16) FROM events GROUP BY 1') > 1000 AS without;
CREATE STATISTICS events_bucket ON (plg.bucket(user_id, 16)) FROM events;
ANALYZE events;
SELECT expected('SELECT plg.bucket(user_id, 16) FROM events GROUP BY 1') AS "with",
	expected('SELECT plg.bucket(user_id, 16), count(*) FROM events WHERE at > 10 GROUP BY 1') AS "of some rows",
	expected('SELECT b FROM (SELECT plg.bucket(user_id, 16) AS b, at FROM events) s GROUP BY b') AS "in a subquery",
	expected('SELECT plg.bucket(user_id, 8) FROM events GROUP BY 1') > 1000 AS "not of another number";

DROP TABLE stored, region, parts, events;
DROP FUNCTION calls(text, text), expected(text), actual(text), cost(text), cost_of(plg.journeys);
