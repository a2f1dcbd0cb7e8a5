#!/bin/bash
# The recipe of docs/qualified.md: the INSERT that makes an account qualify sees it and
# notifies, and reads that account alone.  examples/sales has it in two sessions (sales.sh).
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

# heard STATEMENT...: what sales hears, who has listened before
heard() { psql -XqAt -v ON_ERROR_STOP=1 -c 'LISTEN pqa' -c "$recipe" "${@/#/-c}"; }
check() { if [[ $2 == $3 ]]; then echo "ok - $1"; else echo "not ok - $1: $2"; fi; }
check 'what is rolled back notifies nobody' "$(heard BEGIN "EXECUTE note_activity('acme', 4, '2026-04-02')" "EXECUTE note_activity('acme', 5, '2026-04-03')" ROLLBACK | tr '\n' ' ')" 't '
check 'the fourth member is no news' "$(heard "EXECUTE note_activity('acme', 4, '2026-04-02')")" ''
check 'the fifth is, and sales hears of it' "$(heard "EXECUTE note_activity('acme', 5, '2026-04-03')" | tr '\n' ' ')" 't Asynchronous notification "pqa" with payload "acme" received*'
check 'the same member is no further one' "$(heard "EXECUTE note_activity('acme', 5, '2026-04-04')")" ''

plan=$(psql -XqAt -c "$recipe" -c 'SET plan_cache_mode = force_generic_plan' -c "EXPLAIN EXECUTE note_activity('acme', 6, '2026-04-04')")
check 'one account is read by the index' "$(grep -c 'activity_account_at_idx' <<<"$plan" || true)" '[1-9]*'
check 'and by nothing else' "$(grep -c 'Seq Scan' <<<"$plan" || true)" 0
