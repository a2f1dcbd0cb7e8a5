\ir journeys_data.sql

CREATE FUNCTION plans.line(what text, passed boolean) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN passed THEN 'ok - ' ELSE 'not ok - ' END || what $$;

CREATE FUNCTION plans.explain(query text, options text DEFAULT 'COSTS OFF') RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	line text;
	plan text := '';
BEGIN
	FOR line IN EXECUTE format('EXPLAIN (%s) %s', options, query) LOOP
		plan := plan || line || E'\n';
	END LOOP;
	RETURN plan;
END
$$;

-- Runs a query, in which {key} stands for the entity's column, for each type of
-- entity.  Its only value must be the reference, and its plan must be the one
-- that the check is about: has a pattern that it must match.
CREATE FUNCTION plans.same(what text, query text, has text DEFAULT '') RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	r record;
	got text;
	plan text;
BEGIN
	FOR r IN SELECT * FROM plans.reference LOOP
		plan := plans.explain(replace(query, '{key}', r.key));
		IF plan !~ has THEN
			RETURN plans.line(what, false) || E'\n# no ' || has || ' in this plan:\n# ' || replace(plan, E'\n', E'\n# ');
		END IF;
		EXECUTE replace(query, '{key}', r.key) INTO got;
		IF got IS DISTINCT FROM r.fact THEN
			RETURN plans.line(what, false) || format(E'\n# %s entities: got %s, expected %s', r.kind, got, r.fact);
		END IF;
	END LOOP;
	RETURN plans.line(what, true);
END
$$;

-- The readers' answers about the same value, however it is made and read.
CREATE FUNCTION plans.same_readers(what text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	r record;
	same boolean;
BEGIN
	FOR r IN SELECT * FROM plans.reference LOOP
		EXECUTE format('SELECT plans.readers(j) = %L FROM (SELECT plg.journeys(%I, at, event) AS j FROM plans.log OFFSET 0) s', r.readers, r.key) INTO same;
		IF same IS NOT TRUE THEN
			RETURN plans.line(what || ', ' || r.kind, false);
		END IF;
	END LOOP;
	RETURN plans.line(what, true);
END
$$;

\set one 'SELECT plans.facts(plg.journeys({key}, at, event)) FROM plans.log'
\set many 'SELECT plans.facts(plg.rollup(j)) FROM (SELECT plg.journeys({key}, at, event) AS j FROM plans.log GROUP BY grp) s'

-- the check itself can fail
SELECT plans.line('one row less is another value', plans.same('', 'SELECT plans.facts(plg.journeys({key}, at, event)) FROM plans.log WHERE n > 1') ~ '^not ok');

-- order of rows
SELECT plans.same('rows shuffled', format('SELECT plans.facts(plg.journeys({key}, at, event)) FROM (SELECT * FROM plans.log ORDER BY %s OFFSET 0) s', o))
FROM (VALUES ('md5(n::text)')) v(o);
SELECT plans.same('rows in the order ' || o, format('SELECT plans.facts(plg.journeys({key}, at, event)) FROM (SELECT * FROM plans.log ORDER BY %s OFFSET 0) s', o))
FROM (VALUES ('n DESC'), ('at, event, id'), ('at DESC'), ('id, at, event'), ('event, id, at DESC')) v(o);
SELECT plans.same('ORDER BY in the aggregate call', 'SELECT plans.facts(plg.journeys({key}, at, event ORDER BY at DESC)) FROM plans.log', '');

-- any split into stored values and rollups
SELECT plans.same('rollup of groups cut by ' || cut, format('SELECT plans.facts(plg.rollup(j)) FROM
	(SELECT plg.journeys({key}, at, event) AS j FROM plans.log GROUP BY %s) s', cut))
FROM (VALUES ('n % 3'), ('grp'), ('id'), ('date_trunc(''hour'', at)'), ('event'), ('n'), ('n < 30000'), ('CASE WHEN n < 25000 THEN n % 3 ELSE n END'), ('n / 10000'), ('plg.bucket({key}, 16)')) v(cut);
SELECT plans.same('rollup of rollups', 'SELECT plans.facts(plg.rollup(j)) FROM (SELECT plg.rollup(j) AS j FROM
	(SELECT plg.journeys({key}, at, event) AS j, grp FROM plans.log GROUP BY grp) s GROUP BY grp % 7) t');
SELECT plans.same('rollup of one value', 'SELECT plans.facts(plg.rollup(j)) FROM
	(SELECT plg.journeys({key}, at, event) AS j FROM plans.log) s');
SELECT plans.same('rollup in another order, NULLs among the values', 'SELECT plans.facts(plg.rollup(j)) FROM
	(SELECT CASE WHEN grp >= 0 THEN j END AS j FROM (SELECT plg.journeys({key}, at, event) AS j, grp FROM plans.log GROUP BY grp
	UNION ALL SELECT NULL, -g FROM generate_series(1, 5) g) u ORDER BY md5(grp::text) OFFSET 0) s');
CREATE TABLE plans.stored AS
	SELECT 'id' AS key, grp, plg.journeys(id, at, event) AS j FROM plans.log GROUP BY grp
	UNION ALL SELECT 'guid', grp, plg.journeys(guid, at, event) FROM plans.log GROUP BY grp
	UNION ALL SELECT 'name', grp, plg.journeys(name, at, event) FROM plans.log GROUP BY grp;
SELECT plans.same('rollup of stored values', $$SELECT plans.facts(plg.rollup(j)) FROM plans.stored WHERE key = '{key}'$$);
SELECT plans.same('rows rebuilt from unnested values', $$SELECT plans.facts(plg.journeys({key}, at, event))
	FROM (SELECT CASE WHEN '{key}' = 'id' THEN u.entity END::bigint AS id, CASE WHEN '{key}' = 'guid' THEN u.entity END::uuid AS guid,
		u.entity AS name, u.at, u.event FROM plans.stored s, plg.unnest(s.j) u WHERE s.key = '{key}') r$$);

-- workers
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE plans.log SET (parallel_workers = 2);
SET max_parallel_workers_per_gather = 0;
SELECT plans.same('no worker, one group', :'one', '^((?!Gather).)*$');
SET max_parallel_workers_per_gather = 1;
SELECT plans.same('one worker and the leader, one group', :'one', 'Workers Planned: 1\n.*Partial Aggregate');
SELECT plans.same('one worker and the leader, many groups', :'many', 'Workers Planned: 1\n.*Partial (Hash|Group)');
SET parallel_leader_participation = off;
SET max_parallel_workers_per_gather = 2;
SELECT plans.same('two workers without the leader, one group', :'one', 'Workers Planned: 2\n.*Partial Aggregate');
SELECT plans.same('two workers without the leader, many groups', :'many', 'Workers Planned: 2\n.*Partial (Hash|Group)');
SET parallel_leader_participation = on;
SELECT plans.same('two workers and the leader, one group', :'one', 'Workers Planned: 2\n.*Partial Aggregate');
SELECT plans.line('two workers do come', plans.explain('SELECT plg.journeys(id, at, event) FROM plans.log', 'ANALYZE, COSTS OFF, TIMING OFF')
	~ 'Workers Launched: 2');
SET enable_hashagg = off;
SELECT plans.same('two workers, sorted groups', :'many', 'Partial GroupAggregate');
RESET enable_hashagg;
SET enable_sort = off;
SELECT plans.same('two workers, hashed groups', :'many', 'Partial HashAggregate');
RESET enable_sort;
CREATE TABLE plans.pieces AS SELECT plg.journeys(id, at, event) AS id, plg.journeys(guid, at, event) AS guid, plg.journeys(name, at, event) AS name
	FROM plans.log GROUP BY n % 2500;
ALTER TABLE plans.pieces SET (parallel_workers = 2);
ANALYZE plans.pieces;
SELECT plans.same('two workers roll up stored values', 'SELECT plans.facts(plg.rollup({key})) FROM plans.pieces',
	'Workers Planned: 2\n.*Partial Aggregate');
-- readers run in workers
ALTER TABLE plans.stored SET (parallel_workers = 2);
SELECT plans.line('readers run in workers', plans.explain(q) ~ 'Gather' AND bool_and(same))
FROM (SELECT $$SELECT grp, plg.activation_rate(j, 'signup', 'create', '7 days', 'infinity') FROM plans.stored$$ AS q) p,
	(SELECT plg.activation_rate(s.j, 'signup', 'create', '7 days', 'infinity')
		IS NOT DISTINCT FROM plg.activation_rate(plg.rollup(s.j), 'signup', 'create', '7 days', 'infinity') AS same
	FROM plans.stored s GROUP BY s.key, s.grp, s.j) r GROUP BY q;
SELECT CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'debug_parallel_query' ELSE 'force_parallel_mode' END AS force \gset
SET max_parallel_workers_per_gather = 1;
SELECT set_config(:'force', 'on', false) \g /dev/null
SELECT plans.same('parallel plan by force', :'one' || ' WHERE n > 0');
SELECT plans.same('parallel plan by force, readers of a stored value',
	$$SELECT plans.facts(j) FROM (SELECT plg.rollup(j) AS j FROM plans.stored WHERE key = '{key}' OFFSET 0) s$$);
SELECT plans.same_readers('parallel plan by force, all readers');
SELECT set_config(:'force', 'off', false) \g /dev/null
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
SET max_parallel_workers_per_gather = 0;

-- hash and sort, little memory
SET enable_hashagg = off;
SELECT plans.same('sorted groups', :'many', '\n *->  GroupAggregate');
RESET enable_hashagg;
SET enable_sort = off;
SELECT plans.same('hashed groups', :'many', '\n *->  HashAggregate');
RESET enable_sort;
SET work_mem = '64kB';
SELECT plans.same('work_mem 64kB, one group', :'one');
SELECT plans.same('work_mem 64kB, hashed groups', :'many');
SELECT plans.same_readers('work_mem 64kB, all readers');
SET enable_sort = off;
SELECT plans.same('work_mem 64kB, a group for each entity', 'SELECT plans.facts(plg.rollup(j)) FROM
	(SELECT plg.journeys({key}, at, event) AS j FROM plans.log GROUP BY {key}) s', 'HashAggregate');
SELECT plans.line('work_mem 64kB does make the groups spill', plans.explain(
	'SELECT count(j) FROM (SELECT plg.journeys(id, at, event) AS j FROM plans.log GROUP BY id, n % 3) s', 'ANALYZE, COSTS OFF, TIMING OFF')
	~ 'Disk Usage');
RESET enable_sort;
RESET work_mem;
SET work_mem = '1GB';
SELECT plans.line('50,000 groups of two rows take less than 2 kB each',
	substring(plans.explain('SELECT count(j) FROM (SELECT plg.journeys(n, at, event) AS j FROM generate_series(1, 50000) n,
		(VALUES (timestamptz ''2026-01-01'', ''a''), (timestamptz ''2026-01-02'', ''b'')) v(at, event) GROUP BY n OFFSET 0) s',
		'ANALYZE, COSTS OFF, TIMING OFF') FROM 'Memory Usage: (\d+)kB')::int < 100000);
RESET work_mem;

-- a set-returning reader that is called for each of many rows
SELECT plans.line('20,000 calls of event_summary leave no memory behind', count(r) > 100000
	AND (SELECT max(total_bytes) FROM pg_backend_memory_contexts WHERE name = 'ExecutorState') < 4000000)
FROM generate_series(1, 20000) g, (SELECT j FROM plans.stored LIMIT 1) s, plg.event_summary(CASE WHEN g > 0 THEN j END) r;
SELECT plans.line('20,000 calls of conversions leave no memory behind', count(r) > 10000
	AND (SELECT max(total_bytes) FROM pg_backend_memory_contexts WHERE name = 'ExecutorState') < 4000000)
FROM generate_series(1, 20000) g, (SELECT j FROM plans.stored LIMIT 1) s, plg.conversions(j, 'zone', 'Zone', NULL, min_count => 1 + g % 2) r;
SELECT plans.line('20,000 calls of cohort_conversion leave no memory behind', count(r) > 100000
	AND (SELECT max(total_bytes) FROM pg_backend_memory_contexts WHERE name = 'ExecutorState') < 4000000)
FROM generate_series(1, 20000) g, (SELECT j FROM plans.stored LIMIT 1) s, plg.cohort_conversion(j, 'zone', 'Zone', NULL, min_count => 1 + g % 2) r;

-- what a session may have set
SET timezone TO 'America/New_York';
SELECT plans.same('session in New York', :'one');
SELECT plans.same_readers('session in New York, all readers');
SELECT plans.same('session in New York, answers', $$SELECT CASE WHEN plans.answers(j) = current_setting('plans.' || '{key}') THEN fact END
	FROM (SELECT plg.journeys({key}, at, event) AS j FROM plans.log) v, plans.reference WHERE key = '{key}'$$)
FROM (SELECT set_config('plans.id', plans.answers(plg.journeys(id, at, event)), false), set_config('plans.guid', plans.answers(plg.journeys(guid, at, event)), false),
	set_config('plans.name', plans.answers(plg.journeys(name, at, event)), false) FROM plans.log) s;
SET timezone TO 'Asia/Kolkata';
SET datestyle TO 'German';
SET intervalstyle TO 'iso_8601';
SELECT plans.same_readers('session in Kolkata with German dates, all readers');
SELECT plans.same('session in Kolkata with German dates, answers', $$SELECT CASE WHEN plans.answers(j) = current_setting('plans.' || '{key}') THEN fact END
	FROM (SELECT plg.journeys({key}, at, event) AS j FROM plans.log) v, plans.reference WHERE key = '{key}'$$);
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;
SELECT plans.same('session in UTC, answers', $$SELECT CASE WHEN plans.answers(j) = current_setting('plans.' || '{key}') THEN fact END
	FROM (SELECT plg.journeys({key}, at, event) AS j FROM plans.log) v, plans.reference WHERE key = '{key}'$$);

-- partitions
CREATE TABLE plans.parted (LIKE plans.log) PARTITION BY HASH (grp);
CREATE TABLE plans.parted_0 PARTITION OF plans.parted FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE plans.parted_1 PARTITION OF plans.parted FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE plans.parted_2 PARTITION OF plans.parted FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO plans.parted SELECT * FROM plans.log;
ANALYZE plans.parted;
SET enable_partitionwise_aggregate = on;
SELECT plans.same('partitions, one group', replace(:'one', 'plans.log', 'plans.parted'), 'Append\n.*Partial Aggregate');
SELECT plans.same('partitions, groups within them', replace(:'many', 'plans.log', 'plans.parted'), 'Append\n *->  HashAggregate');
SELECT plans.same('partitions, groups across them', 'SELECT plans.facts(plg.rollup(j)) FROM
	(SELECT plg.journeys({key}, at, event) AS j FROM plans.parted GROUP BY n % 4) s');
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SELECT plans.same('partitions and workers', replace(:'one', 'plans.log', 'plans.parted'), 'Gather.*Append.*Partial Aggregate');
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
SET max_parallel_workers_per_gather = 0;
RESET enable_partitionwise_aggregate;

-- FILTER, windows, grouping sets
SELECT plans.same('FILTER', $$SELECT plans.facts(plg.rollup(j)) FROM (SELECT unnest(ARRAY[
	plg.journeys({key}, at, event) FILTER (WHERE event < 'm'), plg.journeys({key}, at, event) FILTER (WHERE NOT event < 'm'),
	plg.journeys({key}, at, event) FILTER (WHERE false)]) AS j FROM plans.log) s$$);
SELECT plans.same('OVER (PARTITION BY …)', 'SELECT plans.facts(plg.rollup(j)) FROM (SELECT DISTINCT ON (grp) j FROM
	(SELECT grp, plg.journeys({key}, at, event) OVER (PARTITION BY grp) AS j FROM plans.log) w ORDER BY grp) s', 'WindowAgg');
SELECT plans.same('OVER (ORDER BY …), last row', 'SELECT plans.facts(j) FROM
	(SELECT n, plg.journeys({key}, at, event) OVER (ORDER BY (n + 1999) / 2000) AS j FROM plans.log) w ORDER BY n DESC LIMIT 1', 'WindowAgg');
SELECT plans.line('OVER (ORDER BY …), each row', bool_and(running OPERATOR(plg.=) direct AND framed OPERATOR(plg.=) few AND running_name OPERATOR(plg.=) direct_name))
FROM (SELECT n, plg.journeys(id, at, event) OVER (ORDER BY n) AS running,
		plg.journeys(name, at, event) OVER (ORDER BY n) AS running_name,
		plg.journeys(guid, at, event) OVER (ORDER BY n ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING) AS framed
	FROM plans.log WHERE n <= 120) w,
	LATERAL (SELECT plg.journeys(id, at, event) AS direct, plg.journeys(name, at, event) AS direct_name,
		plg.journeys(guid, at, event) FILTER (WHERE l.n BETWEEN w.n - 3 AND w.n - 1) AS few
	FROM plans.log l WHERE l.n <= w.n) d WHERE n > 1;
SELECT plans.line('rollup OVER (ORDER BY …), each row', bool_and(running OPERATOR(plg.=) direct))
FROM (SELECT grp, plg.rollup(j) OVER (ORDER BY grp) AS running FROM plans.stored WHERE key = 'name') w,
	LATERAL (SELECT plg.journeys(name, at, event) AS direct FROM plans.log l WHERE l.grp <= w.grp) d;
SELECT plans.line('grouping sets', bool_and(g.j OPERATOR(plg.=) d.j) AND count(*) = 1 + 8 + 3 + 24)
FROM (SELECT event, n % 3 AS third, grouping(event, n % 3) AS sets, plg.journeys(name, at, event) AS j
	FROM plans.log GROUP BY CUBE (event, n % 3)) g,
	LATERAL (SELECT plg.journeys(name, at, event) AS j FROM plans.log l
		WHERE (g.event IS NULL OR g.event = l.event) AND (g.third IS NULL OR g.third = l.n % 3)) d;
SELECT plans.line('several aggregates of several types in one query', j OPERATOR(plg.=) k AND l OPERATOR(plg.<>) j AND m OPERATOR(plg.=) r.rolled)
FROM (SELECT plg.journeys(id, at, event) AS j, plg.journeys(id, at, event) FILTER (WHERE true) AS k, plg.journeys(name, at, event) AS l,
		plg.journeys(guid, at, event) AS m FROM plans.log) s,
	(SELECT plg.rollup(j) AS rolled FROM plans.stored WHERE key = 'guid') r;

-- views, prepared statements
CREATE MATERIALIZED VIEW plans.kept AS SELECT grp, plg.journeys(name, at, event) AS j FROM plans.log WHERE n <= 10000 GROUP BY grp;
CREATE UNIQUE INDEX ON plans.kept (grp);
SELECT plans.line('a materialized view keeps its rows', plg.rollup(j) OPERATOR(plg.=) (SELECT plg.journeys(name, at, event) FROM plans.log WHERE n <= 10000)) FROM plans.kept;
CREATE OR REPLACE VIEW plans.half AS SELECT * FROM plans.log WHERE n > 10000;
DELETE FROM plans.log WHERE n <= 10;
REFRESH MATERIALIZED VIEW CONCURRENTLY plans.kept;
SELECT plans.line('a refreshed materialized view follows its table', plg.rollup(j) OPERATOR(plg.=) (SELECT plg.journeys(name, at, event) FROM plans.log WHERE n <= 10000)) FROM plans.kept;
DROP TABLE plans.log CASCADE;
ALTER TABLE plans.parted RENAME TO log;

PREPARE user_rate AS SELECT plg.activation_rate(plg.journeys(id, at, event), $2, $3, $4, $5, entered => $6, min_count => $7) FROM plans.log WHERE grp < $1;
SET plan_cache_mode = force_generic_plan;
EXECUTE user_rate (20, 'signup', 'create', '7 days', 'infinity', '[2026-01-01,)', 1) \gset generic_
EXECUTE user_rate (10, 'create|signup', 'invite', '1 day', NULL, NULL, 2) \gset generic_other_
SET plan_cache_mode = force_custom_plan;
EXECUTE user_rate (20, 'signup', 'create', '7 days', 'infinity', '[2026-01-01,)', 1) \gset custom_
EXECUTE user_rate (10, 'create|signup', 'invite', '1 day', NULL, NULL, 2) \gset custom_other_
RESET plan_cache_mode;
SELECT plans.line('generic and custom plans of a prepared statement', :'generic_activation_rate' = :'custom_activation_rate'
	AND :'generic_other_activation_rate' = :'custom_other_activation_rate' AND :'custom_activation_rate' <> :'custom_other_activation_rate');

-- values as keys
SELECT plans.line('DISTINCT on values', count(*) = 40)
FROM (SELECT DISTINCT j FROM (SELECT j FROM plans.stored WHERE key = 'name' UNION ALL SELECT j FROM plans.stored WHERE key = 'name') u) d;
SELECT plans.line('GROUP BY on values', count(*) = 120 AND bool_and(n = 2))
FROM (SELECT j, count(*) AS n FROM (SELECT j FROM plans.stored UNION ALL SELECT plg.rollup(j) FROM plans.stored GROUP BY key, grp) u GROUP BY j) d;
SET enable_hashjoin = on; SET enable_mergejoin = off; SET enable_nestloop = off;
SELECT plans.line('join on values', count(*) = 120) FROM plans.stored a JOIN plans.stored b ON a.j OPERATOR(plg.=) b.j;
RESET enable_hashjoin; RESET enable_mergejoin; RESET enable_nestloop;
SELECT plans.line('= and <> see one row of difference', j OPERATOR(plg.=) j2 AND NOT j OPERATOR(plg.<>) j2 AND j OPERATOR(plg.<>) k AND NOT j OPERATOR(plg.=) k)
FROM (SELECT plg.journeys(id, at, event) AS j, plg.journeys(id, at, event) FILTER (WHERE true) AS j2,
		plg.journeys(id, at, event) FILTER (WHERE n > 11) AS k FROM plans.log) s;
