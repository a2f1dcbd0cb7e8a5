#!/bin/bash
# The recipe of docs/qualified.md with two sessions: the INSERT that makes an account
# qualify sees it before COMMIT, and notifies; a rollback notifies nobody.
set -euo pipefail
export PGOPTIONS='-c timezone=UTC -c client_min_messages=warning'

psql -XqAt -v ON_ERROR_STOP=1 <<'END'
CREATE TABLE activity (account text, user_id bigint, plan text, at timestamptz);
INSERT INTO activity SELECT 'acme', n, 'free', timestamptz '2026-04-01' + n * interval '1 hour' FROM generate_series(1, 3) n;
INSERT INTO activity SELECT 'other', n % 4, 'free', timestamptz '2026-03-20' + n * interval '1 minute' FROM generate_series(1, 20000) n;
CREATE INDEX ON activity (account, at);
ANALYZE activity;
END

# the recipe, out of the page itself
recipe=$(awk '/^PREPARE note_activity/ { on = 1 } on { print } on && /;$/ { exit }' "$PLG_ROOT/docs/qualified.md")
[ -n "$recipe" ] || echo "not ok - the page has no recipe"

# the session of sales, which hears what is said whenever it asks
coproc SALES { exec psql -XqAt; }
sales=$SALES_PID
ask() { echo "SELECT 'asked $1';" >&"${SALES[1]}"; heard=; while read -r line <&"${SALES[0]}"; do [ "$line" = "asked $1" ] && break; heard+=$line; done; read -r -t 0.3 line <&"${SALES[0]}" && heard+=$line || true; }
echo 'LISTEN pqa;' >&"${SALES[1]}"
ask 0

# write END STATEMENT...: one transaction
write() { local end=$1; shift; psql -XqAt -v ON_ERROR_STOP=1 -c "$recipe" -c BEGIN "${@/#/-c}" -c "$end"; }
check() { if [[ $2 == $3 ]]; then echo "ok - $1"; else echo "not ok - $1: $2"; fi; }

check 'the fourth member is no news' "$(write COMMIT "EXECUTE note_activity('acme', 4, '2026-04-02')")" ''
ask 1
check 'and nobody hears of it' "$heard" ''
check 'the fifth is, before COMMIT' "$(write ROLLBACK "EXECUTE note_activity('acme', 5, '2026-04-03')")" t
ask 2
check 'a rollback notifies nobody' "$heard" ''
check 'again, and the sixth no more' "$(write COMMIT "EXECUTE note_activity('acme', 5, '2026-04-03')" "EXECUTE note_activity('acme', 6, '2026-04-03 01:00')")" t
ask 3
check 'a commit notifies once' "$heard" '*Asynchronous notification "pqa" with payload "acme" received*'
check 'the same member is no further one' "$(write COMMIT "EXECUTE note_activity('acme', 6, '2026-04-04')")" ''

plan=$(psql -XqAt -c "$recipe" -c 'SET plan_cache_mode = force_generic_plan' -c "EXPLAIN EXECUTE note_activity('acme', 6, '2026-04-04')")
check 'one account is read by the index' "$(grep -c 'activity_account_at_idx' <<<"$plan" || true)" '[1-9]*'
check 'and by nothing else' "$(grep -c 'Seq Scan' <<<"$plan" || true)" 0
echo '\q' >&"${SALES[1]}"
wait "$sales"
