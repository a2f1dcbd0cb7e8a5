# From this version to a next one, made from the same source: its objects come
# by ALTER EXTENSION plg UPDATE, stored values stay as they are, and a library
# and objects of two versions are not mixed up unnoticed.  On a server of its
# own, for its installation changes.
if [ -z "${PLG_UPDATE_CHECK:-}" ]; then
	PLG_UPDATE_CHECK=here exec "$PLG_ROOT/tools/server" bash "$PWD/update.sh"
fi
cd "$PLG_ROOT" || exit 1
tree=${PLG_SERVER_LOG%/*}/tree
work=$(mktemp -d "$PLG_BUILD/update.XXXXXX")
trap 'rm -rf "$work"' EXIT
version=$(sed -n "s/^default_version = '\(.*\)'/\1/p" plg.control)
next=$version.next

ask()
{
	PGOPTIONS='-c timezone=UTC' psql -XqAt -v ON_ERROR_STOP=1 "$@" 2>&1
}
# same GOT WANTED WHAT
same()
{
	if [ "$1" = "$2" ]; then
		echo "ok - $3"
	else
		echo "not ok - $3"
		printf '%s\n' "got:" "$1" "wanted:" "$2" | sed 's/^/# /' | cut -c 1-500
	fi
}
ask -c 'CREATE DATABASE kept' >/dev/null
ask -d kept -c 'CREATE EXTENSION plg' -c "
	CREATE TABLE kept AS
	SELECT n % 7 AS grp, plg.journeys(n % 300, timestamptz '2026-01-01' + make_interval(secs => n * 7919 % 1000000), 'event ' || n % 5) AS j,
		plg.conversion(timestamptz '2026-01-01', '2026-01-01'::timestamptz + make_interval(mins => n), '2026-02-01') AS c,
		plg.ledger(n % 300, n % 90, date '2026-01-01' + n % 100, date '2026-06-01') AS l
	FROM generate_series(1, 5000) n GROUP BY 1"
answers="SELECT md5(string_agg(concat_ws('/', j::text, c::text, l::text, plg.activation_rate(j, 'event 0', 'event 1', '7 days', '2026-02-01'),
		plg.ttv(c, 0.5, '30 days'), plg.nrr(l, '2026-02-01', '2026-04-01')), ',' ORDER BY grp)), count(*) FROM kept"
before=$(ask -d kept -c "$answers")
[[ $before != *ERROR* ]] || echo "not ok - the answers: $before"

same "$(ask -d kept -c 'ALTER EXTENSION plg UPDATE')" "NOTICE:  version \"$version\" of extension \"plg\" is already installed" \
	"without a next version there is nothing to update"

# The next version: one more function.  Objects that do not know their version
# need not be compiled again.
cp -R Makefile plg.control src tools "$work"
mkdir -p "$work/build/next" "$work/src/upgrade"
cp -R "$PLG_BUILD/src" "$work/build/next"
rm -f "$work/build/next/src/pg/module.o"
sed -i "s/^default_version = .*/default_version = '$next'/" "$work/plg.control"
new="CREATE FUNCTION plg.next() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS \$\$ SELECT 'next' \$\$;"
echo "$new" >"$work/src/upgrade/plg--$version--$next.sql"
echo "$new" >>"$work/src/readers/values.sql"
find "$work/build/next" -name '*.o' -exec touch {} +
install()
(
	unset MAKEFLAGS MFLAGS MAKELEVEL
	cd "$1" && make -s -f ../../Makefile PG_CONFIG="$PG_CONFIG" with_llvm=no all install DESTDIR="$tree" >"$work/log" 2>&1 || tail -n 20 "$work/log"
)
same "$(install "$work/build/next")" "" "the next version builds and installs"
same "$(ask -d kept -c "SELECT path FROM pg_extension_update_paths('plg') WHERE source = '$version' AND target = '$next'")" \
	"$version--$next" "there is a path from $version to it"

same "$(ask -d kept -c "$answers")" \
	"WARNING:  plg's library is of version \"$next\", its objects in this database are of version \"$version\"
HINT:  If the library is the newer one, run ALTER EXTENSION plg UPDATE; else install the newer one and connect again.
$before" "a newer library warns, once, and answers as before"
same "$(ask -d kept -c 'ALTER EXTENSION plg UPDATE' -c 'SELECT extversion FROM pg_extension WHERE extname = $$plg$$' -c 'SELECT plg.next()')" \
	"$next
next" "ALTER EXTENSION plg UPDATE brings the new function"
same "$(ask -d kept -c "$answers")" "$before" "stored values have the same bytes and answers, and nobody is warned"

objects="SELECT i.type, i.identity, pg_get_functiondef(p.oid), obj_description(d.objid, d.classid::regclass::name)
	FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
	CROSS JOIN pg_identify_object(d.classid, d.objid, 0) i
	LEFT JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid AND p.prokind = 'f' ORDER BY 1, 2"
ask -c 'CREATE DATABASE fresh' >/dev/null
ask -d fresh -c 'CREATE EXTENSION plg' >/dev/null
lines=$(ask -d fresh -c "$objects" | grep -c .)
[ "$lines" -gt 1000 ] || echo "not ok - $lines lines of objects"
same "$(ask -d kept -c "$objects" | md5sum)" "$(ask -d fresh -c "$objects" | md5sum)" "an updated database has the $lines lines of objects of a fresh one"

# The older library beside the newer scripts.
cp --remove-destination "$PLG_BUILD/plg.so" "$tree$("$PG_CONFIG" --pkglibdir)"
ask -c 'CREATE DATABASE stale' >/dev/null
same "$(ask -d stale -c 'CREATE EXTENSION plg' | grep -E '^(ERROR|HINT)')" \
	"ERROR:  plg's library is of version \"$version\", the extension's script of version \"$next\"
HINT:  Install both from one version of plg, and connect again." "an older library stops CREATE EXTENSION"
