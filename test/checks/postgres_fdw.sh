# test: 20 s
# Partitions on other servers by postgres_fdw: what is sent there and what comes
# back, that answers are those of a local copy, byte for byte, and the examples of
# docs/scale.md.  The two nodes are databases of this server; what they say
# passes through test/overheard, which counts it.  DOCS_UPDATE=too writes what the
# examples give into the page.
if [ "$(psql -XqAt -c "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'")" = 0 ]; then
	echo 'ok - partitions on other servers # SKIP this server comes without postgres_fdw'
	exit
fi
. "$PLG_ROOT/tools/lib.sh"
home=$PGDATABASE
work=$(mktemp -d /tmp/plg.XXXXXX)
chmod 711 "$work"
ear=
end()
{
	exec 7>&-
	[ -z "$ear" ] || wait "$ear"
	drop_database "${home}_node0"
	drop_database "${home}_node1"
	rm -rf "$work"
}
trap end EXIT
mkfifo "$work/leash"
exec 7<>"$work/leash"
mkdir "$work/s" "$work/said"
chmod 711 "$work/s"
way=$PGHOST
if have python3; then
	"$PLG_ROOT/test/overheard" "$work/s/.s.PGSQL.$PGPORT" "$PGHOST/.s.PGSQL.$PGPORT" "$work/said" <"$work/leash" 7>&- &
	ear=$!
	way=$work/s
	for ((tries = 300; tries > 0; tries--)); do
		[ ! -S "$work/s/.s.PGSQL.$PGPORT" ] || break
		sleep 0.1
	done
fi
for node in 0 1; do
	fresh_database "${home}_node$node" || exit
	PGDATABASE=${home}_node$node psql -XqAt -v ON_ERROR_STOP=1 -v node=$node -f ../oracle/fdw_node.sql || exit
done
psql -XqAt -v ON_ERROR_STOP=1 -v way="$way" -v home="$home" -v port="$PGPORT" -f ../oracle/fdw.sql || exit

# moved WHAT AT_MOST SQL: kilobytes of both ways
moved()
{
	local before kilobytes

	if [ -z "$ear" ]; then
		echo "ok - $1 # SKIP there is no python3, which counts what servers say"
		return
	fi
	before=$(cat "$work"/said/* | wc -c)
	psql -XqAt -c "SET enable_partitionwise_aggregate = on" -c "$3" >/dev/null || echo "not ok - $1 answers"
	kilobytes=$((($(cat "$work"/said/* | wc -c) - before + 999) / 1000))
	if [ "$kilobytes" -le "$2" ]; then
		echo "ok - $1 moves $kilobytes kB"
	else
		echo "not ok - $1 moves $kilobytes kB, more than $2"
	fi
}
moved 'a value of all rows' 6000 'SELECT plg.journeys(who, at, event) FROM far'
moved 'a value of each node, rolled up' 800 'SELECT plg.rollup(j) FROM (SELECT node, plg.journeys(who, at, event) AS j FROM far GROUP BY node) s'
moved 'the same conversions, by a view on each node' 80 'SELECT plg.rollup(c) FROM far_conversions'
moved 'rows of a reader, by a view on each node' 8 "SELECT sum(entered), sum(mature), sum(converted) FROM far_activation WHERE as_of = '2026-06-01 00:00+00'"

psql -Xq -c 'DROP TABLE far, far_conversions, far_activation, hashed, mixed'
cd "$PLG_ROOT" && DOCS_WHERE=fdw test/docs ${DOCS_UPDATE:+--update} docs/scale.md
