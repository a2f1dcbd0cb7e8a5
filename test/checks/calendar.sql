-- Where days begin, in every zone, around every change of its clock since 2012
-- and at random before that, against the clock itself: the first instant at
-- which it shows the date or a later one.  The grid is a minute; before that it
-- is an hour, for no clock has shown a date for less, and then gone back for
-- three hours.
SELECT setseed(0.125) \g /dev/null
SET timezone TO 'UTC';

-- what an abbreviation of that name would mean is another thing
CREATE TABLE zone AS SELECT name FROM pg_timezone_names
WHERE name !~ '^(posix|right)' AND name NOT IN (SELECT abbrev FROM pg_timezone_abbrevs);

CREATE TABLE day (name text, d date, start timestamptz);
-- days in which the zone's offset is another at the end than at the beginning
INSERT INTO day (name, d)
SELECT name, d FROM zone, (SELECT generate_series(timestamp '2012-01-01', '2026-12-31', '1 day')::date) s (d)
WHERE hashtext(name) % 8 = 0
	AND (d::timestamptz - interval '12 h') AT TIME ZONE name - d::timestamp <> (d::timestamptz + interval '36 h') AT TIME ZONE name - (d::timestamp + interval '48 h');
INSERT INTO day (name, d)
SELECT name, date '1900-01-01' + floor(random() * 45000)::int FROM zone;
INSERT INTO day VALUES ('America/Havana', '2025-11-02'), ('America/Sao_Paulo', '2017-10-15'), ('America/St_Johns', '2006-10-29');
UPDATE day SET start = (SELECT min(t) FROM generate_series(d::timestamptz - interval '27 h', d::timestamptz + interval '27 h', '1 hour') t
	WHERE (t AT TIME ZONE name)::date >= d);
UPDATE day SET start = (SELECT min(t) FROM generate_series(start - interval '3 h', start, '1 minute') t
	WHERE (t AT TIME ZONE name)::date >= d);

-- An account that begins to pay at the start belongs to the day, one that
-- begins a microsecond earlier to the day before.
CREATE FUNCTION begins_at(start timestamptz, d date, tz text) RETURNS boolean LANGUAGE sql AS $$
	SELECT array_agg(accounts_new ORDER BY period_start) = '{1,1}'
	FROM (SELECT plg.ledger(i, 1, t, NULL::timestamptz)
			FROM (VALUES (1, start), (2, start - interval '1 us')) v (i, t)) s (l),
		plg.movements(l, 'day', d - 1, d + 1, tz) $$;

-- not days that a zone skipped, and not days that begin off the grid, where a
-- zone's offset had seconds
CREATE TABLE result AS
SELECT *, begins_at(start, d, name) AS good FROM day
WHERE (start AT TIME ZONE name)::date = d AND (start - interval '1 us') AT TIME ZONE name >= d - interval '1 day'
	AND extract(second FROM (start AT TIME ZONE name)) = 0;
SELECT CASE WHEN bool_and(good) AND count(*) > 1000 THEN 'ok' ELSE 'not ok' END || ' - ' || format('%s days of %s zones begin when the clock says so', count(*), count(DISTINCT name))
FROM result;
SELECT format('# %s %s should begin at %s', name, d, start) FROM result WHERE NOT good LIMIT 10;

-- Longer units begin with their first days.
CREATE TABLE window_of (name text, unit text, since date, until date);
INSERT INTO window_of
SELECT name, unit, date_trunc(unit, d)::date, (date_trunc(unit, d) + 5 * ('1 ' || CASE unit WHEN 'quarter' THEN 'year' ELSE unit END)::interval)::date
FROM (SELECT * FROM zone ORDER BY random() LIMIT 60) z, unnest('{day,week,month,quarter,year}'::text[]) unit,
	LATERAL (SELECT timestamp '1990-01-01' + random() * interval '15000 days' WHERE name <> unit) s (d);
CREATE TABLE instant AS SELECT i, timestamptz '1989-06-01' + random() * interval '18000 days' AS t FROM generate_series(1, 30000) i;
CREATE INDEX ON instant (t);
CREATE TABLE l AS SELECT plg.ledger(i, 1, t, NULL::timestamptz) FROM instant;
SELECT CASE WHEN bool_and(got IS NOT DISTINCT FROM expected) AND count(DISTINCT expected) > 250 THEN 'ok' ELSE 'not ok' END || ' - ' || count(*) || ' windows of all units hold the instants of their local dates'
FROM window_of w,
	LATERAL (SELECT jsonb_object_agg(period_start, accounts_new) FILTER (WHERE accounts_new > 0)
		FROM l, plg.movements(l.ledger, unit, since, until, name)) g (got),
	LATERAL (SELECT jsonb_object_agg(start, n) FROM (SELECT date_trunc(unit, t AT TIME ZONE name)::date AS start, count(*) AS n FROM instant
		WHERE t > since - interval '1 day' AND t < until + interval '1 day' AND t AT TIME ZONE name >= since AND t AT TIME ZONE name < until GROUP BY 1) x) e (expected);

-- Any number of units from any origin, around those days: instants are counted
-- together where their units have one number by plain arithmetic, and what is said
-- to begin the unit is in it, and the microsecond before is not.
\ir ../oracle/grid.sql
CREATE TABLE asked AS
SELECT row_number() OVER () AS n, random_unit('hour', 'hour', '2 hours', '5 hours', '6 hours', 'day', '3 days', 'week', '2 weeks', 'month', '5 months', '2 years') AS unit,
	random_origin() AS origin, name, start - random() * interval '40 hours' AS t
FROM (SELECT * FROM day ORDER BY random() LIMIT 800) d;
CREATE TABLE instants_of AS SELECT n, unit, origin, name, at, i FROM (SELECT *, date_trunc('minute', t + random() * interval '3 days') AS at FROM asked, generate_series(1, 12) i) a;
CREATE TABLE counted AS SELECT n, unit_of(unit, origin, at, name) AS nth, count(*) AS instants FROM instants_of GROUP BY 1, 2;
CREATE TABLE told AS
SELECT n, unit_of(unit, origin, l.starts_at, name) AS nth, unit_of(unit, origin, l.starts_at - interval '1 us', name) AS before, l.active AS instants,
	l.period_start = (l.starts_at AT TIME ZONE name)::date OR l.starts_at AT TIME ZONE name > l.period_start AS dated
FROM (SELECT n, unit, origin, name, plg.journeys(i, at, 'e') AS j FROM instants_of GROUP BY 1, 2, 3, 4) s, plg.lifecycle(j, NULL, unit, name, origin) l WHERE l.active > 0;
SELECT CASE WHEN bool_and((c.instants = t.instants AND before < nth AND dated) IS TRUE) AND count(*) > 2000 THEN 'ok' ELSE 'not ok' END || ' - ' || count(*) || ' units of ' || (SELECT count(DISTINCT name) FROM asked) || ' zones begin where they should and hold what they should'
FROM counted c FULL JOIN told t USING (n, nth);
SELECT format('# %s from %s in %s: %s', unit, origin, name, to_jsonb(x)) FROM (SELECT n, nth, c.instants AS want, t.instants AS got, before, dated FROM counted c FULL JOIN told t USING (n, nth)) x JOIN asked USING (n) WHERE (want = got AND before < nth AND dated) IS NOT TRUE LIMIT 5;

-- Around nights in which the clock is put back across midnight, at any as_of: an entity was active on the dates that the clock showed.
CREATE TABLE night AS SELECT i, timestamptz '2010-11-07 02:31+00' + (random() * 100 - 20) * interval '1 minute' AS as_of FROM generate_series(1, 2000) i;
CREATE TABLE seen AS SELECT i, k % 2 AS who, timestamptz '2010-11-07 02:31+00' + floor(random() * 7200 - 2400) * interval '1 second' * CASE WHEN random() < 0.5 THEN 1 ELSE 0.02 END AS at
FROM night, generate_series(1, 1 + i % 5) k;
SELECT CASE WHEN count(*) > 2000 AND bool_and(e.active IS NOT DISTINCT FROM g.active) THEN 'ok' ELSE 'not ok' END || ' - ' || count(*) || ' dates of nights with two midnights'
FROM (SELECT i, (at AT TIME ZONE 'America/St_Johns')::date AS d, count(DISTINCT who) AS active FROM seen JOIN night USING (i) WHERE at <= as_of GROUP BY 1, 2) e
FULL JOIN (SELECT i, l.period_start AS d, l.active FROM (SELECT i, plg.journeys(who, at, 'x') AS j FROM seen GROUP BY i) s JOIN night USING (i), plg.lifecycle(j, as_of, 'day', 'America/St_Johns') l WHERE l.active > 0) g USING (i, d);
