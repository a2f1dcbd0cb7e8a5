-- Live values: journeys that follow the rows of their sources.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET client_min_messages TO warning;
\set SHOW_CONTEXT never
CREATE SCHEMA shop;
SET search_path TO shop;
CREATE TABLE users (id int PRIMARY KEY, created_at timestamptz);
CREATE TABLE events (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE ON UPDATE CASCADE, created_at timestamp, kind varchar(20), amount int);
INSERT INTO users VALUES (1, '2026-01-01'), (2, '2026-01-02'), (3, '2026-01-03');
INSERT INTO events VALUES (1, 1, '2026-01-02 10:00', 'create_project', 1), (2, 2, '2026-01-02 11:00', 'heartbeat', 2), (3, 2, '2026-01-05', 'create_project', 3);

SELECT plg.live_create('app', 'events', entity => 'user_id', at => 'created_at', event => 'kind', filter => $$kind <> 'heartbeat'$$);
SELECT plg.live_add('app', 'users', entity => 'id', at => 'created_at', event => $$'signup'$$);

-- each step is told by what the value is, whether the pieces are read, and whether it is that of the rows
CREATE VIEW state AS SELECT plg.events(a.j) AS events, s.sealed, s.pending, s.pieces,
	coalesce(a.j OPERATOR(plg.=) b.j, a.j IS NULL AND b.j IS NULL) AS exact
FROM app a, plg.live_status('app') s, (SELECT plg.journeys(entity, at, event) AS j FROM (
	SELECT user_id::bigint, created_at AT TIME ZONE 'UTC', kind::text FROM events WHERE kind <> 'heartbeat' AND isfinite(created_at)
	UNION ALL SELECT id, created_at, 'signup' FROM users) e (entity, at, event)) b;
TABLE state;
SELECT sealed, reason FROM plg.live_status('app');
SELECT plg.live_refresh('app');
TABLE state;
SELECT plg.live_refresh('app');
INSERT INTO events VALUES (4, 3, '2026-01-06', 'invite', 1), (5, 3, '2026-01-06', 'heartbeat', 1), (6, NULL, '2026-01-06', 'invite', 1),
	(7, 3, NULL, 'invite', 1), (8, 3, '2026-01-06', NULL, 1), (9, 3, 'infinity', 'invite', 1);
SELECT entity, at, event, sign FROM app_pending;
TABLE state;
SELECT f.step, f.event, f.entities FROM app, plg.funnel(j, '{signup,create_project}', '7 days', '2026-02-01') f;
-- what changes nothing that counts leaves nothing
UPDATE events SET amount = amount + 1;
UPDATE users SET created_at = created_at;
TABLE state;
UPDATE events SET kind = 'invite' WHERE id IN (1, 2);
UPDATE users SET id = 30 WHERE id = 3;
TABLE state;
DELETE FROM users WHERE id = 30;
TABLE state;
SELECT plg.live_refresh('app');
TABLE state;
SELECT bucket, events, plg.events(v) AS v, plg.events(gone) AS gone FROM app_pieces ORDER BY id;
SELECT * FROM plg.live_check('app');
-- the sources are read where they must be, and no node of what reads them is begun where not
CREATE FUNCTION relations_read(name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	plan jsonb;
BEGIN
	EXECUTE format('EXPLAIN (ANALYZE, FORMAT JSON) SELECT plg.events(j) FROM %I', name) INTO plan;
	RETURN (SELECT string_agg(DISTINCT r->>0, ', ' ORDER BY r->>0) FROM jsonb_path_query(plan, '$.** ? (@."Actual Loops" > 0)."Relation Name"') v(x), jsonb_build_array(x) r);
END $$;
SELECT name, relations_read(name) FROM unnest('{app,app_by_bucket}'::text[]) name;
BEGIN;
INSERT INTO app_state DEFAULT VALUES;
SELECT name, relations_read(name) FROM unnest('{app,app_by_bucket}'::text[]) name;
ROLLBACK;
-- a fill holds its tables, so that no partition comes or goes until it ends
BEGIN;
SELECT plg.live_refresh('app', true);
SELECT relation::regclass, mode FROM pg_locks WHERE pid = pg_backend_pid() AND mode = 'ShareUpdateExclusiveLock' AND relation IN ('events'::regclass, 'users'::regclass) ORDER BY 1;
ROLLBACK;
-- in a transaction, and back again
BEGIN;
INSERT INTO events VALUES (10, 1, '2026-01-07', 'invite', 1);
SAVEPOINT a;
DELETE FROM events WHERE user_id = 1;
TABLE state;
SELECT plg.live_refresh('app');
TABLE state;
ROLLBACK TO a;
TABLE state;
ROLLBACK;
TABLE state;
INSERT INTO events VALUES (1, 1, '2026-01-08', 'upgrade', 1) ON CONFLICT (id) DO UPDATE SET kind = excluded.kind;
COPY events FROM STDIN;
11	1	2026-01-09	export	1
\.
MERGE INTO events e USING (VALUES (11, 'export'), (12, 'invite')) v (id, kind) ON e.id = v.id
	WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (v.id, 1, '2026-01-10', v.kind, 1);
TABLE state;
-- triggers do not see this: until the next refresh the rows are read
TRUNCATE events;
TABLE state;
SELECT plg.live_refresh('app');
TABLE state;
ALTER TABLE events DISABLE TRIGGER USER;
INSERT INTO events VALUES (13, 1, '2026-01-10', 'invite', 1);
TABLE state;
SELECT reason FROM plg.live_status('app');
SELECT plg.live_refresh('app');
ALTER TABLE events ENABLE TRIGGER USER;
SELECT plg.live_refresh('app');
ALTER TABLE events ENABLE ALWAYS TRIGGER app_source_1;
SELECT plg.live_refresh('app');
TABLE state;
BEGIN;
TRUNCATE events;
SELECT plg.live_refresh('app');
TABLE state;
INSERT INTO events VALUES (13, 1, '2026-01-10', 'invite', 1);
TRUNCATE events;
COMMIT;
TABLE state;
SELECT plg.live_refresh('app');
-- renames are followed, what is used cannot be dropped or change its type
ALTER TABLE events RENAME COLUMN kind TO name;
ALTER TABLE events RENAME TO happenings;
INSERT INTO happenings VALUES (14, 1, '2026-01-10', 'invite', 1);
SELECT plg.events(j) FROM app;
\set VERBOSITY terse
ALTER TABLE happenings DROP COLUMN name;
ALTER TABLE happenings ALTER COLUMN user_id TYPE bigint;
\set VERBOSITY default
ALTER TABLE happenings ADD COLUMN more text DEFAULT 'x', DROP COLUMN amount;
INSERT INTO happenings VALUES (15, 1, '2026-01-11', 'invite');
SELECT * FROM plg.live_check('app');
DROP TABLE happenings;
DROP TABLE app_pieces;
-- nobody can take away what is not there
INSERT INTO app_pending SELECT 1, '2026-01-01', oid, -1, 'nothing' FROM pg_trigger WHERE tgrelid = 'users'::regclass AND tgfoid = 'plg.live_capture'::regproc;
SELECT plg.events(j) FROM app;
SELECT plg.live_refresh('app');
SELECT plg.events(j) FROM app;
SELECT plg.live_refresh('app', anew => true);
SELECT plg.events(j) FROM app;
SELECT plg.live_drop('app');
DROP VIEW state;
SELECT plg.live_drop('app');
SELECT relname FROM pg_class WHERE relnamespace = 'shop'::regnamespace AND relkind IN ('r', 'v') ORDER BY 1;
SELECT count(*) FROM pg_trigger WHERE tgrelid = 'happenings'::regclass AND NOT tgisinternal;

-- views taken away leave triggers that do nothing
SELECT plg.live_create('app', 'users', 'id', 'created_at', $$'signup'$$);
DROP VIEW app_source_1 CASCADE;
INSERT INTO users VALUES (40, '2026-01-04');
TABLE app_pending;
DROP TABLE app_pending, app_pieces, app_state;
DROP TRIGGER app_source_1 ON users;

-- a partitioned table: columns in another order, rows that move, partitions that come, go and are written to themselves
CREATE TABLE log (id int, who uuid, at date, what text) PARTITION BY RANGE (at);
CREATE TABLE log_1 (what text, gone int, at date, who uuid, id int);
ALTER TABLE log_1 DROP COLUMN gone;
ALTER TABLE log ATTACH PARTITION log_1 FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
INSERT INTO log SELECT n, md5((n % 3)::text)::uuid, date '2026-01-01' + n, 'e' || n % 2 FROM generate_series(1, 40) n;
SELECT plg.live_create('l', 'log', 'who', 'at', 'what', buckets => 4);
SELECT plg.live_refresh('l');
CREATE VIEW log_state AS SELECT plg.events(a.j) AS events, s.sealed, s.pending,
	a.j OPERATOR(plg.=) (SELECT plg.journeys(who, at, what) FROM log) AS exact,
	(SELECT plg.rollup(j) OPERATOR(plg.=) a.j FROM l_by_bucket) AS by_bucket
FROM l a, plg.live_status('l') s;
TABLE log_state;
UPDATE log SET at = '2026-02-20' WHERE id < 4;
UPDATE log_1 SET what = 'direct' WHERE id = 5;
INSERT INTO log_2 VALUES (41, md5('1')::uuid, '2026-02-02', 'direct');
TABLE log_state;
CREATE TABLE log_3 PARTITION OF log FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
TABLE log_state;
SELECT reason FROM plg.live_status('l');
SELECT plg.live_refresh('l');
INSERT INTO log_3 VALUES (42, md5('1')::uuid, '2026-03-02', 'new');
TABLE log_state;
CREATE TABLE log_4 (LIKE log);
INSERT INTO log_4 VALUES (43, md5('1')::uuid, '2026-04-02', 'attached');
ALTER TABLE log ATTACH PARTITION log_4 FOR VALUES FROM ('2026-04-01') TO ('2026-05-01');
TABLE log_state;
SELECT plg.live_refresh('l');
ALTER TABLE log DETACH PARTITION log_4;
TABLE log_state;
SELECT plg.live_refresh('l');
-- emptied after it came: what was taken away was never added, so it is filled anew
ALTER TABLE log ATTACH PARTITION log_4 FOR VALUES FROM ('2026-04-01') TO ('2026-05-01');
DELETE FROM log_4;
TABLE log_state;
SELECT plg.live_refresh('l');
TABLE log_state;
DROP TABLE log_1;
SELECT plg.live_refresh('l');
TABLE log_state;
DROP VIEW log_state;
SELECT plg.live_drop('l');

-- labels that are an enum; entities that are text; names that need quotes; a second value on the same table
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE "The Table" ("User Id" text, "when" timestamptz, "what?" mood);
INSERT INTO "The Table" VALUES ('Ann', '2026-01-01', 'good'), ('ann', '2026-01-02', 'bad');
SELECT plg.live_create('"My App"', '"The Table"', '"User Id"', '"when"', '"what?"');
SELECT plg.live_create('lower', '"The Table"', $$lower("User Id") -- one person
$$, '"when"', $$'m ' || CASE "what?" WHEN 'good' THEN 'good' ELSE 'bad' END$$, $$"what?" IS NOT NULL$$);
SELECT plg.live_refresh('"My App"'), plg.live_refresh('shop.lower');
INSERT INTO "The Table" VALUES ('ANN', '2026-01-03', 'good');
SELECT u.* FROM "My App", plg.unnest(j) u;
SELECT u.* FROM lower, plg.unnest(j) u;
ALTER TYPE mood ADD VALUE 'so so';
SELECT sealed FROM plg.live_status('"My App"');
SELECT plg.live_refresh('"My App"');
INSERT INTO "The Table" VALUES ('ANN', '2026-01-04', 'so so');
SELECT plg.live_refresh('"My App"');
ALTER TYPE mood RENAME VALUE 'bad' TO 'worse';
SELECT u.* FROM "My App", plg.unnest(j) u;
SELECT plg.live_refresh('"My App"');
SELECT u.* FROM "My App", plg.unnest(j) u;
SELECT plg.live_drop('"My App"');
SELECT plg.live_drop('lower');

-- what can be no source
SELECT plg.live_create('x', 'users', 'id', 'created_at::text::timestamptz', $$'x'$$);
SELECT plg.live_create('x', 'users', 'id', 'created_at::date', $$'x'$$);
SELECT plg.live_create('x', 'users', 'id', 'now()', $$'x'$$);
SELECT plg.live_create('x', 'users', 'id', 'created_at', $$'x'$$, 'random() < 0.5');
-- output functions that are declared IMMUTABLE, and follow a setting; columns whose type may get an attribute more
CREATE TYPE plan AS (name text, seats int);
CREATE TABLE odd (id int, at timestamptz, bytes bytea, share float8, place point, plan plan, plans plan[]);
SELECT plg.live_create('x', 'odd', 'bytes::text', 'at', $$'x'$$);
SELECT plg.live_create('x', 'odd', 'id', 'at', 'share::text');
SELECT plg.live_create('x', 'odd', 'id', 'at', 'place::varchar');
SELECT plg.live_create('x', 'odd', 'id', 'at', 'quote_ident($$a b$$)');
SELECT plg.live_create('x', 'odd', 'id', 'at', $$'x'$$, 'plan IS NOT NULL');
SELECT plg.live_create('x', 'odd', 'id', 'at', $$'x'$$, 'plans[1] IS NOT NULL');
SELECT plg.live_create('x', 'odd', 'id', 'at', $$'x'$$, 'plan = ROW($$a$$, 1)::plan');
SELECT plg.live_create('odd_live', 'odd', $$encode(bytes, 'hex')$$, 'at', '(plan).name', 'share::numeric > 0 AND (plan).seats IS NOT NULL');
INSERT INTO odd SELECT n, '2026-01-01 00:00+00', '\x01', 0.5, NULL, ROW('team', nullif(n, 3))::plan FROM generate_series(1, 3) n;
ALTER TYPE plan ADD ATTRIBUTE extra int;
SELECT plg.live_refresh('odd_live');
INSERT INTO odd SELECT n, '2026-01-01 00:00+00', '\x01', 0.5, NULL, ROW('team', n, NULL)::plan FROM generate_series(4, 5) n;
SELECT u.* FROM odd_live, plg.unnest(j) u;
SELECT plg.live_drop('odd_live');
DROP TABLE odd;
DROP TYPE plan;
-- whoever may refresh is not told what is in rows that he may not read
CREATE SCHEMA private;
CREATE TABLE private.account AS SELECT 'alice@example.com' AS email, timestamptz '2026-01-01 00:00+00' AS at;
SELECT plg.live_create('private.l', 'private.account', 'email::int', 'at', $$'x'$$);
CREATE ROLE live_refresher;
GRANT USAGE ON SCHEMA private, plg TO live_refresher;
SET ROLE live_refresher;
SELECT plg.live_refresh('private.l');
RESET ROLE;
SELECT plg.live_refresh('private.l');
DROP SCHEMA private CASCADE;
DROP OWNED BY live_refresher;
DROP ROLE live_refresher;
SELECT plg.live_create('x', 'users', 'id', '(SELECT max(created_at) FROM users)', $$'x'$$);
SELECT plg.live_create('x', 'users', 'id', 'max(created_at)', $$'x'$$);
SELECT plg.live_create('x', 'users', 'id), (id', 'created_at', $$'x'$$);
SELECT plg.live_create('x', 'users', 'id', 'created_at', $$'x') FROM users; DROP TABLE users; --$$);
SELECT plg.live_create('x', 'users', 'id', 'created_at', $$'x') FROM users u, events e; --$$);
SELECT plg.live_create('x', 'users', 'id::numeric', 'created_at', $$'x'$$);
SELECT plg.live_create('x', 'users', 'id', 'id', $$'x'$$);
SELECT plg.live_create('x', 'users', 'id', 'created_at', 'id');
SELECT plg.live_create('x', 'users', 'nobody', 'created_at', $$'x'$$);
SELECT plg.live_create('x', 'users', 'id', 'created_at', 'users::text');
SELECT plg.live_create('x', 'users', 'tableoid::int', 'created_at', $$'x'$$);
SELECT plg.live_create('x', 'pg_views', 'viewname::text', 'NULL::timestamptz', $$'x'$$);
CREATE TEMP TABLE mine (id int, at timestamptz);
SELECT plg.live_create('x', 'mine', 'id', 'at', $$'x'$$);
CREATE UNLOGGED TABLE unlogged (id int, at timestamptz);
SELECT plg.live_create('x', 'unlogged', 'id', 'at', $$'x'$$);
SELECT plg.live_create(NULL, 'users', 'id', 'created_at', $$'x'$$);
SELECT plg.live_create('x', NULL, 'id', 'created_at', $$'x'$$);
SELECT plg.live_create('x', 'users', NULL, 'created_at', $$'x'$$);
SELECT plg.live_create('x', 'users', 'id', 'created_at', $$'x'$$, buckets => 0);
SELECT plg.live_create(repeat('x', 50), 'users', 'id', 'created_at', $$'x'$$);
SELECT plg.live_create('users', 'users', 'id', 'created_at', $$'x'$$);
SELECT plg.live_refresh('nothing');
SELECT plg.live_refresh(NULL);
SELECT * FROM plg.live_check('users');
SELECT plg.live_seal(NULL, NULL);
CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION plg.live_capture();
CREATE TRIGGER u AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION plg.live_capture('nobody');
INSERT INTO users VALUES (100, '2026-01-04');
UPDATE users SET created_at = '2026-01-05' WHERE id = 1;
SELECT relname FROM pg_class WHERE relnamespace = 'shop'::regnamespace AND relname ~ '^x';

-- rights: nobody needs any to write; who reads the view reads all; who owns it must see all rows
DROP TRIGGER t ON users;
DROP TRIGGER u ON users;
SELECT plg.live_create('app', 'users', 'id', 'created_at', $$'signup'$$);
CREATE ROLE plg_live_writer;
CREATE ROLE plg_live_reader;
GRANT USAGE ON SCHEMA shop TO plg_live_writer, plg_live_reader;
GRANT INSERT ON users TO plg_live_writer;
GRANT SELECT ON app TO plg_live_reader;
SET ROLE plg_live_writer;
SELECT plg.live_refresh('app');
INSERT INTO users VALUES (101, '2026-01-04');
SELECT plg.events(j) FROM app;
SELECT * FROM plg.live_check('app');
SELECT plg.live_drop('app');
SELECT plg.live_add('app', 'users', 'id', 'created_at', $$'signup'$$);
SELECT plg.live_create('theirs', 'users', 'id', 'created_at', $$'signup'$$);
SELECT plg.live_refresh('app', anew => true);
RESET ROLE;
SET ROLE plg_live_reader;
SELECT plg.events(j) FROM app;
SELECT plg.live_refresh('app');
SELECT * FROM plg.live_check('app');
RESET ROLE;
CREATE ROLE plg_live_owner;
GRANT ALL ON SCHEMA shop TO plg_live_owner;
ALTER TABLE users OWNER TO plg_live_owner;
ALTER TABLE happenings OWNER TO plg_live_owner;
SET ROLE plg_live_owner;
SELECT plg.live_create('own', 'users', 'id', 'created_at', $$'signup'$$);
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
SELECT plg.live_refresh('own');
SELECT plg.events(j) FROM own;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
SELECT plg.events(j) FROM own;
SELECT plg.live_refresh('own');
ALTER TABLE users NO FORCE ROW LEVEL SECURITY;
SELECT plg.live_refresh('own');
RESET ROLE;
-- what was made by several roles is no whole
ALTER VIEW own OWNER TO plg_live_writer;
SELECT plg.live_refresh('own');
ALTER VIEW own_source_1 OWNER TO plg_live_writer;
INSERT INTO users VALUES (102, '2026-01-04');
-- a partition that comes and goes between two refreshes leaves the seal as it was, and what was pending of it counts no more
CREATE TABLE trips (user_id int, at timestamptz, kind text) PARTITION BY RANGE (at);
CREATE TABLE trips_1 PARTITION OF trips FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
INSERT INTO trips VALUES (1, '2026-01-05', 'a');
SELECT plg.live_create('seen', 'trips', 'user_id', 'at', 'kind');
SELECT plg.live_refresh('seen');
CREATE TABLE trips_2 PARTITION OF trips FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
INSERT INTO trips VALUES (1, '2026-02-05', 'b'), (1, '2026-01-06', 'b');
UPDATE trips SET at = '2026-01-07' WHERE at = '2026-02-05';
INSERT INTO trips VALUES (2, '2026-02-06', 'c');
SELECT s.*, plg.events(j) FROM seen, (SELECT sealed, pending FROM plg.live_status('seen')) s;
DROP TABLE trips_2;
CREATE TABLE trips_3 (LIKE trips);
INSERT INTO trips_3 VALUES (3, '2026-03-05', 'd');
ALTER TABLE trips ATTACH PARTITION trips_3 FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
UPDATE trips SET kind = 'e' WHERE user_id = 3;
ALTER TABLE trips DETACH PARTITION trips_3;
SELECT s.*, plg.events(j) FROM seen, (SELECT sealed, pending FROM plg.live_status('seen')) s;
SELECT plg.events(j) FROM seen_by_bucket;
SELECT * FROM plg.live_check('seen');
SELECT plg.live_refresh('seen');
SELECT s.*, plg.events(j) FROM seen, (SELECT sealed, pending, pieces FROM plg.live_status('seen')) s;
SELECT * FROM plg.live_check('seen');
SELECT plg.live_drop('seen');
-- a constant without its quotes; views that CASCADE took
CREATE TABLE visits (who int, at timestamptz, kind text);
SELECT plg.live_create('visited', 'visits', 'who', 'at', 'visit');
SELECT plg.live_create('visited', 'visits', 'who', 'at', 'kind');
SET client_min_messages TO error;
ALTER TABLE visits DROP COLUMN kind CASCADE;
SELECT plg.live_refresh('visited');
SELECT plg.live_drop('visited');
INSERT INTO visits VALUES (1, '2026-01-01');
-- a source's view that is replaced while rows are captured: what is in the middle of a row goes on with what it knew
CREATE FUNCTION redefine() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	known record;
BEGIN
	IF TG_TABLE_NAME = 'likes' THEN
		SELECT * INTO known FROM shop.liked_source_1 LIMIT 1;
		EXECUTE format('CREATE OR REPLACE VIEW shop.liked_source_1 AS SELECT who AS entity, at, upper(kind) AS event, %L::regclass AS pending, %L::text AS source FROM shop.likes', known.pending, known.source);
	ELSIF NEW.entity = 2 AND NEW.sign < 0 THEN
		SELECT * INTO known FROM shop.joined_source_1 LIMIT 1;
		EXECUTE format('CREATE OR REPLACE VIEW shop.joined_source_1 AS SELECT id AS entity, at, %L::text AS event, %L::regclass AS pending, %L::text AS source FROM shop.joins',
			'another constant, as long as the one before', known.pending, known.source);
		INSERT INTO shop.joins VALUES (3, '2026-01-03');
	END IF;
	RETURN NEW;
END $$;
CREATE TABLE likes (who int, at timestamptz, kind text);
SELECT plg.live_create('liked', 'likes', 'who', 'at', 'kind');
CREATE TRIGGER zz_after_ours AFTER INSERT ON likes FOR EACH ROW EXECUTE FUNCTION redefine();
INSERT INTO likes VALUES (2, '2026-01-02', 'a'), (3, '2026-01-03', 'b');
SELECT entity, sign, event FROM liked_pending;
SELECT * FROM plg.live_check('liked');
CREATE TABLE joins (id int, at timestamptz);
SELECT plg.live_create('joined', 'joins', 'id', 'at', $$'joined by an invitation that somebody sent'$$);
INSERT INTO joins VALUES (2, '2026-01-02');
CREATE TRIGGER redefine BEFORE INSERT ON joined_pending FOR EACH ROW EXECUTE FUNCTION redefine();
UPDATE joins SET at = '2026-01-04';
SELECT entity, sign, event FROM joined_pending;
SELECT * FROM plg.live_check('joined');
-- a partition of this transaction is none whose emptying leaves a trace
CREATE TABLE parted (user_id int, at timestamptz, kind text) PARTITION BY LIST (kind);
CREATE TABLE parted_a PARTITION OF parted FOR VALUES IN ('a');
INSERT INTO parted VALUES (1, '2026-01-01', 'a');
SELECT plg.live_create('parts', 'parted', 'user_id', 'at', 'kind');
SELECT plg.live_refresh('parts');
BEGIN;
CREATE TABLE parted_b PARTITION OF parted FOR VALUES IN ('b');
SELECT plg.live_refresh('parts');
INSERT INTO parted VALUES (2, '2026-01-02', 'b'), (3, '2026-01-02', 'b');
TRUNCATE parted_b;
COMMIT;
SELECT s.sealed, plg.events(j) FROM parts, plg.live_status('parts') s;
SELECT plg.live_refresh('parts');
SELECT s.sealed, plg.events(j) FROM parts, plg.live_status('parts') s;
-- a source of somebody else, though who adds it may
GRANT ALL ON SCHEMA shop TO plg_live_writer;
CREATE TABLE others (id int, at timestamptz);
ALTER TABLE others OWNER TO plg_live_writer;
CREATE TABLE his_own (id int, at timestamptz);
ALTER TABLE his_own OWNER TO plg_live_owner;
SET ROLE plg_live_owner;
SELECT plg.live_create('his', 'his_own', 'id', 'at', $$'x'$$);
RESET ROLE;
SELECT plg.live_add('his', 'others', 'id', 'at', $$'x'$$);
INSERT INTO others VALUES (1, '2026-01-01');
SELECT plg.live_drop('his');
DROP SCHEMA shop CASCADE;
DROP ROLE plg_live_writer, plg_live_reader, plg_live_owner;
