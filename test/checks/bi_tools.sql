-- test: 20 s
-- The views of examples/bi: what tools wrap round a query changes nothing in it, the
-- columns are of types that tools know, the numbers are those of plain SQL, and the
-- Grafana dashboard's queries run as Grafana expands them.
SET timezone TO 'UTC';
SET client_min_messages TO warning;

CREATE TABLE users (entity bigint NOT NULL, at timestamptz NOT NULL);
CREATE TABLE events (entity bigint NOT NULL, at timestamptz NOT NULL, event text NOT NULL);
CREATE TABLE subscriptions (account bigint NOT NULL, mrr numeric NOT NULL, "from" timestamptz NOT NULL, "to" timestamptz);
INSERT INTO users SELECT n, now() - interval '150 days' + n * interval '1 hour' FROM generate_series(1, 3599) n;
INSERT INTO events
SELECT entity, at + hours * interval '1 hour', event
FROM users, LATERAL (VALUES ('create_project', entity * 37 % 500), ('invite', entity * 91 % 900), ('open', entity * 53 % 2000), ('open', entity * 71 % 1500), ('upgrade', entity * 29 % 6000)) e (event, hours)
WHERE at + hours * interval '1 hour' < now() AND (entity + length(event)) % 3 > 0;
INSERT INTO subscriptions
SELECT n % 150, 10 + n % 7 * 15, at, CASE WHEN n % 3 = 0 THEN least(at + n % 200 * interval '1 day', now()) END
FROM generate_series(1, 300) n, LATERAL (SELECT now() - n * interval '2 days') a (at);
\ir ../../examples/bi/views.sql
ANALYZE;

-- Each view, and a row of text for each of its rows; what several shapes must give.
CREATE SCHEMA try;
CREATE TABLE try.view AS
SELECT relname AS name, string_agg(attname || ' ' || format_type(atttypid, NULL), ', ' ORDER BY attnum) AS columns,
	bool_or(attname = 'time') AS timed, bool_or(attname = 'metric') AS measured, bool_or(attname = 'value') AS valued,
	(array_agg(attname ORDER BY attnum) FILTER (WHERE atttypid IN ('float8'::regtype, 'numeric'::regtype)))[1] AS number
FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0
WHERE relnamespace = 'bi'::regnamespace AND relkind = 'v' AND relname NOT IN ('events', 'subscriptions') GROUP BY relname;
SELECT CASE WHEN count(*) = 10 THEN 'ok' ELSE 'not ok' END || ' - a view for each of ten charts: ' || string_agg(name, ' ') FROM try.view;

CREATE FUNCTION try.digest(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE 'SELECT count(*) || pg_catalog.md5(pg_catalog.string_agg(t::text, chr(10) ORDER BY t::text)) FROM (' || query || ') t' INTO answer;
	RETURN answer;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLERRM;
END $$;
ALTER TABLE try.view ADD plain text;
UPDATE try.view SET plain = try.digest('SELECT * FROM bi.' || name);
SELECT CASE WHEN plain ~ '^[1-9]\d*[0-9a-f]{32}$' THEN 'ok' ELSE 'not ok' END || ' - ' || name || ' has rows' FROM try.view;

SELECT CASE WHEN columns ~ '^((^|, )\w+ (integer|bigint|double precision|numeric|text|boolean|timestamp with time zone))+$' THEN 'ok' ELSE 'not ok' END
	|| ' - ' || name || ' has types that every tool knows: ' || columns
FROM try.view;
SELECT CASE WHEN measured = valued AND (timed OR NOT measured) THEN 'ok' ELSE 'not ok' END || ' - ' || name || ' has time, metric and value together' FROM try.view;

-- Sub-selects as tools write them around it: %s is the query.
CREATE TABLE try.shape (tool text, around text);
INSERT INTO try.shape VALUES
	('Metabase', 'SELECT "source".* FROM (%s) AS "source" LIMIT 1048575'),
	('Superset', 'SELECT * FROM (%s) AS virtual_table LIMIT 1000 OFFSET 0'),
	('Redash', '/* Username: a@example.com, Query ID: adhoc */ SELECT * FROM (%s) AS sub LIMIT 1000'),
	('Evidence', 'WITH root AS (%s) SELECT * FROM root'),
	('a view in a view', 'SELECT * FROM (SELECT * FROM (%s) a WHERE true) b WHERE true');
SELECT CASE WHEN answer = plain THEN 'ok' ELSE 'not ok' END || ' - ' || tool || ' around ' || name || CASE WHEN answer <> plain THEN ': ' || answer ELSE '' END
FROM try.view, try.shape, LATERAL (SELECT try.digest(format(around, 'SELECT * FROM bi.' || name))) x (answer);

-- What a tool asks about it before, and beside it.
CREATE FUNCTION try.value(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE query INTO answer;
	RETURN answer;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLERRM;
END $$;
SELECT CASE WHEN answer IS NULL THEN 'ok' ELSE 'not ok' END || ' - ' || name || ' LIMIT 0, for its columns'
FROM try.view, LATERAL (SELECT try.value(format('SELECT * FROM (SELECT * FROM bi.%s) AS virtual_table LIMIT 0', name))) x (answer);
SELECT CASE WHEN answer = substring(plain, '^(\d+)[0-9a-f]{32}$') THEN 'ok' ELSE 'not ok' END || ' - ' || name || ' counted by ' || around
FROM try.view, (VALUES ('SELECT COUNT(*) AS rowcount FROM (%s) AS rowcount_qry'), ('WITH root AS (%s) SELECT COUNT(*) FROM root')) s (around),
	LATERAL (SELECT try.value(format(around, 'SELECT * FROM bi.' || name))) x (answer);
SELECT CASE WHEN answer ~ '^\S.*(cost|Plan)' THEN 'ok' ELSE 'not ok' END || ' - ' || how || ' of ' || name
FROM try.view, unnest('{EXPLAIN,"EXPLAIN (VERBOSE, FORMAT JSON)"}'::text[]) how, LATERAL (SELECT try.value(format('%s SELECT * FROM bi.%s', how, name))) x (answer);

-- Groups of an outer query: no row is lost, and a day stays a day.
SELECT CASE WHEN a.outer_sum = b.plain_sum THEN 'ok' ELSE 'not ok' END || ' - ' || name || ' grouped by month, as Superset does: ' || concat_ws(' and ', outer_sum, plain_sum)
FROM try.view,
	LATERAL (SELECT try.value(format($q$SELECT round(sum(s)::numeric, 6) FROM (SELECT DATE_TRUNC('month', time) AS time, sum(%s) AS s FROM (SELECT * FROM bi.%s) AS virtual_table
		WHERE time >= TO_TIMESTAMP('2000-01-01 00:00:00.000000', 'YYYY-MM-DD HH24:MI:SS.US') GROUP BY DATE_TRUNC('month', time) ORDER BY s DESC LIMIT 1000) t$q$, number, name))) a (outer_sum),
	LATERAL (SELECT try.value(format('SELECT round(sum(%s)::numeric, 6) FROM bi.%s', number, name))) b (plain_sum)
WHERE timed;
SELECT CASE WHEN answer = substring(plain, '^(\d+)[0-9a-f]{32}$') THEN 'ok' ELSE 'not ok' END || ' - ' || name || ' has a row for each day and ' || dimension || ', by which drizzle-cube groups'
FROM try.view, LATERAL (SELECT CASE WHEN measured THEN 'metric' ELSE 'period' END) d (dimension),
	LATERAL (SELECT try.value(format($q$SELECT count(*) FROM (SELECT DATE_TRUNC('day', time::timestamp) AS day, %s, max(%s) FROM bi.%s GROUP BY 1, 2) t$q$, dimension, number, name))) x (answer)
WHERE timed;

-- Settings of a session.
\set answers 'SELECT CASE WHEN try.digest(\'SELECT * FROM bi.\' || name) = plain THEN \'ok\' ELSE \'not ok\' END || \' - \' || name || \' as before with \' || :\'what\' FROM try.view;'
\set what 'search_path bi'
SET search_path TO bi;
:answers
\set what 'search_path empty'
SET search_path TO '';
:answers
RESET search_path;
\set what 'a generic plan'
SET plan_cache_mode TO force_generic_plan;
:answers
RESET plan_cache_mode;
\set what 'JIT and parallel workers'
SET jit_above_cost TO 0;
SELECT format('SET %I TO on', name) FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query') \gexec
:answers
RESET ALL;
SET client_min_messages TO warning;
SELECT CASE WHEN count(DISTINCT hours) = 1 THEN 'ok' ELSE 'not ok' END || ' - the session''s time zone moves no row'
FROM unnest('{UTC,Asia/Tokyo,America/Los_Angeles}'::text[]) zone, LATERAL (SELECT set_config('timezone', zone, false)) s (z),
	LATERAL (SELECT string_agg(extract(epoch FROM time) || metric || coalesce(value::text, ''), ' ' ORDER BY time, metric) FROM bi.activation WHERE z = zone) x (hours);
SET timezone TO 'UTC';

-- A prepared statement with a parameter, many times; a cursor by pieces; a role that may only read.
PREPARE by_time (timestamptz, text) AS SELECT count(*) FROM bi.mrr WHERE time >= $1 AND metric = $2;
SET plan_cache_mode TO force_generic_plan;
EXECUTE by_time(now() - interval '400 days', 'mrr') \gset first_
EXECUTE by_time(now() - interval '100 days', 'mrr') \gset second_
RESET plan_cache_mode;
SELECT CASE WHEN :first_count = 13 AND :second_count BETWEEN 3 AND 4 THEN 'ok' ELSE 'not ok' END || ' - a generic plan takes its parameters at each execution';
BEGIN READ ONLY;
DECLARE piecewise NO SCROLL CURSOR FOR SELECT time, metric, value FROM bi.mrr;
MOVE 10 IN piecewise;
FETCH 1 FROM piecewise \gset
MOVE ALL IN piecewise;
FETCH 1 FROM piecewise;
COMMIT;
SELECT CASE WHEN (:'time', :'metric') = (SELECT time::text, metric FROM bi.mrr OFFSET 10 LIMIT 1) THEN 'ok' ELSE 'not ok' END || ' - a cursor fetches by pieces';
CREATE ROLE bi_reader;
GRANT USAGE ON SCHEMA bi, try TO bi_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA bi, try TO bi_reader;
SET ROLE bi_reader;
SET default_transaction_read_only TO on;
\set what 'a role that may only read'
:answers
RESET ROLE;
SET default_transaction_read_only TO off;
DROP OWNED BY bi_reader;
DROP ROLE bi_reader;
REFRESH MATERIALIZED VIEW CONCURRENTLY bi.journeys;
REFRESH MATERIALIZED VIEW CONCURRENTLY bi.ledger;
SELECT 'ok - what the charts read is refreshed CONCURRENTLY, which locks nobody out';

-- The numbers are those of plain SQL.
SELECT CASE WHEN bool_and(v.value = p.signups) AND count(p.signups) = count(*) THEN 'ok' ELSE 'not ok' END || ' - signups by week'
FROM (SELECT date_trunc('week', at) AS time, count(*) AS signups FROM users GROUP BY 1) p FULL JOIN (SELECT time, value FROM bi.activation WHERE metric = 'signups') v USING (time);
SELECT CASE WHEN abs(v.value - p.rate) < 1e-12 THEN 'ok' ELSE 'not ok' END || ' - activation of a week that is over'
FROM (SELECT date_trunc('week', u.at) AS time, avg((EXISTS (SELECT FROM events e WHERE e.entity = u.entity AND event = 'create_project' AND e.at BETWEEN u.at AND u.at + interval '7 days'))::int) AS rate
	FROM users u WHERE date_trunc('week', u.at) = date_trunc('week', now()) - interval '8 weeks' GROUP BY 1) p JOIN bi.activation v USING (time) WHERE v.metric = 'rate';
SELECT CASE WHEN count(*) BETWEEN 1 AND 2 AND bool_and(value IS NULL OR NOT mature) THEN 'ok' ELSE 'not ok' END || ' - a week whose last signups have days left has no rate that looks finished'
FROM bi.activation WHERE metric = 'rate' AND time > now() - interval '14 days';
SELECT CASE WHEN bool_and(abs(v.value - p.mrr) < 1e-9) AND count(*) >= 12 THEN 'ok' ELSE 'not ok' END || ' - MRR at the end of each month'
FROM bi.mrr v, LATERAL (SELECT coalesce(sum(mrr), 0) AS mrr FROM subscriptions WHERE "from" <= v.time + interval '1 month' - interval '1 us' AND ("to" IS NULL OR "to" > v.time + interval '1 month' - interval '1 us')) p
WHERE metric = 'mrr' AND mature;
SELECT CASE WHEN bool_and(moved = closing - opening) AND count(*) >= 12 THEN 'ok' ELSE 'not ok' END || ' - the bars add up to the change of the line'
FROM (SELECT time, sum(value) FILTER (WHERE metric <> 'mrr') AS moved, sum(value) FILTER (WHERE metric = 'mrr') AS closing FROM bi.mrr GROUP BY time) m,
	LATERAL (SELECT closing AS opening FROM (SELECT time AS t, value AS closing FROM bi.mrr WHERE metric = 'mrr') b WHERE t = m.time - interval '1 month') o;
SELECT CASE WHEN count(*) FILTER (WHERE NOT mature AND rate IS NOT NULL) = 0 AND count(*) FILTER (WHERE NOT mature) > 0 AND bool_and(rate IS NOT NULL) FILTER (WHERE mature) THEN 'ok' ELSE 'not ok' END
	|| ' - a cell that is not mature is empty, one that is mature is not: ' || name
FROM (SELECT 'free_to_paid' AS name, mature, rate FROM bi.free_to_paid UNION ALL SELECT 'retention', mature, rate FROM bi.retention UNION ALL SELECT 'revenue_cohorts', mature, nrr FROM bi.revenue_cohorts) t GROUP BY name;

-- Grafana: each query of the dashboard, macros and variables expanded as Grafana does.
\set dashboard `cat ../../examples/bi/grafana.json`
CREATE TABLE try.panel AS
SELECT p ->> 'title' AS title, t ->> 'format' AS format, t ->> 'rawSql' AS raw
FROM jsonb_array_elements((:'dashboard')::jsonb -> 'panels') p, jsonb_array_elements(p -> 'targets') t
UNION ALL SELECT 'variable ' || (v ->> 'name'), 'table', v ->> 'query' FROM jsonb_array_elements((:'dashboard')::jsonb #> '{templating,list}') v WHERE v ->> 'type' = 'query';
CREATE FUNCTION try.expanded(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	since text := quote_literal(to_char(now() - interval '6 months', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
	until text := quote_literal(to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
BEGIN
	query := replace(query, '${goal:sqlstring}', '''create_project''');
	query := regexp_replace(query, '\$__timeFilter\(([^)]*)\)', format('\1 BETWEEN %s AND %s', since, until), 'g');
	query := regexp_replace(query, '\$__timeGroupAlias\(([^),]*),''1d''\)', 'floor(extract(epoch from \1)/86400)*86400 AS "time"', 'g');
	query := regexp_replace(query, '\$__timeFrom\(\)', since, 'g');
	RETURN regexp_replace(query, '\$__timeTo\(\)', until, 'g');
END $$;
SELECT CASE WHEN expanded !~ '\$' AND try.digest(expanded) ~ '^[1-9]\d*[0-9a-f]{32}$' THEN 'ok' ELSE 'not ok' END || ' - Grafana: ' || title
	|| CASE WHEN try.digest(expanded) !~ '^[1-9]\d*[0-9a-f]{32}$' THEN ': ' || try.digest(expanded) ELSE '' END
FROM try.panel, LATERAL (SELECT try.expanded(raw)) x (expanded);
SELECT format('CREATE VIEW try.%I AS %s', 'panel ' || title, try.expanded(raw)) FROM try.panel \gexec
SELECT CASE WHEN columns ~ CASE format WHEN 'time_series' THEN '^time (timestamp with time zone|numeric|double precision), metric text, value double precision$'
		ELSE '^\S.* (bigint|double precision|text|timestamp with time zone)(, (\S+|\S+ \d) (bigint|double precision))*$' END THEN 'ok' ELSE 'not ok' END || ' - Grafana can draw ' || title || ': ' || columns
FROM try.panel, LATERAL (SELECT string_agg(attname || ' ' || format_type(atttypid, NULL), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = format('try.%I', 'panel ' || title)::regclass AND attnum > 0) x (columns);
SELECT CASE WHEN count(*) >= 14 THEN 'ok' ELSE 'not ok' END || ' - the dashboard has ' || count(*) || ' queries' FROM try.panel;
