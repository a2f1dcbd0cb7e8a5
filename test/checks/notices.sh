#!/bin/bash
# A label that no event has gives one NOTICE for each place in a statement that
# names it, however many values the statement reads; none where one of them has it,
# where other processes may have read one that has, or where events are few.  A
# duration that may be meant as days is told once, too.
set -euo pipefail
export PGOPTIONS='-c timezone=UTC -c jit=off -c parallel_setup_cost=0 -c parallel_tuple_cost=0 -c min_parallel_table_scan_size=0 -c cpu_operator_cost=1'

psql -XqAt -v ON_ERROR_STOP=1 <<'END'
CREATE TABLE log AS
	SELECT n % 150 AS segment, n AS id, timestamptz '2026-01-01' + n * interval '1 minute' AS at, (array['signup', 'create'])[1 + n / 150 % 2] AS event
	FROM generate_series(1, 150000) n;
-- a page for each value, so that every process gets some
CREATE TABLE segment (number int, j plg.journeys, filler text) WITH (parallel_workers = 2);
ALTER TABLE segment ALTER filler SET STORAGE PLAIN;
INSERT INTO segment SELECT segment, plg.journeys(id, at, event), repeat('x', 7000) FROM log GROUP BY 1;
CREATE TABLE small AS SELECT plg.journeys(id, at, event) AS j FROM log WHERE id < 1000;
ANALYZE segment;
END

notice='no event is named "sign_up"'

# count WHAT EXPECTED STATEMENT...: the expected number of NOTICEs, a pattern
count()
{
	local what=$1 expected=$2 got

	shift 2
	for _ in $(seq "${tries:-1}"); do
		got=$(psql -XqAt -v ON_ERROR_STOP=1 -v VERBOSITY=terse "${@/#/-c}" 2>&1 >/dev/null | grep -c "NOTICE:  $notice") || true
		[ "$got" = 0 ] || break
	done
	[[ $got =~ ^($expected)$ ]] && echo "ok - $what" || echo "not ok - $what: $got NOTICEs"
}

alone='SET max_parallel_workers_per_gather = 0'
for call in "activation(j, 'sign_up|sign_up', 'creat', '1 day', NULL)" "conversions(j, 'sign_up', 'creat', NULL)" \
	"cohort_conversion(j, 'signup', 'sign_up', NULL)" "retention(j, 'sign_up', NULL, 'creat')" "retention(j, NULL, NULL, 'sign_up')" \
	"funnel(j, '{sign_up,creat}', '1 day', NULL)" "funnel(j, '{signup,create}', '1 day', NULL, exclude => '{sign_up}')" \
	"milestones(j, '{signup,sign_up}', '1 day')" "flows(j, 'sign_up')" "adoption(j, 'sign_up', NULL, '1 day')"; do
	count "one NOTICE from ${call%%(*} for 150 values" 1 "$alone" "SELECT count(r) FROM segment, plg.$call r"
done
for call in "activation_rate(j, 'sign_up', 'creat', '1 day', NULL)" "conversion(j, 'sign_up', 'creat', NULL)" \
	"only_events(j, '{signup,sign_up}')" "relabel(j, '{\"sign_up\": \"signup\"}')"; do
	count "one NOTICE from ${call%%(*} for 150 values" 1 "$alone" "SELECT plg.$call FROM segment"
done
# all readers of labels that are not named here
psql -XqAt -v ON_ERROR_STOP=1 -f ../oracle/calls.sql -c "
	UPDATE calls.argument SET value = CASE name WHEN 'steps' THEN '''{sign_up,creat}''' WHEN 'events' THEN '''{signup,sign_up}'''
		WHEN 'labels' THEN '''{\"sign_up\": \"signup\"}''' WHEN 'goal' THEN '''creat''' ELSE '''sign_up''' END
	WHERE name IN ('start', 'from_event', 'goal', 'steps', 'events', 'labels')"
others=$(psql -XqAt -v ON_ERROR_STOP=1 -v text="$(<notices.sh)" <<<"SELECT name, call FROM calls.others('plg.journeys', :'text') WHERE call ~ 'sign_up'")
while IFS='|' read -r name call; do
	[ -z "$name" ] || count "one NOTICE from $name for 150 values" 1 "$alone" "SELECT count(r) FROM segment, $call r"
done <<<"$others"
rate="plg.activation_rate(j, 'sign_up', 'create', '1 day', NULL)"
count 'one NOTICE for 150 groups' 1 "$alone" "SELECT segment, ${rate/j,/plg.journeys(id, at, event),} FROM log GROUP BY 1"
count 'a NOTICE for each of two places' 2 "$alone" "SELECT $rate FROM segment WHERE $rate IS NULL"
count 'a NOTICE for each of two statements' 2 "$alone" "SELECT $rate FROM segment" "SELECT $rate FROM segment"
count 'a NOTICE for each execution of a prepared statement' 2 "$alone" "PREPARE p AS SELECT $rate FROM segment" 'EXECUTE p' 'EXECUTE p'
count 'no NOTICE for less than 1,000 events' 0 "SELECT $rate FROM small"
count 'no NOTICE where the statement fails' 0 "$alone" "DO \$\$BEGIN PERFORM $rate, 1 / (number - 149) FROM segment ORDER BY number; EXCEPTION WHEN division_by_zero THEN NULL; END\$\$"
count 'one NOTICE from within a function' 1 "$alone" "DO \$\$DECLARE r float8; BEGIN SELECT $rate INTO r FROM segment; END\$\$"
# one bucket of 150 has the label
one='CASE WHEN number = 77 THEN plg.relabel(j, jsonb_build_object($$signup$$, $$sign_up$$)) ELSE j END'
for call in "activation_rate(k, 'sign_up', 'create', '1 day', NULL)" "only_events(k, '{signup,sign_up}')"; do
	count "no NOTICE from ${call%%(*} where one value of 150 has the label" 0 "$alone" "SELECT plg.$call FROM (SELECT $one AS k FROM segment OFFSET 0) s"
done
for call in "funnel(k, '{signup,create,sign_up}', '1 day', NULL)" "retention(k, 'sign_up', NULL)" "flows(k, 'sign_up|signup')" "adoption(k, 'sign_up', NULL, '1 day')"; do
	count "no NOTICE from ${call%%(*} where one value of 150 has the label" 0 "$alone" "SELECT count(r) FROM (SELECT $one AS k FROM segment OFFSET 0) s, plg.$call r"
done
[[ $(psql -XqAt -c "EXPLAIN SELECT $rate FROM segment") = *'Workers Planned: 2'* ]] || echo 'not ok - no parallel plan'
count 'no NOTICE where three processes share many values' 0 "SELECT $rate FROM segment"
count 'nor for rows of a reader' 0 "SELECT r FROM segment, plg.retention(j, 'sign_up', NULL) r"
[[ $(psql -XqAt -c "EXPLAIN SELECT ${rate/j,/plg.journeys(id, at, event),} FROM log") = *'Workers Planned'* ]] || echo 'not ok - no parallel plan for one value'
count 'one NOTICE for one value that three processes made' 1 "SELECT ${rate/j,/plg.journeys(id, at, event),} FROM log"
notice='"within" is 00:00:07'
count 'one NOTICE that a number is seconds, for 150 values' 1 "$alone" "SELECT ${rate/1 day/7} FROM segment"
tries=20
# the leader speaks for all, unless workers are so quick that nothing is left for it to read
count 'one from three processes' 1 "SELECT ${rate/1 day/7} FROM segment"
tries=1
count 'not two from two workers by themselves' '0|1' 'SET parallel_leader_participation = off' "SELECT ${rate/1 day/7} FROM segment"
