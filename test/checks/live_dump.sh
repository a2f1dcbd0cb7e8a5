#!/bin/bash
# A live value dumped and restored, as a whole, in parallel, its data alone: it
# is right at once, since no seal of another database holds, and after a refresh
# sealed.  And the extension dropped from under it.
# test: 30 s
set -euo pipefail
export PGOPTIONS='-c client_min_messages=warning -c timezone=UTC'
other=${PGDATABASE}_restored
dump=$(mktemp -d /tmp/plg.XXXXXX)
trap 'rm -rf "$dump"; dropdb --if-exists -f "$other"' EXIT
query() { psql -XqAt -v ON_ERROR_STOP=1 -d "$1" -c 'SET search_path TO app, public' -c "$2" 2>&1; }
line() { if [[ "$1" = $2 ]]; then echo "ok - $3"; else printf 'not ok - %s\n# got %s, expected %s\n' "$3" "$1" "$2"; fi; }
fresh() { psql -Xq -d postgres -c "DROP DATABASE IF EXISTS $other WITH (FORCE)" -c "CREATE DATABASE $other TEMPLATE template0"; }
events() { query "$1" 'SELECT plg.events(j) FROM l'; }

psql -Xq -f ../oracle/live.sql >/dev/null
psql -Xq -v ON_ERROR_STOP=1 >/dev/null <<'END'
SET search_path TO app, public;
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE users (id bigint PRIMARY KEY, created_at timestamptz);
CREATE TABLE events (id int, user_id bigint, at date, mood mood) PARTITION BY RANGE (at);
CREATE TABLE events_0 (mood mood, at date, user_id bigint, id int);
ALTER TABLE events ATTACH PARTITION events_0 FOR VALUES FROM (MINVALUE) TO ('2026-02-01');
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-02-01') TO (MAXVALUE);
INSERT INTO users SELECT n, '2026-01-01' FROM generate_series(1, 20) n;
INSERT INTO events SELECT n, n % 20 + 1, date '2026-01-01' + n % 60, CASE n % 2 WHEN 0 THEN 'good' ELSE 'bad' END::mood FROM generate_series(1, 200) n;
SELECT plg.live_create('l', 'events', 'user_id', 'at', 'mood', buckets => 3);
SELECT plg.live_add('l', 'users', 'id', 'created_at', $$'signup'$$);
INSERT INTO base VALUES ('l', $$SELECT user_id, at::timestamp AT TIME ZONE 'UTC', mood::text FROM app.events UNION ALL SELECT id, created_at, 'signup' FROM app.users$$);
SELECT plg.live_refresh('l');
DELETE FROM events WHERE id % 9 = 0;
UPDATE events SET at = at + 30 WHERE id % 7 = 0;
INSERT INTO events VALUES (900, 1, '2026-01-05', 'good');
END
count=$(events "$PGDATABASE")
line "$(query "$PGDATABASE" "SELECT sealed AND pending > 0 AND pieces > 0 FROM plg.live_status('l')")" t 'there are pieces and pending rows to dump'
write="INSERT INTO users VALUES (100, '2026-03-01'); INSERT INTO events VALUES (901, 100, '2026-01-05', 'bad'); INSERT INTO events_1 VALUES (902, 2, '2026-03-05', 'bad'); DELETE FROM events_0 WHERE id < 10; UPDATE events SET mood = 'good' WHERE id BETWEEN 10 AND 30;"
# restored WHAT [SEALED]: and the writes after it
restored()
{
	line "$(query "$other" "SELECT coalesce(differs('l'), 'same')")" same "$1: at once"
	line "$(events "$other")" "$count" "$1: as many events"
	query "$other" "$write"
	line "$(query "$other" "SELECT same('$1: written to and refreshed', ${2:-true})")" ok* "$1: written to and refreshed"
	query "$other" "UPDATE events SET mood = 'bad' WHERE id BETWEEN 10 AND 30"
	line "$(query "$other" "SELECT same('$1: and again', ${2:-true})")" ok* "$1: and again"
}

for format in '-Fp' '-Fp --inserts' '-Fc' '-Fd -j2' '-Fc --no-owner --clean --if-exists'; do
	fresh
	rm -rf "$dump/d"
	pg_dump $format -f "$dump/d" "$PGDATABASE"
	case $format in
		-Fp*) psql -XqAt -v ON_ERROR_STOP=1 -d "$other" -f "$dump/d" >/dev/null ;;
		-Fd*) pg_restore -j2 -d "$other" "$dump/d" ;;
		*) pg_restore -d "$other" "$dump/d" ;;
	esac
	restored "pg_dump $format"
	line "$(query "$other" "SELECT string_agg(DISTINCT tgenabled::text, '') FROM pg_trigger WHERE tgfoid = 'plg.live_capture'::regproc")" A "pg_dump $format: triggers are ENABLE ALWAYS"
done

# by its parts: sections, the schema, then the data
fresh
for section in pre-data data post-data; do
	pg_dump --section=$section "$PGDATABASE" | psql -XqAt -v ON_ERROR_STOP=1 -d "$other" >/dev/null
done
restored 'pg_dump --section'
fresh
pg_dump -s "$PGDATABASE" | psql -XqAt -v ON_ERROR_STOP=1 -d "$other" >/dev/null
pg_dump -s "$PGDATABASE" -f "$dump/schema"
pg_dump -a "$PGDATABASE" -f "$dump/data"
pg_dump -a --disable-triggers "$PGDATABASE" -f "$dump/data_disabled"
pg_dump -a -t app.users -t app.events -t app.events_0 -t app.events_1 "$PGDATABASE" -f "$dump/tables"
pg_dump -a -t 'app.l_*' "$PGDATABASE" -f "$dump/own"
line "$(query "$other" 'SELECT j IS NULL FROM l')" t 'the schema alone'
psql -XqAt -v ON_ERROR_STOP=1 -d "$other" -f "$dump/data" >/dev/null
restored 'pg_dump --data-only, triggers capture it'
fresh
psql -XqAt -v ON_ERROR_STOP=1 -d "$other" -f "$dump/schema" >/dev/null
psql -XqAt -v ON_ERROR_STOP=1 -d "$other" -f "$dump/data_disabled" >/dev/null
restored 'pg_dump --data-only --disable-triggers' false
query "$other" "ALTER TABLE users ENABLE ALWAYS TRIGGER l_source_2; ALTER TABLE events ENABLE ALWAYS TRIGGER l_source_1"
line "$(query "$other" "SELECT same('x')")" ok* 'and with its triggers ENABLE ALWAYS again'
fresh
psql -XqAt -v ON_ERROR_STOP=1 -d "$other" -f "$dump/schema" >/dev/null
psql -XqAt -v ON_ERROR_STOP=1 -d "$other" -f "$dump/own" >/dev/null
line "$(query "$other" 'SELECT j IS NULL FROM l')" t 'its own tables alone'
query "$other" "SELECT plg.live_refresh('l')" >/dev/null
query "$other" "INSERT INTO base VALUES ('l', $(query "$PGDATABASE" "SELECT quote_literal(query) FROM base"))"
psql -XqAt -v ON_ERROR_STOP=1 -d "$other" -f "$dump/tables" >/dev/null
restored 'then the data of the tables'

# into the same database, where the seal of the dump could hold
query "$PGDATABASE" 'TRUNCATE users, events, base, l_pending, l_pieces, l_state'
psql -XqAt -v ON_ERROR_STOP=1 -f "$dump/data" >/dev/null
other_one=$other other=$PGDATABASE
restored 'into the same database, emptied'
other=$other_one

# and without any trace but what is restored
query "$PGDATABASE" "SELECT plg.live_refresh('l')" >/dev/null
pg_dump -a "$PGDATABASE" -f "$dump/data"
query "$PGDATABASE" 'DELETE FROM events; DELETE FROM users; DELETE FROM base'
query "$PGDATABASE" "SELECT plg.live_refresh('l')" >/dev/null
psql -XqAt -v ON_ERROR_STOP=1 -f "$dump/data" >/dev/null
line "$(query "$PGDATABASE" "SELECT sealed, reason FROM plg.live_status('l')")" 'f|a dump was restored*' 'a restored dump is a reason to read the tables'
line "$(query "$PGDATABASE" "SELECT coalesce(differs('l'), 'same')")" same 'into the same database, whose rows were deleted: at once'
line "$(query "$PGDATABASE" "SELECT same('x')")" ok* 'and refreshed'
line "$(query "$PGDATABASE" "SELECT sealed FROM plg.live_status('l')")" t 'and sealed then'

# the extension goes
line "$(query "$PGDATABASE" 'DROP EXTENSION plg')" '*other objects depend on it*' 'DROP EXTENSION is refused'
query "$PGDATABASE" 'DROP EXTENSION plg CASCADE' >/dev/null
line "$(query "$PGDATABASE" "INSERT INTO users VALUES (300, now()); INSERT INTO events VALUES (1, 300, '2026-01-01', 'bad'); UPDATE events SET mood = 'bad'; DELETE FROM users WHERE id = 300")" '' 'DROP EXTENSION CASCADE leaves writers at work'
line "$(query "$PGDATABASE" "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relname ~ '^l_' AND relkind IN ('r', 'v')")" 'l_pending l_pieces l_rows l_source_1 l_source_2 l_state' 'and tables and views without use'
query "$PGDATABASE" 'DROP SCHEMA app CASCADE' >/dev/null
