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
