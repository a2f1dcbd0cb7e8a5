#!/bin/bash
# Where memory, shared memory or the disk ends, a statement ends with an error that
# says so, and all else goes on: each reader and aggregate of the catalogue in a backend
# that is given little memory, rows of parallel workers in a small /dev/shm, what is
# spilled on a small disk, and live values on one, which are right when there is room.
# test: slow, 40 s
set -euo pipefail
if [ -z "${OWN_MOUNTS:-}" ]; then
	export OWN_MOUNTS=no
	! unshare --mount true 2>/dev/null || OWN_MOUNTS=yes exec unshare --mount "$BASH" "$0"
fi
. "$PLG_ROOT/test/second"
[ $OWN_MOUNTS = no ] || mount -t tmpfs -o size=64m,mode=1777 none /dev/shm
SECOND_STANDBY=no second_start jit=off max_parallel_workers_per_gather=0 timezone=UTC client_min_messages=error autovacuum=off dynamic_shared_memory_type=posix
mounts=()
end()
{
	for place in "${mounts[@]}"; do umount -l "$place" || true; done
	second_end
}
trap end EXIT
query() { second psql -XqAt -v ON_ERROR_STOP=1 -c "$1"; }
# state STATEMENT...: the SQLSTATE of the last
state() { second psql -XqAt -v VERBOSITY=sqlstate "${@/#/-c}" 2>&1 >/dev/null | sed -n 's/^ERROR:  //p' | tail -n 1 || true; }

second psql -XqAt -v ON_ERROR_STOP=1 >/dev/null <<'END'
CREATE TABLE log AS SELECT n::int, n % 20011 AS who, md5((n % 20011)::text) AS name, at, at + interval '1 day' AS later, (n % 100)::numeric AS mrr,
	(ARRAY['a', 'b', 'c', 'd', 'e'])[1 + n * n % 5] AS event
FROM generate_series(1::bigint, 120000) n, LATERAL (SELECT timestamptz '2026-01-01' + make_interval(secs => n * 7919 % 8000009) AS at) a;
CREATE TABLE value_of AS SELECT plg.journeys(who, at, event) AS j, plg.conversion(at, CASE WHEN who % 3 > 0 THEN at + make_interval(secs => who * 7) END, '2026-12-01') AS c,
	plg.ledger(who, (who * 7 % 100)::numeric, at, at + make_interval(days => (who % 50)::int)) AS l FROM log;
ANALYZE log;
\ir ../oracle/calls.sql
END

# Memory.  All calls in one session, first with as much as they want.
{
	second psql -XqAt <<'END'
SELECT format('SELECT %L; SELECT count(r) FROM value_of, %s r', name, call) FROM calls.reader
UNION ALL SELECT format('SELECT %L; SELECT %s FROM log', name, call) FROM calls.row_aggregate
UNION ALL SELECT format('SELECT %L; SELECT plg.rollup(%s) FROM value_of, generate_series(1, 3)', 'rollup_of_' || v, v) FROM unnest('{j,c,l}'::text[]) v;
END
} | sed -E "s/^SELECT ('[^']*'); (.*)/\2 \\\\g \/dev\/null\n\\\\echo :SQLSTATE \1/" >"$second/calls"
coproc SESSION { PGHOST=$second/s exec psql -XqAt 2>"$second/errors"; }
ask()
{
	printf '%s\n' "$@" '\echo done' >&"${SESSION[1]}"
	while read -r answer <&"${SESSION[0]}" && [ "$answer" != done ]; do
		echo "$answer"
	done
}
pid=$(ask 'SELECT pg_backend_pid();')
calls=$(grep -c SQLSTATE "$second/calls")
# the stack, too, would want memory to grow
ask "SELECT $(printf '(%.0s' {1..1500})1$(printf ')%.0s' {1..1500});" '\i '"$second/calls" >/dev/null
ask '\i '"$second/calls" >"$second/before"
line "$(grep -cE '^(00000|22)' "$second/before")" "$calls" "$calls calls of readers and aggregates answer, or refuse an argument, with all the memory that they want"
ended=0
limits='0 1 4 16'
if [ "$(awk '/^VmSize:/ { print $2 }' "/proc/$pid/status")" -gt 1000000000 ]; then
	echo 'ok - memory that ends # SKIP a sanitizer has all that there could be'
	limits= ended=1000
fi
for more in $limits; do
	size=$(awk '/^VmSize:/ { print $2 * 1024 }' "/proc/$pid/status")
	"${second_owner[@]}" prlimit --pid "$pid" --as=$((size + more * 1024 * 1024)):
	ask '\i '"$second/calls" >"$second/after" || true
	"${second_owner[@]}" prlimit --pid "$pid" --as=unlimited:
	line "$(paste -d ' ' "$second/before" "$second/after" | awk '$3 != $1 && $3 != 53200 { print $3, $2, $4 }')" '' "with $more MB more than nothing each answers, or says that memory is out"
	ended=$((ended + $(grep -c ^53200 "$second/after" || true)))
done
line $((ended > 50)) 1 "$ended calls were out of memory"
ask '\i '"$second/calls" >"$second/after"
line "$(paste -d ' ' "$second/before" "$second/after" | awk '$3 != $1')" '' 'the same session answers all again'
line "$(ask 'SELECT pg_backend_pid();')" "$pid" 'and is the same process'
line "$(ask 'SELECT sum(total_bytes) < 32 * 1024 * 1024 FROM pg_backend_memory_contexts;')" t 'which keeps nothing of what failed'

if [ $OWN_MOUNTS = no ]; then
	echo 'ok - small disks # SKIP only root may mount them'
	exit
fi

# Shared memory: where there is little, rows of workers travel in another way; something else may fill it meanwhile.
answer="SELECT md5(plg.journeys(who, at, event)::text) FROM log, generate_series(1, 12)"
expected=$(query "$answer")
parallel()
{
	second psql -XqAt -v VERBOSITY=sqlstate -c 'SET max_parallel_workers_per_gather = 2' -c 'SET min_parallel_table_scan_size = 0' \
		-c 'SET parallel_setup_cost = 0' -c 'SET parallel_tuple_cost = 0' -c "$1" 2>&1 || true
}
shared() { find /dev/shm -mindepth 1 -printf '%f %s\n' | sort; }
before=$(shared)
[[ $(parallel "EXPLAIN $answer") = *'Workers Planned: 2'* ]] || echo 'not ok - no parallel plan'
for size in 2m 8m 40m 512m; do
	mount -o remount,size=$size /dev/shm
	line "$(parallel "$answer")" "$expected" "with $size of shared memory the answer is right"
done
mount -o remount,size=40m /dev/shm
answers=0
for wait in 0 0.05 0.1 0.2 0.3 0.4 0.6; do
	parallel "$answer" >"$second/answer" &
	sleep $wait
	fallocate -l 40m /dev/shm/filled 2>/dev/null || head -c 40m /dev/zero >/dev/shm/filled 2>/dev/null || true
	wait $!
	rm /dev/shm/filled
	said=$(<"$second/answer")
	[ "$said" != "$expected" ] || answers=$((answers + 1))
	[ "$said" = "$expected" ] || [[ $said =~ ^ERROR:\ *53[12]00$ ]] || echo "not ok - filled meanwhile: $said"
done
echo "ok - filled meanwhile: $answers of 7 answers are right, the others say that there is no room"
line "$(shared)" "$before" 'nothing stays there'

# room PLACE SIZE: a small disk there
room()
{
	mkdir -p "$1"
	mount -t tmpfs -o "size=$2" none "$1"
	mounts+=("$1")
	chown "$(stat -c %u:%g "$second/data")" "$1"
	chmod 700 "$1"
}

# Temporary files.
room "$second/data/base/pgsql_tmp" 1m
spill=('SET work_mem = 64' 'SET hash_mem_multiplier = 1')
while read -r what aggregate; do
	for plan in enable_sort enable_hashagg; do
		said=$(state "${spill[@]}" "SET $plan = off" "SELECT count(v) FROM (SELECT $aggregate AS v FROM log GROUP BY who % 20000) s")
		line "$said" 53100 "$what are spilled to a full disk, $plan off"
	done
done <<'END'
journeys plg.journeys(who, at, event)
conversions plg.conversion(at, at + interval '1 day', '2026-12-01')
ledgers plg.ledger(who, 1, at, at + interval '1 day')
milestones plg.milestones('7 days', at, who % 2 = 0, who % 3 = 0)
END
line "$(find "$second/data/base/pgsql_tmp" -type f | wc -l)" 0 'no file is left'

# A live value and its tables.
room "$second/small" 4m
second psql -XqAt -v ON_ERROR_STOP=1 >/dev/null <<END
CREATE TABLESPACE small LOCATION '$second/small';
SET default_tablespace TO small;
CREATE SCHEMA app;
SET search_path TO app;
CREATE TABLE events (user_id bigint, at timestamptz, name text);
INSERT INTO events SELECT n % 100, timestamptz '2026-01-01' + n * interval '1 hour', 'e' || n % 4 FROM generate_series(1, 2000) n;
SELECT plg.live_create('l', 'events', 'user_id', 'at', 'name');
SELECT plg.live_refresh('l');
END
right="SELECT (SELECT j FROM app.l) OPERATOR(plg.=) (SELECT plg.journeys(user_id, at, name) FROM app.events)"
line "$(query "$right")" t 'a live value on a small disk is right'
full=0
for _ in $(seq 40); do
	said=$(state "INSERT INTO app.events SELECT n % 997, timestamptz '2026-03-01' + n * interval '1 minute', 'f' || n % 4 FROM generate_series(1, 3000) n")
	[ -n "$said" ] || continue
	[ "$said" = 53100 ] && full=$((full + 1)) || break
done
line "$((full > 0)) ${said:-none}" '1 53100' "writers are told that the disk is full, $full of them"
line "$(query "$right")" t 'the live value is still right'
said=$(state "SELECT plg.live_refresh('app.l')")
[[ ${said:-none} =~ ^(none|53100)$ ]] && echo "ok - a refresh on a full disk: ${said:-it fits}" || echo "not ok - a refresh on a full disk: $said"
said=$(state "SELECT plg.live_refresh('app.l', anew => true)")
line "$said" 53100 'one that fills anew finds no room'
line "$(query "$right")" t 'the live value is right after that, too'
mount -o remount,size=64m "$second/small"
query "INSERT INTO app.events VALUES (1, '2026-05-01', 'g')"
line "$(query "SELECT plg.live_refresh('app.l')" >/dev/null && query "$right")" t 'and with more room, refreshed,'
query "DELETE FROM app.events WHERE user_id % 2 = 0"
line "$(query "SELECT plg.live_refresh('app.l')" >/dev/null && query "$right")" t 'and changed'
line "$(query "SELECT count(*) FROM plg.live_check('app.l')")" 0 'live_check finds nothing'
line "$(grep -cE 'TRAP:|terminated by signal|PANIC' "$second/log" || true)" 0 'no process crashed'
