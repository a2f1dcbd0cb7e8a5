-- Every reader of journeys against its oracle.  The value is the only row of
-- oracle.value, its rows are in oracle.event, and
-- oracle.pair() has found the entrants of the question.  Each function returns
-- the differences as text, '' when there are none.

CREATE TABLE oracle.value (j plg.journeys);

-- A reader's question: what the options common to all readers with a start say.
CREATE TYPE oracle.question AS (
	start text, goal text, as_of timestamptz, entered tstzrange, min_count int,
	within interval, unit text, tz text, mode text, periods int);

CREATE FUNCTION oracle.ask(start text, goal text, as_of timestamptz DEFAULT NULL,
	entered tstzrange DEFAULT NULL, min_count int DEFAULT 1, within interval DEFAULT '7 days',
	unit text DEFAULT 'week', tz text DEFAULT 'UTC', mode text DEFAULT 'rolling', periods int DEFAULT 6)
RETURNS oracle.question
LANGUAGE sql IMMUTABLE AS $$
	SELECT (start, goal, as_of, entered, min_count, within, unit, tz, mode, periods)::oracle.question
$$;

-- %1$L start %2$L goal %3$L as_of %4$L entered %5$s min_count %6$L within %7$L unit %8$L tz %9$L mode %10$s periods
CREATE FUNCTION oracle.fill(query text, q oracle.question) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT format(query, q.start, q.goal, q.as_of, q.entered, q.min_count, q.within, q.unit, q.tz, q.mode, q.periods)
$$;

CREATE FUNCTION oracle.pair(q oracle.question) RETURNS void
LANGUAGE sql AS $$ SELECT oracle.pair(q.start, q.goal, q.as_of, q.entered, q.min_count) $$;

CREATE FUNCTION oracle.wrong_activation(q oracle.question) RETURNS text
LANGUAGE sql AS $$
	SELECT oracle.difference(oracle.fill(
		$got$ SELECT 'all', concat_ws('/', a.entered, a.mature, a.converted), ARRAY[a.rate, a.rate_low, a.rate_high,
				plg.activation_rate(v.j, %1$L, %2$L, %6$L, %3$L, entered => %4$L, min_count => %5$s)]
			FROM oracle.value v, plg.activation(v.j, %1$L, %2$L, %6$L, %3$L, entered => %4$L, min_count => %5$s) a $got$, q),
		oracle.fill(
		$expected$ SELECT 'all', concat_ws('/', a.entered, a.mature, a.converted), ARRAY[a.rate, a.rate_low, a.rate_high, a.rate]
			FROM oracle.activation(%6$L) a $expected$, q))
$$;

-- the same through a conversion value, and what that value counts
CREATE FUNCTION oracle.wrong_conversion(q oracle.question) RETURNS text
LANGUAGE sql AS $$
	SELECT oracle.difference(oracle.fill(
		$got$ SELECT 'all', concat_ws('/', a.entered, a.mature, a.converted,
				plg.entered(c), plg.converted(c), plg.waiting(c)), ARRAY[a.rate, a.rate_low, a.rate_high]
			FROM oracle.value v, plg.conversion(v.j, %1$L, %2$L, %3$L, entered => %4$L, min_count => %5$s) c,
				plg.activation(c, %6$L) a WHERE plg.entered(c) > 0 $got$, q),
		oracle.fill(
		$expected$ SELECT 'all', concat_ws('/', a.entered, a.mature, a.converted,
				n.entered, n.converted, n.entered - n.converted), ARRAY[a.rate, a.rate_low, a.rate_high]
			FROM oracle.activation(%6$L) a,
				(SELECT count(*) AS entered, count(e.converted) AS converted
				FROM oracle.entrant e) n WHERE n.entered > 0 $expected$, q), true)
$$;

CREATE FUNCTION oracle.wrong_cohort_activation(q oracle.question) RETURNS text
LANGUAGE sql AS $$
	SELECT oracle.difference(oracle.fill(
		$got$ SELECT c.cohort::text, concat_ws('/', a.entered, a.mature, a.converted), ARRAY[a.rate, a.rate_low, a.rate_high]
			FROM oracle.value v, plg.conversions(v.j, %1$L, %2$L, %3$L, unit => %7$L, tz => %8$L,
					entered => %4$L, min_count => %5$s) c(cohort, conversion),
				plg.activation(c.conversion, %6$L) a $got$, q),
		oracle.fill(
		$expected$ SELECT a.cohort::text, concat_ws('/', a.entered, a.mature, a.converted), ARRAY[a.rate, a.rate_low, a.rate_high]
			FROM oracle.activation_by_cohort(%6$L, %7$L, %8$L) a $expected$, q), true)
$$;

CREATE FUNCTION oracle.wrong_ttv(q oracle.question) RETURNS text
LANGUAGE sql AS $$
	SELECT oracle.difference(oracle.fill(
		$got$ SELECT c.cohort::text, NULL, plg.ttv_percentiles_seconds(c.conversion, '{0.5,0.75,0.9}', %6$L)
				|| ARRAY[plg.ttv_seconds(c.conversion, 0.75, %6$L)]
			FROM oracle.value v, plg.conversions(v.j, %1$L, %2$L, %3$L, unit => %7$L, tz => %8$L,
					entered => %4$L, min_count => %5$s) c(cohort, conversion) $got$, q),
		oracle.fill(
		$expected$ SELECT t.cohort::text, NULL, t.seconds
			FROM oracle.ttv_by_cohort(%7$L, %8$L, %6$L, '{0.5,0.75,0.9,0.75}') t $expected$, q), true)
$$;

CREATE FUNCTION oracle.wrong_cohort_conversion(q oracle.question) RETURNS text
LANGUAGE sql AS $$
	SELECT oracle.difference(oracle.fill(
		$got$ SELECT c.cohort || ' ' || c.period, concat_ws('/', c.entities, c.mature, c.converted),
				ARRAY[c.rate, c.rate_low, c.rate_high]
			FROM oracle.value v, plg.cohort_conversion(v.j, %1$L, %2$L, %3$L, unit => %7$L, periods => %10$s, mode => %9$L,
				tz => %8$L, entered => %4$L, min_count => %5$s) c $got$, q),
		oracle.fill(
		$expected$ SELECT c.cohort || ' ' || c.period, concat_ws('/', c.entities, c.mature, c.converted),
				ARRAY[c.rate, c.rate_low, c.rate_high]
			FROM oracle.cohort_conversion(%7$L, %10$s, %9$L, %8$L) c $expected$, q), true)
$$;

-- entities, events, first_at, last_at, event_summary, unnest
CREATE FUNCTION oracle.wrong_contents() RETURNS text
LANGUAGE sql AS $$
	SELECT concat(
		oracle.difference(
			$got$ SELECT 'counts', concat_ws('/', plg.entities(j), plg.events(j),
					extract(epoch FROM plg.first_at(j)), extract(epoch FROM plg.last_at(j))), NULL::float8[]
				FROM oracle.value WHERE j IS NOT NULL $got$,
			$expected$ SELECT 'counts', concat_ws('/', count(DISTINCT entity), count(*),
					extract(epoch FROM min(at)), extract(epoch FROM max(at))), NULL::float8[]
				FROM oracle.event HAVING count(*) > 0 $expected$, true),
		oracle.difference(
			$got$ SELECT s.event, concat_ws('/', s.events, s.entities,
					extract(epoch FROM s.first_at), extract(epoch FROM s.last_at)), NULL::float8[]
				FROM oracle.value v, plg.event_summary(v.j) s $got$,
			$expected$ SELECT event, concat_ws('/', count(*), count(DISTINCT entity),
					extract(epoch FROM min(at)), extract(epoch FROM max(at))), NULL::float8[]
				FROM oracle.event GROUP BY event $expected$, true),
		-- all rows of an entity together, in the order of time, then label
		oracle.difference(
			$got$ SELECT u.entity || '#' || row_number() OVER (PARTITION BY u.entity ORDER BY u.ordinality)
					|| ' of ' || u.ordinality - min(u.ordinality) OVER (PARTITION BY u.entity) + 1,
					extract(epoch FROM u.at) || ' ' || u.event, NULL::float8[]
				FROM oracle.value v, plg.unnest(v.j) WITH ORDINALITY u $got$,
			$expected$ SELECT entity || '#' || n || ' of ' || n, extract(epoch FROM at) || ' ' || event, NULL::float8[]
				FROM (SELECT *, row_number() OVER (PARTITION BY entity ORDER BY at, event COLLATE "C") AS n
					FROM oracle.event) e $expected$, true))
$$;

CREATE FUNCTION oracle.wrong_answers(q oracle.question) RETURNS text
LANGUAGE sql AS $$
	SELECT concat(oracle.wrong_activation(q), oracle.wrong_conversion(q), oracle.wrong_cohort_activation(q),
		oracle.wrong_ttv(q), oracle.wrong_cohort_conversion(q))
$$;

CREATE FUNCTION oracle.report(what text, differences text, question text DEFAULT '') RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT oracle.line(what, differences = '')
		|| CASE WHEN differences = '' THEN '' ELSE E'\n# asked ' || question || E'\n' || differences END
$$;
