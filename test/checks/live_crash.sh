#!/bin/bash
# A live value after the postmaster, or a backend, is killed under load, and what
# had been prepared is committed or rolled back: it is what its rows are, its
# seal holds or does not, and a refresh works.
# test: slow, 30 s
set -euo pipefail
. "$PLG_ROOT/test/second"
export PGOPTIONS='-c client_min_messages=warning'
SECOND_STANDBY=no second_start max_prepared_transactions=20 max_connections=60
query() { second psql -XqAt -v ON_ERROR_STOP=1 -d live -c "$1" 2>&1; }
same() { line "$(query "SELECT bool_and(c.same) AND bool_and(b.same) FROM work.compared c, work.by_bucket b")" t "$1"; }
up()
{
	for _ in $(seq 600); do
		[ "$(query 'SELECT 1' 2>/dev/null)" != 1 ] || return 0
		sleep 0.1
	done
}
# so many refreshes and writes have got through
busy()
{
	local before=$(query 'SELECT pg_current_wal_lsn()')

	for _ in $(seq 600); do
		[ "$(query "SELECT pg_current_wal_lsn() - '$before' > 100000")" != t ] || return 0
		sleep 0.1
	done
}

PGHOST=$second/s "$PLG_ROOT/test/live/load" 600 plain >"$second/out" 2>&1 &
load=$!
# its sessions go with the server
trap 'kill $load 2>/dev/null || true; second_end; wait $load 2>/dev/null || true' EXIT
for _ in $(seq 600); do
	[ "$(query "SELECT count(*) > 0 FROM app.l_state WHERE seal <> '{}'" 2>/dev/null)" != t ] || break
	sleep 0.1
done

for round in 1 2 3; do
	busy
	# one that writes, one that refreshes too, and neither is there when all stop; they may want rows of each other, and then the second is left out
	query "BEGIN; SET LOCAL lock_timeout = '5s'; SELECT work.any(); INSERT INTO app.events (user_id, at, name) SELECT id, now(), 'prepared' FROM app.users ORDER BY id LIMIT 3; PREPARE TRANSACTION 'writer $round'" >/dev/null || true
	query "BEGIN; SET LOCAL lock_timeout = '5s'; SELECT work.any(); SELECT plg.live_refresh('app.l', true); PREPARE TRANSACTION 'refresher $round'" >/dev/null || true
	if [ $round = 2 ]; then
		kill -9 "$(query "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'refresh_%' OR application_name LIKE 'write_%' ORDER BY backend_start LIMIT 1")"
		sleep 0.1
		up
	else
		second_crash
	fi
	same "$round: after the crash"
	for gid in $(query "SELECT replace(gid, ' ', '_') FROM pg_prepared_xacts WHERE database = 'live'"); do
		query "$([ $((RANDOM % 2)) = 0 ] && echo COMMIT || echo ROLLBACK) PREPARED '${gid//_/ }'" >/dev/null || true
		same "$round: with a prepared transaction resolved"
	done
	line "$(query "SELECT plg.live_refresh('app.l')")" '@(moved|nothing|filled|took in|another session)*' "$round: a refresh"
	line "$(query "SELECT count(*) = 1 FROM app.l_state WHERE seal IS NOT NULL")" t "$round: there is one seal"
	same "$round: after a refresh"
done

# without load: what was prepared, each way
kill $load
while kill -0 $load 2>/dev/null; do
	query "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'live' AND pid <> pg_backend_pid()" >/dev/null || true
	sleep 0.2
done
query "SELECT format('ROLLBACK PREPARED %L', gid) FROM pg_prepared_xacts WHERE database = 'live'" | second psql -Xq -d live
for how in COMMIT ROLLBACK; do
	query "SELECT plg.live_refresh('app.l')" >/dev/null
	query "BEGIN; INSERT INTO app.events (user_id, at, name) SELECT id, now(), 'prepared' FROM app.users; DELETE FROM app.events WHERE user_id < 20 AND name <> 'prepared'; PREPARE TRANSACTION 'p'" >/dev/null
	query "BEGIN; SELECT plg.live_refresh('app.l', true); INSERT INTO app.users VALUES (9000, now()); PREPARE TRANSACTION 'r'" >/dev/null
	query "INSERT INTO app.events (user_id, at, name) SELECT id, now(), 'between' FROM app.users LIMIT 5" >/dev/null
	second_crash
	same "$how: prepared, a crash"
	line "$(query "SELECT plg.live_refresh('app.l')")" 'another session*' "$how: who refreshed and is prepared still has the lock"
	query "$how PREPARED 'r'" >/dev/null
	same "$how: the refresh resolved"
	line "$(query "SELECT plg.live_refresh('app.l')")" '[mn]o[vt]*' "$how: others refresh"
	query "$how PREPARED 'p'" >/dev/null
	same "$how: the writer resolved"
	line "$(query "SELECT plg.live_refresh('app.l')")" '[mn]o[vt]*' "$how: it is moved"
	same "$how: refreshed"
	line "$(query "SELECT sealed AND pending = 0 FROM plg.live_status('app.l')")" t "$how: it is sealed"
	query 'DELETE FROM app.users WHERE id = 9000'
done
line "$(query "SELECT count(*) FROM plg.live_check('app.l')")" 0 'live_check agrees'
