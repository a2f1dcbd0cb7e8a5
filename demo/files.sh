# Your own files for demo/run; to be sourced.
#
# check_settings looks at what can be seen without a server, load_files at the
# rest; it sets AS_OF where that is left out.  Both stop with the file and the
# line where something is not as it should be.

as_time='times are written as 2026-03-31 or 2026-03-31 17:05:00+02 (UTC if no zone is given)'

# Our columns of each file.  form: json, or what separates its columns; width:
# how many it has; place: which of them are ours.
declare -A columns form width place
columns=([EVENTS]='entity at event' [USERS]='entity at' [SUBSCRIPTIONS]='account mrr from to')

# setting_of VARIABLE COLUMN: what says how the file calls a column of ours
setting_of()
{
	[ "$1" != USERS ] || printf USERS_
	printf '%s' "${2^^}"
}

# name_of VARIABLE COLUMN: how the file calls it; users are called as in EVENTS
name_of()
{
	local setting general=${2^^}

	setting=$(setting_of "$1" "$2")
	printf '%s' "${!setting:-${!general:-$2}}"
}

# settings_of VARIABLE: all of these, for a hint
settings_of()
{
	local column
	for column in ${columns[$1]}; do
		printf ' %s=...' "$(setting_of "$1" "$column")"
	done
}

# contents FILE: what is in it, unpacked, without a byte order mark
contents()
{
	if [ "$(head -c 2 "$1" | od -An -tx1 | tr -d ' ')" = 1f8b ]; then
		gzip -dc -- "$1"
	else
		cat -- "$1"
	fi | LC_ALL=C sed '1s/^\xef\xbb\xbf//'
}

# separator HEADER: the most frequent of those in use
separator()
{
	local unquoted best=, one ones most=0

	unquoted=$(sed 's/"[^"]*"//g' <<<"$1")
	for one in , ';' $'\t' '|'; do
		ones=${unquoted//[!$one]/}
		[ ${#ones} -le $most ] || best=$one most=${#ones}
	done
	printf '%s' "$best"
}

# names HEADER SEPARATOR: the columns, one a line
names()
{
	awk -v separator="$2" '{
		for (rest = $0 separator; rest != ""; rest = substr(rest, index(rest, separator) + 1)) {
			if (match(rest, /^"([^"]|"")*"/)) {
				name = substr(rest, 2, RLENGTH - 2)
				gsub(/""/, "\"", name)
				rest = substr(rest, RLENGTH + 1)
			} else
				name = substr(rest, 1, index(rest, separator) - 1)
			gsub(/^[ \t]+|[ \t]+$/, "", name)
			print name
		}
	}' <<<"$1"
}

# check_file VARIABLE: what the variable names is a file with our columns
check_file()
{
	local variable=$1 file=${!1} start header found all column name at i

	[ -n "$file" ] || return 0
	[ -e "$file" ] || die "$variable=$file: there is no such file"
	[ -f "$file" ] && [ -r "$file" ] || die "$variable=$file is not a file that can be read"
	start=$(contents "$file" 2>/dev/null | head -c 4 | od -An -tx1 || true)
	case $start in
		'') die "$file is empty" "its first line names the columns ${columns[$variable]// /, }, in any order; other columns may stand beside them" ;;
		' ff fe'* | ' fe ff'* | *' 00'*)
			die "$file is not UTF-8 text, but UTF-16 perhaps" "try iconv -f UTF-16 -t UTF-8 '$file' >utf8.csv" ;;
		' 50 4b'*) die "$file is a spreadsheet or an archive" "export it as CSV" ;;
	esac

	header=$(contents "$file" 2>/dev/null | head -n 1 | tr -d '\r' || true)
	case $header in
		'{'*) form[$variable]=json; return ;;
		'['*) die "$file is one JSON array" "make it JSON Lines, an object a line: jq -c '.[]' '$file' >lines.jsonl" ;;
	esac
	form[$variable]=$(separator "$header")
	mapfile -t found < <(names "$header" "${form[$variable]}")
	for column in ${columns[$variable]}; do
		name=$(name_of "$variable" "$column") at=
		for i in "${!found[@]}"; do
			[ "${found[i],,}" != "${name,,}" ] || at+=" $((i + 1))"
		done
		case $at in
			'')
				all=$(printf ', %s' "${found[@]}")
				die "$file, line 1: there is no column \"$name\"" "there are: ${all#, }" \
					"say what they are called:$(settings_of "$variable")"
				;;
			' '*' '*) die "$file, line 1: several columns are called \"$name\"" ;;
		esac
		place[$variable]+=$at
	done
	width[$variable]=${#found[@]}
}

check_settings()
{
	local example="make demo EVENTS=events.csv START=signup GOAL=create_project" variable

	case ${DATES:-} in
		'' | DMY | MDY | YMD) ;;
		*) die "DATES=$DATES: this is none of DMY (day first), MDY (month first), YMD" ;;
	esac
	if [ -n "$EVENTS$USERS" ]; then
		[ -n "$EVENTS" ] || die "EVENTS=file.csv is missing" "$example [USERS=users.csv] [SUBSCRIPTIONS=subscriptions.csv]"
		[ -n "${GOAL:-}" ] || die "GOAL=... is missing: the event to reach" "$example"
		if [ -n "$USERS" ]; then
			START=${START:-signup}
			[[ $START != *'|'* ]] || die "START=$START: the start is the signup in $USERS" "give it one name, without a bar"
		fi
		[ -n "${START:-}" ] ||
			die "START=... is missing: the event that makes an entrant" "$example" "or give the signups by USERS=users.csv"
	fi
	[[ ! $WITHIN =~ ^[0-9.]+$ ]] || die "WITHIN=$WITHIN: the unit is missing" "a time is written as '$WITHIN days'"
	for variable in EVENTS USERS SUBSCRIPTIONS; do
		check_file $variable
	done
}

# message WORD LOG: the server's ERROR or HINT
message()
{
	sed -n "s/^.*$1: *//p" "$2" | head -n 1
}

# refuse FILE LOG HINT: the server's message, or the last line if there is none
refuse()
{
	local said hint

	said=$(message ERROR "$2") hint=$(message HINT "$2")
	die "$1${said:-$(tail -n 1 "$2")}" "${hint:-$3}"
}

# copy FILE TABLE COLUMNS FIRST FORMAT: what is in the file, as texts, into a
# table of these columns that counts its lines from FIRST
copy()
{
	local file=$1 errors=$PLG_BUILD/load.err copy started=$SECONDS line
	local create="CREATE UNLOGGED TABLE $2 (${3//,/ text,} text, line bigint GENERATED ALWAYS AS IDENTITY (START $4))"

	say "Loading $file ($(du -hL "$file" | cut -f1)) ..."
	{ contents "$file" | psql -Xq -v ON_ERROR_STOP=1 -c "$create" -c "COPY $2 ($3) FROM STDIN (FORMAT csv, $5)"; } 2>"$errors" &
	copy=$!
	while kill -0 $copy 2>/dev/null; do
		sleep 0.1
		[ $((SECONDS - started)) -ge 5 ] || continue
		started=$SECONDS
		say "  $(ask -c "SELECT to_char(coalesce(max(tuples_processed), 0), 'FM999,999,999,999') FROM pg_stat_progress_copy") rows ..."
	done
	if ! wait $copy; then
		line=$(sed -n 's/^CONTEXT:.*COPY [^,]*, \(line [0-9]*\).*/\1/p' "$errors")
		refuse "$file${line:+, $line}: " "$errors" "each line has as many fields as the first, none is empty, and all is UTF-8 (if not: iconv -f LATIN1 -t UTF-8)"
	fi
}

# load VARIABLE: the file that it names, and a line on how it was read
load()
{
	local variable=$1 file=${!1} table=${1,,} errors=$PLG_BUILD/load.err column source='' fields places line refusal notes

	[ -n "$file" ] || return 0
	if [ "${form[$variable]}" = json ]; then
		copy "$file" "files.raw_$table" object 1 "DELIMITER E'\\x01', QUOTE E'\\x02'"
		if ! ask -c "SELECT count(object::jsonb) FROM files.raw_$table" >/dev/null 2>"$errors"; then
			IFS='|' read -r line refusal <<<"$(ask -c "SELECT * FROM files.first_refused('files.raw_$table', '{object}', 'SELECT \$1[1]::jsonb')")"
			die "$file, line $line: $refusal" "JSON Lines have an object in each line: jq -c . '$file' >lines.jsonl"
		fi
		for column in ${columns[$variable]}; do
			source+="files.given(files.member(object, $(literal "$(name_of "$variable" "$column")"))) AS \"$column\", "
		done
		source+="NULL AS whole, line FROM (SELECT object::jsonb, line FROM files.raw_$table WHERE object IS NOT NULL OFFSET 0) AS o"
	else
		fields=$(printf '"field %s",' $(seq "${width[$variable]}")) places=(${place[$variable]})
		copy "$file" "files.raw_$table" "${fields%,}" 2 "HEADER, DELIMITER $(literal "${form[$variable]}")"
		for column in ${columns[$variable]}; do
			source+="files.given(\"field ${places[0]}\") AS \"$column\", "
			places=("${places[@]:1}")
		done
		source+="r::text AS whole, line FROM files.raw_$table AS r"
	fi
	notes=$(ask -v dates="${DATES:-}" 2>"$errors" <<<"CREATE VIEW files.$table AS SELECT $source; SELECT files.take('$table', :'dates')") ||
		refuse "$file, " "$errors" "$as_time, amounts as 1234.50${DATES:+; DATES=$DATES was given}"
	[ "${form[$variable]}" != json ] || check_members "$variable"
	describe "$variable" "$notes"
}

literal()
{
	printf "'%s'" "${1//\'/\'\'}"
}

# check_members VARIABLE: some object has each of our columns; only an end may be in none
check_members()
{
	local column

	for column in ${columns[$1]}; do
		[ $column != to ] && [ "$(ask -c "SELECT count(\"$column\") FROM files.${1,,}")" = 0 ] || continue
		die "${!1}: no object has \"$(name_of "$1" $column)\"" \
			"there are: $(ask -c "SELECT string_agg(DISTINCT name, ', ') FROM files.raw_${1,,}, files.members(object::jsonb) AS name WHERE line <= 1000")" \
			"say what they are called:$(settings_of "$1")"
	done
}

# rows_and_range VARIABLE: how many rows there are, and from when to when
rows_and_range()
{
	local at=at
	[ $1 != SUBSCRIPTIONS ] || at='"from"'
	ask <<<"
		SELECT concat(to_char(count(*), 'FM999,999,999,999'), CASE count(*) WHEN 1 THEN ' row, ' ELSE ' rows, ' END, to_char(min($at), form), ' to ', to_char(max($at), form))
		FROM ${1,,}, (SELECT CASE WHEN bool_and($at = date_trunc('day', $at, 'UTC')) THEN 'YYYY-MM-DD' ELSE 'YYYY-MM-DD HH24:MI' END AS form FROM ${1,,}) AS f
		GROUP BY form"
}

# indented FIRST REST: lines with FIRST before them; long ones are broken, with REST before what follows
indented()
{
	local line
	while IFS= read -r line; do
		fold -s -w 110 <<<"$line" | sed "1s/^/$1/; 1!s/^/$2/; s/ *\$//"
	done
}

# describe VARIABLE NOTES: how the file was read, in one line
describe()
{
	local variable=$1 column name note text others rows

	case ${form[$variable]} in
		json) text='JSON Lines' ;;
		$'\t') text='separated by tabs' ;;
		*) text="separated by \"${form[$variable]}\"" ;;
	esac
	for column in ${columns[$variable]}; do
		name=$(name_of "$variable" $column) note=$(sed -n "s/^$column|//p" <<<"$2")
		[ "$name$note" != $column ] || continue
		text+="; $column"
		[ "$name" = $column ] || text+=" = $name"
		[ -z "$note" ] || text+=" ($note)"
	done
	others=$((${width[$variable]:-0} - $(wc -w <<<"${place[$variable]:-}")))
	[ $others = 0 ] || text+="; not used: $others more"
	rows=$(rows_and_range "$variable")
	[ -n "$rows" ] || die "${!variable} has no row"
	read_as+=("${!variable}: $rows; $text")
}

# require_label VARIABLE LABEL: some event is called so ("a|b": one of them)
require_label()
{
	local found frequent

	found=$(ask -v label="$2" <<<"SELECT count(*) FROM (SELECT FROM events WHERE event = ANY (labels(:'label')) LIMIT 1) AS e")
	[ "$found" = 0 ] || return 0
	frequent=$(ask <<<"
		SELECT string_agg('''' || replace(event, '|', '\\|') || '''', ', ' ORDER BY n DESC)
		FROM (SELECT event, count(*) AS n FROM events GROUP BY 1 ORDER BY 2 DESC LIMIT 12) AS e")
	die "$1=$2: there is no such event in $EVENTS" "the most frequent ones are: $frequent"
}

# refuse_infinite VARIABLE: events have a time
refuse_infinite()
{
	local line

	[ -n "${!1}" ] || return 0
	line=$(ask -c "SELECT files.file_line('${1,,}', min(line)) FROM ${1,,} WHERE NOT isfinite(at) HAVING count(*) > 0")
	[ -z "$line" ] || die "${!1}, line $line: the time is infinite" "repair the row or take it out of the file"
}

# leave_out_incomplete VARIABLE: rows that lack a field, as plg does
leave_out_incomplete()
{
	[ -n "${!1}" ] || return 0
	[ "$(ask -c "DELETE FROM ${1,,} WHERE num_nulls(${columns[$1]// /, }) > 0" -c "SELECT EXISTS (SELECT FROM ${1,,})")" = t ] || die "${!1} has no row that can be used"
}

# check_subscriptions: plg takes them, too, or which line it does not take
check_subscriptions()
{
	local errors=$PLG_BUILD/check.err line refusal

	! ask -c 'SELECT plg.ledger(account, mrr, "from", "to") IS NULL FROM subscriptions' >/dev/null 2>"$errors" || return 0
	IFS='|' read -r line refusal <<<"$(ask <<<"
		SELECT files.file_line('subscriptions', row_line), refusal
		FROM files.first_refused('subscriptions', '{account,mrr,from,to}',
			'SELECT plg.ledger(\$1[1], \$1[2]::numeric, \$1[3]::timestamptz, \$1[4]::timestamptz)')")"
	[ -n "$line" ] || die "$SUBSCRIPTIONS: $(message ERROR "$errors")" "$(sed -n 's/^\(DETAIL\|HINT\): *//p' "$errors")"
	die "$SUBSCRIPTIONS, line $line: $refusal" "repair the row or take it out of the file"
}

# The answers depend on when watching stopped, so that has to make sense.
settle_as_of()
{
	local times="SELECT at FROM users UNION ALL SELECT at FROM events" begins first

	begins="SELECT at FROM users UNION ALL SELECT at FROM events WHERE event = ANY (labels(:'start'))"
	if [ -z "$EVENTS" ]; then
		times='SELECT "from" AS at FROM subscriptions UNION ALL SELECT "to" FROM subscriptions'
		begins='SELECT "from" AS at FROM subscriptions'
	fi
	if [ -z "${AS_OF:-}" ]; then
		AS_OF=$(ask <<<"SELECT coalesce(max(at) FILTER (WHERE at <= now()), min(at)) FROM ($times) AS t")
		say "AS_OF is not given: taking the last time in the files, $AS_OF. If they were made later, say when: AS_OF=..."
	fi
	first=$(ask -v start="${START:-}" <<<"SELECT min(at) FROM ($begins) AS s")
	[ "$(ask -v first="$first" -v as_of="$AS_OF" <<<"SELECT :'first'::timestamptz <= :'as_of'")" = t ] ||
		die "AS_OF=$AS_OF: nobody had begun by then" "the first start is at $first"
}

# check_times: what can be seen of AS_OF and WITHIN before the files are loaded
check_times()
{
	local errors=$PLG_BUILD/check.err given=${AS_OF:-}

	if [ -n "$given" ]; then
		[ -n "${DATES:-}" ] || [ "$(ask -v as_of="$given" <<<"SELECT files.time_form(:'as_of')")" != ambiguous ] ||
			die "AS_OF=$given could be day first or month first" "$as_time"
		AS_OF=$(ask -v as_of="$given" 2>"$errors" <<<"SELECT :'as_of'::timestamptz") || refuse "AS_OF=$given: " "$errors" "$as_time"
		[[ $AS_OF != *infinity ]] || die "AS_OF=$given: the report needs the time when watching stopped" "$as_time"
	fi
	ask -v within="$WITHIN" >/dev/null 2>"$errors" \
		<<<"SELECT plg.activation_rate(j, 'a', 'b', :'within', 'infinity') FROM (SELECT plg.journeys(1, 'epoch'::timestamptz, 'a') AS j) AS one" ||
		refuse "WITHIN=$WITHIN: " "$errors" "a time is written as '14 days' or '36 hours'"
}

load_files()
{
	local variable read_as=()

	ask -f "$here/reading.sql"
	check_times
	for variable in EVENTS USERS SUBSCRIPTIONS; do
		load $variable
	done
	refuse_infinite EVENTS
	refuse_infinite USERS
	if [ -n "$EVENTS" ]; then
		[ -n "$USERS" ] || require_label START "$START"
		require_label GOAL "$GOAL"
		[ -z "${PAID:-}" ] || require_label PAID "$PAID"
	fi

	say "Looking for what is suspicious in them ..."
	echo
	echo 'THE FILES'
	echo
	printf '%s\n' "${read_as[@]}" | indented '   ' '     '
	psql -XqAt -v ON_ERROR_STOP=1 -v events="$EVENTS" -v users="$USERS" -v subscriptions="$SUBSCRIPTIONS" \
		-v start="${START:-}" -v goal="${GOAL:-}" -v within="$WITHIN" -f "$here/suspicious.sql" >"$PLG_BUILD/findings"
	echo
	if [ -s "$PLG_BUILD/findings" ]; then
		echo '   What looks suspicious in them:'
		echo
		indented '   - ' '     ' <"$PLG_BUILD/findings"
	else
		echo '   Nothing in them looks suspicious.'
	fi
	echo
	leave_out_incomplete EVENTS
	leave_out_incomplete USERS
	[ -z "$SUBSCRIPTIONS" ] || check_subscriptions
	ask -c 'SET client_min_messages = warning' -c 'DROP SCHEMA files CASCADE' \
		-c 'ALTER TABLE users DROP line' -c 'ALTER TABLE events DROP line' -c 'ALTER TABLE subscriptions DROP line'
	settle_as_of
}
