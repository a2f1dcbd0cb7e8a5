# The project's own files agree with each other.
cd "$PLG_ROOT" || exit 1

check()
{
	local what=$1
	shift
	if "$@"; then echo "ok - $what"; else echo "not ok - $what"; fi
}

version=$(sed -n "s/^default_version = '\(.*\)'/\1/p" plg.control)
in_meta=$(grep -c "\"version\": \"$version\"" META.json)
check "META.json states version $version of the control file, twice" [ "$in_meta" = 2 ]
check "CHANGELOG.md begins with version $version" \
	[ "$(sed -n 's/^## \([^ ]*\).*/\1/p' CHANGELOG.md | head -n 1)" = "$version" ]
check "the installed version is $version" \
	[ "$(psql -XqAtc "SELECT extversion FROM pg_extension WHERE extname = 'plg'")" = "$version" ]

json_is_valid()
{
	psql -XqAt -v ON_ERROR_STOP=1 -v meta="$(cat META.json)" >/dev/null <<<"SELECT (:'meta')::json"
}
check "META.json is JSON" json_is_valid

exports=$(nm -D --defined-only "$PLG_BUILD/plg.so" | awk '$2 ~ /[A-Z]/ { print $3 }' |
	grep -vE '^(plg_|pg_finfo_plg_|Pg_magic_func$|_init$|_fini$)')
check "every exported symbol begins with plg_ ${exports:+(not $exports)}" [ -z "$exports" ]

# The private server is the only one that tests may reach.
check "the server listens on no TCP port" [ -z "$(psql -XqAtc 'SHOW listen_addresses')" ]
