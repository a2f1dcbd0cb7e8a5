#!/bin/bash
# Live values under load (test/live/load): writers of all kinds, refreshes, DDL
# and killed backends for some seconds, on plain and on partitioned tables, and
# no answer that differs from the rows.  live_soak.sh is the same for longer.
# test: 60 s
set -euo pipefail
. "$PLG_ROOT/test/second"
. "$PLG_ROOT/test/live/judge"
SECOND_STANDBY=no second_start max_prepared_transactions=20 max_connections=60 synchronous_commit=off wal_level=logical
for shape in plain partitioned; do
	second "$PLG_ROOT/test/live/load" "${SECONDS_OF_LOAD:-12}" $shape truncate kill >"$second/out" 2>"$second/err" || sed 's/^/# /' "$second/err"
	judge "$shape, truncate, kill" 40 "$second/out"
done
# each answer is compared in a snapshot that may be old, where nothing is emptied
second "$PLG_ROOT/test/live/load" "${SECONDS_OF_LOAD:-12}" plain kill >"$second/out" 2>"$second/err" || sed 's/^/# /' "$second/err"
judge 'plain, kill' 40 "$second/out"
line "$(grep -cE 'TRAP:|terminated by signal (6|11)|PANIC' "$second/log" || true)" 0 'no process crashed'
