#!/bin/bash
# A backend that is terminated or killed in the middle of an aggregate, and a
# parallel worker, leave nothing behind: no file, no slot, no lock; the server
# goes on, or is up again by itself, and the next query is right.  On a server of
# its own, since a kill restarts all of it.
set -euo pipefail
. "$PLG_ROOT/test/second"
SECOND_STANDBY=no second_start synchronous_commit=on work_mem=64kB hash_mem_multiplier=1 max_parallel_workers_per_gather=0
query() { second psql -XqAt -v ON_ERROR_STOP=1 -c "$1"; }

query "CREATE TABLE event AS SELECT n AS who, '2026-01-01'::timestamptz + make_interval(secs => n % 1000) AS at, 'event ' || n % 7 AS what
	FROM generate_series(1::bigint, 600000) n"
small="SELECT md5(plg.journeys(who, at, what)::text) FROM event WHERE who < 2000"
expected=$(query "$small")
hashed='SET enable_sort = off; SELECT count(plg.events(j)), count(plg.mrr(l, at)) FROM (SELECT who, min(at) AS at, plg.journeys(who, at, what) AS j, plg.ledger(who, 1, at, NULL::timestamptz) AS l FROM event GROUP BY who) s'
parallel='SET max_parallel_workers_per_gather = 2; SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SELECT plg.events(plg.journeys(e.who, e.at, e.what)) FROM event e, generate_series(1, 9)'

files() { query "SELECT count(*) FROM pg_ls_tmpdir()" 2>/dev/null || true; }
up()
{
	for _ in $(seq 300); do
		[ "$(query 'SELECT 1' 2>/dev/null)" != 1 ] || return 0
		sleep 0.1
	done
}

# busy STATEMENT CONDITION: starts it and waits until the condition on pg_stat_activity or files holds
busy()
{
	second psql -XqAt -c "$1" >/dev/null 2>&1 &
	victim=$!
	pid=
	for _ in $(seq 300); do
		pid=$(query "SELECT pid FROM pg_stat_activity WHERE query LIKE '%plg.%' AND pid <> pg_backend_pid() AND backend_type = '$2' AND $3 LIMIT 1")
		[ -z "$pid" ] || return 0
		sleep 0.02
	done
}

# ends WHAT SIGNAL STATEMENT TYPE CONDITION
ends()
{
	busy "$3" "$4" "$5"
	if [ -z "$pid" ]; then
		echo "not ok - $1: it was not seen at work"
		return
	fi
	kill -s "$2" "$pid"
	wait $victim && echo "not ok - $1: its statement ended well" || true
	up
	# the files of a killed backend go when the server is up again
	line "$(files)" 0 "$1: no file is left"
	line "$(query "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%plg.%' AND pid <> pg_backend_pid()")" 0 "$1: no process is left"
	line "$(query "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE relname = 'event'")" 0 "$1: no lock is left"
	line "$(query "$small")" "$expected" "$1: the next answer is right"
}

spilling='(SELECT count(*) > 0 FROM pg_ls_tmpdir())'
ends 'terminated in HashAggregate' TERM "$hashed" 'client backend' "$spilling"
ends 'killed in HashAggregate' KILL "$hashed" 'client backend' "$spilling"
ends 'a parallel worker terminated' TERM "$parallel" 'parallel worker' true
ends 'a parallel worker killed' KILL "$parallel" 'parallel worker' true
