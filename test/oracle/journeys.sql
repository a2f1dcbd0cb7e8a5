-- The oracle: what plg must answer, in slow and obvious SQL.
--
-- A check fills oracle.event and compares plg's answers with these functions.
-- Nothing here uses plg, shortcuts or clever plans: each function restates one
-- sentence of the contract.  Durations are microseconds, a day is 24 hours.

SET client_min_messages TO warning;
SET jit TO off;
DROP SCHEMA IF EXISTS oracle CASCADE;
CREATE SCHEMA oracle;
GRANT USAGE ON SCHEMA oracle TO PUBLIC;

-- entity is the text form of the entity, whatever its type
CREATE TABLE oracle.event (entity text, at timestamptz, event text);

-- 'a|b' names two labels, 'a\|b' one
CREATE FUNCTION oracle.labels(argument text) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
	SELECT array_agg(replace(part, '\|', '|'))
	FROM regexp_split_to_table(argument, '(?<!\\)\|') part
$$;

CREATE FUNCTION oracle.microseconds(since timestamptz, until timestamptz) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
	SELECT ((extract(epoch FROM until) - extract(epoch FROM since)) * 1000000)::bigint
$$;

-- of an interval without months
CREATE FUNCTION oracle.microseconds(length interval) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
	SELECT extract(day FROM length)::bigint * 86400000000
		+ (extract(epoch FROM length - make_interval(days => extract(day FROM length)::int)) * 1000000)::bigint
$$;

-- independent of the session's time zone, as a day is 24 hours
CREATE FUNCTION oracle.later(at timestamptz, length interval) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$
	SELECT (at AT TIME ZONE 'UTC' + length) AT TIME ZONE 'UTC'
$$;

-- first local day of the calendar unit in which at lies, and some units later
CREATE FUNCTION oracle.unit_date(unit text, tz text, at timestamptz) RETURNS date
LANGUAGE sql IMMUTABLE AS $$
	SELECT date_trunc(unit, at AT TIME ZONE tz)::date
$$;

CREATE FUNCTION oracle.unit_later(unit text, day date, units int) RETURNS date
LANGUAGE sql IMMUTABLE AS $$
	SELECT (day + CASE unit WHEN 'quarter' THEN interval '3 months'
					ELSE ('1 ' || unit)::interval END * units)::date
$$;

CREATE FUNCTION oracle.day_begins(day date, tz text) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$ SELECT day::timestamp AT TIME ZONE tz $$;

CREATE FUNCTION oracle.rolling(unit text) RETURNS interval
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE unit WHEN 'day' THEN interval '24 hours'
		WHEN 'week' THEN interval '168 hours'
		WHEN 'month' THEN interval '720 hours' END
$$;

-- Start: the first start event; of several at one instant, which count as being
-- in any order, one that is no goal.  Goal: the min_count-th other goal row at
-- or after it.  Nothing after as_of is seen; without as_of the last instant is
-- when we stopped looking.
CREATE FUNCTION oracle.entrants(start text, goal text, as_of timestamptz,
	entered tstzrange DEFAULT NULL, min_count int DEFAULT 1)
RETURNS TABLE (entity text, started timestamptz, converted timestamptz, watched timestamptz)
LANGUAGE sql STABLE AS $$
	WITH sight AS (
		SELECT coalesce(as_of, max(at)) AS watched FROM oracle.event
	), seen AS (
		SELECT row_number() OVER () AS row, e.* FROM oracle.event e, sight WHERE e.at <= sight.watched
	), starts AS (
		SELECT DISTINCT ON (s.entity) s.entity, s.at AS started, s.row
		FROM seen s
		WHERE start IS NULL OR s.event = ANY ((SELECT oracle.labels(start))::text[])
		ORDER BY s.entity, s.at, s.event = ANY ((SELECT oracle.labels(goal))::text[]), s.row
	), goals AS (
		SELECT s.entity, g.at, row_number() OVER (PARTITION BY s.entity ORDER BY g.at) AS nth
		FROM starts s JOIN seen g ON g.entity = s.entity
		WHERE g.event = ANY ((SELECT oracle.labels(goal))::text[]) AND g.at >= s.started AND g.row <> s.row
	)
	SELECT s.entity, s.started, g.at, sight.watched
	FROM sight, starts s LEFT JOIN goals g ON g.entity = s.entity AND g.nth = min_count
	WHERE entered IS NULL OR s.started <@ entered
$$;

-- The entrants in question; everything below is about them.
CREATE TABLE oracle.entrant (entity text, started timestamptz, converted timestamptz, watched timestamptz);

CREATE FUNCTION oracle.pair(start text, goal text, as_of timestamptz,
	entered tstzrange DEFAULT NULL, min_count int DEFAULT 1) RETURNS void
LANGUAGE sql AS $$
	TRUNCATE oracle.entrant;
	INSERT INTO oracle.entrant SELECT * FROM oracle.entrants(start, goal, as_of, entered, min_count);
$$;

-- Wilson's score interval at 95 %
CREATE FUNCTION oracle.wilson(k bigint, n bigint, side int) RETURNS float8
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN n > 0 THEN
		(p + z * z / (2 * n) + side * z * sqrt(p * (1 - p) / n + z * z / (4.0::float8 * n * n))) / (1 + z * z / n)
		END
	FROM (SELECT 1.959963984540054::float8 AS z, k::float8 / nullif(n, 0) AS p) c
$$;

-- Only those whose whole window was watched count, above and below the line.
CREATE FUNCTION oracle.activation(within interval)
RETURNS TABLE (entered bigint, mature bigint, converted bigint, rate float8, rate_low float8, rate_high float8)
LANGUAGE sql STABLE AS $$
	SELECT n, m, k, k::float8 / nullif(m, 0), oracle.wilson(k, m, -1), oracle.wilson(k, m, 1)
	FROM (SELECT count(*) AS n, count(*) FILTER (WHERE ripe) AS m,
			count(*) FILTER (WHERE ripe AND in_time) AS k
		FROM (SELECT within IS NULL OR oracle.later(e.started, within) <= e.watched AS ripe,
				e.converted <= coalesce(oracle.later(e.started, within), 'infinity') AS in_time
			FROM oracle.entrant e) f) c
$$;

CREATE FUNCTION oracle.activation_by_cohort(within interval, unit text, tz text)
RETURNS TABLE (cohort date, entered bigint, mature bigint, converted bigint, rate float8, rate_low float8, rate_high float8)
LANGUAGE sql STABLE AS $$
	SELECT cohort, n, m, k, k::float8 / nullif(m, 0), oracle.wilson(k, m, -1), oracle.wilson(k, m, 1)
	FROM (SELECT f.cohort, count(*) AS n, count(*) FILTER (WHERE ripe) AS m,
			count(*) FILTER (WHERE ripe AND in_time) AS k
		FROM (SELECT oracle.unit_date(unit, tz, e.started) AS cohort,
				within IS NULL OR oracle.later(e.started, within) <= e.watched AS ripe,
				e.converted <= coalesce(oracle.later(e.started, within), 'infinity') AS in_time
			FROM oracle.entrant e) f
		GROUP BY 1) c
$$;

CREATE AGGREGATE oracle.product(float8) (SFUNC = float8mul, STYPE = float8, INITCOND = '1');

-- The percentiles of those who convert within the window, corrected for those
-- still on the way: the first time at which Kaplan and Meier's F reaches
-- p F(within), halfway to the next step where it is met exactly.  NULL where
-- F(within) is 0, or not known because nobody was watched that long.  In whole
-- microseconds, a half is dropped.
CREATE FUNCTION oracle.ttv_by_cohort(unit text, tz text, within interval, percentiles float8[])
RETURNS TABLE (cohort date, seconds float8[])
LANGUAGE sql STABLE AS $$
	WITH person AS (
		SELECT oracle.unit_date(unit, tz, e.started) AS cohort, e.converted IS NOT NULL AS event,
			CASE WHEN coalesce(e.converted, e.watched) = 'infinity' THEN 9223372036854775807
				ELSE oracle.microseconds(e.started, coalesce(e.converted, e.watched)) END AS t
		FROM oracle.entrant e
	), moment AS (
		SELECT c.cohort, t, count(*) FILTER (WHERE event) AS events,
			sum(count(*)) OVER (PARTITION BY c.cohort ORDER BY t DESC) AS at_risk
		FROM person c GROUP BY 1, 2
	), curve AS (
		SELECT m.cohort, t,
			1 - oracle.product(1 - events::float8 / at_risk::float8) OVER (PARTITION BY m.cohort ORDER BY t) AS f
		FROM moment m
	), known AS (
		SELECT c.cohort, CASE WHEN max(t) >= w OR max(f) = 1 THEN coalesce(max(f) FILTER (WHERE t <= w), 0) END AS f
		FROM curve c, (SELECT oracle.microseconds(within) AS w) l
		GROUP BY c.cohort, w
	), reached AS (
		SELECT c.cohort, n,
			(min(t) FILTER (WHERE c.f + 1.5e-8 >= p * k.f) + min(t) FILTER (WHERE c.f - 1.5e-8 >= p * k.f)) / 2 / 1e6 AS seconds
		FROM curve c JOIN known k ON k.cohort = c.cohort AND k.f > 0, unnest(percentiles) WITH ORDINALITY AS u(p, n)
		GROUP BY c.cohort, n
	)
	SELECT k.cohort, array_agg(r.seconds::float8 ORDER BY n.n)
	FROM known k CROSS JOIN generate_series(1, cardinality(percentiles)) n(n)
	LEFT JOIN reached r ON r.cohort = k.cohort AND r.n = n.n
	GROUP BY k.cohort
$$;

-- Period k ends k + 1 rolling units after an entity's own start, or with the
-- k-th calendar unit after the cohort's.  A cell is mature when the latest
-- possible member of its cohort has been watched to the end of the period.
CREATE FUNCTION oracle.cohort_conversion(unit text, periods int, mode text, tz text)
RETURNS TABLE (cohort date, entities bigint, period int, mature boolean,
	converted bigint, rate float8, rate_low float8, rate_high float8)
LANGUAGE sql STABLE AS $$
	WITH person AS (
		SELECT oracle.unit_date(unit, tz, e.started) AS cohort, e.*
		FROM oracle.entrant e
	), cell AS MATERIALIZED (
		SELECT c.cohort, k AS period,
			CASE mode
				WHEN 'rolling' THEN oracle.later(
					oracle.day_begins(oracle.unit_later(unit, c.cohort, 1), tz), oracle.rolling(unit) * (k + 1))
				WHEN 'calendar' THEN oracle.day_begins(oracle.unit_later(unit, c.cohort, k + 1), tz)
			END AS ends
		FROM (SELECT DISTINCT p.cohort FROM person p) c, generate_series(0, periods - 1) k
	), counted AS (
		SELECT c.cohort, c.period, count(*) AS n, c.ends <= p.watched AS mature,
			count(*) FILTER (WHERE p.converted <
				CASE mode WHEN 'rolling' THEN oracle.later(p.started, oracle.rolling(unit) * (c.period + 1))
					ELSE c.ends END) AS k
		FROM cell c JOIN person p ON p.cohort = c.cohort
		GROUP BY c.cohort, c.period, c.ends, p.watched
	)
	SELECT c.cohort, n, c.period, c.mature, CASE WHEN c.mature THEN k END, CASE WHEN c.mature THEN k::float8 / n END,
		CASE WHEN c.mature THEN oracle.wilson(k, n, -1) END, CASE WHEN c.mature THEN oracle.wilson(k, n, 1) END
	FROM counted c
$$;
