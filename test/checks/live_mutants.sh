#!/bin/bash
# The load test of live values sees what it looks for: with the lock, the rule of
# one statement, or the seal taken out of a copy of the sources, answers differ.
# test: slow, 60 s
set -euo pipefail
n=0
while read -r name reads differ; do
	n=$((n + 1))
	[ "${differ:-0}" -gt 0 ] && echo "ok - $name: $differ of $reads answers differ" || echo "not ok - $name: ${differ:-none} of $reads answers differ"
done < <(env -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE "$PLG_ROOT/test/live/mutants" "${SECONDS_OF_LOAD:-120}")
[ $n -ge 3 ] && echo "ok - $n mutants" || echo "not ok - $n mutants"
