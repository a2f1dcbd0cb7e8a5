#!/bin/bash
# Memory.  What a statement takes does not grow with the number of groups, calls,
# rescans, frames or errors: four times as many leave the backend's high water
# mark where it was.  HashAggregate keeps to work_mem, and what a backend has done
# before does not stay.  FACTOR=n multiplies the rounds.
# test: slow, 80 s
set -euo pipefail
: "${FACTOR:=1}"
export PGOPTIONS='-c client_min_messages=error -c max_parallel_workers_per_gather=0 -c jit=off -c timezone=UTC -c work_mem=1MB -c hash_mem_multiplier=1'

psql -XqAt -v ON_ERROR_STOP=1 <<'SQL'
-- the backend's own memory in kB: the most so far, and now
CREATE FUNCTION own_memory(what text) RETURNS bigint LANGUAGE sql VOLATILE AS
	$$ SELECT substring(pg_read_file('/proc/self/status') FROM what || ':\s+(\d+) kB')::bigint $$;
CREATE TABLE value_of AS
SELECT plg.journeys(n % 50, '2026-01-01'::timestamptz + make_interval(hours => n * 7 % 2000), 'event ' || n % 5) AS j,
	plg.conversion('2026-01-01'::timestamptz + make_interval(hours => n), '2026-01-01'::timestamptz + make_interval(hours => n * 2), '2026-04-01') AS c,
	plg.ledger(n % 50, n % 9 * 10.5, '2026-01-01'::timestamptz + make_interval(days => n % 90), '2026-06-01') AS l
FROM generate_series(1, 500) n;
CREATE FUNCTION errors(n int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	caught bigint := 0;
BEGIN
	FOR i IN 1..n LOOP
		BEGIN
			PERFORM plg.journeys(g, CASE WHEN g > 200 THEN 'infinity' ELSE '2026-01-01' END::timestamptz, 'x') FROM generate_series(1, 201) g;
		EXCEPTION WHEN OTHERS THEN
			caught := caught + 1;
		END;
		BEGIN
			PERFORM plg.ledger(g, CASE WHEN g > 200 THEN 'NaN' ELSE 5 END::numeric, '2026-01-01'::date, '2026-02-01'::date) FROM generate_series(1, 201) g;
		EXCEPTION WHEN OTHERS THEN
			caught := caught + 1;
		END;
	END LOOP;
	RETURN caught;
END
$$;
CREATE FUNCTION loops(n int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	v plg.journeys;
	r record;
	total bigint := 0;
BEGIN
	FOR i IN 1..n LOOP
		SELECT plg.rollup(j) INTO v FROM value_of;
		v := plg.slice(plg.relabel(v, '{"event 1": "event 2"}'), '2026-01-02', '2026-03-01');
		FOR r IN SELECT * FROM plg.event_summary(v) LOOP
			total := total + r.events;
		END LOOP;
	END LOOP;
	RETURN total;
END
$$;
CREATE FUNCTION cursors(n int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	c refcursor;
	r record;
	total bigint := 0;
BEGIN
	FOR i IN 1..n LOOP
		OPEN c FOR SELECT u.* FROM value_of, plg.unnest(j) u;
		FETCH c INTO r;
		total := total + 1;
		CLOSE c;
	END LOOP;
	RETURN total;
END
$$;
SQL

# peak STATEMENT: the high water mark of a session that runs it, in kB
peak()
{
	psql -XqAt -v ON_ERROR_STOP=1 -c 'SET enable_hashagg = off' -c "$1" -c "SELECT own_memory('VmHWM')" | tail -n 1
}

# flat WHAT ROUNDS STATEMENT: {n} in the statement stands for the rounds
flat()
{
	local few many n=$(($2 * FACTOR))

	few=$(peak "${3//\{n\}/$n}")
	many=$(peak "${3//\{n\}/$((4 * n))}")
	if [ $((many - few)) -lt 1500 ]; then
		echo "ok - $1: no more memory for $((4 * n)) than for $n"
	else
		echo "not ok - $1: no more memory for $((4 * n)) than for $n"
	fi
	echo "# $few kB, $many kB"
}

if ! psql -XqAt -c "SELECT own_memory('VmHWM')" 2>/dev/null | grep -q .; then
	echo 'ok - memory # SKIP there is no /proc/self/status'
	exit
fi
at="'2026-01-01'::timestamptz + make_interval(secs => n % 1000)"
# one pass over sorted groups; a check that cannot fail is worse than none
few=$(peak "SELECT count(a) FROM (SELECT array_agg(n) AS a FROM generate_series(1, 20000) n) s")
many=$(peak "SELECT count(a) FROM (SELECT array_agg(n) AS a FROM generate_series(1, 2000000) n) s")
[ $((many - few)) -gt 2000 ] && echo "ok - an array of two million numbers is seen" || echo "not ok - an array of two million numbers is seen"

flat 'groups of journeys' 250000 "SELECT sum(plg.events(j)) FROM (SELECT plg.journeys(n % 3, $at, 'event ' || n % 4) AS j FROM generate_series(1, {n}) n GROUP BY n) s"
flat 'groups of conversions' 60000 "SELECT sum(plg.entered(c)) FROM (SELECT plg.conversion($at, $at, 'infinity') AS c FROM generate_series(1, {n}) n GROUP BY n / 4) s"
flat 'groups of ledgers' 40000 "SELECT count(plg.mrr(l, '2026-01-02')) FROM (SELECT plg.ledger(n % 3, n / 4.0, $at, NULL::timestamptz) AS l FROM generate_series(1, {n}) n GROUP BY n / 4) s"
flat 'groups of ledger_changes' 40000 "SELECT count(plg.mrr(l, '2026-01-02')) FROM (SELECT plg.ledger_changes(n, n / 4.0, $at) AS l FROM generate_series(1, {n}) n GROUP BY n / 4) s"
flat 'groups of milestones and nth' 60000 "SELECT count(m), count(t) FROM (SELECT plg.milestones('1 day', $at, n % 2 = 0, n % 3 = 0) AS m, plg.nth(2, $at, n % 2 = 0) AS t FROM generate_series(1, {n}) n GROUP BY n / 4) s"
flat 'groups of bridges and step counts' 40000 "SELECT count(b), count(c) FROM (SELECT plg.bridge(n, n / 3.0, true) AS b, plg.step_counts(ARRAY[$at, NULL]) AS c FROM generate_series(1, {n}) n GROUP BY n / 4) s"
flat 'rollups' 8000 "SELECT count(r) FROM (SELECT plg.rollup(plg.slice(j, '2026-01-02', '2026-01-03')) AS r FROM value_of, generate_series(1, {n}) n GROUP BY n / 4) s"
psql -XqAt -c "CREATE TABLE alike AS SELECT plg.conversion('2026-01-01'::timestamptz, '2026-01-02'::timestamptz, '2026-04-01') AS c FROM generate_series(1, 1024 * 1024)"
flat 'rollups of a million equal entrants' 10 "SELECT plg.entered(plg.rollup(c)) FROM alike, generate_series(1, {n})"
flat 'frames of journeys' 4000 "SELECT sum(e) FROM (SELECT plg.events(plg.journeys(n % 3, $at, 'x') OVER (ORDER BY n ROWS 5 PRECEDING)) AS e FROM generate_series(1, {n}) n) s"
flat 'frames of nth, milestones and ledgers' 3000 "SELECT count(t), count(m), count(l) FROM (SELECT plg.nth(3, $at, n % 2 = 0) OVER w AS t, plg.milestones('1 day', $at, true, n % 3 = 0) OVER w AS m, plg.ledger(1, n, $at, NULL::timestamptz) OVER w AS l FROM generate_series(1, {n}) n WINDOW w AS (ORDER BY n ROWS 5 PRECEDING)) s"
flat 'moving frames of nrr' 30000 "SELECT count(r) FROM (SELECT plg.nrr(n, n / 3.0) OVER (ORDER BY n ROWS 5 PRECEDING) AS r FROM generate_series(1, {n}) n) s"
flat 'correlated subqueries' 6000 "SELECT count((SELECT plg.journeys(g + n, $at, 'x') FROM generate_series(1, 5) g)) FROM generate_series(1, {n}) n"
flat 'calls of scalar readers' 6000 "SELECT count(plg.activation_rate(j, 'event 0', 'event 1', make_interval(secs => n), '2026-05-01')), count(plg.ttv(c, 0.5, make_interval(hours => n))), count(plg.nrr(l, '2026-03-01', '2026-03-02'::date + n % 50)) FROM value_of, generate_series(1, {n}) n"
flat 'calls of functions that give values' 3000 "SELECT count(plg.relabel(j, jsonb_build_object('event 1', n::text))), count(plg.only_entities(j, ARRAY[n::text])), count(plg.conversion(j, 'event 1', 'event 2', '2026-05-01'::timestamptz + make_interval(secs => n))) FROM value_of, generate_series(1, {n}) n"
flat 'text in and out' 1500 "SELECT count((j::text || left(n::text, 0))::plg.journeys), count((l::text || left(n::text, 0))::plg.ledger) FROM value_of, generate_series(1, {n}) n"
flat 'tables in FROM' 1200 "SELECT count(f), count(m) FROM value_of, generate_series(1, {n}) n, plg.funnel(j, '{event 0,event 1,event 4}', make_interval(hours => n), '2026-05-01') f, plg.retention(j, 'event 1', '2026-05-01', periods => 1 + n % 3) m"
flat 'tables in FROM of ledgers' 800 "SELECT count(m), count(a) FROM value_of, generate_series(1, {n}) n, plg.movements(l, 'month', '2026-01-01', '2026-05-01', reactivation_within => make_interval(secs => n)) m, plg.account_movements(l, '2026-01-01', '2026-02-01'::date + n % 9) a"
flat 'tables in SELECT' 1500 "SELECT count(u), count(s) FROM (SELECT plg.unnest(plg.slice(j, '2026-01-01', '2026-01-01'::timestamptz + make_interval(hours => n % 90))) AS u, plg.sessions(j, make_interval(mins => n)) AS s FROM value_of, generate_series(1, {n}) n) s"
psql -XqAt -v ON_ERROR_STOP=1 -f ../oracle/calls.sql
others=$(psql -XqAt -v ON_ERROR_STOP=1 -v text="$(<memory.sh)" <<'SQL'
SELECT string_agg(format('count((SELECT count(r) FROM %s r))', call), ', ')
FROM unnest('{plg.journeys,plg.conversion,plg.ledger}'::regtype[]) type, calls.others(type, :'text')
SQL
)
flat 'calls of all readers that are not named here' 100 "SELECT ${others:-1} FROM value_of, generate_series(1, {n}) n"
others=$(psql -XqAt -v ON_ERROR_STOP=1 -v text="$(<memory.sh)" <<<"SELECT string_agg(call, ', ') FROM calls.other_aggregates(:'text')")
flat 'groups of all aggregates that are not named here' 8000 "SELECT count(s) FROM (SELECT ${others:-1} FROM (SELECT n::int, n AS who, $at AS at, $at + interval '1 day' AS later, 'event' AS event, n % 100.0 AS mrr FROM generate_series(1, {n}) n) r GROUP BY who / 4) s"
flat 'a loop in PL/pgSQL' 400 'SELECT loops({n})'
flat 'cursors that are closed early' 2000 'SELECT cursors({n})'
flat 'errors in the middle of aggregates' 500 'SELECT errors({n})'

# Pieces rolled up are read some kilobytes of each at a time.  Shared buffers do not count.
private()
{
	psql -XqAt -v ON_ERROR_STOP=1 -c "$1" -c "SELECT own_memory('VmHWM') - own_memory('RssShmem')" | tail -n 1
}
psql -XqAt -v ON_ERROR_STOP=1 <<'SQL'
CREATE TABLE pieces AS SELECT n % 32 AS piece, plg.journeys(n % 32 + n % 1999 * 32, '2026-01-01'::timestamptz + n * interval '1.234567 s', 'event ' || n % 7) AS j
FROM generate_series(1, 3200000) n GROUP BY 1;
SQL
size=$(psql -XqAt -c 'SELECT sum(pg_column_size(j)) / 1024 FROM pieces')
for reader in "plg.event_summary(j)" "plg.activation(j, 'event 1', 'event 2', '1 day', '2026-02-01')" "plg.session_summary(j, '1 minute', '2026-02-01')"; do
	one=$(private "SELECT r FROM pieces, $reader r WHERE piece = 1")
	all=$(private "SELECT r FROM (SELECT plg.rollup(j) AS j FROM pieces) s, $reader r")
	if [ "$size" -gt 16000 ] && [ $((all - one)) -lt 9000 ]; then
		echo "ok - pieces in ${reader%%(*}: no more memory than some of each takes"
	else
		echo "not ok - pieces in ${reader%%(*}: no more memory than some of each takes"
	fi
	echo "# a piece $one kB, all $all kB, which are $size kB"
done

# HashAggregate spills, and takes little more than what it is allowed
hash()
{
	local answer spilled

	answer=$(psql -XqAt -v ON_ERROR_STOP=1 -c 'SET enable_sort = off' -c "EXPLAIN (ANALYZE, COSTS off, TIMING off) $2" -c "SELECT 'peak ' || own_memory('VmHWM')")
	spilled=$(grep -c 'Disk Usage' <<<"$answer" || true)
	answer=$(sed -n 's/^peak //p' <<<"$answer")
	if [ "$spilled" -gt 0 ] && [ "$answer" -lt $((base + 20000)) ]; then
		echo "ok - $1 in HashAggregate: spilled at work_mem"
	else
		echo "not ok - $1 in HashAggregate: spilled at work_mem"
	fi
	echo "# $answer kB, an idle backend $base kB"
}
base=$(peak 'SELECT count(*) FROM generate_series(1, 200000) n')
hash 'journeys' "SELECT n % 100003, plg.journeys(n, $at, 'x') FROM generate_series(1, 200000) n GROUP BY 1"
hash 'conversions' "SELECT n % 100003, plg.conversion($at, NULL::timestamptz, 'infinity') FROM generate_series(1, 200000) n GROUP BY 1"
hash 'ledgers' "SELECT n % 100003, plg.ledger(n, 10, $at, NULL::timestamptz) FROM generate_series(1, 200000) n GROUP BY 1"
hash 'milestones' "SELECT n % 100003, plg.milestones('1 day', $at, n % 2 = 0, n % 3 = 0) FROM generate_series(1, 200000) n GROUP BY 1"

# a session that did much is as large as it was after it had done it once
answer=$(psql -XqAt 2>/dev/null <<END
\set each 'SELECT loops(5); SELECT cursors(5); SELECT errors(5); SELECT count(plg.events(j)) FROM (SELECT plg.journeys(n, $at, md5(n::text)) AS j FROM generate_series(1, 20000) n GROUP BY n % 10) s; SELECT plg.nrr(l, current_date, NULL) FROM value_of; SELECT plg.funnel(j, NULL, NULL, NULL, n::text) FROM value_of, generate_series(1, 2) n; '
\o /dev/null
:each :each :each
\o
SELECT sum(total_bytes) AS first FROM pg_backend_memory_contexts \gset
\o /dev/null
:each :each :each :each :each :each :each :each :each :each :each :each
\o
SELECT sum(total_bytes) - :first FROM pg_backend_memory_contexts;
END
)
if [ -n "$answer" ] && [ "$answer" -lt 65536 ]; then
	echo "ok - a session keeps nothing of what it has done"
else
	echo "not ok - a session keeps nothing of what it has done"
fi
echo "# $answer bytes more"
