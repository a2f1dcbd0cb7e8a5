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
check "debian/changelog begins with it, too" \
	[ "$(sed -n '1s/^plg (\([^-]*\)-.*/\1/p' debian/changelog)" = "$version" ]
check "the installed version is $version" \
	[ "$(psql -XqAtc "SELECT extversion FROM pg_extension WHERE extname = 'plg'")" = "$version" ]

# What https://pgxn.org/meta/spec.txt requires.
meta_is_valid()
{
	[ "$(psql -XqAt -v ON_ERROR_STOP=1 -v meta="$(cat META.json)" <<-'SQL'
		SELECT meta ?& '{name,abstract,version,maintainer,license,provides,meta-spec}'
			AND meta #>> '{meta-spec,version}' = '1.0.0' AND meta->>'version' ~ '^\d+\.\d+\.\d+(-[a-z0-9]+)?$'
			AND meta->>'license' = 'postgresql' AND meta->>'release_status' IN ('stable', 'testing', 'unstable')
			AND meta->'provides'->'plg' ?& '{file,version}'
		FROM (SELECT (:'meta')::jsonb) m (meta)
		SQL
	)" = t ]
}
check "META.json has what PGXN requires" meta_is_valid
files=$(psql -XqAt -v meta="$(cat META.json)" <<<"SELECT v.value->>f FROM jsonb_each((:'meta')::jsonb->'provides') v, unnest('{file,docfile}'::text[]) f")
check "and names files that are there" eval '[ -n "$files" ] && ls $files'

# Names of our own types that some server header has, too, are an error on the day that it is included.
types() { grep -rhoE '^} [A-Z][A-Za-z0-9]+;' "$@" --include='*.[ch]' | sort -u; }
both=$(comm -12 <(types src) <(types "$("$PG_CONFIG" --includedir-server)"))
check "no type has the name of one of the server's $both" [ -z "$both" ]
# A checkout that cannot be written to is built in links to it.
linked=$(mktemp -d)
find "$PLG_ROOT" -mindepth 1 -maxdepth 1 ! -name build -exec ln -s -t "$linked" {} +
sources() { (unset MAKEFLAGS MFLAGS MAKELEVEL; cd "$1" && make -pn PG_CONFIG="$PG_CONFIG" | sed -n 's/^SOURCES := //p'); }
check "links to the sources lead to all of them" [ "$(sources "$linked")" = "$(sources .)" ]
rm -rf "$linked"
gone=
for word in $(grep -ohE '`[a-z]+_[a-z_]+`' docs/design.md docs/hacking.md | tr -d '`' | sort -u); do
	grep -rqw -- "$word" src test Makefile tools docs/reference.md || gone+=" $word"
done
check "every name that the pages for developers give is in the code$gone" [ -z "$gone" ]

# The manual: its links, and a README that is read to its end.
broken=$(awk '
	function slug(title) { title = tolower(title); gsub(/[^a-z0-9 _-]/, "", title); gsub(/ /, "-", title); return title }
	FNR == 1 { fenced = 0; folder = FILENAME; if (!sub(/[^\/]*$/, "", folder)) folder = ""; page[FILENAME] }
	/^```/ { fenced = !fenced }
	fenced { next }
	/^#+ / { title = $0; sub(/^#+ /, "", title); heading[FILENAME "#" slug(title)] }
	{
		for (rest = $0; match(rest, /\]\([^)]+\)/); rest = substr(rest, RSTART + RLENGTH))
		{
			target = substr(rest, RSTART + 2, RLENGTH - 3)
			if (target ~ /^https?:/) continue
			target = target ~ /^#/ ? FILENAME target : folder target
			if (!(target in from)) from[target] = FILENAME
		}
	}
	END {
		for (target in from)
		{
			file = target; sub(/#.*/, "", file)
			if (target ~ /#/ && file in page ? !(target in heading) : system("test -e " file) != 0)
				print from[target] ": " target
		}
	}' README.md docs/*.md)
check "every link of README and docs leads somewhere $broken" [ -z "$broken" ]
gone=
for file in $(grep -ohE '`[a-z0-9_/-]+\.(c|h|sql|sh|awk)`' README.md docs/*.md | tr -d '`' | grep -v '^postgres' | sort -u); do
	[ -n "$(find . -path ./build -prune -o -path "*/$file" -print)" ] || gone+=" $file"
done
check "every source file that they name is there$gone" [ -z "$gone" ]
check "README has at most 350 lines" [ "$(wc -l <README.md)" -le 350 ]

dropped=$(grep -rnE 'pg_attribute_noreturn|\bbits(8|16|32)\b' src --include='*.[ch]')
check "src uses nothing that PostgreSQL 18 or 19 has dropped $dropped" [ -z "$dropped" ]

# The library's entry points and nothing else.
wanted=$({
	grep -oE "AS 'MODULE_PATHNAME', '[a-z0-9_]+'" "$PLG_BUILD/plg--$version.sql" | cut -d "'" -f 4 | sort -u | sed 'p; s/^/pg_finfo_/'
	printf '%s\n' _PG_init Pg_magic_func
} | sort -u)
exports=$(nm -D --defined-only "$PLG_BUILD/plg.so" | awk '$2 ~ /[A-Z]/ { print $3 }' | grep -vxE '_init|_fini' | sort)
difference=$(diff <(echo "$wanted") <(echo "$exports"))
check "the library exports what SQL calls and nothing else $difference" [ -z "$difference" ]

# The private server is the only one that tests may reach.
check "the server listens on no TCP port" [ -z "$(psql -XqAtc 'SHOW listen_addresses')" ]
