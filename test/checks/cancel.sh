#!/bin/bash
# A long aggregate or reader stops soon after it is cancelled: cancelled after some
# share of the processor's time that the statement takes, it uses no more than 0.1 s
# of it until it is gone.  It uses also less than 0.7 of what was left, or a reader that
# takes less than 0.1 s and knows no cancelling would pass.  The best of five tries
# counts.  Time of the processor, for other tests run beside this one.
# test: slow, 120 s
set -euo pipefail
export PGOPTIONS='-c client_min_messages=error -c max_parallel_workers_per_gather=0 -c jit=off -c timezone=UTC -c statement_timeout=5min'

psql -XqAt -v ON_ERROR_STOP=1 <<'END'
CREATE UNLOGGED TABLE log AS
	SELECT n % 200003 AS id, md5((n % 200003)::text) AS name, timestamptz '2026-01-01' + make_interval(secs => n * 7919 % 20000003) AS at,
		chr(97 + sqrt(n * n % 12)::int) AS event
	FROM generate_series(1::bigint, 1500000) n;
CREATE UNLOGGED TABLE kept AS SELECT plg.journeys(id, at, event) AS j FROM log;
INSERT INTO kept SELECT plg.journeys(name, at, event) FROM log;
CREATE UNLOGGED TABLE heavy (j plg.journeys);
INSERT INTO heavy SELECT plg.rollup(k.j) FROM (SELECT j FROM kept LIMIT 1) k, generate_series(1, 10);
CREATE UNLOGGED TABLE long_text (t text);
ALTER TABLE long_text ALTER t SET STORAGE EXTERNAL;
INSERT INTO long_text SELECT repeat('AAAA', 20000000);
CREATE UNLOGGED TABLE kept_conversion AS
	SELECT plg.conversion(at, CASE WHEN id % 3 > 0 THEN at + make_interval(secs => id * 7) END, '2026-12-01') AS c FROM log;
CREATE UNLOGGED TABLE kept_ledger AS
	SELECT plg.ledger(id, (id * 7 % 100)::numeric, at, at + make_interval(days => (id % 50)::int)) AS l
	FROM (SELECT id + 200003 * more AS id, at FROM log, generate_series(0, 3) more) s;
UPDATE kept_conversion SET c = (SELECT plg.rollup(k.c) FROM kept_conversion k, generate_series(1, 32));
ANALYZE log;
END

exec {nothing}<> <(:)			# to wait for
coproc SESSION { exec psql -XqAt 2>&1; }
# run STATEMENT [NANOSECONDS]: cancels it after so many of the processor; sets its SQLSTATE, what it took, and what of this it took since
run()
{
	local begun at=

	spent
	begun=$now
	printf '%s \\g /dev/null\n\\echo done :SQLSTATE\n' "$1" >&"${SESSION[1]}"
	while [ -n "${2:-}" ] && ! read -t 0 <&"${SESSION[0]}"; do
		spent
		[ $((now - begun)) -lt "$2" ] || { at=$now; kill -INT "$pid"; break; }
		read -r -t 0.002 <&"$nothing" || true
	done
	until read -r word state <&"${SESSION[0]}" && [ "$word" = done ]; do
		kill -0 "$SESSION_PID" || exit
	done
	spent
	took=$((now - begun)) since=$((now - ${at:-$now}))
}
spent() { read -r now _ <"/proc/$pid/schedstat"; }
echo 'SELECT pg_backend_pid();' >&"${SESSION[1]}"
read -r pid <&"${SESSION[0]}"
if [ ! -r "/proc/$pid/schedstat" ]; then
	echo 'ok - cancelling # SKIP there is no /proc/PID/schedstat'
	exit
fi

# check WHAT SHARE STATEMENT: of what takes less than $brief nobody would notice
brief=0
check()
{
	local all left what="$1 stops when cancelled" try verdict='not ok'

	for try in 1 2 3 4 5; do
		# the first time a statement may take longer than later: then it must be gone all the sooner
		run "$3"
		all=$took
		[ "$state" != 57014 ] || break
		if [ "$all" -lt "$brief" ]; then
			echo "ok - $1 is done before anybody could cancel it"
			return
		fi
		run "$3" "$(awk "BEGIN { printf \"%d\", $all * $2 }")"
		left=$((all - took + since))
		if [ "$state" = 57014 ] && [ $since -le 100000000 ] && [ $((since * 10)) -le $((left * (try == 1 ? 2 : 7))) ]; then
			verdict=ok
			break
		fi
	done
	echo "$verdict - $what"
	awk "BEGIN { printf \"#  takes %.3f s, cancelled after %.3f s, gone %.3f s later, SQLSTATE %s, try %d\\n\", $all / 1e9, ($took - $since) / 1e9, $since / 1e9, \"$state\", $try }"
}

one='SELECT k.j FROM (SELECT j FROM kept LIMIT 1) k, generate_series(1, 6)'
check 'building journeys, rows coming in,' 0.2 'SELECT plg.journeys(id, at, event) FROM log'
check 'building journeys, near the end,' 0.75 'SELECT plg.journeys(id, at, event) FROM log'
# six million rows: sorting and writing are a sixth of the time
psql -XqAt -c "CREATE UNLOGGED TABLE large AS SELECT id, at FROM log, generate_series(1, 4)"
check 'building large journeys, rows all in,' 0.9 "SELECT plg.events(plg.journeys(id, at, 'event')) FROM large"
psql -XqAt -c "INSERT INTO large SELECT 1::bigint << 62, max(at) FROM log"
check 'building large journeys, one id far away,' 0.7 "SELECT plg.events(plg.journeys(id, at, 'event')) FROM large"
psql -XqAt -c 'DROP TABLE large'
check 'building journeys of a million texts' 0.8 "SELECT plg.journeys(n::text, timestamptz '2026-01-01 00:00+00', 'event') FROM generate_series(1, 1000000) n"
check 'building journeys of text entities' 0.8 'SELECT plg.journeys(name, at, event) FROM log'
check 'building journeys of 200,000 labels' 0.7 'SELECT plg.journeys(1::bigint, at, name) FROM log'
check 'building many small journeys' 0.7 'SELECT count(j) FROM (SELECT plg.journeys(id, at, event) AS j FROM log WHERE id < 80000 GROUP BY id OFFSET 0) s'
check 'rolling up' 0.5 "SELECT plg.journeys_hash(plg.rollup(j)) FROM ($one) s"
check 'rolling up, near the end,' 0.85 "SELECT plg.journeys_hash(plg.rollup(j)) FROM ($one) s"
check 'writing and reading text' 0.8 "SELECT plg.events(plg.rollup(j)::text::plg.journeys) FROM ($one) s"
check 'reading a long text that is no value' 0.8 'SELECT t::plg.journeys FROM long_text'
check 'writing text' 0.5 'SELECT plg.journeys_out(j) IS NULL FROM heavy'
check 'hashing and comparing values' 0.7 'SELECT count(*) FROM (SELECT DISTINCT j FROM heavy, generate_series(1, 3)) s'
check 'rewriting a value' 0.6 "SELECT plg.events(plg.relabel(j, '{\"b\": \"z\"}')) FROM heavy"
check 'GROUPING SETS' 0.6 'SELECT count(j) FROM (SELECT plg.journeys(id, at, event) AS j FROM log GROUP BY ROLLUP (event)) s'
check 'event_summary' 0.5 "SELECT count(s) FROM (SELECT plg.rollup(j) AS j FROM ($one) s) r, generate_series(1, 9) g, plg.event_summary(j) s"
check 'unnest' 0.6 'SELECT count(*) FROM kept, plg.unnest(j) u'
check 'unnest_as' 0.6 'SELECT count(*) FROM (SELECT j FROM kept LIMIT 1) k, plg.unnest_as(NULL::bigint, j) u'
check 'activation_rate' 0.7 "SELECT sum(plg.activation_rate(j, 'a', 'b', '7 days', '2026-06-01', min_count => g)) FROM (SELECT plg.rollup(j) AS j FROM ($one) s) r, generate_series(1, 9) g"
check 'cohort_conversion' 0.5 "SELECT count(c) FROM kept, generate_series(1, 5) g, plg.cohort_conversion(j, NULL, 'b|d', '2026-06-01', unit => 'day', periods => 300, min_count => g, tz => 'Europe/Berlin') c"
check 'conversions and their percentiles' 0.5 "SELECT count(plg.ttv(c.conversion, 0.9, '30 days')) FROM kept, generate_series(1, 5) g, plg.conversions(j, NULL, 'c', '2026-06-01', unit => 'year', min_count => g) c"
check 'passes of one heavy entity' 0.6 "SELECT count(f) FROM (SELECT plg.journeys(1, at, event) AS j FROM log WHERE id < 1000) s, plg.funnel(j, '{a,d,c}', NULL, NULL, 'strict', 'each') f"
check 'milestones of one heavy group' 0.6 "SELECT plg.milestones('1 day', at, event = 'a', event = 'b', event = 'c') FROM log"
psql -XqAt -v ON_ERROR_STOP=1 <<'END'
CREATE UNLOGGED TABLE instant AS
	SELECT plg.journeys(1, timestamptz '2026-01-01', 'l' || n) AS j,
		(SELECT array_agg((SELECT string_agg('l' || n, '|') FROM generate_series(1, 60) n WHERE n <> step)) FROM generate_series(1, 60) step) AS steps
	FROM generate_series(1, 60) n, generate_series(1, 99);
END
check 'matching rows of one instant to steps' 0.2 "SELECT count(f) FROM instant, plg.funnel(j, steps, '1 day', NULL, 'strict') f"
psql -XqAt -c 'DROP TABLE instant'
psql -XqAt -c "CREATE UNLOGGED TABLE labels AS SELECT plg.journeys(1, timestamptz '2026-01-01' + make_interval(secs => n), 'l' || n) AS j FROM generate_series(1, 800000) n"
check 'rolling up 800,000 labels' 0.3 'SELECT plg.rollup(j) FROM labels, generate_series(1, 6)'
check 'telling 800,000 labels apart by 240 combinations of steps' 0.25 "SELECT count(f) FROM labels, plg.funnel(j, (SELECT array_agg(format('l%s|l%s|l%s', n, 1000 + n, 1001 + n)) FROM generate_series(1, 120) n), '3 days', NULL) f"
psql -XqAt -c 'DROP TABLE labels'
# one call each, of a value of 36 million events: a reader that is done in 20 ms is missed by a busy machine
psql -XqAt -c "CREATE UNLOGGED TABLE many AS SELECT plg.rollup(j) AS j FROM ($one) s, generate_series(1, 4)" -c "CREATE UNLOGGED TABLE ids AS
	SELECT array_agg(n::text) AS ids, plg.journeys(n, timestamptz '2026-03-01', (n - 1)::text) AS aliases FROM generate_series(1::bigint, 200000, 2) n"
while IFS='|' read -r what share call; do
	check "$what" "$share" "SELECT count(r) FROM many, ids, plg.$call r"
done <<'END'
funnel|0.5|funnel(j, '{a,b,c}', '30 days', '2026-06-01')
funnel with grace|0.5|funnel(j, '{a,b,c}', '30 days', '2026-06-01', grace => '3 days')
retention|0.5|retention(j, NULL, '2026-06-01')
retention in many periods|0.5|retention(j, 'b', '2026-06-01', unit => 'day', periods => 500, mode => 'calendar', counting => 'streak')
lifecycle|0.5|lifecycle(j, '2026-06-01', 'day')
stickiness|0.5|stickiness(j, '2026-06-01', 'day')
flows|0.6|flows(j, 'b', 5)
adoption|0.4|adoption(j, NULL, '2026-06-01', '200 days')
adoption, near the end,|0.8|adoption(j, NULL, '2026-06-01', '200 days')
sessions|0.4|sessions(j, '1 hour')
session_summary|0.5|session_summary(j, '1 hour')
END
# and those that give a value, which in FROM would be copied twice, and nobody stops that;
# count() copies its first row too
while IFS='|' read -r what share call; do
	check "$what" "$share" "SELECT plg.events(plg.$call) FROM many, ids"
done <<'END'
slice|0.5|slice(j, '2026-02-01', '2026-05-01')
only_events|0.7|only_events(j, '{b,c}')
only_entities|0.4|only_entities(j, ids)
except_entities|0.4|except_entities(j, ids)
merge_entities|0.5|merge_entities(j, aliases)
relabel|0.7|relabel(j, '{"b": "a", "c": "z"}')
END
check 'building a conversion, rows coming in,' 0.2 "SELECT plg.conversion(at, at + interval '1 day', '2026-12-01') FROM log"
check 'building a conversion, near the end,' 0.8 "SELECT plg.conversion(at, CASE WHEN id % 3 > 0 THEN at + make_interval(secs => id * 7) END, '2026-12-01') FROM log"
check 'rolling up conversions' 0.6 'SELECT plg.entered(plg.rollup(c)) FROM kept_conversion'
# one call each, cancelled after it has fetched the value; conversion_curve takes
# the same walk as the rate by Kaplan-Meier
check 'ttv' 0.6 "SELECT plg.ttv(c, 0.9, '90 days') FROM kept_conversion"
check 'ttv_of_all_ci' 0.6 "SELECT plg.ttv_of_all_ci(c, 0.6) FROM kept_conversion"
check 'ttv_observed' 0.6 'SELECT plg.ttv_observed(c, 0.9) FROM kept_conversion'
check 'activation by Kaplan-Meier' 0.6 "SELECT plg.activation(c, '90 days', 'censor') FROM kept_conversion"
# entrants who are all alike are one step of the walk, and one run when they are written
psql -XqAt -c "CREATE UNLOGGED TABLE alike AS SELECT plg.conversion('2026-01-01'::timestamptz, '2026-01-02'::timestamptz, '2026-04-01') AS c FROM generate_series(1, 1024 * 1024)"
check 'rolling up equal conversions' 0.5 'SELECT plg.entered(plg.rollup(c)) FROM alike, generate_series(1, 40)'
psql -XqAt -c 'UPDATE alike SET c = (SELECT plg.rollup(a.c) FROM alike a, generate_series(1, 40))'
check 'activation by Kaplan-Meier of entrants of one time' 0.5 "SELECT plg.activation(c, '90 days', 'censor') FROM alike"
psql -XqAt -c 'DROP TABLE alike'
# a million and a half who convert one by one: the walk over both arms, then Newton's steps over all times
psql -XqAt -c "CREATE UNLOGGED TABLE arms AS
	SELECT plg.conversion(at, at + make_interval(secs => n * 7919 % 20000003), '2026-12-01') AS a,
		plg.conversion(at, CASE WHEN n % 4 > 0 THEN at + make_interval(secs => n * 7907 % 20000003) END, '2026-12-01') AS b
	FROM (SELECT n, timestamptz '2026-01-01' + make_interval(secs => n) AS at FROM generate_series(1::bigint, 1500000) n) s"
check 'compare, near the beginning,' 0.15 'SELECT plg.compare(a, b, NULL) FROM arms'
check 'compare, near the end,' 0.7 'SELECT plg.compare(a, b, NULL) FROM arms'
psql -XqAt -c 'DROP TABLE arms'
check 'building a ledger of intervals, rows coming in,' 0.2 "SELECT plg.ledger(id, 10, at, at + interval '30 days') FROM log"
check 'building a ledger of intervals, near the end,' 0.8 "SELECT plg.ledger(id, 10, at, at + interval '30 days') FROM log"
check 'building a ledger of changes, rows coming in,' 0.2 'SELECT plg.ledger_changes(name, id::numeric % 100, at) FROM log'
check 'building a ledger of changes, near the end,' 0.8 'SELECT plg.ledger_changes(name, id::numeric % 100, at) FROM log'
check 'rolling up ledgers' 0.5 "SELECT plg.mrr(plg.rollup(l), '2026-06-01') FROM kept_ledger"
check 'movements' 0.3 "SELECT count(m) FROM kept_ledger, plg.movements(l, 'day', '2026-01-01', '2026-08-01') m"
check 'nrr' 0.3 "SELECT plg.nrr(l, '2026-05-01', '2026-08-01') FROM kept_ledger"
check 'movements of many windows' 0.2 "SELECT count(m) FROM (SELECT plg.ledger(1, n % 5 + 1, date '1900-01-01' + n, date '1900-01-02' + n) AS l FROM generate_series(1, 16000) n) k, plg.movements(l, 'day', '1900-01-01', '1944-01-01', span => 30) m"
check 'account_movements' 0.3 "SELECT count(a) FROM kept_ledger, plg.account_movements(l, '2026-05-01', '2026-08-01', movement_by => 'event') a"
check 'nrr_series' 0.3 "SELECT count(s) FROM kept_ledger, plg.nrr_series(l, 'week', 4, '2026-01-05', '2026-08-03', bridge_gap => '5 days') s"
# few accounts, each of which is long work
check 'nrr_series of many windows' 0.2 "SELECT count(s) FROM (SELECT plg.ledger(n, 1, date '1900-01-01' + n, NULL::date) AS l FROM generate_series(1, 300) n) k, plg.nrr_series(l, 'day', 9000, '1900-01-01', '2036-01-01') s"
check 'revenue_retention' 0.3 "SELECT count(r) FROM kept_ledger, plg.revenue_retention(l, 'day', 100, reactivation_within => '9 days', grr_method => 'flow') r"
check 'nrr_ci' 0.3 "SELECT count(c) FROM kept_ledger, plg.nrr_ci(l, '2026-05-01', '2026-08-01') c"
# all readers that are not named above, if they take long enough for anybody to notice
psql -XqAt -v ON_ERROR_STOP=1 -f ../oracle/calls.sql -c "
	CREATE VIEW one_value AS SELECT j, c, l, ids FROM many, kept_conversion, kept_ledger, ids;
	UPDATE calls.argument SET value = CASE name WHEN 'entities' THEN 'ids' WHEN 'steps' THEN '''{a,b,c}'''
		WHEN 'start' THEN 'NULL' WHEN 'from_event' THEN 'NULL' WHEN 'within' THEN '''90 days''' ELSE '''c''' END
	WHERE name IN ('entities', 'steps', 'start', 'from_event', 'within', 'goal')"
others=$(psql -XqAt -v ON_ERROR_STOP=1 -v text="$(<cancel.sh)" <<'END'
SELECT name, call FROM unnest('{plg.journeys,plg.conversion,plg.ledger}'::regtype[]) type, calls.others(type, :'text') WHERE cost >= 1000
END
)
brief=200000000
while IFS='|' read -r name call; do
	check "$name" 0.5 "SELECT ($call) IS NULL FROM one_value"
done <<<"$others"
# and all aggregates that are not
psql -XqAt -c "CREATE UNLOGGED TABLE fewer AS SELECT id AS who, id::int AS n, at, at + interval '1 day' AS later, event, (id % 100)::numeric AS mrr FROM log WHERE id < 70000"
others=$(psql -XqAt -v ON_ERROR_STOP=1 -v text="$(<cancel.sh)" <<<"SELECT name, call FROM calls.other_aggregates(:'text')")
while IFS='|' read -r name call; do
	check "building by $name, near the end," 0.8 "SELECT $call FROM fewer"
done <<<"$others"
