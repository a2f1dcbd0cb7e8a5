-- Live values and people: writers without rights, refreshers who plant names,
-- others who imitate a source, owners who change, rows that are hidden, and
-- views of sources made by hand.
SET timezone TO 'UTC';
SET client_min_messages TO error;
\set owner :DBNAME '_owner'
\set other :DBNAME '_other'
\set writer :DBNAME '_writer'
\set reader :DBNAME '_reader'
\set mallory :DBNAME '_mallory'
\ir ../oracle/live.sql
CREATE FUNCTION refusal(command text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE command;
	RETURN 'done';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
CREATE ROLE :"owner";
CREATE ROLE :"other";
CREATE ROLE :"writer";
CREATE ROLE :"reader";
CREATE ROLE :"mallory";
GRANT ALL ON DATABASE :"DBNAME" TO :"owner", :"mallory";
GRANT ALL ON SCHEMA app TO :"owner", :"other";
GRANT USAGE ON SCHEMA app TO PUBLIC;
GRANT SELECT ON base TO PUBLIC;
GRANT UPDATE, INSERT ON base TO :"owner";
SET ROLE :"owner";
CREATE TABLE users (id bigint PRIMARY KEY, at timestamptz, tenant text);
CREATE TABLE events (user_id bigint, at timestamptz, name text, tenant text);
INSERT INTO users SELECT n, '2026-01-01'::timestamptz + make_interval(mins => n), 't' || n % 2 FROM generate_series(1, 40) n;
INSERT INTO events SELECT n % 40, '2026-01-01'::timestamptz + make_interval(mins => n), 'e' || n % 3, 't' || n % 2 FROM generate_series(1, 200) n;
-- a function of the owner's that only he may call outside a live value is no way in
SELECT plg.live_create('l', 'events', 'user_id', 'at', 'name'), plg.live_add('l', 'users', 'id', 'at', $$'signup'$$) \g /dev/null
INSERT INTO base VALUES ('l', $$SELECT user_id, at, name FROM app.events UNION ALL SELECT id, at, 'signup' FROM app.users$$);
SELECT same('made by a role of its own');
GRANT SELECT, INSERT, UPDATE, DELETE ON events, users TO :"writer";
GRANT SELECT ON l TO :"reader";
RESET ROLE;

SET ROLE :"writer";
INSERT INTO events VALUES (1, '2026-02-01', 'w');
UPDATE events SET name = 'ww' WHERE user_id = 2;
DELETE FROM users WHERE id = 3;
SELECT line(refusal(format('SELECT FROM app.l_%s', t)) LIKE '42501%', 'a writer may not read l_' || t) FROM unnest('{pending,pieces,state,rows,by_bucket}'::text[]) t;
SELECT line(refusal('SELECT FROM app.l') LIKE '42501%', 'nor the live value');
SELECT line(refusal('SELECT plg.live_check(''app.l'')') LIKE '42501%', 'nor check it');
SELECT line(refusal('SELECT plg.live_status(''app.l'')') LIKE '42501%', 'nor ask for its state');
SELECT line(refusal('SELECT plg.live_drop(''app.l'')') LIKE '42501%', 'nor drop it');
SELECT line(refusal('SELECT plg.live_refresh(''app.l'', true)') LIKE '42501%', 'nor fill it anew');
SELECT line(refusal('SELECT plg.live_refresh(''app.l'')') = 'done', 'but refresh it');
RESET ROLE;
SELECT same('writers without rights');
SET ROLE :"reader";
SELECT line(plg.events(j) > 200, 'who may read the live value reads it') FROM l;
SELECT line(refusal('SELECT FROM app.events') LIKE '42501%', 'and nothing else');
SELECT line(count(*) = 0, 'he may check it') FROM plg.live_check('app.l');
RESET ROLE;

-- names planted in front, in pg_temp too, by who writes and who refreshes
\ir ../oracle/planted.sql
-- PostgreSQL 19 knows no other strings
SELECT current_setting('server_version_num')::int < 190000 AS older \gset
GRANT USAGE ON SCHEMA evil TO PUBLIC;
SET ROLE :"writer";
CREATE TEMP TABLE l_pending (LIKE events);
CREATE TEMP TABLE l_pieces (id int);
CREATE TEMP TABLE l_state (seal text);
CREATE TEMP VIEW l_source_1 AS SELECT 1;
CREATE TEMP VIEW l AS SELECT NULL::plg.journeys AS j;
CREATE FUNCTION pg_temp.bucket(bigint, int) RETURNS int LANGUAGE sql AS 'SELECT 99';
SET search_path TO evil, pg_temp, app, pg_catalog;
\if :older
SET standard_conforming_strings TO off;
\endif
SET quote_all_identifiers TO on;
SET default_transaction_deferrable TO on;
SET transform_null_equals TO on;
INSERT INTO app.events VALUES (4, '2026-02-01'::pg_catalog.timestamptz, 'planted'::pg_catalog.text);
UPDATE app.events SET name = 'planted twice'::pg_catalog.text WHERE user_id OPERATOR(pg_catalog.=) 5;
SELECT plg.live_refresh('app.l'::pg_catalog.text) \g /dev/null
INSERT INTO app.events VALUES (4, '2026-02-01'::pg_catalog.timestamptz, 'planted'::pg_catalog.text);
RESET ALL;
DISCARD TEMP;
SET timezone TO 'UTC';
SET client_min_messages TO error;
SET search_path TO app, public;
RESET ROLE;
SELECT same('names planted by a writer and refresher');
DROP SCHEMA evil CASCADE;

-- refreshing runs as the owner: nothing of the caller's does
SET ROLE :"owner";
CREATE TABLE heard (who name, context text);
CREATE FUNCTION hear() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO app.heard VALUES (current_user, TG_TABLE_NAME); RETURN COALESCE(NEW, OLD); END $$;
CREATE TRIGGER hear BEFORE DELETE ON l_pending FOR EACH ROW EXECUTE FUNCTION hear();
CREATE TRIGGER hear AFTER INSERT ON l_pieces FOR EACH ROW EXECUTE FUNCTION hear();
INSERT INTO events VALUES (6, '2026-02-02', 'heard');
SET ROLE :"writer";
SELECT plg.live_refresh('app.l') \g /dev/null
RESET ROLE;
SELECT line(count(*) >= 2 AND bool_and(who = :'owner'), 'a trigger on its tables runs as their owner', string_agg(who || context, ' ')) FROM heard;
SET ROLE :"owner";
CREATE FUNCTION escape() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RESET ROLE; RETURN NULL; END $$;
CREATE TRIGGER escape AFTER INSERT ON l_pieces FOR EACH ROW EXECUTE FUNCTION escape();
INSERT INTO events VALUES (6, '2026-02-02', 'heard');
RESET ROLE;
SELECT line(refusal('SELECT plg.live_refresh(''app.l'')') LIKE '42501%' OR refusal('SELECT plg.live_refresh(''app.l'')') LIKE '0A000%', 'and cannot become the superuser who refreshes', refusal('SELECT plg.live_refresh(''app.l'')'));
SELECT line(differs('l') IS NULL, 'a refresh that fails changes nothing', differs('l'));
DROP TRIGGER escape ON l_pieces;
DROP TRIGGER hear ON l_pieces;
DROP TRIGGER hear ON l_pending;
SELECT same('users'' triggers on its tables');

-- somebody who knows the token imitates the source
SELECT encode(tgargs, 'escape') AS token FROM pg_trigger WHERE tgrelid = 'events'::regclass AND tgfoid = 'plg.live_capture'::regproc \gset
SELECT replace(:'token', E'\\000', '') AS token \gset
CREATE SCHEMA theirs AUTHORIZATION :"mallory";
SET ROLE :"mallory";
CREATE TABLE theirs.stolen (entity bigint, at timestamptz, trigger oid, sign smallint, event text);
GRANT INSERT ON theirs.stolen TO PUBLIC;
SELECT format('CREATE VIEW theirs.%I AS SELECT (events IS NULL)::int::bigint AS entity, at, name AS event, ''theirs.stolen''::regclass AS pending, %L::text AS source FROM app.events', v, :'token') FROM unnest('{a,b,z}'::text[]) v \gexec
SELECT format('CREATE TEMP VIEW imitated AS SELECT (events IS NULL)::int::bigint AS entity, at, name AS event, ''theirs.stolen''::regclass AS pending, %L::text AS source FROM app.events', :'token') \gexec
RESET ROLE;
\c
SET timezone TO 'UTC';
SET client_min_messages TO error;
SET search_path TO app, public;
SET ROLE :"mallory";
SELECT format('CREATE TEMP VIEW imitated AS SELECT (events IS NULL)::int::bigint AS entity, at, name AS event, ''theirs.stolen''::regclass AS pending, %L::text AS source FROM app.events', :'token') \gexec
SET ROLE :"writer";
SELECT line(refusal($$INSERT INTO app.events VALUES (7, '2026-02-03', 'imitated')$$) = 'done', 'views that imitate a source stop no writer', refusal($$INSERT INTO app.events VALUES (7, '2026-02-03', 'imitated')$$));
RESET ROLE;
SELECT line(count(*) = 0, 'and get nothing') FROM theirs.stolen;
SELECT same('views that imitate a source');
DROP SCHEMA theirs CASCADE;

-- names of its views taken beforehand are not replaced, nor are views of somebody else's read
GRANT CREATE ON SCHEMA app TO :"mallory";
SET ROLE :"mallory";
CREATE VIEW m_rows AS SELECT 1::bigint AS entity, now() AS at, 'x'::text AS event;
RESET ROLE;
SELECT line(refusal('SELECT plg.live_create(''m'', ''app.events'', ''user_id'', ''at'', ''name'')') LIKE '42P07%', 'live_create does not replace a view of somebody''s, m_rows',
	refusal('SELECT plg.live_create(''m'', ''app.events'', ''user_id'', ''at'', ''name'')'));
DROP VIEW m_rows;
CREATE VIEW m_by_bucket AS SELECT 1 AS bucket, NULL::plg.journeys AS j;
SELECT line(refusal('SELECT plg.live_create(''m'', ''app.events'', ''user_id'', ''at'', ''name'')') LIKE '42P07%', 'nor m_by_bucket');
DROP VIEW m_by_bucket;
ALTER VIEW l_rows OWNER TO :"mallory";
SELECT line(refusal('SELECT plg.live_refresh(''app.l'')') LIKE '55000%', 'a view of its with another owner is not run', refusal('SELECT plg.live_refresh(''app.l'')'));
ALTER VIEW l_rows OWNER TO :"owner";
ALTER VIEW l_by_bucket OWNER TO :"mallory";
SELECT line(refusal('SELECT plg.live_check(''app.l'')') LIKE '55000%', 'nor this one', refusal('SELECT plg.live_check(''app.l'')'));
ALTER VIEW l_by_bucket OWNER TO :"owner";
REVOKE CREATE ON SCHEMA app FROM :"mallory";
SELECT line(refusal('SELECT plg.live_create(''pg_temp.m'', ''app.events'', ''user_id'', ''at'', ''name'')') NOT LIKE 'done%', 'a temporary live value is refused');

-- rows that are hidden
SET ROLE :"owner";
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY t ON users USING (tenant = 't1');
RESET ROLE;
SELECT same('row-level security that spares the owner');
SET ROLE :"writer";
INSERT INTO users VALUES (500, '2026-02-04', 't1');
UPDATE users SET at = '2026-02-05' WHERE id < 10;
RESET ROLE;
SELECT same('its writers see some rows');
SET ROLE :"owner";
ALTER TABLE users FORCE ROW LEVEL SECURITY;
RESET ROLE;
SELECT line(refusal(f) LIKE '42501%', 'FORCE ROW LEVEL SECURITY refuses ' || f, refusal(f)) FROM unnest('{SELECT FROM app.l,SELECT j FROM app.l_by_bucket,SELECT plg.live_refresh(''app.l''),SELECT plg.live_check(''app.l'')}'::text[]) f;
SET ROLE :"reader";
SELECT line(refusal('SELECT j FROM app.l') LIKE '42501%', 'a reader is refused, too');
SET ROLE :"writer";
UPDATE users SET at = '2026-02-06' WHERE id < 10;
SET ROLE :"owner";
ALTER TABLE users NO FORCE ROW LEVEL SECURITY;
RESET ROLE;
SELECT same('NO FORCE');

-- owners
ALTER TABLE users OWNER TO :"other";
SET ROLE :"writer";
SELECT line(refusal('UPDATE app.users SET at = ''2026-02-07'' WHERE id = 11') LIKE '42501%', 'a source of another owner: its writers are told, rather than not captured');
RESET ROLE;
ALTER TABLE users OWNER TO :"owner";
SELECT same('a source of another owner and back');
REASSIGN OWNED BY :"owner" TO :"other";
GRANT ALL ON SCHEMA app TO :"other";
SET ROLE :"writer";
UPDATE app.users SET at = '2026-02-07' WHERE id = 12;
INSERT INTO events VALUES (7, '2026-02-07', 'reassigned');
RESET ROLE;
SELECT same('REASSIGN OWNED');
REASSIGN OWNED BY :"other" TO :"owner";

-- views of sources made by hand are taken as they are, or not at all
SELECT pg_get_viewdef('l_source_1') AS source \gset
SET ROLE :"owner";
UPDATE base SET query = replace(query, 'FROM app.events', 'FROM app.events WHERE name <> ''e1''');
SELECT format('CREATE OR REPLACE VIEW l_source_1 AS %s WHERE name <> ''e1''', rtrim(:'source', ';')) \gexec
SELECT line(plg.events(j) IS NOT NULL, 'a source''s view replaced can be read') FROM l;
INSERT INTO events VALUES (8, '2026-02-08', 'e1'), (8, '2026-02-08', 'e2');
SELECT same('a source''s view replaced by one with a filter');
SELECT format('CREATE OR REPLACE VIEW l_source_1 AS %s', :'source') \gexec
UPDATE base SET query = replace(query, ' WHERE name <> ''e1''', '');
SELECT line(differs('l') IS NULL, 'and back', differs('l'));
SELECT same('and refreshed');
CREATE VIEW no_table AS SELECT * FROM l_pending;
CREATE TABLE parts (LIKE l_pending) PARTITION BY LIST (sign);
CREATE TABLE texts (entity text, at timestamptz, trigger oid, sign smallint, event text);
CREATE TABLE ints (entity int, at timestamptz, trigger int, sign int, event int);
CREATE TABLE more (LIKE l_pending);
ALTER TABLE more ADD COLUMN extra int NOT NULL;
CREATE TABLE checked (LIKE l_pending, CHECK (sign > 5));
CREATE TABLE only_one (LIKE l_pending, UNIQUE (sign));
CREATE TEMP TABLE temporary (LIKE l_pending);
CREATE UNLOGGED TABLE unlogged (LIKE l_pending);
CREATE SEQUENCE numbers;
CREATE TABLE strange (id bigint, at timestamptz, n numeric, name text, whole text);
CREATE TRIGGER strange AFTER INSERT OR UPDATE OR DELETE ON strange FOR EACH ROW EXECUTE FUNCTION plg.live_capture('strange');
CREATE FUNCTION try(source text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	said text;
BEGIN
	EXECUTE 'CREATE VIEW app.strange_source_1 AS ' || source;
	said := app.refusal($i$INSERT INTO app.strange VALUES (81985529216486895, '2026-01-01', 12345678901234567890, repeat('x', 100), 'w')$i$);
	said := said || '; ' || app.refusal('UPDATE app.strange SET id = id + 1, n = n + 1');
	said := said || '; ' || app.refusal('SELECT plg.live_seal(ARRAY[''app.l_state''::regclass], ARRAY[''app.strange_source_1''::regclass])');
	DROP VIEW app.strange_source_1;
	RETURN said;
END $$;
SELECT line(try(format(s, 'app.' || t)) !~ 'XX', format('a source that is none, for %s: %s', t, s), try(format(s, 'app.' || t)))
FROM unnest('{no_table,parts,texts,ints,more,checked,only_one,unlogged,numbers,l_pieces,strange_pkey,strange,nowhere}'::text[]) t,
	unnest(ARRAY[$$SELECT id AS entity, at, name AS event, to_regclass('%s')::oid::regclass AS pending, 'strange'::text AS source FROM app.strange$$,
		$$SELECT id AS entity, at, name AS event, '%s'::regclass AS pending, 'strange'::text AS source FROM app.strange$$]) s
WHERE to_regclass('app.' || t) IS NOT NULL OR s LIKE '%to_reg%';
SELECT line(try(format($$SELECT %s, 'app.l_pending'::regclass AS pending, 'strange'::text AS source FROM %s$$, c, t)) !~ 'XX', format('a source that is none: %s FROM %s', c, t))
FROM (VALUES ('n AS entity, at, name AS event', 'app.strange'), ('id AS entity, n AS at, name AS event', 'app.strange'), ('id AS entity, at, n AS event', 'app.strange'),
	('tableoid AS entity, at, name AS event', 'app.strange'), ('tableoid::bigint AS entity, at, name AS event', 'app.strange'), ('id AS entity, at, ctid AS event', 'app.strange'),
	('id AS entity, at, strange AS event', 'app.strange'), ('id AS entity, at, strange::text AS event', 'app.strange'), ('name AS entity, at, name AS event', 'app.strange'),
	('1 AS entity, now() AS at, (SELECT ''x'') AS event', 'app.strange'), ('id AS entity, at, name AS event', 'ONLY app.strange'), ('id AS entity, at, name AS event', 'app.strange TABLESAMPLE system (50)'),
	('NULL::bigint AS entity, NULL::timestamptz AS at, NULL::text AS event', 'app.strange'), ('generate_series(1, 3)::bigint AS entity, at, name AS event', 'app.strange'),
	('max(id) OVER () AS entity, at, name AS event', 'app.strange')) v (c, t);
SELECT line(count(*) > 0, 'the server stands, and what was written is there') FROM strange;
RESET ROLE;
SELECT same('all this has not touched the live value');

DROP OWNED BY :"owner" CASCADE;
SELECT line(count(*) = 0, 'DROP OWNED leaves no trigger', string_agg(tgrelid::regclass::text, ' ')) FROM pg_trigger WHERE tgfoid = 'plg.live_capture'::regproc;
DROP SCHEMA app CASCADE;
DROP OWNED BY :"owner", :"other", :"writer", :"reader", :"mallory" CASCADE;
DROP ROLE :"owner", :"other", :"writer", :"reader", :"mallory";
