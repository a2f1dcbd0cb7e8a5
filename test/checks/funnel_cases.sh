#!/bin/sh
# Funnel levels from the tests of other systems: what they state for their
# default mode and for strictly increasing time.  Each case goes through
# journeys, where an event's label is the list of steps that it meets, and
# through the aggregates over conditions.
set -e
if [ -z "$PLG_SHARED" ] || [ ! -f "$PLG_SHARED/cases/funnel_cases.jsonl" ]; then
	echo "ok - funnel levels of other systems # SKIP shared cases not found"
	exit 0
fi

psql -XqAt -v ON_ERROR_STOP=1 -c "CREATE TABLE lines (line jsonb)" \
	-c "COPY lines FROM STDIN (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')" <"$PLG_SHARED/cases/funnel_cases.jsonl"
psql -XqAt -v ON_ERROR_STOP=1 <<'SQL'
CREATE TABLE cases AS
SELECT line->>'id' AS id, line->>'mode' = 'strict_increase' AS increasing, jsonb_array_length(line->'steps') AS n_steps, unit,
	(line->>'window')::float8 * unit AS within, line->'expected' AS expected, line
FROM lines, LATERAL (SELECT CASE line->>'ts_unit' WHEN 's' THEN interval '1 s' WHEN 'us' THEN '1 us' WHEN 'day' THEN '1 day' END) u (unit)
WHERE line->>'function' = 'window_funnel' AND line->>'mode' IN ('default', 'strict_increase');

CREATE TABLE rows AS
SELECT id, event->>0 AS who, timestamptz '2026-01-01 00:00+00' + (event->>1)::float8 * unit AS at,
	ARRAY(SELECT step::int FROM jsonb_array_elements_text(line->'step_match'->(nth::int - 1)) step) AS steps
FROM cases, jsonb_array_elements(line->'events') WITH ORDINALITY e (event, nth);

CREATE FUNCTION labels(id text, step int) RETURNS text LANGUAGE sql AS
	$$ SELECT coalesce(string_agg(DISTINCT array_to_string(steps, '+'), '|'), 'nobody') FROM rows WHERE rows.id = labels.id AND step = ANY (steps) $$;

CREATE TABLE stored AS
SELECT id, plg.journeys(who, at, array_to_string(steps, '+')) AS j FROM rows GROUP BY id;

SELECT CASE WHEN count(*) FILTER (WHERE coalesce(m.level, 0) = stated::int) = count(*) AND count(*) > 0 THEN 'ok' ELSE 'not ok' END
	|| format(' - %s levels of %s as stated, through journeys%s', count(*), id, CASE WHEN increasing THEN ', strictly increasing' ELSE '' END)
FROM cases, jsonb_each_text(expected) e (who, stated) LEFT JOIN LATERAL (
	SELECT m.* FROM stored, plg.milestones(j, (SELECT array_agg(labels(cases.id, step) ORDER BY step) FROM generate_series(1, n_steps) step), within,
		strictly_increasing => increasing) m WHERE stored.id = cases.id) m ON m.entity = who
GROUP BY id, increasing ORDER BY id;

SELECT CASE WHEN count(*) FILTER (WHERE got = stated::int) = count(*) AND count(*) > 0 THEN 'ok' ELSE 'not ok' END
	|| format(' - %s levels of %s as stated, through conditions%s', count(*), id, CASE WHEN increasing THEN ', strictly increasing' ELSE '' END)
FROM cases, jsonb_each_text(expected) e (who, stated), LATERAL (
	SELECT plg.level(CASE WHEN increasing THEN plg.milestones_increasing(within, at, VARIADIC met) ELSE plg.milestones(within, at, VARIADIC met) END)
	FROM rows, LATERAL (SELECT ARRAY(SELECT step = ANY (steps) FROM generate_series(1, n_steps) step ORDER BY step)) m (met)
	WHERE rows.id = cases.id AND rows.who = e.who) g (got)
GROUP BY id, increasing ORDER BY id;
SQL
