#!/bin/bash
# Live values under load (test/live/load) until 10,000 answers have been
# compared with the rows: each kind of load in turn, none differs.  Who has to wait for
# a transaction that is prepared and killed may refresh nothing within one load.
# test: slow, 100 s
set -euo pipefail
. "$PLG_ROOT/test/second"
. "$PLG_ROOT/test/live/judge"
SECOND_STANDBY=no second_start max_prepared_transactions=20 max_connections=60 synchronous_commit=off wal_level=logical
reads=0 pieces=0 moves=0 fills=0
for ((round = 1; round <= 9 && reads < ${READS:-10000}; round++)); do
	for load in 'plain' 'partitioned truncate kill' 'plain truncate kill' 'partitioned kill'; do
		second "$PLG_ROOT/test/live/load" 20 $load >"$second/out" 2>"$second/err" || sed 's/^/# /' "$second/err"
		judge "round $round, $load" "$second/out" 30 sealed pending
		reads=$((reads + $(awk '$1 == "reads" { print $2 }' "$second/out")))
		moves=$((moves + $(awk '$1 == "moves" { print $2 }' "$second/out")))
		[[ $load != *truncate* ]] || fills=$((fills + $(awk '$1 == "fills" { print $2 }' "$second/out")))
		pieces=$((pieces + $(awk '$1 == "pieces" { print $2 }' "$second/out")))
	done
done
line $((reads >= ${READS:-10000})) 1 "$reads answers have been compared"
line $((moves >= 50)) 1 "$moves refreshes moved what was pending"
line $((fills >= 4)) 1 "$fills refreshes filled anew after what cannot be captured"
line $((pieces > 0)) 1 "$pieces of them of several pieces"
line "$(grep -cE 'TRAP:|terminated by signal|PANIC' "$second/log" || true)" 0 'no process crashed'
