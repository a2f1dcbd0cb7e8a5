# The demo: its answers hold the truth, and own files are read or refused well.
# test: 20 s
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
cat >"$work/subs.csv" <<'END'
account,mrr,from,to
a,10,2025-12-10,2026-01-20
b,30,2026-01-03,
c,20,2025-12-20,
END
report_of_files()
{
	demo EVENTS="$work/e v.csv$1" START=try GOAL=buy WITHIN='7 days' && grep -qE '^ +66\.7 .* 50\.0 +4 +3 +2$' "$work/out"
}
check "own events give a report" report_of_files ''
check "gzip gives the same" report_of_files .gz
users_too()
{
	demo EVENTS="$work/e v.csv" USERS="$work/users.csv" SUBSCRIPTIONS="$work/subs.csv" GOAL=buy &&
		grep -qE '^ +66\.7 .* +3 +3 +2$' "$work/out" && prints '3 paying accounts' &&
		grep -qE '^ 2025-12 +0 +30 +0 +0 +0 +0 +30 +' "$work/out" &&
		grep -qE '^ 2026-01 \* +30 +30 +0 +0 +0 +-10 +50 +66\.7 +100\.0 +66\.7$' "$work/out"
}
check "signups and subscriptions of one's own, too" users_too

good=(START=try GOAL=buy)
events=$work/e\ v.csv
check "no such file" refused "EVENTS=nofile: there is no such file" EVENTS=nofile "${good[@]}"
check "no START" refused "START=... is missing" EVENTS="$events" GOAL=buy
check "no GOAL" refused "GOAL=... is missing" EVENTS="$events" START=try
check "no EVENTS" refused "EVENTS=file.csv is missing" USERS="$work/users.csv" "${good[@]}"
before_anything_is_built()
{
	refused "GOAL=... is missing" -u PLG_BUILD PG_CONFIG=/nowhere EVENTS="$events" START=try && ! prints Building
}
check "and that is said before anything is built" before_anything_is_built
check "an unknown event" refused "the most frequent ones are: 'try', 'buy'" EVENTS="$events" START=try GOAL=sell
check "a wrong header" refused "users.csv, line 1: the header is" EVENTS="$work/users.csv" "${good[@]}"
: >"$work/empty.csv"
check "an empty file" refused "empty.csv is empty" EVENTS="$work/empty.csv" "${good[@]}"
printf 'entity,at,event\n' >"$work/empty.csv"
check "a file of no rows" refused "empty.csv has no row" EVENTS="$work/empty.csv" "${good[@]}"
iconv -t UTF-16 "$events" >"$work/utf16.csv"
check "UTF-16" refused "iconv -f UTF-16" EVENTS="$work/utf16.csv" "${good[@]}"
check "a month in WITHIN" refused "must not contain months" EVENTS="$events" "${good[@]}" WITHIN='1 month'
check "no time in WITHIN" refused "hint: a time is written as '14 days'" EVENTS="$events" "${good[@]}" WITHIN='soon'
check "no time in AS_OF" refused "hint: times are written as 2026-03-31" EVENTS="$events" "${good[@]}" AS_OF=later
check "AS_OF=infinity" refused "AS_OF=infinity: the report needs" EVENTS="$events" SUBSCRIPTIONS="$work/subs.csv" "${good[@]}" AS_OF=infinity
check "AS_OF before all" refused "AS_OF=2026-01-05 00:00:00+00: nobody had begun" EVENTS="$events" "${good[@]}" AS_OF=2026-01-05
no_money()
{
	demo EVENTS="$events" "${good[@]}" && ! prints 'paying accounts' && ! prints REVENUE && prints 'AS_OF is not given: taking the last time in the files, 2026-01-30'
}
check "without subscriptions there is no word of accounts, and AS_OF is named" no_money
late_money()
{
	demo EVENTS="$events" SUBSCRIPTIONS="$work/late.csv" "${good[@]}" && prints 'No subscription begins before 2026-01-30' && ! prints ERROR
}
printf 'account,mrr,from,to\na,10,2026-03-01,\n' >"$work/late.csv"
check "subscriptions that all begin after AS_OF" late_money

# what stands in the files
sed '4s/2026/20x6/' "$events" >"$work/bad.csv"
check "a wrong row" refused "bad.csv, line 4: invalid input syntax" EVENTS="$work/bad.csv" "${good[@]}"
printf 'entity,at,event\n"two\nlines",2026-01-05,try\nb,infinity,buy\n' >"$work/bad.csv"
check "an infinite time" refused "bad.csv, line 4: the time is infinite" EVENTS="$work/bad.csv" "${good[@]}"
{ cat "$events"; printf 'try,,2026-01-06\ntry,"",2026-01-06\nbuy,f,\n'; } >"$work/gaps.csv"
gaps()
{
	report_of_files '' && cp "$work/out" "$work/whole" &&
		demo EVENTS="$work/gaps.csv" "${good[@]}" WITHIN='7 days' &&
		prints 'is empty in 3 rows, the first in line 8; they are ignored' &&
		diff <(grep -E '^ +66' "$work/whole") <(grep -E '^ +66' "$work/out")
}
check "rows with nothing in a field are ignored, and counted" gaps
# refused_money MESSAGE ROW: a third row of subscriptions
refused_money()
{
	printf 'account,mrr,from,to\nb,5,2026-01-02,\n%s\n' "$2" >"$work/money.csv"
	refused "money.csv, line 3: $1" EVENTS="$events" SUBSCRIPTIONS="$work/money.csv" "${good[@]}" && ! prints FILTER
}
check "a reversed subscription" refused_money 'account a has "to"' a,10,2026-01-21,2026-01-20
check "no amount of money" refused_money '"mrr" must be a finite number in a row of a ledger. The row has account a' a,NaN,2026-01-21,
check "no account" refused_money '"account" must not be null' ,10,2026-01-21,
check "no beginning" refused_money 'a row of a ledger must have a finite start' a,10,-infinity,

cat >"$work/bars.csv" <<'END'
entity,at,event
a,2026-01-05 10:00,try|it
a,2026-01-06 10:00,try|it
b,2026-01-05 10:00,try|it
c,2026-01-30 10:00,other
END
bars()
{
	demo EVENTS="$work/bars.csv" START='try\|it' GOAL='try\|it|other' WITHIN='7 days' && grep -qE '^ +50\.0 .* 50\.0 +2 +2 +1$' "$work/out"
}
check "a bar in a name; the start is not its own goal, in naive SQL either" bars
check "a bar in a name, as it must be written" refused "are: 'try\\|it', 'other'" EVENTS="$work/bars.csv" START='try|it' GOAL=other
printf 'entity,at\na,2026-01-05 10:00\nb,2026-01-05\n' >"$work/timed.csv"
printf 'entity,at,event\na,2026-01-05,buy\nb,2026-01-07,buy\n' >"$work/dates.csv"
dates()
{
	demo EVENTS="$work/dates.csv" USERS="$1" GOAL=buy && prints "warning: all times in $work/dates.csv are days"
}
check "dates of goals held against times of signups are warned of" dates "$work/timed.csv"
days_only()
{
	demo EVENTS="$work/dates.csv" USERS="$work/users.csv" GOAL=buy && ! prints warning
}
check "and only then" days_only
