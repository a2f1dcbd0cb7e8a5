-- What the readers of journeys refuse: code, message and hint of each refusal.
SET timezone TO 'UTC';
SET datestyle TO ISO;
SET intervalstyle TO postgres;
CREATE FUNCTION refused(reader text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	state text;
	message text;
	detail text;
	hint text;
BEGIN
	EXECUTE format('SELECT count(*) FROM one, LATERAL (SELECT r FROM plg.%s r) x', reader);
	RETURN 'not refused';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN concat(state, ': ', message, E'\n    ' || nullif(detail, ''), E'\n    ' || coalesce(nullif(hint, ''), 'NO HINT'));
END
$$;
CREATE TABLE one AS SELECT plg.journeys(who, at::timestamptz, what) AS j
FROM (VALUES (1, '2026-03-01', 'signup'), (1, '2026-03-02', 'pay'), (2, '2026-03-05', 'signup')) v(who, at, what);
CREATE VIEW answer AS SELECT NULL::text AS reader, NULL::text AS refusal WHERE false;
CREATE FUNCTION refusals(pattern text, arguments text[]) RETURNS SETOF answer
LANGUAGE sql AS $$
	SELECT reader, refused(reader) FROM unnest(arguments) WITH ORDINALITY u(argument, n), format(pattern, argument) reader ORDER BY n
$$;
\pset format unaligned
\pset tuples_only on
\pset fieldsep '\n  '

-- what every reader answers, before one thing is changed for the worse
SELECT * FROM refusals('%s', ARRAY['activation_rate(j, ''signup'', ''pay'', ''7 days'', ''2026-04-01'', NULL, 1)',
	'activation(j, ''signup'', ''pay'', ''7 days'', ''2026-04-01'', NULL, 1)',
	'conversion(j, ''signup'', ''pay'', ''2026-04-01'', NULL, 1)', 'conversions(j, ''signup'', ''pay'', ''2026-04-01'', ''week'', ''UTC'', NULL, 1)',
	'cohort_conversion(j, ''signup'', ''pay'', ''2026-04-01'', ''week'', 3, ''rolling'', ''UTC'', NULL, 1)']);

-- durations
SELECT * FROM refusals('activation_rate(j, ''signup'', ''pay'', %L, ''2026-04-01'')',
	ARRAY['-1 day', '-1 microsecond', '1 day -24:00:00.000001', '1 month', '1 year 3 days', '200000000 days']);
SELECT * FROM refusals('activation(j, ''signup'', ''pay'', %L, NULL)', ARRAY['1 month', '-1 day', '2147483647 days 23:59:59']);

-- as_of
SELECT * FROM refusals('%s, ''-infinity'')', ARRAY['activation_rate(j, ''signup'', ''pay'', ''7 days''',
	'activation(j, ''signup'', ''pay'', ''7 days''', 'conversion(j, ''signup'', ''pay''', 'conversions(j, ''signup'', ''pay''',
	'cohort_conversion(j, ''signup'', ''pay''']);

-- labels
SELECT * FROM refusals('%s', ARRAY['activation_rate(j, ''signup'', NULL, ''7 days'', NULL)', 'conversion(j, NULL, NULL, NULL)']);

-- counts
SELECT * FROM refusals('activation_rate(j, ''signup'', ''pay'', ''7 days'', NULL, min_count => %s)', ARRAY['0', '-1', 'NULL']);
SELECT * FROM refusals('activation(j, ''signup'', ''pay'', ''7 days'', NULL, min_count => %s)', ARRAY['0']);
SELECT * FROM refusals('conversion(j, ''signup'', ''pay'', NULL, min_count => %s)', ARRAY['0']);
SELECT * FROM refusals('conversions(j, ''signup'', ''pay'', NULL, min_count => %s)', ARRAY['-2147483648']);
SELECT * FROM refusals('cohort_conversion(j, ''signup'', ''pay'', NULL, min_count => %s)', ARRAY['NULL']);
SELECT * FROM refusals('cohort_conversion(j, ''signup'', ''pay'', NULL, periods => %s)', ARRAY['0', '-1', 'NULL', '2147483647']);

-- units, modes, time zones
SELECT * FROM refusals('conversions(j, ''signup'', ''pay'', NULL, unit => %L)', ARRAY['weak', 'minute', '', 'week ', NULL]);
SELECT * FROM refusals('cohort_conversion(j, ''signup'', ''pay'', NULL, unit => %L, mode => ''calendar'')', ARRAY['weeks', 'decade', NULL]);
SELECT * FROM refusals('cohort_conversion(j, ''signup'', ''pay'', NULL, unit => %L)', ARRAY['quarter', 'year', 'minute']);
SELECT * FROM refusals('cohort_conversion(j, ''signup'', ''pay'', NULL, mode => %L)', ARRAY['roling', '', 'Rolling ', NULL]);
SELECT * FROM refusals('conversions(j, ''signup'', ''pay'', NULL, tz => %L)', ARRAY['Mars/Olympus', '', '../../etc/passwd', NULL]);
SELECT * FROM refusals('cohort_conversion(j, ''signup'', ''pay'', NULL, tz => %L)', ARRAY['Mars/Olympus', NULL]);

-- readers of the conversions that come out
SELECT * FROM refusals('conversions(j, ''signup'', ''pay'', NULL) c, plg.%s', ARRAY['activation(c.conversion, ''1 month'')',
	'activation(c.conversion, ''7 days'', ''mtaure'')', 'activation(c.conversion, ''7 days'', level => 1.5)',
	'ttv(c.conversion, 1.1, ''7 days'')', 'ttv(c.conversion, ''NaN'', ''7 days'')', 'ttv(c.conversion, 0.5, ''-1 s'')',
	'ttv_percentiles(c.conversion, ''{0.5,-0.1}'', ''7 days'')']);

-- a NULL value has nothing to read, whatever else is wrong with the question
UPDATE one SET j = NULL;
SELECT * FROM refusals('%s', ARRAY['activation_rate(j, ''signup'', ''pay'', ''7 days'', NULL)', 'cohort_conversion(j, ''signup'', ''pay'', NULL)']);
\pset format aligned
\pset tuples_only off
DROP FUNCTION refusals(text, text[]);
DROP VIEW answer;
DROP TABLE one;
DROP FUNCTION refused(text);
