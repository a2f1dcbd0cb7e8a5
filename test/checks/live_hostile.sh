#!/bin/bash
# Live values beside who means ill or knows no better: functions that write while
# they are planned, objects put in the place of others, names that are taken, and
# who keeps a table locked while a value is filled or dropped.
set -euo pipefail
. "$PLG_ROOT/test/sessions"
export PGOPTIONS='-c client_min_messages=error -c search_path=app,public -c timezone=UTC'
query() { psql -XqAt -v ON_ERROR_STOP=1 -c "$1" 2>&1; }
trap 'psql -Xq -c "RESET ROLE" -c "DROP OWNED BY live_hostile_victim, live_hostile_mallory CASCADE" -c "DROP ROLE live_hostile_victim, live_hostile_mallory" >/dev/null 2>&1; rm -rf "$sessions_place"' EXIT
psql -Xq -v ON_ERROR_STOP=1 >/dev/null <<'SQL'
CREATE SCHEMA app;
CREATE ROLE live_hostile_victim;
CREATE ROLE live_hostile_mallory;
GRANT USAGE ON SCHEMA app, plg TO PUBLIC;
CREATE TABLE events (id bigint, at timestamptz, name text);
CREATE TABLE users (id bigint, at timestamptz);
INSERT INTO events SELECT n % 20, '2026-01-01'::timestamptz + make_interval(hours => n), 'e' FROM generate_series(1, 100) n;
INSERT INTO users SELECT n, '2026-01-01' FROM generate_series(1, 20) n;
SQL
sessions x a b c

# a function that writes to the table while the expression that calls it is planned
query "CREATE FUNCTION writes() RETURNS void LANGUAGE plpgsql AS \$\$BEGIN
IF current_setting('my.write', true) = 'on' THEN PERFORM set_config('my.write', 'off', false); INSERT INTO app.events VALUES (99, '2026-01-01', 'nested'); END IF; END\$\$;
CREATE FUNCTION suffix(int) RETURNS text LANGUAGE plpgsql IMMUTABLE AS \$\$BEGIN PERFORM app.writes(); RETURN '!'; END\$\$;
SELECT plg.live_create('n', 'events', 'id', 'at', 'name || suffix(1)'); SELECT plg.live_refresh('n')" >/dev/null
query "SET my.write = 'on'; INSERT INTO events VALUES (98, '2026-01-02', 'outer')"
line "$(query "SELECT array_agg(event || sign ORDER BY event) FROM n_pending")" '{nested!1,outer!1}' 'a function that writes while it is planned is captured, too'
line "$(query "SELECT count(*) FROM plg.live_check('n')")" 0 'and all is right'
query "DELETE FROM events WHERE id > 90; SELECT plg.live_drop('n')" >/dev/null

# a domain that is constrained anew holds for who has written before
query "CREATE DOMAIN label AS text; SELECT plg.live_create('d', 'events', 'id', 'at', 'name::label')" >/dev/null
run a "INSERT INTO events VALUES (1, '2026-01-03', 'bad');"
query "DELETE FROM events WHERE name = 'bad'; ALTER DOMAIN label ADD CHECK (value <> 'bad')"
line "$(run a "INSERT INTO events VALUES (1, '2026-01-03', 'bad');")" '*violates check constraint*' 'a domain that is constrained anew'
query "SELECT plg.live_drop('d')" >/dev/null

# types come and go with every temporary table
line "$(psql -XqAt -v ON_ERROR_STOP=1 <<'SQL'
SELECT plg.live_create('d', 'events', 'id', 'at', 'name || 1') \g /dev/null
BEGIN;
DO 'BEGIN FOR n IN 1..50 LOOP INSERT INTO app.events VALUES (1, now(), n); CREATE TYPE t AS ENUM (); DROP TYPE t; CREATE FUNCTION f() RETURNS int RETURN 1; DROP FUNCTION f; END LOOP; END';
SELECT count(*) FROM pg_backend_memory_contexts WHERE name = 'plg live capture';
ROLLBACK;
SELECT plg.live_drop('d') \g /dev/null
SQL
)" 1 'what was learnt again is not kept twice'
query "CREATE FUNCTION makes() RETURNS void LANGUAGE plpgsql AS \$\$BEGIN CREATE TYPE app.t AS ENUM (); DROP TYPE app.t; END\$\$;
CREATE FUNCTION creates(int) RETURNS text LANGUAGE plpgsql IMMUTABLE AS \$\$BEGIN PERFORM app.makes(); RETURN ''; END\$\$;
SELECT plg.live_create('d', 'events', 'id', 'at', 'name || creates(1)')" >/dev/null
line "$(query "INSERT INTO events VALUES (1, '2026-01-03', 'x')" || true)" '*the catalogs change each time*' 'a function that alters the catalogs while it is planned'
query "SELECT plg.live_drop('d')" >/dev/null

# a schema of somebody else's, who could put another table in the place of one
query "CREATE SCHEMA theirs AUTHORIZATION live_hostile_mallory; GRANT CREATE, USAGE ON SCHEMA theirs TO live_hostile_victim;
CREATE SCHEMA own AUTHORIZATION live_hostile_victim; GRANT USAGE ON SCHEMA own TO PUBLIC; GRANT CREATE ON SCHEMA public TO live_hostile_victim;
SET ROLE live_hostile_victim; CREATE TABLE own.events (id bigint, at timestamptz, name text);
SELECT plg.live_create('theirs.l', 'own.events', 'id', 'at', 'name'); SELECT plg.live_create('own.l', 'own.events', 'id', 'at', 'name'); SELECT plg.live_create('public.l', 'own.events', 'id', 'at', 'name');
SELECT plg.live_refresh('theirs.l'); GRANT SELECT ON theirs.l, own.l TO PUBLIC" >/dev/null
for call in "live_refresh('theirs.l')" "live_check('theirs.l')" "live_status('theirs.l')"; do
	line "$(query "SET ROLE live_hostile_mallory; SELECT plg.$call" || true)" "*in a schema of somebody else's*" "$call of a value in a schema that is not its owner's, by another"
done
line "$(query "SET ROLE live_hostile_mallory; SELECT plg.live_refresh('own.l')")" filled* 'in one that is, anybody refreshes it'
line "$(query "SET ROLE live_hostile_mallory; SELECT plg.live_refresh('public.l')")" filled* "and in public, which is the database owner's, here a superuser"
line "$(query "SET ROLE live_hostile_victim; SELECT plg.live_refresh('theirs.l')")" filled* 'its owner does anywhere'
query "SET ROLE live_hostile_victim; INSERT INTO own.events VALUES (1, '2026-01-01', 'x'); INSERT INTO own.events VALUES (2, '2026-01-01', 'y')"
line "$(query "SELECT string_agg(tgname, ' ' ORDER BY tgname) FROM pg_trigger WHERE tgrelid = 'own.events'::regclass")" 'l_source_1 l_source_1_2 l_source_1_3' 'values of one name in three schemas'
line "$(query "SELECT concat(plg.events(a.j), plg.events(b.j), plg.events(c.j)) FROM theirs.l a, own.l b, public.l c")" 222 'all of which are right'

# names that look like those of a value, and a trigger like one of its own
query "GRANT CREATE ON SCHEMA own TO live_hostile_mallory; SET ROLE live_hostile_mallory; CREATE VIEW own.l_source_2 AS SELECT 1 AS x; CREATE TABLE theirs.t (id bigint, at timestamptz, name text)"
token=$(query "SELECT source FROM own.l_source_1 LIMIT 1")
query "SET ROLE live_hostile_mallory; CREATE TRIGGER x AFTER INSERT ON theirs.t FOR EACH ROW EXECUTE FUNCTION plg.live_capture('$token')"
line "$(query "SET ROLE live_hostile_mallory; SELECT plg.live_refresh('own.l')")" moved* "another's view called like a source does not matter"
line "$(query "SELECT sealed FROM plg.live_status('own.l')")" t 'nor to its state'
line "$(query "SET ROLE live_hostile_victim; SELECT plg.live_drop('own.l')")" '' "nor a trigger on another's table to who drops it"
line "$(query "INSERT INTO theirs.t VALUES (1, '2026-01-01', 'x') RETURNING id")" 1 'who may go on writing to his'

# what hides or refuses rows of the owner's own
query "CREATE TABLE parts (id bigint, at timestamptz, name text) PARTITION BY RANGE (at); CREATE TABLE part PARTITION OF parts DEFAULT;
ALTER TABLE part ENABLE ROW LEVEL SECURITY; ALTER TABLE part FORCE ROW LEVEL SECURITY; ALTER TABLE parts OWNER TO live_hostile_victim; ALTER TABLE part OWNER TO live_hostile_victim;
INSERT INTO parts VALUES (1, '2026-01-01', 'p'); GRANT CREATE ON SCHEMA app TO live_hostile_victim"
line "$(query "SET ROLE live_hostile_victim; SELECT plg.live_create('app.p', 'app.parts', 'id', 'at', 'name'); SELECT plg.live_refresh('app.p'); SELECT plg.events(j) FROM p" | tail -n 1)" 1 "row-level security of a partition is not the table's"
query "CREATE TABLE t5 (LIKE p_pending); ALTER TABLE t5 ENABLE ROW LEVEL SECURITY; CREATE POLICY positive ON t5 WITH CHECK (entity < 0); GRANT INSERT ON t5 TO live_hostile_mallory;
GRANT CREATE ON SCHEMA app TO live_hostile_mallory; SET ROLE live_hostile_mallory; CREATE TABLE mine (id bigint, at timestamptz, name text);
CREATE VIEW mine_source AS SELECT id AS entity, at, name AS event, 'app.t5'::regclass AS pending, 'token'::text AS source FROM mine;
CREATE TRIGGER x AFTER INSERT ON mine FOR EACH ROW EXECUTE FUNCTION plg.live_capture('token')"
line "$(query "SET ROLE live_hostile_mallory; INSERT INTO mine VALUES (666, '2026-01-01', 'x')" || true)" '*cannot be the pending table*' 'no row goes where a policy refuses it'

query "CREATE SCHEMA closed; CREATE TABLE closed.t (LIKE p_pending); GRANT INSERT ON closed.t TO live_hostile_mallory"
query "SET ROLE live_hostile_mallory; CREATE OR REPLACE VIEW mine_source AS SELECT id AS entity, at, name AS event, '$(query "SELECT 'closed.t'::regclass::oid")'::regclass AS pending, 'token'::text AS source FROM mine"
line "$(query "SET ROLE live_hostile_mallory; INSERT INTO mine VALUES (666, '2026-01-01', 'x')" || true)" '*may not write to*' 'nor into a schema that is closed'

# who keeps a table
query "SELECT plg.live_create('l', 'events', 'id', 'at', 'name'); SELECT plg.live_add('l', 'users', 'id', 'at', '''signup'''); SELECT plg.live_refresh('l');
SELECT plg.live_create('k', 'users', 'id', 'at', '''signup'''); SELECT plg.live_add('k', 'events', 'id', 'at', 'name'); SELECT plg.live_refresh('k')" >/dev/null
run a "BEGIN; INSERT INTO events VALUES (1, '2026-01-04', 'open');"
begin b 'CREATE INDEX CONCURRENTLY ON events (id);'
blocked b && echo 'ok - an index waits for a writer' || echo 'not ok - an index waits for a writer'
line "$(run c "SELECT plg.live_refresh('l', true);")" '*indexed*' 'a fill does not wait for it'
run a 'COMMIT;'
line "$(answer b)" '' 'and it is made'
line "$(query 'SELECT bool_and(indisvalid) FROM pg_index WHERE indrelid = '"'events'"'::regclass')" t 'and valid'
run a 'BEGIN; ALTER TABLE users ADD COLUMN more int;'
line "$(run b "SET lock_timeout = '5s'; SELECT plg.live_refresh('l', true);")" '*altered*' 'nor for who alters a table'
run a 'COMMIT;'
run a "BEGIN; SELECT plg.live_refresh('l', true) \g /dev/null"
line "$(run b "SELECT plg.live_refresh('k', true);")" '*filled from*' 'nor a fill for that of another value'
line "$(run b "INSERT INTO users VALUES (77, '2026-01-05'); SELECT plg.events(k.j) = plg.events(l.j) FROM k, l;")" t 'who writes and reads meanwhile waits for neither'
run a 'COMMIT;'
run a 'BEGIN; SELECT count(*) FROM k_pieces \g /dev/null'
begin b "SELECT plg.live_drop('k');"
sleep 1
line "$(run c "SET lock_timeout = '5s'; INSERT INTO events VALUES (5, '2026-01-06', 'c'); SELECT count(*) > 0 FROM users;")" t 'live_drop stops nobody while it waits for a reader of its pieces'
run a 'COMMIT;'
line "$(answer b)" '' 'and goes on'
line "$(query "SELECT count(*) FROM plg.live_check('l')")" 0 'the other value is right'
