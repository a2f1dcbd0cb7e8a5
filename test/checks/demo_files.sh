# The demo on files of one's own, which are read or refused well.
# test: slow, 60 s
. "$PLG_ROOT/test/demo"

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
	demo EVENTS="$work/e v.csv" START=try GOAL=buy WITHIN='7 days' && grep -qE '^ +66\.7 .* 50\.0 +4 +3 +2$' "$work/out"
}
check "own events give a report" report_of_files
users_too()
{
	demo EVENTS="$work/e v.csv.gz" USERS="$work/users.csv" SUBSCRIPTIONS="$work/subs.csv" GOAL=buy &&
		grep -qE '^ +66\.7 .* +3 +3 +2$' "$work/out" && prints '3 paying accounts' &&
		grep -qE '^ 2025-12 +0 +30 +0 +0 +0 +0 +30 +' "$work/out" &&
		grep -qE '^ 2026-01 \* +30 +30 +0 +0 +0 +-10 +50 +· +100\.0 +·$' "$work/out"
}
check "signups and subscriptions of one's own, too, and gzip" users_too

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
wrong_header()
{
	refused 'users.csv, line 1: there is no column "event"' EVENTS="$work/users.csv" "${good[@]}" &&
		prints 'hint: there are: entity, at' && prints 'ENTITY=... AT=... EVENT=...' && ! prints Building
}
check "a wrong header: what was seen is said" wrong_header
: >"$work/empty.csv"
check "an empty file" refused "empty.csv is empty" EVENTS="$work/empty.csv" "${good[@]}"
printf 'entity,at,event\n' >"$work/empty.csv"
check "a file of no rows" refused "empty.csv has no row" EVENTS="$work/empty.csv" "${good[@]}"
iconv -t UTF-16 "$events" >"$work/utf16.csv"
check "UTF-16" refused "iconv -f UTF-16" EVENTS="$work/utf16.csv" "${good[@]}"
check "a month in WITHIN" refused "must not contain months" EVENTS="$events" "${good[@]}" WITHIN='1 month'
check "no unit in WITHIN" refused "WITHIN=14: the unit is missing" EVENTS="$events" "${good[@]}" WITHIN=14
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
	report_of_files && cp "$work/out" "$work/whole" &&
		demo EVENTS="$work/gaps.csv" "${good[@]}" WITHIN='7 days' &&
		prints 'events: no entity in 2 rows (the first: line 8)' && prints 'events: no at in 1 row (line 10)' &&
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
	demo EVENTS="$work/dates.csv" USERS="$1" GOAL=buy && says "events: all times are days, those of users are not."
}
check "dates of goals held against times of signups are warned of" dates "$work/timed.csv"
days_only()
{
	demo EVENTS="$work/dates.csv" USERS="$work/users.csv" GOAL=buy && ! says 'those of users are not' && says "the day on which 14 days end counts as a whole"
}
check "and only then" days_only

# files as others write them: the columns' names, what separates them, forms of time
good+=(WITHIN='7 days')
number='^ +50\.0 .* 50\.0 +2 +2 +1$'
# reads_as TEXT SETTING...: the file in $work/x gives the report, and the line on how it was read says so
reads_as()
{
	local text=$1
	shift
	demo EVENTS="$work/x" "${good[@]}" "$@" && grep -qE "$number" "$work/out" && says "$text"
}
# refused_as MESSAGE SETTING...
refused_as()
{
	local message=$1
	shift
	refused "$message" EVENTS="$work/x" "${good[@]}" "$@" && ! prints ACTIVATION
}
# rows LINE TIME...: a's try and buy, b's try, and somebody's else to end with
rows()
{
	local who when did line
	while read -r who when did; do
		line=${1//WHO/$who}
		line=${line//WHEN/${!when}}
		printf '%b\n' "${line//DID/$did}"
	done <<-END
		a 2 try
		a 3 buy
		b 2 try
		c 4 other
	END
}
days=(2026-01-05 2026-01-07 2026-01-30)

{ echo 'id,Created At,"na""me",id'; rows 'WHO,WHEN,DID,1' "${days[@]}"; } >"$work/x"
check "two columns of one name" refused_as 'x, line 1: several columns are called "id"' ENTITY=id AT='Created At' EVENT='na"me'
sed -i '1s/id$/"x, y"/' "$work/x"
check "columns are called otherwise, one is not needed" \
	reads_as 'separated by ","; entity = ID; at = created at; event = na"me; not used: 1 more' ENTITY=ID AT='created at' EVENT='na"me'
check "a name that is not there" refused_as 'there is no column "when"' ENTITY=id AT=when EVENT='na"me'
check "and which there are" prints 'there are: id, Created At, na"me, x, y'

{ echo 'event;"a,b,c,d,e";entity;at'; rows 'DID;1,2;WHO;WHEN' 1767571200.5 1767744000 1769731200; } >"$work/x"
printf '\xef\xbb\xbf"on"\tid\r\n"1767571200000"\t"a"\r\n1767571200000\tb\r\n' >"$work/signups"
printf 'account|mrr|from|to\na|10|1767571200000000|1769644800000000000\nb|10|1767571200000000|\n' >"$work/money"
check "three files" demo EVENTS="$work/x" USERS="$work/signups" USERS_ENTITY=id USERS_AT=on SUBSCRIPTIONS="$work/money" "${good[@]}"
check "give their report" grep -qE "$number" "$work/out"
check "semicolons, seconds" says \
	'x: 4 rows, 2026-01-05 00:00 to 2026-01-30 00:00; separated by ";"; at (seconds since 1970); not used: 1 more'
check "tabs, milliseconds, a byte order mark, lines that end as on Windows" says \
	'signups: 2 rows, 2026-01-05 to 2026-01-05; separated by tabs; entity = id; at = on (milliseconds since 1970)'
check "bars, microseconds, nanoseconds" says \
	'money: 2 rows, 2026-01-05 to 2026-01-05; separated by "|"; from (microseconds since 1970); to (nanoseconds since 1970)'
check "and the money is right" grep -qE '^ 2026-01 \* +0 +10 +0 +0 +0 +0 +10 ' "$work/out"
sed -i '3s/1767744000/1767744000000/' "$work/x"
check "two kinds of epoch in a column" refused_as 'x, line 3: at "1767744000000" is of another form (milliseconds) than line 2: at "1767571200.5" (seconds)'
sed -i '3s/1767744000000/46027.5/' "$work/x"
check "days of a spreadsheet" refused_as 'x, line 3: at "46027.5" is a number, but none of seconds'

{ printf '\xef\xbb\xbf'; rows '{"event": "DID", "p": {"id": "WHO"}, "p.t": "WHEN"}\r\n\r' "${days[@]}"; } >"$work/x"
check "JSON Lines, an object in the object, blank lines" \
	reads_as '4 rows, 2026-01-05 to 2026-01-30; JSON Lines; entity = p.id; at = p.t' ENTITY=p.id AT=p.t
check "a key that is in no object" refused_as 'x: no object has "who"' ENTITY=who
check "and which there are in them" prints 'there are: event, p.id, p.t'
sed -i '3s/}\r$/\r/' "$work/x"
check "what is no JSON" refused_as 'x, line 3: invalid input syntax for type json' ENTITY=p.id AT=p.t
printf '[{"entity": 1}]\n' >"$work/x"
check "a JSON array" refused_as 'is one JSON array'
printf 'PK\x03\x04' >"$work/x"
check "a spreadsheet" refused_as 'is a spreadsheet'

{ echo entity,at,event; rows 'WHO,WHEN,DID' '05/01/2026 10:00' 07/01/2026 30/01/2026; } >"$work/x"
ambiguous()
{
	refused_as 'x, line 2: at "05/01/2026 10:00" could be day first or month first' &&
		prints 'not month first: line 5: at "30/01/2026"' && ! prints 'not day first:'
}
check "dates that could be day first or month first" ambiguous
check "DATES=DMY" reads_as '2026-01-05 10:00 to 2026-01-30 00:00; separated by ","; at (in the order DMY, UTC where no zone is given)' DATES=DMY
check "DATES=MDY that cannot be" refused_as 'x, line 5: date/time field value out of range: "30/01/2026"' DATES=MDY
check "DATES=MYD" refused_as 'DATES=MYD: this is none of' DATES=MYD
check "AS_OF that could be both" refused "AS_OF=03.02.26 could be day first or month first" EVENTS="$events" "${good[@]}" AS_OF=03.02.26
{ echo entity,at,event; rows 'WHO,WHEN,DID' 01-05-26 01-07-26 01-30-26; } >"$work/x"
check "DATES=MDY" reads_as '2026-01-05 to 2026-01-30; separated by ","; at (in the order MDY)' DATES=MDY
{ echo entity,at,event; rows 'WHO,WHEN,DID' '2026-01-05 10:00 GMT+0100' "${days[@]:1}"; } >"$work/x"
check "an offset that PostgreSQL reads the other way round" refused_as 'x, line 2: at "2026-01-05 10:00 GMT+0100": PostgreSQL would'

# what looks suspicious, and that nothing does
found()
{
	local text
	for text; do
		says "$text" || { echo "# missing: $text"; return 1; }
	done
}
cat >"$work/x" <<'END'
entity,at,event
a,2026-01-05 10:00,try
a,2026-01-06 10:00,buy
b,2026-01-07 10:00,try
b,2026-01-30 10:00,buy
END
clean()
{
	demo EVENTS="$work/x" "${good[@]}" && prints 'Nothing in them looks suspicious.' && ! prints '   - '
}
check "nothing is suspicious" clean
cat >>"$work/x" <<'END'
a,2026-01-06 10:00,buy
"a",2026-01-06 10:00,buy
b,2026-01-06,buy
b,2026-01-06 11:00,other
c,1970-01-01,other
c,57972-01-01,NULL
d,2056-02-01,try
\N,2026-01-05,try
END
check "much is suspicious" demo EVENTS="$work/x" "${good[@]}"
check "empty fields, also as NULL" found 'events: no entity in 1 row (line 13)' 'events: no event in 1 row (line 11)'
check "unlikely times" found 'events: "at" is before 2000 in 1 row (line 10), such as 1970-01-01' \
	'events: "at" is after 2100 in 1 row (line 11), such as 57972-01-01' 'events: "at" is later than now in 1 row (line 12)'
check "rows told twice" found 'events: 2 rows have the entity, at and event of an earlier one, such as line 3.'
check "who has no start" found 'events: 1 of 4 entities (25.0 %) have no try.'
check "what comes before the start" found 'events: 1 of 3 entities (33.3 %) have events before their try, 1 of them buy.'
check "and watching stopped before the future began" found 'AS_OF is not given: taking the last time in the files, 2026-01-30 10:00:00+00'
printf 'entity,at\na,2026-01-05 09:00\na,2026-01-05 09:00\ne,2026-01-05 09:00\n,2026-01-05\n' >"$work/signups.csv"
users_suspicious()
{
	demo EVENTS="$work/x" USERS="$work/signups.csv" GOAL=buy && found 'events: 3 of 4 entities (75.0 %) are not in users.' \
		'users: no entity in 1 row (line 5)' 'users: 1 row has the entity and at of an earlier one, such as line 2.'
}
check "users that are others" users_suspicious
# subscriptions alone
cat >"$work/x" <<'END'
who,usd,begin,end
a,10,2026-01-01,2026-02-01
a,20,2026-02-01,
b,30,2026-01-10,2026-02-10
END
money=(SUBSCRIPTIONS="$work/x" ACCOUNT=who MRR=usd FROM=begin TO=end)
money_alone()
{
	demo "${money[@]}" AS_OF=2026-02-28 && grep -qE '^ 2026-02 \* +40 +0 +0 +10 +0 +-30 +20 +· +200\.0 +·$' "$work/out" &&
		says 'x: 3 rows, 2026-01-01 to 2026-02-01; separated by ","; account = who; mrr = usd; from = begin; to = end' &&
		prints 'Nothing in them looks suspicious.' && prints '2 paying accounts, watched until 2026-02-28' && ! prints ACTIVATION && ! prints 'FROM journeys'
}
check "subscriptions alone" money_alone
money_until()
{
	demo "${money[@]}" && prints 'taking the last time in the files, 2026-02-10 00:00:00+00'
}
check "watched until their last time" money_until
check "but not before their first" refused 'AS_OF=2025-12-31 00:00:00+00: nobody had begun by then' "${money[@]}" AS_OF=2025-12-31
json_money()
{
	printf '{"account": 1, "mrr": 10.5, "from": 1767225600}\n{"account": 2, "mrr": 10, "from": 1767225600}\n' >"$work/json"
	demo SUBSCRIPTIONS="$work/json" AS_OF=2026-02-28 && prints 'subscriptions: no row has an end, so nobody is seen to leave.' &&
		grep -qE '^ 2026-01 +0 +21 +0 ' "$work/out"
}
check "as JSON, without an end" json_money
sed 's/,/;/g;s/20;2026/20,5;2026/' "$work/x" >"$work/comma.csv"
check "a comma for a point" refused 'comma.csv, line 3: invalid input syntax for type numeric: "20,5"' "${money[@]}" SUBSCRIPTIONS="$work/comma.csv"
cat >"$work/x" <<'END'
who,usd,begin,end
a,10,2026-01-01,2026-01-31
a,10,2026-02-01,2026-02-28
a,10,2026-03-01,9999-12-31
b,10,2026-01-01 10:00,2026-02-01 09:59:59
b,10,2026-02-01 10:00,2026-02-01 11:00
b,10,2026-03-01 10:00,2026-03-01 10:00
c,-5,2026-01-01,2026-02-01
c,15,2026-01-15,2026-04-01
c,15,2026-01-15,2026-04-01
d,15,1999-01-15,2026-04-01
END
check "subscriptions may be suspicious" demo "${money[@]}"
check "ends that are the last day, or second, paid for" found 'subscriptions: 2 of 3 rows (66.7 %) that another row of the account follows end a day before it.' \
	'subscriptions: 1 of 3 rows (33.3 %) that another row of the account follows end a second before it.' 'add a second to "to".'
checked_before_revenue()
{
	grep -qE '^ +10 +4 +0 +0 +1 +1 +1 +0 +3 +1$' "$work/out" && grep -qE '^ inclusive ends +3 +a: 2026-01-01 00:00:00\+00 to 2026-01-31 00:00:00\+00$' "$work/out" &&
		[ "$(grep -nE '^ inclusive ends' "$work/out" | cut -d: -f1)" -lt "$(grep -nE '^ +month ' "$work/out" | cut -d: -f1)" ]
}
check "the rows are counted by kind before any number" checked_before_revenue
check "rows of no length" found '"to" equals "from" in 1 row (line 7).'
check "ends and beginnings far off" found '"to" is after 2100 in 1 row (line 4), such as 9999-12-31. If that means "still paying", leave it empty.' \
	'"from" is before 2000 in 1 row (line 11), such as 1999-01-15.'
check "two rows at once, and told twice" found '1 of 4 accounts (25.0 %) pay for two rows at once, as in line 9.' \
	'subscriptions: 1 row has the account, mrr, from and to of an earlier one, such as line 9.'
check "amounts below zero" found 'mrr is below zero in 1 row (line 8).' '1 of 4 accounts (25.0 %) pay less than nothing at some time: are rows missing?'
check "and that many end with the file" found '3 of 4 rows (75.0 %) that are paid for just before 2026-04-01 end there'
printf 'who,usd,begin,end\na,,2026-01-01,\na,,2026-01-01,\n' >"$work/x"
amounts_missing()
{
	refused 'x, line 2: "mrr" must not be null in a row of a ledger' "${money[@]}" && found 'subscriptions: no mrr in 2 rows (the first: line 2)'
}
check "amounts that are missing are counted, then refused" amounts_missing
