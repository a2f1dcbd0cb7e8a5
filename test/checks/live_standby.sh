#!/bin/bash
# A live value on a hot standby while the primary is under load, on the standby
# once it is promoted, and through logical replication: of its source, as
# publisher and subscriber, and of its own tables.
# test: slow, 40 s
set -euo pipefail
. "$PLG_ROOT/test/second"
export PGOPTIONS='-c client_min_messages=warning -c search_path=app,public'
query() { psql -XqAt -v ON_ERROR_STOP=1 -c "$1" 2>&1; }
first() { "$@"; }
# until_is QUERY VALUE SERVER: prints the last answer
until_is()
{
	local got

	for _ in $(seq 600); do
		got=$("$3" query "$1" || true)
		[ "$got" != "$2" ] || break
		sleep 0.1
	done
	echo "$got"
}

second_start wal_level=logical hot_standby=on hot_standby_feedback=on max_standby_streaming_delay=-1
"$PLG_ROOT/test/live/load" 15 partitioned truncate kill >"$second/out" 2>&1 &
load=$!
trap 'kill $load 2>/dev/null || true; second_end; wait' EXIT
reads='SELECT same, sealed, pending, pieces FROM work.compared, (SELECT seal = plg.live_seal(ARRAY[$$app.l_pending$$::regclass, $$app.l_pieces$$, $$app.l_state$$], ARRAY[$$app.l_source_1$$::regclass, $$app.l_source_2$$]) AS sealed FROM app.l_state WHERE seal IS NOT NULL) s;'
: >"$second/reads"
while kill -0 $load 2>/dev/null; do
	for _ in {1..20}; do echo "$reads"; done | second psql -XqAt -d live >>"$second/reads" 2>>"$second/errors" || true
done
wait $load || true
n() { grep -c "$1" "$second/reads" || true; }
line "$(grep ^differ "$second/out")" 'differ 0' 'the primary under load'
line $(($(n '^t|') >= 20)) 1 "$(n '^t|') answers on the standby"
line $(($(n '^t|t|') >= 5)) 1 "$(n '^t|t|') of them of pieces and what is pending"
line "$(n '^f|')" 0 'none differs'
grep '^# wrong' "$second/out" || true
grep -n -B 1 '^f|' "$second/reads" | sed 's/^/# wrong on the standby: /' || true
line "$(grep ERROR "$second/errors" | grep -v 'does not exist\|conflict with recovery' || true)" '' 'no error'
PGDATABASE=live query "SELECT work.any() FROM generate_series(1, 20); CREATE TABLE work.mark ()" >/dev/null
export PGDATABASE=live
line "$(until_is "SELECT to_regclass('work.mark') IS NOT NULL" t second)" t 'the standby has caught up'
line "$(second query 'SELECT same FROM work.compared')" t 'the standby at rest'
line "$(second query "SELECT count(*) FROM plg.live_check('app.l')")" 0 'live_check on the standby'
line "$(second query "SELECT pending >= 0 FROM plg.live_status('app.l')")" t 'live_status on the standby'
line "$(second query "SELECT plg.live_refresh('app.l')")" '*read-only*' 'live_refresh is refused'

second_pg_ctl promote -w
line "$(second query "SELECT same FROM work.compared")" t 'promoted'
line "$(second query "SELECT count(*) FROM plg.live_check('app.l')")" 0 'live_check'
second query "SELECT work.any() FROM generate_series(1, 30)" >/dev/null
line "$(second query "SELECT same FROM work.compared")" t 'written to'
said=$(second query "SELECT plg.live_refresh('app.l')")
case $said in moved* | filled* | 'took in'*) said=done ;; esac
line "$said" done 'refreshed'
second query "SELECT work.any() FROM generate_series(1, 30)" >/dev/null
line "$(second query "SELECT same FROM work.compared")" t 'and written to again'
line "$(second query "SELECT sealed FROM plg.live_status('app.l')")" t 'it is sealed'
second query 'ALTER SYSTEM RESET primary_conninfo' >/dev/null
psql -Xq -d postgres -c 'DROP DATABASE live WITH (FORCE)'

# logical replication: from the second server to the first
export PGDATABASE=live_logical
for server in first second; do
	$server psql -Xq -d postgres -c "CREATE DATABASE $PGDATABASE"
	$server psql -Xq -c 'CREATE EXTENSION plg' -f ../oracle/live.sql >/dev/null
	$server psql -Xq -v ON_ERROR_STOP=1 >/dev/null <<-'END'
		CREATE TABLE events (id int PRIMARY KEY, user_id bigint, at timestamptz, name text, long text);
		ALTER TABLE events ALTER long SET STORAGE EXTERNAL;
		SELECT plg.live_create('l', 'events', 'user_id', 'at', $$name || left(long, 1)$$);
		INSERT INTO base VALUES ('l', $$SELECT user_id, at, name || left(long, 1) FROM app.events$$);
		SELECT plg.live_refresh('l');
	END
done
trap 'query "ALTER SUBSCRIPTION s DISABLE; ALTER SUBSCRIPTION s SET (slot_name = NONE); DROP SUBSCRIPTION s" >/dev/null 2>&1 || true; psql -Xq -d postgres -c "DROP DATABASE IF EXISTS live_logical WITH (FORCE)"; second_end' EXIT
write="INSERT INTO events SELECT coalesce((SELECT max(id) FROM events), 0) + n, n % 20, '2026-01-01'::timestamptz + make_interval(hours => n), 'e' || n % 3, repeat('l' || n, 3000) FROM generate_series(1, 100) n;
UPDATE events SET name = 'u' WHERE id % 7 = 0; UPDATE events SET id = -id WHERE id % 11 = 0; DELETE FROM events WHERE id % 13 = 0;"
second query "CREATE PUBLICATION everything FOR ALL TABLES; $write" >/dev/null
line "$(second query "SELECT plg.live_refresh('l')")" 'moved*' 'a publication of all tables lets a refresh move'
second query "UPDATE events SET user_id = 1 WHERE id = 1" >/dev/null
line "$(second query "SELECT plg.live_refresh('l', true)")" 'filled*' 'and fill'
line "$(second query "SELECT same('publisher')")" ok* 'the publisher is right'
second query "DROP PUBLICATION everything; CREATE PUBLICATION source FOR TABLE events; CREATE PUBLICATION own FOR TABLE l_pending, l_pieces, l_state" >/dev/null
subscribe="CREATE SUBSCRIPTION s CONNECTION 'host=$second/s port=$PGPORT user=$PGUSER dbname=$PGDATABASE' PUBLICATION"
digest='SELECT md5(string_agg(e::text, chr(10) ORDER BY id)) FROM events e'
query "$subscribe source" >/dev/null
wanted=$(second query "$digest")
line "$(until_is "$digest" "$wanted" first)" "$wanted" 'the first copy'
line "$(query "SELECT coalesce(differs('l'), 'same')")" same 'the subscriber after the first copy'
line "$(query "SELECT sealed AND pending > 0 FROM plg.live_status('l')")" t 'which its triggers have captured'
second query "$write" >/dev/null
wanted=$(second query "$digest")
line "$(until_is "$digest" "$wanted" first)" "$wanted" 'changes'
line "$(query "SELECT coalesce(differs('l'), 'same')")" same 'the subscriber after changes'
line "$(query "SELECT sealed FROM plg.live_status('l')")" t 'which its triggers have captured'
line "$(query "SELECT same('x')")" ok* 'and refreshed'
second query "BEGIN; DELETE FROM events WHERE id % 2 = 0; TRUNCATE events; INSERT INTO events VALUES (1, 1, now(), 'after', 'TRUNCATE'); COMMIT" >/dev/null
line "$(until_is 'SELECT min(long) FROM events' TRUNCATE first)" TRUNCATE 'TRUNCATE'
line "$(query "SELECT coalesce(differs('l'), 'same')")" same 'the subscriber after TRUNCATE'
line "$(query "SELECT same('x')")" ok* 'and refreshed'
query 'DROP SUBSCRIPTION s' >/dev/null 2>&1
query "$subscribe own WITH (copy_data = false)" >/dev/null
second query "INSERT INTO events VALUES (3, 1, now(), 'elsewhere', 'x')" >/dev/null
line "$(until_is "SELECT count(*) FROM l_pending WHERE event = 'elsewherex'" 1 first)" 1 'its own tables subscribed'
line "$(query "SELECT reason FROM plg.live_status('l')")" 'a subscription writes to*' 'are told of'
query "INSERT INTO events VALUES (2, 1, now(), 'here', 'x')" >/dev/null
line "$(query "SELECT same('x', false)")" ok* 'and not read'
query 'DROP SUBSCRIPTION s' >/dev/null 2>&1
line "$(query "SELECT same('x')")" ok* 'until a refresh after they no longer are'
