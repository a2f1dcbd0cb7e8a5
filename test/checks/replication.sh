#!/bin/bash
# Stored values on a streaming standby, which may only read, and through logical
# replication, as text and as binary: the same bytes and the same answers.
# test: slow, 10 s
set -euo pipefail
. "$PLG_ROOT/test/second"

query() { psql -XqAt -v ON_ERROR_STOP=1 -c "$1"; }

query "
CREATE TABLE event AS SELECT n * n % 700 AS who, '2026-01-01'::timestamptz + make_interval(secs => n * 7919 % 10000019) AS at, 'event ' || n % 7 AS what
	FROM generate_series(1::bigint, 60000) n;
CREATE TABLE kept AS
	SELECT g AS id, plg.journeys(who, at, what) FILTER (WHERE g > 0) AS j, plg.conversion(at, at + make_interval(mins => who::int), '2026-03-01') AS c,
		plg.ledger(who, who * 1.25, at, NULL::timestamptz) AS l
	FROM event, (VALUES (0), (1), (20)) v (g) WHERE g < 20 OR who < 20 GROUP BY 1;
ALTER TABLE kept ADD PRIMARY KEY (id)"
# all bytes, an answer of each noun, and values built anew
digest="SELECT md5(string_agg(concat_ws('/', id, j::text, c::text, l::text), ',' ORDER BY id)) || ' ' || count(*)
	|| ' ' || round(sum(plg.activation_rate(j, 'event 1', 'event 2', '7 days', '2026-04-01'))::numeric, 9)
	|| ' ' || sum(plg.ttv(c, 0.5, '7 days')) || ' ' || sum(plg.mrr(l, '2026-03-01'))
	|| ' ' || (SELECT sum(m.closing) FROM kept k, plg.movements(k.l, 'month', '2026-01-01', '2026-05-01') m)
	|| ' ' || (SELECT string_agg(f.entities::text, ',' ORDER BY k.id, f.step) FROM kept k, plg.funnel(k.j, '{event 0,event 3,event 5}', '9 days', '2026-04-01') f)
FROM kept"
built="SELECT md5(plg.journeys(who, at, what)::text || plg.ledger(who, who, at, NULL::timestamptz)::text || plg.conversion(at, at, at)::text) FROM event"
before=$(query "$digest")
fresh=$(query "$built")

second_start wal_level=logical hot_standby=on
line "$(second query 'SELECT pg_is_in_recovery()')" t 'a standby runs'
for _ in $(seq 100); do
	[ "$(second query "SELECT to_regclass('kept') IS NOT NULL")" != t ] || break
	sleep 0.1
done
line "$(second query "$digest")" "$before" 'a standby reads stored values'
line "$(second query "$built")" "$fresh" 'a standby builds values'
line "$(second query "SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET work_mem = '64kB'; $built")" "$fresh" 'a standby builds values in parallel'
query "INSERT INTO kept SELECT id + 100, plg.rollup(j), plg.rollup(c), plg.rollup(l) FROM kept GROUP BY id"
before=$(query "$digest")
query 'CREATE TABLE mark ()'
for _ in $(seq 100); do
	[ "$(second query "SELECT to_regclass('mark') IS NOT NULL")" != t ] || break
	sleep 0.1
done
line "$(second query "$digest")" "$before" 'a standby gets values that are stored later'

# from the standby, promoted, to the first server
second_pg_ctl promote -w
line "$(second query 'SELECT pg_is_in_recovery()')" f 'the standby is promoted'
second query 'CREATE PUBLICATION plg_values FOR TABLE kept'
subscribed()
{
	for _ in $(seq 200); do
		[ "$(query "$digest")" != "$1" ] || return 0
		sleep 0.1
	done
}
trap 'query "ALTER SUBSCRIPTION plg_values DISABLE; ALTER SUBSCRIPTION plg_values SET (slot_name = NONE); DROP SUBSCRIPTION plg_values" >/dev/null 2>&1 || true; second_end' EXIT
offset=1000
for binary in false true; do
	query 'TRUNCATE kept'
	query "CREATE SUBSCRIPTION plg_values CONNECTION 'host=$second/s port=$PGPORT user=$PGUSER dbname=$PGDATABASE' PUBLICATION plg_values WITH (binary = $binary)" 2>/dev/null
	before=$(second query "$digest")
	subscribed "$before"
	line "$(query "$digest")" "$before" "logical replication, binary $binary: what was there"
	# values out of line that do not change are not sent again
	second query "UPDATE kept SET id = -id; DELETE FROM kept WHERE id % 10 = -1; INSERT INTO kept SELECT id + $offset, j, c, NULL FROM kept"
	before=$(second query "$digest")
	subscribed "$before"
	line "$(query "$digest")" "$before" "logical replication, binary $binary: what came later"
	query 'DROP SUBSCRIPTION plg_values'
	offset=1000000
done
trap second_end EXIT
query 'DROP TABLE kept, event, mark'
