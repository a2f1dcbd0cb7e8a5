#!/bin/bash
# Nobody waits for a live value: writers that do not meet each other wait for no
# lock and meet no deadlock with its triggers, refreshes, fills and readers
# beside them, as without.  The server's log tells of each wait of 50 ms.
# test: slow, 25 s
set -euo pipefail
. "$PLG_ROOT/test/second"
export PGOPTIONS='-c client_min_messages=warning'
psql -Xq -v ON_ERROR_STOP=1 <<'END'
CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, writer int, user_id bigint, at timestamptz, name text);
CREATE INDEX ON events (writer, user_id);
INSERT INTO events (writer, user_id, at, name) SELECT n % 8, n % 500, '2026-01-01'::timestamptz + make_interval(mins => n), 'e' || n % 5 FROM generate_series(1, 4000) n;
END
SECOND_STANDBY=no second_start log_lock_waits=on deadlock_timeout=50ms max_connections=60 log_line_prefix='%a: '
logs=$(mktemp -d /tmp/plg.XXXXXX)
trap 'rm -f "$logs/go"; second_end; rm -rf "$logs"' EXIT
write()
{
	local n u=$((RANDOM % 500))

	for n in {1..10}; do
		echo "INSERT INTO events (writer, user_id, at, name) SELECT $1, ($u + n) % 500, now(), 'new' FROM generate_series(1, 5) n;
UPDATE events SET name = name || 'u', at = at + interval '1 s' WHERE writer = $1 AND user_id BETWEEN $u AND $u + 5;
BEGIN; DELETE FROM events WHERE writer = $1 AND user_id = $u + $n; SAVEPOINT a; UPDATE events SET user_id = 1 WHERE writer = $1 AND user_id = $u + 20; ROLLBACK TO a; COMMIT;"
	done
}
refresh() { echo "SELECT plg.live_refresh('l', true); BEGIN; SELECT plg.live_refresh('l'); SELECT pg_sleep(0.2); COMMIT; SELECT pg_sleep(0.05);"; }
read_it() { echo "SELECT plg.events(j) FROM l; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT plg.events(j) FROM l; SELECT pg_sleep(0.3); SELECT plg.events(j) FROM l; COMMIT;"; }
keep_on()
{
	export PGAPPNAME=$1
	while [ -e "$logs/go" ]; do
		"${@:2}" || break
	done 2>/dev/null | second psql -XqAt >>"$logs/$1" 2>&1 || true
}

# run NAME: writers for some seconds, in files of that name
run()
{
	touch "$logs/go"
	for writer in 0 1 2 3 4 5; do
		keep_on "$1_writer_$writer" write $writer &
	done
	[ "$1" = bare ] || for n in 1 2; do
		keep_on "$1_refresh_$n" refresh &
		keep_on "$1_read_$n" read_it &
	done
	sleep 10
	rm "$logs/go"
	# what is still in the pipes is not waited for
	while [ "$(jobs -rp)" != "$server" ]; do
		second psql -Xq -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '$1\\_%'" >/dev/null || true
		sleep 0.2
	done
}
waits() { grep "^$1_" "$second/log" | grep -E "still waiting|deadlock detected" | grep -cv 'on extension of relation' || true; }
server=$(jobs -rp)
run bare
second psql -Xq -c "SELECT plg.live_create('l', 'events', 'user_id', 'at', 'name', buckets => 2)" >/dev/null
second psql -Xq -c "SELECT plg.live_refresh('l')" >/dev/null
run live
line "$(waits bare)" 0 'without a live value nobody waits'
line "$(waits live)" 0 'with one nobody does'
grep '^live_' "$second/log" | grep -E 'still waiting|deadlock' | grep -v 'on extension of relation' | sed 's/^/# /' | head || true
line "$(cat "$logs"/live_writer_* | grep -c ERROR || true)" 0 'no writer has failed'
line "$(cat "$logs"/live_refresh_* | grep -c ERROR || true)" 0 'no refresh has failed'
line $(($(cat "$logs"/live_refresh_* | grep -c '^moved\|^filled') >= 1)) 1 "$(cat "$logs"/live_refresh_* | grep -c '^moved\|^filled') refreshes moved or filled"
line $(($(cat "$logs"/live_refresh_* | grep -c '^another') >= 1)) 1 "$(cat "$logs"/live_refresh_* | grep -c '^another') refreshes found another at work"
line "$(second psql -XqAt -c "SELECT l.j OPERATOR(plg.=) b.j FROM l, (SELECT plg.journeys(user_id, at, name) AS j FROM events) b")" t 'and it is right'
