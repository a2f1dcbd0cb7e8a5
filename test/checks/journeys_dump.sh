#!/bin/bash
# Dump and restore, COPY as text and as binary: the same bytes come back.
set -euo pipefail

query() { psql -XqAt -v ON_ERROR_STOP=1 -d "$1" -c "$2"; }
other=${PGDATABASE}_restored
trap 'dropdb --if-exists "$other"' EXIT
line() { if [ "$1" = "$2" ]; then echo "ok - $3"; else echo "not ok - $3"; echo "# got $1, expected $2"; fi; }

query "$PGDATABASE" "
	CREATE TABLE kept AS
	SELECT 'bigint' AS kind, n % 7 AS grp, plg.journeys(n * n % 300, '2026-01-01'::timestamptz + make_interval(secs => n * 7919 % 100000), 'event ' || n % 5) AS j
	FROM generate_series(1::bigint, 5000) n GROUP BY 2
	UNION ALL
	SELECT 'uuid', n % 7, plg.journeys(md5((n % 300)::text)::uuid, '2026-01-01'::date + (n % 100)::int, 'ключ|' || n % 5)
	FROM generate_series(1::bigint, 5000) n GROUP BY 2
	UNION ALL
	SELECT 'text', n, plg.journeys('kündin ' || n % 3, '1960-01-01'::timestamp + make_interval(secs => n / 1000.0), '')
	FROM generate_series(1::bigint, 300) n GROUP BY 2
	UNION ALL SELECT 'none', 0, NULL;"
digest="SELECT md5(string_agg(concat_ws('/', kind, grp, coalesce(j::text, 'NULL')), ',' ORDER BY kind, grp)) || ' ' || count(*) || ' ' || sum(plg.events(j)) FROM kept"
before=$(query "$PGDATABASE" "$digest")

createdb -T template0 "$other"
pg_dump -d "$PGDATABASE" | psql -XqAt -v ON_ERROR_STOP=1 -d "$other" >/dev/null
line "$(query "$other" "$digest")" "$before" "pg_dump and restore"

for format in text csv binary; do
	query "$other" "TRUNCATE kept"
	query "$PGDATABASE" "COPY kept TO STDOUT (FORMAT $format)" |
		psql -XqAt -v ON_ERROR_STOP=1 -d "$other" -c "COPY kept FROM STDIN (FORMAT $format)"
	line "$(query "$other" "$digest")" "$before" "COPY in format $format"
done

# pg_dump of a value that is stored out of line, and one statement for each row
query "$PGDATABASE" "CREATE TABLE big AS SELECT plg.journeys(n * n % 5000, '2026-01-01'::timestamptz + make_interval(secs => n * 7919 % 1000003), 'event ' || n % 5) AS j
	FROM generate_series(1::bigint, 200000) n"
big="SELECT md5(j::text) || plg.events(j) FROM big"
pg_dump -d "$PGDATABASE" --inserts -t big | grep -v '^SELECT pg_catalog.set_config' | psql -XqAt -v ON_ERROR_STOP=1 -d "$other" >/dev/null
line "$(query "$other" "$big")" "$(query "$PGDATABASE" "$big")" "pg_dump --inserts of a large value"
line "$(query "$other" "SELECT attstorage FROM pg_attribute WHERE attrelid = 'big'::regclass AND attname = 'j'")" e "stored out of line without compression"
query "$PGDATABASE" "DROP TABLE kept, big"
