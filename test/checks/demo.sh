# The demo: its answers hold the truth, and own files are read or refused well.
cd "$PLG_ROOT" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset ONLY

check()
{
	local what=$1
	shift
	if "$@"; then
		echo "ok - $what"
	else
		echo "not ok - $what"
		sed 's/^/# /' "$work/out" | tail -n 15
	fi
}

demo()
{
	env "$@" demo/run >"$work/out" 2>&1
}

prints()
{
	grep -qF -- "$1" "$work/out"
}

# refused MESSAGE SETTING...
refused()
{
	local message=$1
	shift
	! demo "$@" && prints "$message"
}

check "the demo runs" demo X=
check "all movements equal the books" prints 'Every movement equals the books'
check "naive SQL has another NRR" grep -qE '^ 2026-05 .* 99\.8 +99\.8 +102\.6 ' "$work/out"

holds()
{
	[ "$(psql -XqAt -d demo -c "$1")" = t ]
}
interval="FROM journeys, plg.activation(j, 'signup', 'create_project', '14 days', '2026-06-15 00:00+00') AS a"
check "the interval of activation holds the truth" \
	holds "SELECT truth.activated(14) BETWEEN rate_low AND rate_high $interval"
check "percentiles of time to value are within 2 % of the truth" holds "
	SELECT bool_and(abs(plg.ttv_seconds(c, p, '14 days') / 86400 / truth.ttv_days(p, 14) - 1) < 0.02)
	FROM (SELECT plg.conversion(j, 'signup', 'create_project', '2026-06-15 00:00+00') AS c FROM journeys) AS s,
		unnest('{0.5,0.75,0.9}'::float8[]) AS p"
queries_run()
{
	sed -n '/^THE QUERIES/,/^The demo/p' "$work/out" | sed '1d;$d' >"$work/queries.sql"
	[ "$(grep -c ';$' "$work/queries.sql")" = 5 ] &&
		psql -Xq -v ON_ERROR_STOP=1 -d demo -c 'DROP TABLE journeys' -f "$work/queries.sql" >/dev/null 2>"$work/err"
}
check "the queries that it prints run as they are" queries_run

cat >"$work/e v.csv" <<'END'
Event,"entity",at
try,a,2026-01-05 10:00
buy,a,2026-01-07 10:00
try,b,2026-01-06
buy,b,2026-01-08 00:00:00+00
try,"c, d",2026-01-06
try,e,2026-01-30
END
gzip -k "$work/e v.csv"
printf '\xef\xbb\xbfentity,at\r\na,2026-01-05\r\nb,2026-01-05\r\nz,2026-01-05\r\n' >"$work/users.csv"
printf 'account,mrr,from,to\na,10,2026-01-01,2026-01-20\nb,30.5,2026-01-03,\n' >"$work/subs.csv"
report_of_files()
{
	demo EVENTS="$work/e v.csv$1" START=try GOAL=buy WITHIN='7 days' && grep -qE '^ +66\.7 .* 50\.0 +4 +3 +2$' "$work/out"
}
check "own events give a report" report_of_files ''
check "gzip gives the same" report_of_files .gz
users_too()
{
	demo EVENTS="$work/e v.csv" USERS="$work/users.csv" SUBSCRIPTIONS="$work/subs.csv" GOAL=buy &&
		grep -qE '^ +66\.7 .* +3 +3 +2$' "$work/out" && grep -qE '^ 2026-01 .* 31$|30\.5|^ 2026-01 \*' "$work/out"
}
check "signups and subscriptions of one's own, too" users_too

good=(START=try GOAL=buy)
check "no such file" refused "EVENTS=nofile: there is no such file" EVENTS=nofile "${good[@]}"
check "no START" refused "START=... is missing" EVENTS="$work/e v.csv" GOAL=buy
check "no GOAL" refused "GOAL=... is missing" EVENTS="$work/e v.csv" START=try
check "no EVENTS" refused "EVENTS=file.csv is missing" USERS="$work/users.csv" "${good[@]}"
check "an unknown event" refused "the most frequent ones are: try, buy" EVENTS="$work/e v.csv" START=try GOAL=sell
check "a wrong header" refused "users.csv, line 1: the header is" EVENTS="$work/users.csv" "${good[@]}"
sed -i '4s/2026/20x6/' "$work/e v.csv"
check "a wrong row" refused "e v.csv, line 4: invalid input syntax" EVENTS="$work/e v.csv" "${good[@]}"
check "a month in WITHIN" refused "must not contain months" EVENTS="$work/e v.csv.gz" "${good[@]}" WITHIN='1 month'
printf 'account,mrr,from,to\na,10,2026-01-21,2026-01-20\n' >"$work/subs.csv"
check "a reversed subscription" refused 'subs.csv: account a has "to"' EVENTS="$work/e v.csv.gz" SUBSCRIPTIONS="$work/subs.csv" "${good[@]}"
