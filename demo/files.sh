# Loads your own files for demo/run; to be sourced.
#
# Sets AS_OF, START and GOAL where they may be left out, and stops with the
# file and the line where a file is not as it should be.

# contents FILE: what is in it, unpacked
contents()
{
	if [ "$(head -c 2 "$1" | od -An -tx1 | tr -d ' ')" = 1f8b ]; then
		gzip -dc -- "$1"
	else
		cat -- "$1"
	fi
}

# columns FILE COLUMN...: the file's columns in its order, quoted for COPY
columns()
{
	local file=$1 header wanted
	shift

	header=$(contents "$file" 2>/dev/null | head -n 1 | tr -d '\r"' | sed 's/^\xef\xbb\xbf//' | tr 'A-Z' 'a-z' | tr -d ' ')
	wanted=$(printf '%s\n' "$@" | sort)
	[ "$(tr ',' '\n' <<<"$header" | sort)" = "$wanted" ] ||
		die "$file, line 1: the header is \"$header\"" "it must name the columns $(sed 's/ /, /g' <<<"$*"), in any order"
	sed 's/[^,]*/"&"/g' <<<"$header"
}

# load VARIABLE TABLE COLUMN...: the file that the variable names
load()
{
	local file=${!1} variable=$1 table=$2 names errors copy started=$SECONDS line
	shift 2

	[ -n "$file" ] || return 0
	[ -e "$file" ] || die "$variable=$file: there is no such file"
	[ -f "$file" ] && [ -r "$file" ] || die "$variable=$file is not a file that can be read"
	names=$(columns "$file" "$@")
	say "Loading $file ($(du -hL "$file" | cut -f1)) ..."
	errors=$PLG_BUILD/load.err
	contents "$file" | psql -Xq -v ON_ERROR_STOP=1 -c "COPY $table ($names) FROM STDIN (FORMAT csv, HEADER)" 2>"$errors" &
	copy=$!
	while kill -0 $copy 2>/dev/null; do
		sleep 0.2
		[ $((SECONDS - started)) -ge 5 ] || continue
		started=$SECONDS
		say "  $(ask -c "SELECT to_char(coalesce(max(tuples_processed), 0), 'FM999,999,999,999') FROM pg_stat_progress_copy") rows ..."
	done
	if ! wait $copy; then
		line=$(sed -n 's/^CONTEXT:.*COPY [^,]*, \(line [0-9]*\).*/\1/p' "$errors")
		die "$file${line:+, $line}: $(sed -n 's/^.*ERROR: *//p' "$errors" | head -n 1)" \
			"a row is $(sed 's/ /,/g' <<<"$*"), times as 2026-03-31 or 2026-03-31 17:05:00+02 (UTC if no zone is given)"
	fi
}

# require_label VARIABLE LABEL: some event is called so ("a|b": one of them)
require_label()
{
	local labels

	labels=$(ask -v label="$2" <<<"SELECT count(*) FROM events WHERE event = ANY (string_to_array(:'label', '|'))")
	[ "$labels" = 0 ] || return 0
	labels=$(ask <<<"SELECT string_agg(event, ', ' ORDER BY n DESC) FROM (SELECT event, count(*) AS n FROM events GROUP BY 1 ORDER BY 2 DESC LIMIT 12) AS e")
	die "$1=$2: there is no such event in $EVENTS" "the most frequent ones are: $labels"
}

# must_do WHAT QUERY: stops with what and why if the query fails
must_do()
{
	local errors=$PLG_BUILD/check.err

	ask -v AS_OF="$AS_OF" -v WITHIN="$WITHIN" <<<"$2" >/dev/null 2>"$errors" ||
		die "$1: $(sed -n 's/^.*ERROR: *//p' "$errors")" "$(sed -n 's/^HINT: *//p' "$errors")"
}

load_files()
{
	local one="(SELECT plg.journeys(1, 'epoch'::timestamptz, 'a') AS j) AS one"
	local example="make demo EVENTS=events.csv START=signup GOAL=create_project"

	[ -n "$EVENTS" ] || die "EVENTS=file.csv is missing" "$example [USERS=users.csv] [SUBSCRIPTIONS=subscriptions.csv]"
	[ -n "${GOAL:-}" ] || die "GOAL=... is missing: the event to reach" "$example"
	if [ -z "${START:-}" ]; then
		[ -n "$USERS" ] || die "START=... is missing: the event that makes an entrant" "$example" "or give the signups by USERS=users.csv"
		START=signup
	fi

	ask <<'END'
CREATE TABLE users (entity text NOT NULL, at timestamptz NOT NULL);
CREATE TABLE events (entity text NOT NULL, at timestamptz NOT NULL, event text NOT NULL);
CREATE TABLE subscriptions (account text NOT NULL, mrr numeric NOT NULL, "from" timestamptz NOT NULL, "to" timestamptz);
END
	load EVENTS events entity at event
	load USERS users entity at
	load SUBSCRIPTIONS subscriptions account mrr from to

	[ "$(ask -c 'SELECT count(*) FROM events')" != 0 ] || die "$EVENTS has no row but its header"
	if [ -z "$USERS" ]; then
		require_label START "$START"
	elif [[ $START == *'|'* ]]; then
		die "START=$START names several events, but the start is the signup in $USERS" "give it one name"
	fi
	require_label GOAL "$GOAL"
	[ -z "${PAID:-}" ] || require_label PAID "$PAID"
	if [ -z "${AS_OF:-}" ]; then
		AS_OF=$(ask <<<'SELECT max(at) FROM (SELECT at FROM users UNION ALL SELECT at FROM events) AS e')
		say "AS_OF is not given: taking the last time in the files, $AS_OF."
	fi
	must_do "AS_OF=$AS_OF" "SELECT plg.activation_rate(j, 'a', 'b', '1 day', :'AS_OF') FROM $one"
	must_do "WITHIN=$WITHIN" "SELECT plg.activation_rate(j, 'a', 'b', :'WITHIN', 'infinity') FROM $one"
	must_do "$SUBSCRIPTIONS" 'SELECT plg.ledger(account, mrr, "from", "to") IS NULL FROM subscriptions'
}
