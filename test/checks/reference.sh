# The manual is complete: README's reference tables list every public function
# with its arguments, and no other; a page of docs tells of each; links lead
# somewhere.
cd "$PLG_ROOT" || exit 1

work=$(mktemp -d "$PLG_BUILD/reference.XXXXXX")
trap 'rm -rf "$work"' EXIT

# check WHAT FILE: there is nothing in the file
check()
{
	if [ -s "$2" ]; then
		sed 's/^/  /' "$2"
		echo "not ok - $1"
	else
		echo "ok - $1"
	fi
}

# name(required, optional => default) of every function that is not the support
# of an aggregate, a type, a cast, an operator, an operator class or the planner
psql -XqAt -v ON_ERROR_STOP=1 >"$work/functions" <<'SQL' || exit 1
WITH support (oid) AS (
	SELECT unnest(ARRAY[aggtransfn, aggcombinefn, aggfinalfn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn, aggmfinalfn]::oid[]) FROM pg_aggregate
	UNION SELECT unnest(ARRAY[typinput, typoutput, typreceive, typsend, typmodin, typmodout]::oid[]) FROM pg_type
	UNION SELECT castfunc FROM pg_cast
	UNION SELECT unnest(ARRAY[oprcode, oprrest, oprjoin]::oid[]) FROM pg_operator
	UNION SELECT amproc FROM pg_amproc
	UNION SELECT prosupport FROM pg_proc
)
SELECT DISTINCT format('%s(%s)', p.proname, (
	SELECT string_agg(coalesce(nullif(p.proargnames[i], ''), '?') ||
					  coalesce(' => ' || regexp_replace(pg_get_function_arg_default(p.oid, i), '::[a-z ]+(\[\])?$', ''), ''),
					  ', ' ORDER BY i)
	FROM generate_series(1, p.pronargs) i)) COLLATE "C"
FROM pg_proc p
WHERE p.pronamespace = 'plg'::regnamespace AND p.oid NOT IN (SELECT oid FROM support)
ORDER BY 1;
SQL
[ -s "$work/functions" ] || echo "no function in schema plg" >"$work/none"
check "there are functions to look for" "$work/none"

# what stands in backticks in the first column of the reference tables
awk '/^## / { reference = /^## Reference$/ } reference && /^\| `/' README.md | cut -d '|' -f 2 |
	grep -o '`[^`]*`' | tr -d '`' | LC_ALL=C sort -u >"$work/documented"

LC_ALL=C comm -23 "$work/functions" "$work/documented" >"$work/missing"
check "README's reference lists every function" "$work/missing"
LC_ALL=C comm -13 "$work/functions" "$work/documented" >"$work/stale"
check "README's reference lists nothing else" "$work/stale"

sed 's/(.*//' "$work/functions" | sort -u | while read -r name; do
	grep -qE "\bplg\.$name\b" docs/*.md || echo "plg.$name"
done >"$work/untold"
check "a page of docs tells of every function" "$work/untold"

# the anchors that GitHub gives to a file's headings, one a line
anchors()
{
	awk '/^```/ { code = !code } !code && sub(/^#+ /, "")' "$1" | tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9_\n-'
}

for file in README.md docs/*.md; do
	grep -oE '\]\([^)]+\)' "$file" | sed 's/^](//; s/)$//' | grep -v '^[a-z]*://' | while read -r link; do
		target=${link%%#*}
		if [ -z "$target" ]; then target=$file; else target=$(dirname "$file")/$target; fi
		if [ ! -f "$target" ]; then
			echo "$file: $link"
		elif [[ $link == *#* ]]; then
			anchors "$target" | grep -qxF -- "${link#*#}" || echo "$file: $link"
		fi
	done
done >"$work/dead"
check "links between README and docs lead somewhere" "$work/dead"
