SET timezone TO 'UTC'; SET datestyle TO ISO; SET intervalstyle TO postgres;
\set SHOW_CONTEXT never

-- Calendar units, seen through MRR movements: for each instant an account that
-- pays 1 from then on, so "new" counts the instants in a period.
CREATE FUNCTION instants(unit text, since date, until date, tz text, VARIADIC at timestamptz[])
RETURNS TABLE (period_start date, instants numeric) LANGUAGE sql AS $$
	SELECT m.period_start, m.new
	FROM (SELECT plg.ledger(i, 1, t, NULL::timestamptz) FROM unnest(at) WITH ORDINALITY u (t, i)) s (l),
		plg.movements(l, unit, since, until, tz) m
	ORDER BY 1 $$;

-- weeks begin on Monday
SELECT *, to_char(period_start, 'Dy') FROM instants('week', '2025-12-22', '2026-01-12', 'UTC', '2025-12-28 23:59:59.999999Z', '2025-12-29Z', '2026-01-04Z', '2026-01-05Z', '2026-01-11 23:00Z');
SELECT * FROM instants('quarter', '2025-10-01', '2026-07-01', 'Europe/Berlin', '2025-12-31 22:59:59Z', '2025-12-31 23:00Z', '2026-03-31 21:59:59Z', '2026-03-31 22:00Z');
SELECT * FROM instants('year', '1999-01-01', '2002-01-01', 'Asia/Kolkata', '1999-12-31 18:29:59Z', '1999-12-31 18:30Z', '2000-12-31 18:30Z');
SELECT * FROM instants('month', '1999-12-01', '2000-03-01', 'UTC', '1999-12-31 23:59:59Z', '2000-01-01Z', '2000-02-29 12:00Z');
SELECT * FROM instants('month', '0001-12-01 BC', '0001-02-01', 'UTC', '0001-12-31 12:00Z BC', '0001-01-01 12:00Z');

-- days of 23 and 25 hours
SELECT * FROM instants('day', '2026-03-28', '2026-03-31', 'Europe/Berlin', '2026-03-28 23:00Z', '2026-03-29 21:59:59Z', '2026-03-29 22:00Z');
SELECT * FROM instants('day', '2026-10-24', '2026-10-27', 'Europe/Berlin', '2026-10-24 22:00Z', '2026-10-25 22:59:59Z', '2026-10-25 23:00Z');
-- midnight comes twice: the earlier one begins the day
SELECT * FROM instants('day', '2025-11-01', '2025-11-03', 'America/Havana', '2025-11-02 03:59:59Z', '2025-11-02 04:00Z', '2025-11-02 05:00Z');
-- there is no midnight: the day begins at one o'clock
SELECT * FROM instants('day', '2017-10-14', '2017-10-16', 'America/Sao_Paulo', '2017-10-15 02:59:59Z', '2017-10-15 03:00Z');
-- a day that never was has no instant
SELECT * FROM instants('day', '2011-12-29', '2012-01-01', 'Pacific/Apia', '2011-12-30 09:59:59Z', '2011-12-30 10:00Z');
-- at one minute past midnight the clock goes back an hour: the day has begun
SELECT * FROM instants('day', '2006-10-28', '2006-10-30', 'America/St_Johns', '2006-10-29 02:29:59Z', '2006-10-29 02:30:00Z', '2006-10-29 02:45Z');
-- zones by rule rather than by name, and names in any case
SELECT * FROM instants('day', '2026-01-01', '2026-01-03', '<+05>-5', '2026-01-01 18:59:59Z', '2026-01-01 19:00Z');
SELECT * FROM instants('day', '2026-06-01', '2026-06-03', 'europe/berlin', '2026-06-01 21:59:59Z', '2026-06-01 22:00Z');

-- the ends of time
SELECT * FROM instants('day', '294276-12-30', '294276-12-31', 'UTC', '294276-12-30 23:00Z', '294276-12-31 23:00Z');
SELECT * FROM instants('month', '294276-11-01', '294276-12-01', 'America/New_York', '294276-11-30 23:00Z');
SELECT * FROM instants('day', '4713-11-25 BC', '4713-11-26 BC', 'UTC', '4713-11-25 10:00Z BC');

-- errors
SELECT * FROM instants('fortnight', '2026-01-01', '2026-02-01', 'UTC', '2026-01-01Z');
SELECT * FROM instants('day', '2026-01-01', '2026-02-01', '', '2026-01-01Z');
SELECT * FROM instants('day', '2026-01-01', '2026-02-01', 'CEST', '2026-01-01Z');
SELECT * FROM instants('month', '294276-12-01', '294277-01-01', 'UTC', '2026-01-01Z');
SELECT * FROM instants('day', '294276-12-01', '294278-01-01', 'UTC', '2026-01-01Z');
SELECT * FROM instants('year', '2026-01-01', '2026-02-01', 'UTC', '2026-01-01Z');
SELECT * FROM instants('quarter', '2026-02-01', '2026-04-01', 'UTC', '2026-01-01Z');
SELECT * FROM instants('week', '2026-01-01', '2026-01-12', 'UTC', '2026-01-01Z');

-- Any number of units, from an origin: when each that holds one of these instants begins.
CREATE FUNCTION begins(unit text, tz text, origin date, VARIADIC at timestamptz[]) RETURNS TABLE (period_start date, starts_at timestamptz, local timestamp, instants bigint) LANGUAGE sql AS $$
	SELECT l.period_start, l.starts_at, l.starts_at AT TIME ZONE tz, l.active
	FROM (SELECT plg.journeys(i, t, 'e') FROM unnest(at) WITH ORDINALITY u (t, i)) s (j), plg.lifecycle(j, NULL, unit, tz, origin) l WHERE l.active > 0 $$;
-- weeks from Sunday, fortnights, fiscal years from February
SELECT *, to_char(period_start, 'Dy') FROM begins('week', 'UTC', '2026-01-04', '2026-01-10 23:59:59Z', '2026-01-11Z', '2026-01-17Z');
SELECT * FROM begins('2 weeks', 'America/New_York', '2026-01-05', '2026-01-05 05:00Z', '2026-01-19 04:59:59Z', '2026-01-19 05:00Z', '2026-03-15 12:00Z');
SELECT * FROM begins('year', 'UTC', '2026-02-01', '2025-01-31 23:00Z', '2025-02-01Z', '2026-01-31Z', '2026-02-01Z');
SELECT * FROM begins('quarter', 'UTC', '2026-02-01', '2026-01-31 23:00Z', '2026-02-01Z', '2026-04-30Z', '2026-05-01Z');
SELECT * FROM begins('month', 'UTC', '2020-06-15', '2026-02-14 23:00Z', '2026-02-15Z', '2026-03-14Z', '2026-03-15Z');
-- an origin tells where units begin, not when the first one does
SELECT * FROM begins('3 days', 'UTC', '2026-01-10', '2026-01-01Z', '2026-01-04Z');
-- without one: '7 days' are weeks, '24 hours' days, '3 months' quarters, '12 months' years
SELECT unit, b.period_start FROM unnest('{7 days,1 week,168 hours,14 days,2 weeks,24 hours,3 months,4 quarters,12 Months}'::text[]) unit, begins(unit, 'Europe/Berlin', NULL, '2026-08-22 12:00Z') b;

-- an hour is 60 minutes: none is skipped, none is two, and midnight begins one
SELECT * FROM begins('hour', 'Europe/Berlin', NULL, '2026-03-29 00:30Z', '2026-03-29 00:59Z', '2026-03-29 01:00Z');
SELECT * FROM begins('hour', 'Europe/Berlin', NULL, '2026-10-25 00:30Z', '2026-10-25 01:00Z', '2026-10-25 01:30Z', '2026-10-25 02:00Z');
SELECT * FROM begins('hour', 'Asia/Kathmandu', NULL, '2026-01-01 00:14Z', '2026-01-01 00:15Z', '2026-01-01 01:15Z');
-- Lord Howe moves by half an hour: one hour of 90 minutes, one of 30
SELECT * FROM begins('hour', 'Australia/Lord_Howe', NULL, '2026-10-03 14:30Z', '2026-10-03 15:45Z', '2026-10-03 16:00Z');
SELECT * FROM begins('hour', 'Australia/Lord_Howe', NULL, '2026-04-04 14:59Z', '2026-04-04 15:00Z', '2026-04-04 15:30Z');
-- no hour of the day that Samoa skipped
SELECT * FROM begins('hour', 'Pacific/Apia', NULL, '2011-12-30 09:30Z', '2011-12-30 10:00Z');
SELECT * FROM begins('6 hours', 'Pacific/Apia', NULL, '2011-12-30 09:30Z', '2011-12-30 10:00Z');
-- several hours are cut by the clock: 5, 6 or 7 of them
SELECT * FROM begins('6 hours', 'Europe/Berlin', NULL, '2026-03-28 23:00Z', '2026-03-29 03:59Z', '2026-03-29 04:00Z', '2026-10-24 22:00Z', '2026-10-25 04:59Z', '2026-10-25 05:00Z');
SELECT * FROM begins('12 hours', 'America/Sao_Paulo', NULL, '2017-10-15 02:59:59Z', '2017-10-15 03:00Z');
SELECT * FROM begins('12 hours', 'America/St_Johns', NULL, '2006-10-29 02:29:59Z', '2006-10-29 02:30Z', '2006-10-29 02:45Z', '2006-10-29 03:30Z');
-- from since to until
SELECT * FROM instants('hour', '2026-03-29', '2026-03-30', 'Europe/Berlin', '2026-03-29 00:00Z', '2026-03-29 01:00Z') WHERE instants > 0;
SELECT count(*) FROM instants('hour', '2026-10-25', '2026-10-26', 'Europe/Berlin', '2026-10-25Z');
SELECT count(*) FROM instants('36 hours', '2026-01-04', '2026-01-10', 'UTC', '2026-01-05Z');
SELECT m.period_start, m.starts_at, m.closing FROM (SELECT plg.ledger(1, 9, timestamptz '2026-01-20', NULL::timestamptz)) s (l), plg.movements(l, '2 weeks', '2026-01-04', '2026-02-01', origin => '2026-01-18') m;
-- the ends of time
SELECT * FROM begins('hour', 'UTC', NULL, '199999-06-01 12:34Z');
SELECT * FROM begins('hour', 'UTC', NULL, '294276-06-01 12:34Z');
SELECT * FROM begins('10000 weeks', 'UTC', '294276-01-01', '2026-01-01Z');
SELECT * FROM begins('10000 years', 'Asia/Kolkata', '0044-03-15 BC', '2026-01-01Z');

-- errors
SELECT * FROM begins('0 days', 'UTC', NULL, '2026-01-01Z');
SELECT * FROM begins('10001 days', 'UTC', NULL, '2026-01-01Z');
SELECT * FROM begins('2weeks', 'UTC', NULL, '2026-01-01Z');
SELECT * FROM begins('-2 weeks', 'UTC', NULL, '2026-01-01Z');
SELECT * FROM begins('2 ss', 'UTC', NULL, '2026-01-01Z');
SELECT * FROM begins('month', 'UTC', '2026-01-31', '2026-01-01Z');
SELECT * FROM begins('week', 'UTC', '-infinity', '2026-01-01Z');
SELECT * FROM instants('36 hours', '2026-01-06', '2026-01-12', 'UTC', '2026-01-05Z');
SELECT * FROM instants('2 weeks', '2026-01-01', '2026-01-12', 'UTC', '2026-01-05Z');
SELECT s.* FROM (SELECT plg.journeys(1, timestamptz '2026-01-01', 'e')) v (j), plg.stickiness(j, NULL, '6 hours') s;
SELECT r.* FROM (SELECT plg.journeys(1, timestamptz '2026-01-01', 'e')) v (j), plg.retention(j, NULL, 'infinity', unit => '2 quarters') r;
SELECT plg.monthly(10, 'hour');
