#!/bin/bash
# Live values while several sessions do things one after the other that cannot
# happen in one: writers that stay open beside fills, partitions that come and
# go beside writers, older snapshots, two refreshes, who waits for whom.
set -euo pipefail
. "$PLG_ROOT/test/sessions"
export PGOPTIONS='-c client_min_messages=error -c search_path=app,public -c timezone=UTC'
is() { line "$(run "$1" "SELECT coalesce(differs('l'), 'the same');")" 'the same' "$2"; }
same() { run x "SELECT same('$1', ${2:-true});"; }
refresh='SELECT plg.live_refresh('"'l'"');'

psql -XqAt -v ON_ERROR_STOP=1 -f ../oracle/live.sql
psql -XqAt -v ON_ERROR_STOP=1 >/dev/null <<'END'
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE events (id bigint, at timestamptz, name text, mood mood) PARTITION BY RANGE (at);
CREATE TABLE events_0 PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2026-02-01');
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
INSERT INTO events SELECT n % 20, '2026-01-01'::timestamptz + make_interval(hours => n * 10), 'e' || n % 3, 'bad' FROM generate_series(1, 100) n;
SELECT plg.live_create('l', 'events', 'id', 'at', 'name', buckets => 2);
SELECT plg.live_add('l', 'events', 'id', 'at', 'mood');
INSERT INTO base VALUES ('l', 'SELECT id, at, name FROM app.events UNION ALL SELECT id, at, mood::text FROM app.events');
SELECT plg.live_refresh('l');
END
sessions x a b c

# writers that are open
run a "BEGIN; INSERT INTO events VALUES (1, '2026-01-05', 'open', 'good'); DELETE FROM events WHERE id = 2;"
run c "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM l \g /dev/null"
run b "INSERT INTO events VALUES (3, '2026-01-05', 'b', 'good');"
line "$(run x "SELECT plg.live_refresh('l', true);")" 'filled*' 'a fill passes an open writer'
is a 'it sees its own rows'
is c 'an older snapshot sees what was'
is b 'another what is committed'
line "$(run x "$refresh")" 'nothing*' 'nothing of the open writer is pending'
run a 'COMMIT;'
same 'a writer that commits after a fill'
run a "BEGIN; UPDATE events SET name = 'moved', at = at + interval '20 days' WHERE id = 4;"
run b "UPDATE events SET name = 'b' WHERE id = 5;"
line "$(run x "$refresh")" 'moved*' 'a move passes an open writer'
is c 'the older snapshot still sees what was'
run a 'COMMIT;'
is c 'and still'
same 'a writer that commits after a move'
run c "INSERT INTO events VALUES (6, '2026-01-05', 'c', 'bad');"
is c 'and its own writes'
line "$(run c "$refresh")" '*could not serialize*' 'it cannot refresh what others have'
run c 'ROLLBACK;'
same 'and has changed nothing'
run a "BEGIN; DECLARE c CURSOR FOR SELECT plg.events(j) FROM l;"
before=$(run x 'SELECT plg.events(j) FROM l;')
run b "DELETE FROM events WHERE id = 7;"
run x "$refresh SELECT plg.live_refresh('l', true); VACUUM l_pieces, l_pending, events;" >/dev/null
line "$(run a 'FETCH c; COMMIT;')" "$before" 'a cursor gives what was when it was opened'

# refreshes
run a "BEGIN; SAVEPOINT s; INSERT INTO events VALUES (8, '2026-01-05', 'a', 'bad'); $refresh" >/dev/null
line "$(run b "$refresh")" 'another session*' 'a second refresh does not wait'
run b "SET lock_timeout = '30s'; INSERT INTO events VALUES (8, '2026-01-05', 'b', 'bad'); UPDATE events SET name = 'b' WHERE id = 9; DELETE FROM events WHERE id = 10;"
is b 'nor does anybody who writes and reads'
run a 'ROLLBACK TO s;'
line "$(run b "$refresh")" 'moved*' 'a refresh taken back lets others refresh'
run a 'COMMIT;'
same 'refreshes in open transactions'
run a "BEGIN; SELECT plg.live_refresh('l', true);" >/dev/null
run b "INSERT INTO events VALUES (8, '2026-02-05', 'b', 'bad'); UPDATE events SET name = 'bb' WHERE id = 11; DELETE FROM events WHERE id = 12;"
is b 'nobody waits for a fill that stays open'
is a 'which sees what is committed'
run a 'COMMIT;'
same 'a fill that stayed open'

# partitions beside writers
run x "CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');"
run a "BEGIN; INSERT INTO events VALUES (1, '2026-03-05', 'a', 'bad');"
run b "BEGIN; INSERT INTO events_2 VALUES (1, '2026-03-05', 'b', 'bad');"
line "$(run x "$refresh")" 'took in*' 'an empty partition that is being written to is taken in'
run a 'COMMIT;'
is x 'and is right when the writer commits'
run b 'ROLLBACK;'
same 'and when one does not'
run a "BEGIN; INSERT INTO events VALUES (1, '2026-03-06', 'a', 'bad');"
begin b 'ALTER TABLE events DETACH PARTITION events_2 CONCURRENTLY;'
blocked b && echo 'ok - DETACH CONCURRENTLY waits for a writer' || echo 'not ok - DETACH CONCURRENTLY waits for a writer'
line "$(run x "$refresh")" '*is being detached*' 'no fill while a partition is being detached'
is x 'the value is right meanwhile'
is a 'for the writer, too'
run c "INSERT INTO events_2 VALUES (1, '2026-03-06', 'c', 'bad'); BEGIN; INSERT INTO events_2 VALUES (1, '2026-03-07', 'c', 'bad');"
is c 'and for one who writes to the partition'
run x "SELECT pg_cancel_backend(${session_pid[b]}) \g /dev/null"
answer b >/dev/null
same 'a DETACH that is cancelled' false
run a 'COMMIT;'
same 'the writer commits' false
begin b 'ALTER TABLE events DETACH PARTITION events_2 FINALIZE;'
blocked b && echo 'ok - FINALIZE waits for who writes to the partition' || echo 'not ok - FINALIZE waits for who writes to the partition'
line "$(run x "$refresh")" '*is being detached*' 'no fill yet'
run c 'COMMIT;'
answer b
same 'FINALIZE'
run x "ALTER TABLE events ATTACH PARTITION events_2 FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');"
run a "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 \g /dev/null"
run a "INSERT INTO events_2 VALUES (1, '2026-03-08', 'a', 'bad');"
line "$(run x "$refresh")" 'filled*' 'a fill beside a writer in an older snapshot'
run a 'COMMIT;'
same 'who commits'

# a fill in a snapshot that is older than a partition would have its rows, which the seal of that snapshot has not
run x "CREATE TABLE x (LIKE events); INSERT INTO x VALUES (1, '2027-01-01', 'x', 'bad');"
run a "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 \g /dev/null"
run x "ALTER TABLE events ATTACH PARTITION x FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');"
line "$(run a "SELECT plg.live_refresh('l', true); COMMIT;")" '*in READ COMMITTED' 'no fill in a snapshot older than a partition'
is x 'with the partition'
run x 'ALTER TABLE events DETACH PARTITION x;'
same 'and without'
run a "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 \g /dev/null"
line "$(run a "SELECT plg.live_refresh('l', true); COMMIT;")" 'filled*' 'a fill in a snapshot that is not'

# a partition that comes, and is filled from, between the plan of a check and its end: a plan tries its table's constraints
run x "CREATE FUNCTION gate() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM pg_advisory_lock_shared(9), pg_advisory_unlock_shared(9); RETURN true; END';
ALTER TABLE events_0 ADD CONSTRAINT gate CHECK (gate()); SELECT pg_advisory_lock(9) \g /dev/null"
begin a "SELECT count(*) FROM plg.live_check('l');"
blocked a && echo 'ok - a plan waits' || echo 'not ok - a plan waits'
run c "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 \g /dev/null"
line "$(run x "ALTER TABLE events ATTACH PARTITION x FOR VALUES FROM ('2027-01-01') TO ('2028-01-01'); $refresh")" 'filled*' 'a partition is filled from'
run x 'SELECT pg_advisory_unlock(9) \g /dev/null'
line "$(answer a)" 0 'live_check reads what its snapshot has'
line "$(run c "SELECT count(*) FROM plg.live_check('l'); ROLLBACK;")" '*altered since*' 'and an older snapshot has no answer'
run x 'ALTER TABLE events DETACH PARTITION x; ALTER TABLE events_0 DROP CONSTRAINT gate;'
run x "$refresh BEGIN; LOCK TABLE events;" >/dev/null
begin a "SELECT count(*) FROM plg.live_check('l');"
blocked a && echo 'ok - a check waits' || echo 'not ok - a check waits'
run x "ALTER TABLE events ATTACH PARTITION x FOR VALUES FROM ('2027-01-01') TO ('2028-01-01'); COMMIT;"
line "$(answer a)" 0 'and is made again'
run x 'ALTER TABLE events DETACH PARTITION x;'
same 'the partition is gone again'

# a TRUNCATE that is not yet committed
run b "INSERT INTO events VALUES (13, '2026-01-05', 'b', 'bad');"
run a "BEGIN; TRUNCATE events_0; INSERT INTO events VALUES (14, '2026-01-05', 'a', 'bad');"
line "$(run x "$refresh")" 'moved*' 'a refresh does not wait for a TRUNCATE'
is a 'which is seen in its transaction'
run a 'COMMIT;'
same 'TRUNCATE beside a refresh'

# labels of an enum renamed while one of old is still to be committed
run a "BEGIN; INSERT INTO events VALUES (15, '2026-01-05', 'a', 'bad');"
run b "ALTER TYPE mood RENAME VALUE 'bad' TO 'worse';"
begin x "$refresh"
blocked x || true
run b "INSERT INTO events VALUES (16, '2026-01-05', 'b', 'worse');"
run a 'COMMIT;'
answer x >/dev/null
same 'a label renamed beside a writer'

# the same before the first fill, and again while a fill waits
run b "SELECT plg.live_create('k', 'events', 'id', 'at', 'mood') \g /dev/null
INSERT INTO base VALUES ('k', 'SELECT id, at, mood::text FROM app.events');"
run a "BEGIN; INSERT INTO events VALUES (15, '2026-01-05', 'a', 'worse');"
run b "ALTER TYPE mood RENAME VALUE 'worse' TO 'bad';"
begin x "SELECT plg.live_refresh('k');"
blocked x && echo 'ok - the first fill waits for a writer of a label that was renamed' || echo 'not ok - the first fill waits for a writer of a label that was renamed'
run c "BEGIN; INSERT INTO events VALUES (16, '2026-01-05', 'c', 'bad');"
run b "ALTER TYPE mood RENAME VALUE 'bad' TO 'worse';"
run a 'COMMIT;'
blocked x && echo 'ok - and for one of a label that was renamed meanwhile' || echo 'not ok - and for one of a label that was renamed meanwhile'
run c 'COMMIT;'
line "$(answer x)" 'filled*' 'it fills'
run x "SELECT same('labels renamed beside writers', live => 'k');"
# and of a label that was added since
run b "ALTER TYPE mood ADD VALUE 'new';"
run a "BEGIN; INSERT INTO events VALUES (15, '2026-01-05', 'a', 'new');"
run b "ALTER TYPE mood RENAME VALUE 'new' TO 'newer';"
begin x "SELECT plg.live_refresh('k');"
blocked x && echo 'ok - nor is a label taken in beside its writer' || echo 'not ok - nor is a label taken in beside its writer'
run a 'COMMIT;'
answer x >/dev/null
run x "SELECT same('a label added and renamed beside a writer', live => 'k'); SELECT plg.live_drop('k') \g /dev/null
DELETE FROM base WHERE live = 'k';"
same 'and the other live value'

# what a session knows of a trigger, while others change what it stands for
run a "PREPARE p AS INSERT INTO events VALUES (17, '2026-01-05', 'a', 'good'); EXECUTE p;"
run b "SELECT plg.live_drop('l') \g /dev/null"
run a "EXECUTE p;"
run b "SELECT plg.live_create('l', 'events', 'id + 100', 'at', 'mood', 'id > 5') \g /dev/null
UPDATE base SET query = 'SELECT id + 100, at, mood::text FROM app.events WHERE id > 5'; $refresh" >/dev/null
run a "EXECUTE p;"
same 'dropped and made anew beside a session that writes'
run b "ALTER TABLE l_pending ADD COLUMN more int; ALTER TABLE l_pending RENAME TO l_pending2; ALTER TABLE l_pending2 RENAME TO l_pending; ALTER TABLE events ADD COLUMN more int; ALTER TABLE events RENAME COLUMN id TO who; ALTER TABLE events RENAME COLUMN who TO id;"
run a "EXECUTE p;"
same 'ALTER TABLE beside a session that writes'

# a function that was replaced is the new one to whoever writes from then on
run x "CREATE FUNCTION label(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower(\$1)';
SELECT plg.live_create('k', 'events', 'id', 'at', 'app.label(name)') \g /dev/null
INSERT INTO base VALUES ('k', 'SELECT id, at, app.label(name) FROM app.events');"
run a "INSERT INTO events VALUES (17, '2026-01-05', 'Label', 'good');"
run x "CREATE OR REPLACE FUNCTION label(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper(\$1)'; SELECT plg.live_refresh('k', true) \g /dev/null"
run a "INSERT INTO events VALUES (18, '2026-01-05', 'Label', 'good');"
run x "SELECT same('a function that is replaced', live => 'k');"
run x "DELETE FROM base WHERE live = 'k'; BEGIN; DROP TABLE k_pending CASCADE;"
begin a "EXECUTE p;"
blocked a && echo 'ok - a writer waits for a DROP of pending' || echo 'not ok - a writer waits for a DROP of pending'
run x 'COMMIT; DROP TABLE k_pieces, k_state; DROP TRIGGER k_source_1 ON events;'
line "$(answer a)" '' 'and goes on without it'
same 'DROP TABLE of pending beside a writer'

# live_add and live_drop wait for whoever reads or refreshes, and stop no writer of the sources
run x "CREATE TABLE more (id bigint, at timestamptz, name text); SELECT plg.live_create('k', 'events', 'id', 'at', 'name') \g /dev/null"
run a "BEGIN; SELECT FROM k \g /dev/null"
begin x "SELECT plg.live_add('k', 'more', 'id', 'at', 'name') IS NOT NULL;"
sleep 1
line "$(run b "SET lock_timeout = '5s'; INSERT INTO more VALUES (1, '2026-01-05', 'b'); SELECT plg.events(j) > 0 FROM k;")" t 'live_add beside a reader stops neither writers nor readers'
run a 'COMMIT;'
line "$(answer x)" t 'it goes on when the reader has ended'
run x "SELECT plg.live_refresh('k') \g /dev/null"
run b "INSERT INTO more VALUES (1, '2026-01-05', 'b');"
run a "BEGIN; SELECT plg.live_refresh('k') \g /dev/null"
begin x "SELECT plg.live_drop('k') IS NOT NULL;"
sleep 1
line "$(run b "INSERT INTO more VALUES (1, '2026-01-05', 'b');")" '' 'live_drop beside a refresh stops no writer'
run a 'COMMIT;'
line "$(answer x)" t 'it goes on when the refresh has ended'

# rights that are taken back are taken back from all sessions
run x "CREATE ROLE live_steps_owner; CREATE ROLE live_steps_member; GRANT live_steps_owner TO live_steps_member; GRANT ALL ON SCHEMA app TO live_steps_owner, live_steps_member;
CREATE TABLE owned (id bigint, at timestamptz, name text); ALTER TABLE owned OWNER TO live_steps_owner;
SET ROLE live_steps_member; SELECT plg.live_create('k', 'owned', 'id', 'at', 'name') \g /dev/null
RESET ROLE;"
line "$(run a "INSERT INTO owned VALUES (1, '2026-01-05', 'a');")" '' 'a member of the owner has a live value'
run x 'REVOKE live_steps_owner FROM live_steps_member;'
line "$(run a "INSERT INTO owned VALUES (2, '2026-01-05', 'a');")" '*does not own*' 'who is one no more gets no more rows'
run x 'DROP OWNED BY live_steps_owner, live_steps_member CASCADE; DROP ROLE live_steps_owner, live_steps_member;'

# what the owner puts on pending, in a session that hears warnings
run a "SET client_min_messages = warning; CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER t AFTER INSERT ON l_pending FOR EACH ROW EXECUTE FUNCTION nothing(); CREATE INDEX ON l_pending (at);"
line "$(run a "EXECUTE p; BEGIN; INSERT INTO events SELECT n, '2026-01-05', 'a', 'good' FROM generate_series(1, 9) n; SAVEPOINT s; DELETE FROM events WHERE name = 'a'; ROLLBACK TO s; COMMIT;")" '' 'a trigger and an index on pending leave nothing open'
run a 'ALTER TABLE l_pending ADD CHECK (sign < 0) NOT VALID;'
line "$(run a 'EXECUTE p;')" '*violates check constraint*' 'a check that fails, fails the writer'
run a 'ALTER TABLE l_pending DROP CONSTRAINT l_pending_sign_check; SET client_min_messages = error;'
same 'an index and a trigger on pending'

# live_create waits for writers, and lets them pass
run a "BEGIN; INSERT INTO events VALUES (18, '2026-01-05', 'a', 'good');"
begin b "SELECT plg.live_create('k', 'events', 'id', 'at', 'name');"
for ((i = 0; i < 20; i++)); do
	run c "SET lock_timeout = '20s'; INSERT INTO events VALUES (19, '2026-01-05', 'c', 'good');"
done
run a 'COMMIT;'
line "$(answer b)" '' 'live_create waits for an open writer, and stops no other'
run x "INSERT INTO base VALUES ('k', 'SELECT id, at, name FROM app.events');"
line "$(run x "SELECT same('k', live => 'k');")" 'ok*' 'and has missed no row'
run x "SELECT plg.live_drop('k') \g /dev/null"

# somebody who may not write makes a view like a source's, and locks it
run x "CREATE ROLE live_steps_mallory; GRANT USAGE ON SCHEMA app TO live_steps_mallory; CREATE SCHEMA m AUTHORIZATION live_steps_mallory;"
token=$(psql -XqAt -c "SELECT convert_from(substr(tgargs, 1, length(tgargs) - 1), 'UTF8') FROM pg_trigger WHERE tgrelid = 'events'::regclass AND tgname LIKE 'l_source%'")
run c "SET ROLE live_steps_mallory; CREATE VIEW m.v AS SELECT (events IS NULL)::int::bigint AS entity, at, name AS event, 'pg_class'::regclass AS pending, '$token'::text AS source FROM app.events; BEGIN; ALTER VIEW m.v RENAME COLUMN at TO time;"
sessions d
line "$(run d "SET lock_timeout = '5s'; INSERT INTO events VALUES (20, '2026-01-05', 'd', 'good');")" '' 'a lock on a view of somebody else stops no writer'
run c 'ROLLBACK; RESET ROLE;'
run x 'DROP OWNED BY live_steps_mallory; DROP ROLE live_steps_mallory;'
same 'a view of somebody else'

# inheritance at two removes, where nothing stops the writers to a grandchild
run x "SELECT plg.live_drop('l') \g /dev/null"
run x "CREATE TABLE p (id bigint, at timestamptz, name text); CREATE TABLE c () INHERITS (p); CREATE TABLE g () INHERITS (c);
INSERT INTO g VALUES (1, '2026-01-01', 'g');
SELECT plg.live_create('l', 'p', 'id', 'at', 'name') \g /dev/null
UPDATE base SET query = 'SELECT id, at, name FROM app.p' WHERE live = 'l';"
run a "INSERT INTO g VALUES (2, '2026-01-02', 'a');"
is x 'two removes'
run a "BEGIN; INSERT INTO g VALUES (3, '2026-01-03', 'a');"
run x "ALTER TABLE c NO INHERIT p; $refresh" >/dev/null
run a 'COMMIT;'
same 'a grandchild goes beside its writer'
run a "INSERT INTO g VALUES (4, '2026-01-04', 'a');"
same 'what it writes later is not captured'
run a "BEGIN; INSERT INTO g VALUES (5, '2026-01-05', 'a');"
run x "ALTER TABLE c INHERIT p; $refresh" >/dev/null
run a 'COMMIT;'
is x 'a grandchild comes beside its writer'
run a "INSERT INTO g VALUES (6, '2026-01-06', 'a');"
is x 'and is written to'
run a "INSERT INTO c VALUES (6, '2026-01-06', 'c');"
run x 'ALTER TABLE g NO INHERIT c;'
same 'one remove'
run a "INSERT INTO c VALUES (7, '2026-01-06', 'c'); INSERT INTO g VALUES (7, '2026-01-06', 'g');"
same 'one remove, written to'

# a child that is dropped while a live value is made
run x "CREATE TABLE dropped () INHERITS (p);"
run a 'BEGIN; DROP TABLE dropped;'
begin x "SELECT plg.live_create('m', 'p', 'id', 'at', 'name') IS NOT NULL;"
sleep 1
run a 'COMMIT;'
line "$(answer x)" t 'a child goes while a live value is made'
line "$(run x "SELECT plg.live_refresh('m');")" 'filled*' 'which is filled'
