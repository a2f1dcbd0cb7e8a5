#!/bin/bash
# Live values under load (test/live/load): writers of all kinds, refreshes, DDL
# and killed backends for some seconds, on plain and on partitioned tables, and
# no answer that differs from the rows.  live_soak.sh is the same for longer.
# test: 60 s
set -euo pipefail
. "$PLG_ROOT/test/second"
. "$PLG_ROOT/test/live/judge"
SECOND_STANDBY=no second_start max_prepared_transactions=20 max_connections=60 synchronous_commit=off wal_level=logical
pieces=0
for load in 'plain truncate kill' 'partitioned truncate kill' 'plain kill'; do
	second "$PLG_ROOT/test/live/load" 12 $load >"$second/out" 2>"$second/err" || sed 's/^/# /' "$second/err"
	judge "$load" "$second/out" 20 sealed pending moves
	pieces=$((pieces + $(awk '$1 == "pieces" { print $2 }' "$second/out")))
done
line $((pieces > 0)) 1 "$pieces answers of several pieces"
line "$(grep -cE 'TRAP:|terminated by signal|PANIC' "$second/log" || true)" 0 'no process crashed'
