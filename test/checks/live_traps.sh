#!/bin/bash
# Live values where a trap is laid: a view that has itself written to, views like a
# source's that somebody else makes, tables altered in a transaction whose snapshot is
# older than their rows, rows that two triggers capture for a while, a value restored
# beside one made anew, tables that change hands, and expressions that fail.
# test: 8 s
set -euo pipefail
. "$PLG_ROOT/test/sessions"
export PGOPTIONS='-c client_min_messages=error -c search_path=app,public -c timezone=UTC'
query() { psql -XqAt -v ON_ERROR_STOP=1 -c "$1" 2>&1; }
roles='live_traps_alice, live_traps_bob, live_traps_mallory'
trap 'psql -Xq -c "RESET ROLE" -c "DROP OWNED BY $roles CASCADE" -c "DROP ROLE $roles" >/dev/null 2>&1; rm -rf "$sessions_place"' EXIT

# compared NAME FROM: whether the live value is what FROM has, a table or what else stands there
compared()
{
	echo "SELECT CASE WHEN coalesce(l.j OPERATOR(plg.=) b.j, l.j IS NULL AND b.j IS NULL) THEN 'the same' ELSE format('%s of %s events', plg.events(l.j), plg.events(b.j)) END
		FROM $1 l, (SELECT plg.journeys(t.id, t.at, t.name) AS j FROM $2 t) b;"
}
# right NAME FROM WHAT: it is, and live_check finds so
right() { line "$(run x "$(compared "$1" "$2") SELECT 'differs', c.* FROM plg.live_check('$1') c;")" 'the same' "$3"; }
# refreshed NAME SAYS WHAT: a refresh says so, and it is sealed
refreshed() { line "$(run x "SELECT plg.live_refresh('$1') || ': ' || (SELECT sealed FROM plg.live_status('$1'));")" "$2: true" "$3"; }
# both NAME FROM SAYS WHAT: before a refresh and after it
both() { right "$1" "$2" "$4"; refreshed "$1" "$3" "$4: a refresh"; right "$1" "$2" "$4, and then"; }
# token TABLE: the argument of its trigger
token() { query "SELECT convert_from(substr(tgargs, 1, length(tgargs) - 1), 'UTF8') FROM pg_trigger WHERE tgrelid = '$1'::regclass ORDER BY tgname LIMIT 1"; }

psql -Xq -v ON_ERROR_STOP=1 >/dev/null <<'SQL'
CREATE SCHEMA app;
CREATE ROLE live_traps_alice; CREATE ROLE live_traps_bob; CREATE ROLE live_traps_mallory;
CREATE SCHEMA al AUTHORIZATION live_traps_alice; CREATE SCHEMA ma AUTHORIZATION live_traps_mallory;
GRANT USAGE ON SCHEMA app, plg, al TO PUBLIC;
CREATE TABLE shape (id bigint, at timestamptz, name text);
GRANT SELECT ON shape TO PUBLIC;
SQL
sessions x a b

# altered NAME FROM WHAT: b has altered a table in a transaction whose snapshot is older than rows of it
altered()
{
	line "$(run b "SELECT plg.live_refresh('$1'); SELECT sealed FROM plg.live_status('$1');")" '*the sources are read*f' "$3: the sources are read"
	line "$(run b "$(compared "$1" "$2")")" 'the same' "$3: in its transaction"
	line "$(run b 'COMMIT;')" '' "$3: it commits"
	both "$1" "$2" filled* "$3"
}
run x "CREATE TABLE made (LIKE shape); INSERT INTO made VALUES (1, '2026-01-01', 'a');"
run a "BEGIN; INSERT INTO made VALUES (2, '2026-01-02', 'b');"
run b 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM made \g /dev/null'
begin b "SELECT plg.live_create('l1', 'made', 'id', 'at', 'name') \g /dev/null"
for ((tries = 0; tries < 100; tries++)); do
	[ "$(query "SELECT wait_event_type FROM pg_stat_activity WHERE pid = ${session_pid[b]}")" != Extension ] || break
	sleep 0.1
done
run a 'COMMIT;'
line "$(answer b)" '' 'a value is made in REPEATABLE READ beside a writer that it waits for'
altered l1 made 'made in REPEATABLE READ'

run x "CREATE TABLE parts (LIKE shape) PARTITION BY RANGE (at); CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2026-02-01'); CREATE TABLE part_2 (LIKE shape);
INSERT INTO parts VALUES (1, '2026-01-01', 'a'); SELECT plg.live_create('l2', 'parts', 'id', 'at', 'name'), plg.live_refresh('l2') \g /dev/null"
run b 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM parts \g /dev/null'
run a "INSERT INTO part_2 VALUES (2, '2026-02-02', 'b');"
run b "ALTER TABLE parts ATTACH PARTITION part_2 FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');"
altered l2 parts 'ATTACH PARTITION in REPEATABLE READ'

run x 'ALTER TABLE parts DISABLE TRIGGER l2_source_1;'
run b 'BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT FROM parts \g /dev/null'
run a "INSERT INTO parts VALUES (3, '2026-02-03', 'c'); DELETE FROM parts WHERE id = 1;"
run b 'ALTER TABLE parts ENABLE ALWAYS TRIGGER l2_source_1;'
altered l2 parts 'ENABLE ALWAYS in SERIALIZABLE'

run x "CREATE TABLE wide (LIKE shape, n int); INSERT INTO wide VALUES (1, '2026-01-01', 'a'); SELECT plg.live_create('l3', 'wide', 'id', 'at', 'name'), plg.live_refresh('l3') \g /dev/null"
run b 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM wide \g /dev/null'
run a "INSERT INTO wide VALUES (2, '2026-01-02', 'b'); DELETE FROM wide WHERE id = 1;"
run b 'ALTER TABLE wide ALTER COLUMN n TYPE bigint;'
altered l3 wide 'a rewrite in REPEATABLE READ'
run b 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM wide \g /dev/null'
run a "INSERT INTO wide VALUES (3, '2026-01-02', 'c');"
line "$(run b 'ALTER TABLE wide ALTER COLUMN n TYPE numeric; COMMIT;')" '' 'a rewrite in REPEATABLE READ, and no refresh'
both l3 wide filled* 'which is refreshed later'

# captured twice for a while
run x "CREATE TABLE p1 (LIKE shape); CREATE TABLE p2 (LIKE shape); CREATE TABLE child () INHERITS (p1);
SELECT plg.live_create('l4', 'p1', 'id', 'at', 'name') \g /dev/null
SELECT plg.live_add('l4', 'p2', 'id', 'at', 'name'), plg.live_refresh('l4') \g /dev/null"
run x "CREATE TRIGGER l4_source_2 AFTER INSERT OR UPDATE OR DELETE ON child FOR EACH ROW EXECUTE FUNCTION plg.live_capture('$(token p2)');
ALTER TABLE child ENABLE ALWAYS TRIGGER l4_source_2; ALTER TABLE child INHERIT p2; INSERT INTO child VALUES (1, '2026-01-01', 'both'), (2, '2026-01-01', 'gone'); DELETE FROM child WHERE id = 2;"
of_both='(TABLE p1 UNION ALL TABLE p2)'
right l4 "$of_both" 'a child of two sources'
run x 'ALTER TABLE child NO INHERIT p2;'
both l4 "$of_both" '*' 'a child that was of two sources for a while'
run x "INSERT INTO child VALUES (3, '2026-01-03', 'one'); UPDATE child SET name = 'x' WHERE id = 1;"
both l4 "$of_both" moved* 'and is written to'

run x "CREATE TABLE twice (LIKE shape); INSERT INTO twice VALUES (1, '2026-01-01', 'a'); SELECT plg.live_create('l5', 'twice', 'id', 'at', 'name'), plg.live_refresh('l5') \g /dev/null"
run x "CREATE TRIGGER again AFTER INSERT OR UPDATE OR DELETE ON twice FOR EACH ROW EXECUTE FUNCTION plg.live_capture('$(token twice)');
INSERT INTO twice VALUES (2, '2026-01-02', 'b'), (3, '2026-01-02', 'c'); DELETE FROM twice WHERE id IN (1, 3);"
right l5 twice 'a second trigger of the source'
run x "DROP TRIGGER again ON twice; INSERT INTO twice VALUES (4, '2026-01-04', 'd');"
both l5 twice '*' 'a second trigger that came and went'

# partitions and a second source, as ever
run x "CREATE TABLE users (id bigint, at timestamptz); CREATE TABLE ev (name text, id bigint, at timestamptz) PARTITION BY RANGE (at); CREATE TABLE ev_1 PARTITION OF ev FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE ev_2 (at timestamptz, gone int, name text, id bigint); ALTER TABLE ev_2 DROP COLUMN gone; SELECT plg.live_create('l6', 'ev', 'id', 'at', 'name') \g /dev/null
SELECT plg.live_add('l6', 'users', 'id', 'at', '''signup''') \g /dev/null
INSERT INTO ev SELECT 'e', n, '2026-01-10' FROM generate_series(1, 9) n; INSERT INTO users SELECT n, '2026-01-05' FROM generate_series(1, 9) n;"
of_sources="(SELECT id, at, name FROM ev UNION ALL SELECT id, at, 'signup' FROM users)"
both l6 "$of_sources" filled* 'two sources'
attach="ALTER TABLE ev ATTACH PARTITION ev_2 FOR VALUES FROM ('2026-02-01') TO ('2026-03-01')"
run x "$attach; INSERT INTO ev VALUES ('came', 1, '2026-02-01'); ALTER TABLE ev DETACH PARTITION ev_2; INSERT INTO users VALUES (10, '2026-01-20'); INSERT INTO ev_2 (name, id, at) VALUES ('apart', 2, '2026-02-02');"
both l6 "$of_sources" moved* 'a partition that came and went'
run x "TRUNCATE ev_2; $attach;"
refreshed l6 'took in what is new and empty*' 'a partition that comes again, empty'
run x "UPDATE ev SET at = at + interval '1 month' WHERE id < 4; UPDATE ev_2 SET name = 'moved' WHERE id = 2; INSERT INTO ev_2 (name, id, at) VALUES ('direct', 4, '2026-02-03'); DELETE FROM ev WHERE id = 5; UPDATE users SET at = '2026-01-04' WHERE id = 6;"
both l6 "$of_sources" moved* 'rows that go from partition to partition'
run x "INSERT INTO ev VALUES ('pending', 7, '2026-02-04'); ALTER TABLE ev DETACH PARTITION ev_2;"
both l6 "$of_sources" filled* 'DETACH'
run x "$attach; DELETE FROM ev_2 WHERE id = 1; INSERT INTO ev VALUES ('back', 1, '2026-02-05');"
both l6 "$of_sources" filled* 'and ATTACH'

# a value made anew, beside which the rows of an old one are restored
run x "CREATE TABLE old (LIKE shape) PARTITION BY RANGE (at); CREATE TABLE old_1 PARTITION OF old FOR VALUES FROM ('2026-01-01') TO ('2026-02-01'); SELECT plg.live_create('l7', 'old', 'id', 'at', 'name') \g /dev/null
INSERT INTO old VALUES (1, '2026-01-01', 'a'); SELECT plg.live_refresh('l7') \g /dev/null
INSERT INTO old VALUES (2, '2026-01-02', 'b');"
pg_dump -a -t 'app.old*' -t 'app.l7_*' -f "$sessions_place/old.sql"
run x "SELECT plg.live_drop('l7') \g /dev/null
TRUNCATE old; SELECT plg.live_create('l7', 'old', 'id', 'at', 'name') \g /dev/null"
psql -Xq -v ON_ERROR_STOP=1 -f "$sessions_place/old.sql" >/dev/null
line "$(query 'SELECT count(*) FROM l7_state')" 2 'rows of two values are there'
both l7 old filled* 'restored beside one made anew'
run x "INSERT INTO old VALUES (3, '2026-01-03', 'c'); CREATE TABLE old_2 PARTITION OF old FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');"
both l7 old 'took in what is new and empty*' 'which takes in what is new and empty'

# a view that is no source's, of as many columns, and dropped in a transaction that is open
run x "CREATE TABLE five (n int, LIKE shape, note text); CREATE VIEW report AS SELECT * FROM five; SELECT plg.live_create('l8', 'five', 'id', 'at', 'name'), plg.live_refresh('l8') \g /dev/null"
run b 'BEGIN; DROP VIEW report;'
line "$(query "SET lock_timeout = '3s'; INSERT INTO five VALUES (7, 1, '2026-01-01', 'a', 'x')" || true)" '' 'a view of five columns that is being dropped stops no writer'
run b 'ROLLBACK;'
right l8 five 'a view of five columns'

# an expression that fails
run x "CREATE TABLE zero (LIKE shape, n int); SELECT plg.live_create('l9', 'zero', 'id', 'at', '(10 / n)::text') \g /dev/null"
failed=$(query "INSERT INTO zero VALUES (1, '2026-01-01', 'a', 0)" || true)
line "$failed" '*division by zero*' 'an expression that fails, fails the write'
line "$failed" '*CONTEXT:*trigger "l9_source_1"*of a live value on table "zero"*' 'and its context says whose it is'

# a view like the source's, by who owns a partition
alice='SET ROLE live_traps_alice;' bob='SET ROLE live_traps_bob;' mallory='SET ROLE live_traps_mallory;'
run x "$alice CREATE TABLE al.ev (LIKE app.shape) PARTITION BY RANGE (at); CREATE TABLE al.ev_1 PARTITION OF al.ev FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
SELECT plg.live_create('al.l', 'al.ev', 'id', 'at', 'name'), plg.live_refresh('al.l') \g /dev/null
RESET ROLE; ALTER TABLE al.ev_1 OWNER TO live_traps_mallory; CREATE TABLE ma.away (LIKE al.l_pending); ALTER TABLE ma.away OWNER TO live_traps_mallory;"
# alike TABLE AS FROM: mallory's view, that has what is captured of TABLE written to ma.away
alike() { run x "$mallory CREATE VIEW ma.$2 AS SELECT id AS entity, at, name AS event, 'ma.away'::regclass AS pending, '$(token "$1")'::text AS source FROM $3; RESET ROLE;"; }
alike al.ev_1 v al.ev_1
line "$(query "$alice INSERT INTO al.ev VALUES (1, '2026-01-05', 'x')")" '' 'who writes through the root'
both al.l al.ev '*' 'a view like the source, by the owner of a partition'
line "$(query 'SELECT count(*) FROM ma.away')" 0 'has nothing written elsewhere'

# rows of a table that mallory may not read, where a view of the source is gone, and where the table has another owner
run x "$mallory CREATE TABLE ma.decoy (LIKE app.shape); $alice CREATE TABLE al.secret (LIKE app.shape); CREATE TABLE al.given (LIKE app.shape);
SELECT plg.live_create('al.s', 'al.secret', 'id', 'at', 'name'), plg.live_create('al.g', 'al.given', 'id', 'at', 'name') \g /dev/null
DROP VIEW al.s_source_1 CASCADE; RESET ROLE;"
alike al.secret w "ma.decoy WHERE 'al.secret'::regclass IS NOT NULL"
query "$alice INSERT INTO al.secret VALUES (42, '2026-01-05', 'secret')" >/dev/null || true
line "$(query 'SELECT count(*) FROM ma.away WHERE entity = 42')" 0 'a view that merely names a table gets none of its rows'
alike al.given y "ma.decoy WHERE 'al.given'::regclass IS NOT NULL"
run x 'ALTER TABLE al.given OWNER TO live_traps_bob;'
insert="$bob INSERT INTO al.given VALUES (43, '2026-01-05', 'given')"
line "$(query "$insert" || true)" '*live value*' 'a table that has another owner than its live value refuses writes'
line "$(query 'SELECT count(*) FROM ma.away WHERE entity = 43')" 0 'and nobody gets them'
run x "$mallory DROP VIEW ma.y; RESET ROLE;"
hint=$(query "$insert" | sed -n 's/^HINT: *//p' || true)
drop=$(grep -oiE 'drop trigger "?[a-z0-9_]+"?' <<<"$hint" || true)
line "$(query "$bob $drop ON al.given" || true)" '' "its hint names a trigger that the table's owner can drop"
line "$(query "$insert RETURNING id" || true)" 43 'and then write'

# a view that has its own table written to by the trigger on it; last, for where this is not found the server goes
run x "$alice CREATE TABLE al.n (LIKE al.l_pending); CREATE VIEW al.n_view AS SELECT entity, at, event, 'al.n'::regclass AS pending, 'n'::text AS source FROM al.n;
CREATE TRIGGER n AFTER INSERT ON al.n FOR EACH ROW EXECUTE FUNCTION plg.live_capture('n'); RESET ROLE;"
line "$(query "$alice INSERT INTO al.n VALUES (1, '2026-01-06', 0, 1, 'x')" || true)" '*stack depth limit exceeded*' 'a table that is its own pending table'
line "$(run a 'SELECT 1;')" 1 'is no end of other sessions'
