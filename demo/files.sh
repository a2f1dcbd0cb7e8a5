# Your own files for demo/run; to be sourced.
#
# check_settings looks at what can be seen without a server, load_files at the
# rest; it sets AS_OF where that is left out.  Both stop with the file and the
# line where something is not as it should be.

as_time='times are written as 2026-03-31 or 2026-03-31 17:05:00+02 (UTC if no zone is given)'

# contents FILE: what is in it, unpacked
contents()
{
	if [ "$(head -c 2 "$1" | od -An -tx1 | tr -d ' ')" = 1f8b ]; then
		gzip -dc -- "$1"
	else
		cat -- "$1"
	fi
}

# header FILE: the names of its columns, in its order
header()
{
	contents "$1" 2>/dev/null | head -n 1 | tr -d '\r"' | sed 's/^\xef\xbb\xbf//' | tr 'A-Z' 'a-z' | tr -d ' ' || true
}

# check_file VARIABLE COLUMN...: the file that the variable names is one of ours
check_file()
{
	local file=${!1} variable=$1 start columns found
	shift

	[ -n "$file" ] || return 0
	[ -e "$file" ] || die "$variable=$file: there is no such file"
	[ -f "$file" ] && [ -r "$file" ] || die "$variable=$file is not a file that can be read"
	columns="the columns $(sed 's/ /, /g' <<<"$*"), in any order"
	start=$(contents "$file" 2>/dev/null | head -c 4 | od -An -tx1 || true)
	case $start in
		'') die "$file is empty" "its first line must name $columns" ;;
		' ff fe'* | ' fe ff'* | *' 00'*)
			die "$file is not UTF-8 text, but UTF-16 perhaps" "try iconv -f UTF-16 -t UTF-8 '$file' >utf8.csv" ;;
	esac
	found=$(header "$file")
	[ "$(tr ',' '\n' <<<"$found" | sort)" = "$(printf '%s\n' "$@" | sort)" ] ||
		die "$file, line 1: the header is \"$found\"" "it must name $columns"
}

check_settings()
{
	local example="make demo EVENTS=events.csv START=signup GOAL=create_project"

	[ -n "$EVENTS" ] || die "EVENTS=file.csv is missing" "$example [USERS=users.csv] [SUBSCRIPTIONS=subscriptions.csv]"
	[ -n "${GOAL:-}" ] || die "GOAL=... is missing: the event to reach" "$example"
	if [ -n "$USERS" ]; then
		START=${START:-signup}
		[[ $START != *'|'* ]] || die "START=$START: the start is the signup in $USERS" "give it one name, without a bar"
	fi
	[ -n "${START:-}" ] ||
		die "START=... is missing: the event that makes an entrant" "$example" "or give the signups by USERS=users.csv"
	check_file EVENTS entity at event
	check_file USERS entity at
	check_file SUBSCRIPTIONS account mrr from to
}

# error_in LOG: the server's message, or the last line if there is none
error_in()
{
	local message

	message=$(sed -n 's/^.*ERROR: *//p' "$1" | head -n 1)
	printf '%s' "${message:-$(tail -n 1 "$1")}"
}

# load VARIABLE TABLE COLUMN...: the file that the variable names
load()
{
	local file=${!1} table=$2 names errors=$PLG_BUILD/load.err copy started=$SECONDS line
	shift 2

	[ -n "$file" ] || return 0
	names=$(header "$file" | sed 's/[^,]*/"&"/g')
	say "Loading $file ($(du -hL "$file" | cut -f1)) ..."
	{ contents "$file" | psql -Xq -v ON_ERROR_STOP=1 -c "COPY $table ($names) FROM STDIN (FORMAT csv, HEADER, FORCE_NULL ($names))"; } 2>"$errors" &
	copy=$!
	while kill -0 $copy 2>/dev/null; do
		sleep 0.2
		[ $((SECONDS - started)) -ge 5 ] || continue
		started=$SECONDS
		say "  $(ask -c "SELECT to_char(coalesce(max(tuples_processed), 0), 'FM999,999,999,999') FROM pg_stat_progress_copy") rows ..."
	done
	if ! wait $copy; then
		line=$(sed -n 's/^CONTEXT:.*COPY [^,]*, \(line [0-9]*\).*/\1/p' "$errors")
		die "$file${line:+, $line}: $(error_in "$errors")" "a row is $(sed 's/ /,/g' <<<"$*"), in UTF-8; $as_time"
	fi
}

# first_line TABLE CONDITION: of the file, the first for which it holds; a
# quoted field may take several lines
first_line()
{
	ask <<<"
		SELECT s.line + (SELECT coalesce(sum(length(t::text) - length(replace(t::text, E'\n', ''))), 0) FROM $1 AS t WHERE t.line < s.line)
		FROM (SELECT min(line) AS line FROM $1 WHERE $2) AS s WHERE s.line IS NOT NULL"
}

# take_usable VARIABLE TABLE COLUMN...: events that plg takes, or says why not
take_usable()
{
	local file=${!1} table=$2 line lacking n
	shift 2

	[ -n "$file" ] || return 0
	lacking="num_nulls($(sed 's/ /, /g' <<<"$*")) > 0"
	n=$(ask -c "SELECT count(*) FROM $table WHERE $lacking")
	if [ "$n" != 0 ]; then
		say "warning: in $file one of $(sed 's/ /, /g' <<<"$*") is empty in $n rows, the first in line $(first_line "$table" "$lacking"); they are ignored, as plg does."
		ask -c "DELETE FROM $table WHERE $lacking"
	fi
	[ "$(ask -c "SELECT count(*) FROM (SELECT FROM $table LIMIT 1) AS t")" = 1 ] || die "$file has no row that can be used"
	line=$(first_line "$table" "NOT isfinite(at)")
	[ -z "$line" ] || die "$file, line $line: the time is infinite" "repair the row or take it out of the file"
}

# check_subscriptions: plg takes them, too, or which line it does not take
check_subscriptions()
{
	local errors=$PLG_BUILD/check.err line refusal

	! ask -c 'SELECT plg.ledger(account, mrr, "from", "to") IS NULL FROM subscriptions' >/dev/null 2>"$errors" || return 0
	IFS='|' read -r line refusal <<<"$(ask -f "$here/refusal.sql")"
	[ -n "$line" ] || die "$SUBSCRIPTIONS: $(error_in "$errors")" "$(sed -n 's/^\(DETAIL\|HINT\): *//p' "$errors")"
	die "$SUBSCRIPTIONS, line $(first_line subscriptions "line = $line"): $refusal" "repair the row or take it out of the file"
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

# The answers depend on when watching stopped, so that has to make sense.
settle_as_of()
{
	local errors=$PLG_BUILD/check.err first

	if [ -z "${AS_OF:-}" ]; then
		AS_OF=$(ask <<<'SELECT max(at) FROM (SELECT at FROM users UNION ALL SELECT at FROM events) AS e')
		say "AS_OF is not given: taking the last time in the files, $AS_OF. If they were made later, say when: AS_OF=..."
	fi
	first=$(ask -v start="$START" <<<"SELECT min(at) FROM (SELECT at FROM users UNION ALL SELECT at FROM events WHERE event = ANY (labels(:'start'))) AS s")
	[ "$(ask -v first="$first" -v as_of="$AS_OF" <<<"SELECT :'first'::timestamptz <= :'as_of'")" = t ] ||
		die "AS_OF=$AS_OF: nobody had begun by then" "the first start is at $first"
}

# check_times: what can be seen of AS_OF and WITHIN before the files are loaded
check_times()
{
	local errors=$PLG_BUILD/check.err given=${AS_OF:-} hint

	if [ -n "$given" ]; then
		AS_OF=$(ask -v as_of="$given" 2>"$errors" <<<"SELECT :'as_of'::timestamptz") || die "AS_OF=$given: $(error_in "$errors")" "$as_time"
		[[ $AS_OF != *infinity ]] || die "AS_OF=$given: the report needs the time when watching stopped" "$as_time"
	fi
	ask -v within="$WITHIN" >/dev/null 2>"$errors" \
		<<<"SELECT plg.activation_rate(j, 'a', 'b', :'within', 'infinity') FROM (SELECT plg.journeys(1, 'epoch'::timestamptz, 'a') AS j) AS one" && return
	hint=$(sed -n 's/^HINT: *//p' "$errors")
	die "WITHIN=$WITHIN: $(error_in "$errors")" "${hint:-a time is written as '14 days' or '36 hours'}"
}

# Days without a time of day, held against sign-ups that have one.
warn_of_dates()
{
	local dates

	[ -n "$USERS" ] || return 0
	dates=$(ask <<<"
		SELECT NOT EXISTS (SELECT FROM events WHERE at <> date_trunc('day', at, 'UTC'))
			AND EXISTS (SELECT FROM users WHERE at <> date_trunc('day', at, 'UTC'))")
	[ "$dates" = f ] ||
		say "warning: all times in $EVENTS are days, those in $USERS are not. Who signs up at 10:00 and reaches the goal on that day
  seems to have reached it at 0:00, before the signup, and is not counted. Give $USERS days, too, or $EVENTS the time of day."
}

load_files()
{
	check_times
	ask <<'END'
CREATE TABLE users (entity text, at timestamptz, line bigint GENERATED ALWAYS AS IDENTITY (START 2));
CREATE TABLE events (entity text, at timestamptz, event text, line bigint GENERATED ALWAYS AS IDENTITY (START 2));
CREATE TABLE subscriptions (account text, mrr numeric, "from" timestamptz, "to" timestamptz, line bigint GENERATED ALWAYS AS IDENTITY (START 2));
END
	load EVENTS events entity at event
	load USERS users entity at
	load SUBSCRIPTIONS subscriptions account mrr from to

	take_usable EVENTS events entity at event
	take_usable USERS users entity at
	check_subscriptions
	ask -c 'ALTER TABLE users DROP line' -c 'ALTER TABLE events DROP line' -c 'ALTER TABLE subscriptions DROP line'

	[ -n "$USERS" ] || require_label START "$START"
	require_label GOAL "$GOAL"
	[ -z "${PAID:-}" ] || require_label PAID "$PAID"
	settle_as_of
	warn_of_dates
}
