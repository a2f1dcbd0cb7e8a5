#!/bin/bash
# A value of more than 764 MB is refused by an error that names the limit and
# says what to do, whichever aggregate makes it; the session goes on, and keeps
# nothing of it.  Few long strings get there soonest.
set -euo pipefail
available=$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo 2>/dev/null || true)
if [ "${available:-0}" -lt 4096 ]; then
	echo "ok - the largest value # SKIP it takes 2 GB, and less than 4 GB are free"
	exit
fi
psql -XqAt -v ON_ERROR_STOP=1 <<'SQL'
SET max_parallel_workers_per_gather TO 0;
CREATE FUNCTION pg_temp.refusal(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	message text;
	hint text;
BEGIN
	EXECUTE query;
	RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
	RETURN format('%s: %s; %s', SQLSTATE, message, hint);
END
$$;
CREATE FUNCTION pg_temp.line(what text, got text, expected text) RETURNS text LANGUAGE sql AS $$
	SELECT CASE WHEN got = expected THEN 'ok - ' || what
		ELSE format(E'not ok - %s\n# got %s\n# expected %s', what, got, expected) END
$$;
CREATE TEMP VIEW long AS SELECT n, repeat('x', 16000000) || n AS string FROM generate_series(1, 51) n;

SELECT pg_temp.line('journeys', pg_temp.refusal($$ SELECT plg.journeys(n, '2026-01-01', string) FROM long $$),
	'54000: value of type plg.journeys would be larger than 764 MB; GROUP BY plg.bucket(entity, n), then read each bucket and add up the results.');
SELECT pg_temp.line('a ledger', pg_temp.refusal($$ SELECT plg.ledger(string, 5, timestamptz '2026-01-01', NULL) FROM long $$),
	'54000: value of type plg.ledger would be larger than 764 MB; GROUP BY plg.bucket(account, n), then read each bucket and add up the results.');
SELECT CASE WHEN sum(total_bytes) < 64 * 1024 * 1024 THEN 'ok' ELSE 'not ok' END || ' - the session goes on, and keeps nothing'
FROM pg_backend_memory_contexts;
SQL
