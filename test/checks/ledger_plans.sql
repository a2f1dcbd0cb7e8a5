-- The same payments give the same bytes whatever the order of rows, the plan,
-- the number of workers, the splitting and the session's settings: for ledger,
-- and for ledger_changes, whose states travel before they are ledgers.
-- test: slow, 10 s
SELECT setseed(0.5) \g /dev/null
SET timezone TO 'UTC';

CREATE TABLE subs (id int, grp int, account text, subscription int, mrr numeric, since timestamptz, until timestamptz);
INSERT INTO subs
SELECT i, hashint4(i % 3000) & 63, (array['Zoë ', 'zoe ', 'acct ', ''])[1 + i % 4] || i % 3000, i % 7,
	(array[9, 19.00, 49/12.0, 0.000001, -5, 0, 1e9])[1 + floor(random() * 7)::int],
	s, CASE WHEN random() < 0.7 THEN s + floor(random() * 500) * interval '1 day' END
FROM generate_series(1, 20000) i, LATERAL (SELECT timestamptz '2024-01-01' + floor(random() * 1e8 + 0 * i) * interval '1 s') t (s);
-- changes: several times for each subscription, some told twice
CREATE TABLE changes AS
SELECT grp, account, subscription, mrr, date_trunc('minute', since) + (id % 59) * interval '1 s' AS at, id FROM subs;
DELETE FROM changes c USING changes d WHERE c.account = d.account AND c.subscription = d.subscription AND c.at = d.at AND c.id < d.id;
INSERT INTO changes SELECT grp, account, subscription, mrr + 0.000, at, id + 100000 FROM changes WHERE id % 10 = 0;
ANALYZE;

CREATE VIEW built AS SELECT plg.ledger(account, mrr, since, until) AS l FROM subs;
CREATE VIEW built_changes AS SELECT plg.ledger_changes(account, subscription, mrr, at) AS l FROM changes;
CREATE VIEW grouped AS SELECT grp, plg.ledger(account, mrr, since, until) AS l FROM subs GROUP BY grp;
CREATE VIEW grouped_changes AS SELECT grp, plg.ledger_changes(account, subscription, mrr, at) AS l FROM changes GROUP BY grp;
CREATE TABLE reference AS TABLE built;
CREATE TABLE reference_changes AS TABLE built_changes;
CREATE TABLE reference_grouped AS TABLE grouped;
CREATE TABLE reference_grouped_changes AS TABLE grouped_changes;

\ir ../oracle/report.sql
-- Whether a query gives one ledger, the one in a table of one row.
\ir ../oracle/same.sql
CREATE FUNCTION same_groups(query text, reference regclass) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	result boolean;
BEGIN
	EXECUTE format('SELECT count(*) = 64 AND bool_and(plg.ledger_send(v.l) = plg.ledger_send(r.l)) FROM (%s) v (grp, l) FULL JOIN %s r USING (grp)', query, reference) INTO result;
	RETURN result;
END $$;
-- All four aggregations under the settings of the moment.
CREATE FUNCTION all_same() RETURNS boolean LANGUAGE sql AS $$
	SELECT same('TABLE built') AND same('TABLE built_changes', 'reference_changes')
		AND same_groups('TABLE grouped', 'reference_grouped') AND same_groups('TABLE grouped_changes', 'reference_grouped_changes') $$;

-- The references, against plain SQL: what is paid at the end of 2024 and later.
SELECT report(bool_and(plg.mrr(r.l, t) = (SELECT coalesce(sum(mrr), 0) FROM subs WHERE since <= t AND (until > t) IS NOT false)
		AND plg.mrr(c.l, t) = (SELECT coalesce(sum(mrr), 0) FROM (SELECT DISTINCT ON (account, subscription) mrr FROM changes WHERE at <= t
			ORDER BY account, subscription, at DESC) s)), 'the references hold what plain SQL finds')
FROM reference r, reference_changes c, unnest('{2024-06-01,2025-01-01,2026-01-01,2030-01-01}'::timestamptz[]) t;

SELECT report(same('SELECT plg.ledger(account, mrr, since, until) FROM (SELECT * FROM subs ORDER BY md5(id::text)) s')
	AND same('SELECT plg.ledger_changes(account, subscription, mrr, at) FROM (SELECT * FROM changes ORDER BY md5(id::text)) s', 'reference_changes'), 'shuffled rows');
SELECT report(same('SELECT plg.ledger(account, mrr, since, until) FROM (SELECT * FROM subs ORDER BY since DESC, id) s')
	AND same('SELECT plg.ledger_changes(account, subscription, mrr, at) FROM (SELECT * FROM changes ORDER BY at DESC, id) s', 'reference_changes'), 'rows in descending order');
SELECT report(same(format('SELECT plg.rollup(l ORDER BY md5(part::text)) FROM (SELECT abs(hashint4(id) %% %s) part, plg.ledger(account, mrr, since, until) l FROM subs GROUP BY 1) s', parts)),
	'rollup of ' || parts || ' parts, rows of an account in any of them')
FROM unnest(array[1, 3, 50, 5000]) parts;
SELECT report(same(format('SELECT plg.rollup(l ORDER BY md5(part::text)) FROM (SELECT plg.bucket(account, %s) part, plg.ledger_changes(account, subscription, mrr, at) l FROM changes GROUP BY 1) s', parts), 'reference_changes'),
	'rollup of ' || parts || ' buckets of accounts with their changes')
FROM unnest(array[1, 3, 50, 5000]) parts;
SELECT report(same('SELECT plg.ledger(account, mrr, piece.since, piece.until)
	FROM subs, LATERAL (VALUES (since, least(since + interval ''40 days'', until)), (since + interval ''40 days'', until)) piece (since, until)
	WHERE (piece.since < piece.until) IS NOT false'), 'intervals cut in two');
CREATE TABLE stored AS SELECT id % 13 AS a, id % 5 AS b, plg.ledger(account, mrr, since, until) AS l FROM subs GROUP BY 1, 2;
SELECT report(same('SELECT plg.rollup(l) FROM (SELECT plg.rollup(l) FROM stored GROUP BY a) s (l)'), 'rollup of rollups of stored values');
SELECT report(same('SELECT plg.rollup(l::text::plg.ledger) FROM stored'), 'rollup of values through their text form');

SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE subs SET (parallel_workers = 2);
ALTER TABLE changes SET (parallel_workers = 2);
ALTER TABLE stored SET (parallel_workers = 2);
SELECT report(in_plan('Partial', 'TABLE built') = 1 AND in_plan('Partial', 'TABLE built_changes') = 1 AND in_plan('Partial', 'TABLE grouped') = 1
	AND in_plan('Partial', 'TABLE grouped_changes') = 1 AND in_plan('Partial', 'SELECT plg.rollup(l) FROM stored') = 1, 'the plans are parallel');
SET max_parallel_workers_per_gather = 0;
SELECT report(all_same() AND same('SELECT plg.rollup(l) FROM stored'), 'no worker');
SET max_parallel_workers_per_gather = 1;
SELECT report(all_same() AND same('SELECT plg.rollup(l) FROM stored'), '1 worker');
SET max_parallel_workers_per_gather = 2;
SELECT report(all_same() AND same('SELECT plg.rollup(l) FROM stored'), '2 workers');
SET parallel_leader_participation = off;
SELECT report(all_same() AND same('SELECT plg.rollup(l) FROM stored'), '2 workers without their leader');
SET enable_hashagg = off;
SELECT report(all_same(), '2 workers, sorted groups');
SET max_parallel_workers_per_gather = 0;
SELECT report(in_plan('GroupAggregate', 'TABLE grouped_changes') = 1 AND all_same(), 'sorted groups');
RESET enable_hashagg;
SET enable_sort = off;
SELECT report(in_plan('HashAggregate', 'TABLE grouped_changes') = 1 AND all_same(), 'hashed groups');
SET work_mem = '64kB';
SELECT report(all_same(), 'hashed groups, work_mem 64 kB');
SET max_parallel_workers_per_gather = 2;
SELECT report(all_same(), 'hashed groups, work_mem 64 kB, 2 workers');
RESET enable_sort;
RESET work_mem;
RESET parallel_leader_participation;
SET max_parallel_workers_per_gather = 0;

-- A contradiction is found wherever its two rows meet.
CREATE TABLE contradiction AS SELECT * FROM changes WHERE id <= 5000 UNION ALL SELECT grp, account, subscription, mrr + 1, at, id FROM changes WHERE id = 77;
ANALYZE contradiction;
ALTER TABLE contradiction SET (parallel_workers = 2);
CREATE FUNCTION contradicts() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM plg.ledger_changes(account, subscription, mrr, at) FROM contradiction;
	RETURN false;
EXCEPTION WHEN cardinality_violation THEN
	RETURN sqlerrm LIKE 'subscription 0 of account zoe 77 pays both %';
END $$;
SELECT report(contradicts(), 'a contradiction, no worker');
SET max_parallel_workers_per_gather = 2;
SELECT report(contradicts(), 'a contradiction, 2 workers');
SET max_parallel_workers_per_gather = 0;

SELECT report(same_groups('SELECT DISTINCT grp, plg.ledger(account, mrr, since, until) OVER (PARTITION BY grp) FROM subs', 'reference_grouped')
	AND same_groups('SELECT DISTINCT grp, plg.ledger_changes(account, subscription, mrr, at) OVER (PARTITION BY grp) FROM changes', 'reference_grouped_changes'), 'window over partitions');
SELECT report(same_groups('SELECT grp, l FROM (SELECT grp, grouping(grp) AS g, plg.ledger_changes(account, subscription, mrr, at) AS l
	FROM changes GROUP BY GROUPING SETS ((grp), ())) s WHERE g = 0', 'reference_grouped_changes'), 'grouping sets');
SELECT report(same('SELECT plg.ledger(account, mrr, since, until) FILTER (WHERE keep) FROM (SELECT true AS keep, * FROM subs UNION ALL SELECT false, * FROM subs) s'), 'FILTER');
-- A running window asks for the final value again and again.
SELECT report(bool_and(plg.ledger_send(running) = plg.ledger_send(alone)), 'running window')
FROM (SELECT id, plg.ledger_changes(account, subscription, mrr, at) OVER (ORDER BY id) AS running FROM changes WHERE id <= 50) w,
	LATERAL (SELECT plg.ledger_changes(account, subscription, mrr, at) AS alone FROM changes c WHERE c.id <= w.id) a;

-- Times without a zone are UTC in every session.
CREATE TABLE naive AS SELECT account, mrr, since AT TIME ZONE 'UTC' AS since, until AT TIME ZONE 'UTC' AS until FROM subs;
CREATE TABLE days AS SELECT account, mrr, since::date, until::date FROM subs;
CREATE TABLE reference_days AS SELECT plg.ledger(account, mrr, since::timestamptz, until::timestamptz) AS l FROM days;
CREATE FUNCTION same_naive() RETURNS boolean LANGUAGE sql AS $$
	SELECT same('TABLE built') AND same('TABLE built_changes', 'reference_changes')
		AND same('SELECT plg.ledger(account, mrr, since, until) FROM naive')
		AND same('SELECT plg.ledger(account, mrr, tsrange(since, until)) FROM naive')
		AND same('SELECT plg.ledger(account, mrr, since, until AT TIME ZONE ''UTC'') FROM naive')
		AND same('SELECT plg.ledger(account, mrr, since AT TIME ZONE ''UTC'', until) FROM naive')
		AND same('SELECT plg.ledger(account, mrr, since, until) FROM days', 'reference_days')
		AND same('SELECT plg.ledger(account, mrr, daterange(since, until)) FROM days', 'reference_days')
		AND same('SELECT plg.ledger(account, mrr, since::timestamp, until) FROM days', 'reference_days')
		AND same('SELECT plg.ledger(account, mrr, since, until::timestamp) FROM days', 'reference_days')
		AND same('SELECT plg.ledger_changes(account, subscription, mrr, at AT TIME ZONE ''UTC'') FROM changes', 'reference_changes') $$;
CREATE FUNCTION answers() RETURNS text LANGUAGE sql AS $$
	SELECT md5(string_agg((period_start - date '2000-01-01', opening, closing, flash, nrr)::text, ',' ORDER BY period_start))
	FROM reference, plg.movements(l, 'month', date '2024-01-01', date '2027-01-01', 'Europe/Berlin', to_timestamp(1767225600)) $$;
SELECT answers() AS expected \gset
SELECT report(same_naive(), 'session in UTC');
SET timezone TO 'America/New_York';
SELECT report(same_naive() AND answers() = :'expected', 'session in New York');
SET timezone TO 'Asia/Kathmandu';
SET datestyle TO 'German';
SET intervalstyle TO 'iso_8601';
SELECT report(same_naive() AND answers() = :'expected', 'session in Kathmandu');
RESET timezone;
RESET datestyle;

CREATE MATERIALIZED VIEW matview AS TABLE grouped_changes;
REFRESH MATERIALIZED VIEW matview;
SELECT report(same_groups('TABLE matview', 'reference_grouped_changes'), 'materialized view');

-- Accounts are compared by bytes, whatever the locale of the database.
SELECT md5(plg.ledger_send(r.l) || plg.ledger_send(c.l)) AS bytes FROM reference r, reference_changes c \gset
\set home :DBNAME
\set c :DBNAME '_c'
\set icu :DBNAME '_icu'
SELECT count(*) > 0 AS has_icu FROM pg_collation WHERE collprovider = 'i' \gset
\setenv HOME_DB :home
\setenv C_DB :c
\setenv ICU_DB :icu
CREATE DATABASE :"c" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
\! pg_dump -t subs -t changes "$HOME_DB" | psql -Xq -v ON_ERROR_STOP=1 -d "$C_DB" >/dev/null
\c :"c"
CREATE EXTENSION plg;
SELECT CASE WHEN md5(plg.ledger_send(r.l) || plg.ledger_send(c.l)) = :'bytes' THEN 'ok' ELSE 'not ok' END || ' - a database with locale C'
FROM (SELECT plg.ledger(account, mrr, since, until) FROM subs) r (l), (SELECT plg.ledger_changes(account, subscription, mrr, at) FROM changes) c (l);
\if :has_icu
	\c :"home"
	CREATE DATABASE :"icu" TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C';
	\! pg_dump -t subs -t changes "$HOME_DB" | psql -Xq -v ON_ERROR_STOP=1 -d "$ICU_DB" >/dev/null
	\c :"icu"
	CREATE EXTENSION plg;
	SELECT CASE WHEN md5(plg.ledger_send(r.l) || plg.ledger_send(c.l)) = :'bytes' THEN 'ok' ELSE 'not ok' END || ' - a database with an ICU locale'
	FROM (SELECT plg.ledger(account, mrr, since, until) FROM subs) r (l), (SELECT plg.ledger_changes(account, subscription, mrr, at) FROM changes) c (l);
\else
	SELECT 'ok - a database with an ICU locale # SKIP this server was built without ICU';
\endif
\c :"home"
DROP DATABASE :"c";
DROP DATABASE IF EXISTS :"icu";
