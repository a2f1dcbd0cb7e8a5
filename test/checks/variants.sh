#!/bin/bash
# The regression files (sql/*.sql) give the same output, byte for byte, whatever
# the plan, the memory and the database's locale: pg_regress once more in each of
# these variants, two at a time; in make check-all some of them, all by make variants,
# those that match a pattern by VARIANTS=pattern.
# test: slow, 90 s
set -euo pipefail
regress=$(dirname "$("$PG_CONFIG" --pgxs)")/../test/regress/pg_regress
[ -x "$regress" ] || { echo "ok - variants # SKIP this server comes without pg_regress"; exit; }
logs=$PLG_BUILD/variants
rm -rf "$logs" && mkdir -p "$logs"
: "${VARIANTS:=without the leader|work_mem 64 kB$|tr-TR}"
files=()
for file in "$PLG_ROOT"/sql/*.sql; do
	files+=("$(basename "$file" .sql)")
done

value() { psql -XqAt -d postgres -v ON_ERROR_STOP=1 -c "$1"; }
version=$(value 'SHOW server_version_num')
forced=$([ "$version" -lt 160000 ] && echo force_parallel_mode || echo debug_parallel_query)
parallel="$forced=regress parallel_setup_cost=0 parallel_tuple_cost=0 min_parallel_table_scan_size=0 max_parallel_workers_per_gather=2"

# variant NAME LOCALE SETTING...: LOCALE are options of CREATE DATABASE
variant()
{
	local name=$1 database=variant_${1//[^a-z0-9]/_} locale=$2 options= log setting

	shift 2
	[[ $name =~ $VARIANTS ]] || return 0
	log=$logs/$database
	for setting in "$@"; do
		options="$options -c $setting"
	done
	mkdir -p "$log"
	if (
		drop="DROP DATABASE IF EXISTS $database WITH (FORCE)"
		trap 'PGOPTIONS="-c client_min_messages=error" value "$drop"' EXIT
		value "CREATE DATABASE $database TEMPLATE template0 ENCODING 'UTF8' $locale"
		value "ALTER DATABASE $database SET lc_messages TO 'C'; ALTER DATABASE $database SET bytea_output TO 'hex'"
		psql -Xq -d "$database" -c 'CREATE EXTENSION plg'
		# -o: PostgreSQL's own options, in a database that is there already
		PGOPTIONS=$options "$regress" --inputdir="$PLG_ROOT" --outputdir="$log" --bindir="$("$PG_CONFIG" --bindir)" \
			--use-existing --dbname="$database" "${files[@]}"
	) >"$log/log" 2>&1; then
		echo "ok - ${#files[@]} regression files: $name" >"$log/line"
	else
		{
			echo "not ok - regression files: $name"
			grep -hE 'FAILED|^not ok|ERROR' "$log/log" | sed 's/^/# /' | head -n 30
			head -n 60 "$log/regression.diffs" 2>/dev/null | sed 's/^/# /'
		} >"$log/line"
	fi
	cat "$log/line"
}

one()
{
	variant 'serial' "LOCALE 'C'" max_parallel_workers_per_gather=0 jit=off
	variant 'parallel, with the leader' "LOCALE 'C'" $parallel
	variant 'parallel, without the leader' "LOCALE 'C'" $parallel parallel_leader_participation=off
	variant 'parallel, no hash aggregate' "LOCALE 'C'" $parallel enable_hashagg=off
	variant 'no hash aggregate, no sort' "LOCALE 'C'" enable_hashagg=off enable_sort=off
	variant 'work_mem 64 kB' "LOCALE 'C'" work_mem=64kB hash_mem_multiplier=1
	variant 'work_mem 64 kB, hash aggregate only' "LOCALE 'C'" work_mem=64kB hash_mem_multiplier=1 enable_sort=off enable_indexscan=off
}

other()
{
	variant 'partitionwise' "LOCALE 'C'" enable_partitionwise_aggregate=on enable_partitionwise_join=on $parallel
	variant 'no hash join, no nested loop, generic plans' "LOCALE 'C'" enable_hashjoin=off enable_nestloop=off plan_cache_mode=force_generic_plan
	if [ "$(value 'SELECT pg_jit_available()')" = t ]; then
		variant 'just-in-time compilation' "LOCALE 'C'" jit=on jit_above_cost=0 jit_optimize_above_cost=1000
	else
		echo 'ok - just-in-time compilation # SKIP this server has no LLVM'
	fi
	variant 'locale C.UTF-8' "LOCALE 'C.UTF-8'" enable_sort=on
	if [ "$(value "SELECT count(*) > 0 FROM pg_collation WHERE collprovider = 'i'")" = t ]; then
		variant 'ICU en-US' "LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'" enable_sort=on
		variant 'ICU tr-TR' "LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR' LOCALE 'C'" enable_sort=on
	else
		echo 'ok - ICU locales # SKIP this server was built without ICU'
	fi
	variant_turkish
}

# Turkish of the C library, where i and I are no pair for C's own functions
# either: where the system has no such locale it is made in a folder, and a
# server of its own is told to look there.
variant_turkish()
(
	[[ 'libc tr_TR' =~ $VARIANTS ]] || exit 0
	if locale -a 2>/dev/null | grep -qi '^tr_TR.utf-*8$'; then
		variant 'libc tr_TR' "LOCALE 'tr_TR.UTF-8'" enable_sort=on
		exit
	fi
	LOCPATH=$(mktemp -d /tmp/plg.XXXXXX)
	trap 'rm -rf "$LOCPATH"' EXIT
	chmod 755 "$LOCPATH"
	if ! localedef -i tr_TR -f UTF-8 "$LOCPATH/tr_TR.UTF-8" >"$logs/localedef" 2>&1; then
		echo 'ok - libc tr_TR # SKIP this system has no such locale, nor what it is made of'
		exit
	fi
	. "$PLG_ROOT/test/second"
	export LOCPATH
	SECOND_STANDBY=no second_start
	trap 'second_end; rm -rf "$LOCPATH"' EXIT
	export PGHOST=$second/s
	variant 'libc tr_TR' "LOCALE 'tr_TR.UTF-8'" enable_sort=on
)

one &
other
wait
