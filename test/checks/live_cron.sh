#!/bin/bash
# The recipe of docs/live.md: pg_cron refreshes a live value once a minute, as the
# role that has scheduled it, who owns the value and is nobody else.
# test: slow, 60 s
set -euo pipefail
. "$PLG_ROOT/test/second"
if [ ! -f "$("$PG_CONFIG" --sharedir)/extension/pg_cron.control" ]; then
	echo "ok - pg_cron refreshes # SKIP there is no pg_cron (Debian: postgresql-$("$PG_CONFIG" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')-cron)"
	exit
fi
database=$(psql -XqAtc 'SELECT current_database()')
SECOND_STANDBY=no second_start shared_preload_libraries=pg_cron cron.database_name="$database" cron.use_background_workers=on
ask() { second psql -XqAt -v ON_ERROR_STOP=1 "$@"; }
recipe=$(sed -n 's/^SELECT cron\.schedule/&/p' "$PLG_ROOT/docs/live.md")
line "$(wc -l <<<"$recipe")" 1 'docs/live.md has the recipe'
ask <<END >/dev/null
CREATE EXTENSION pg_cron;
CREATE ROLE app_owner LOGIN;
GRANT USAGE ON SCHEMA cron TO app_owner;
GRANT CREATE ON SCHEMA public TO app_owner;
SET SESSION AUTHORIZATION app_owner;
CREATE TABLE events (user_id bigint, created_at timestamptz, name text);
SELECT plg.live_create('app', 'events', 'user_id', 'created_at', 'name');
SELECT plg.live_refresh('app');
INSERT INTO events SELECT n, '2026-01-01', 'signup' FROM generate_series(1, 1000) n;
$recipe
END
line "$(ask -c "SELECT pending FROM plg.live_status('app')")" 1000 'a thousand rows are pending'
for _ in {1..75}; do
	[ "$(ask -c "SELECT pending FROM plg.live_status('app')")" != 0 ] || break
	sleep 1
done
line "$(ask -c "SELECT pending, pieces, sealed FROM plg.live_status('app')")" '0|1|t' 'within a minute they are a piece'
line "$(ask -c "SELECT DISTINCT username FROM cron.job_run_details")" app_owner 'the job ran as its owner'
line "$(ask -c "SELECT count(*) FROM plg.live_check('app')")" 0 'nothing differs'
