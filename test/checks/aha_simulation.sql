-- plg.aha where the truth is known: nothing matters; a hidden level of activity
-- drives everything; one event is a cause.  Few runs, or with SLOW as many as
-- tell a share of 5 %.
--
-- test: 60 s
SET timezone TO 'UTC';
SET jit TO off;
SET client_min_messages TO warning;
SELECT setseed(0.83) \g /dev/null
\set slow ''
\getenv slow SLOW
SELECT CASE WHEN :'slow' = '' THEN 1 ELSE 8 END AS times \gset

CREATE FUNCTION gauss() RETURNS float8 VOLATILE LANGUAGE sql AS $$ SELECT sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) $$;
-- as many as an event's of that rate are in a unit of time
CREATE FUNCTION poisson(rate float8) RETURNS int VOLATILE LANGUAGE plpgsql AS $$
DECLARE
	left_over float8 := rate;
	n int := 0;
BEGIN
	LOOP
		left_over := left_over + ln(1 - random());
		EXIT WHEN left_over < 0;
		n := n + 1;
	END LOOP;
	RETURN n;
END
$$;

CREATE TABLE person (who int, level float8, events int, caused boolean, hit boolean);
CREATE FUNCTION take_people(users int, mean_events float8, chance text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE person;
	EXECUTE format('INSERT INTO person SELECT p.*, random() < %s FROM
		(SELECT who, level, poisson($1 * level), random() < 0.3 AS caused FROM (SELECT who, exp(gauss() - 0.5) AS level FROM generate_series(1, $2) who) l) p', chance)
	USING mean_events, users;
END
$$;
-- Events at any time of the first week, of 25 labels from common to rare; what
-- may be a cause, and the outcome in the week after.
CREATE FUNCTION events_of() RETURNS plg.journeys VOLATILE LANGUAGE sql AS $$
	SELECT plg.journeys(who, timestamptz '2026-01-01' + at, event) FROM (
		SELECT who, interval '0' AS at, 'signup' AS event FROM person
		UNION ALL SELECT who, random() * interval '7 days', 'e' || floor(25 * power(random(), 1.5)) FROM person, generate_series(1, events)
		UNION ALL SELECT who, random() * interval '3 days', 'cause' FROM person WHERE caused
		UNION ALL SELECT who, (7.1 + 6 * random()) * interval '1 day', 'outcome' FROM person WHERE hit) e
$$;

CREATE TABLE run (what text, cells bigint, found bigint, correlated bigint, held boolean, first text);
CREATE PROCEDURE try(what text, runs int, users int, mean_events float8, chance text) LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1 .. runs LOOP
		PERFORM take_people(users, mean_events, chance);
		INSERT INTO run
		WITH built AS MATERIALIZED (SELECT events_of() AS j), every AS MATERIALIZED (
			SELECT a.* FROM built, plg.aha(j, 'signup', 'outcome', '2026-02-01', top => 1000000) a
		), usual AS MATERIALIZED (
			SELECT a.* FROM built, plg.aha(j, 'signup', 'outcome', '2026-02-01') a
		)
		SELECT what, count(*), count(*) FILTER (WHERE q_value < 0.05), count(*) FILTER (WHERE abs(phi) * sqrt(entrants) > 1.96),
			(SELECT coalesce(holdout_low > 0, false) FROM usual ORDER BY explained DESC LIMIT 1), (SELECT event FROM usual ORDER BY explained DESC LIMIT 1)
		FROM every;
	END LOOP;
END
$$;
CALL try('nothing', 25 * :times, 1000, 15, '0.3');
CALL try('level', 3 * :times, 3000, 25, '1 / (1 + exp(1 - 1.5 * ln(level)))');
CALL try('cause', 13 * :times, 5000, 6, '0.2 + CASE WHEN caused THEN 0.1 ELSE 0 END');

SELECT CASE WHEN count(*) FILTER (WHERE found > 0) <= 0.05 * count(*) THEN 'ok' ELSE 'not ok' END
	|| format(' - nothing matters: some cell has q below 0.05 in %s of %s runs of %s cells', count(*) FILTER (WHERE found > 0), count(*), round(avg(cells)))
FROM run WHERE what = 'nothing'
UNION ALL SELECT CASE WHEN count(*) FILTER (WHERE held) <= 0.05 * count(*) THEN 'ok' ELSE 'not ok' END
	|| format(' - nothing matters: the first cell has a holdout_low above 0 in %s of %s', count(*) FILTER (WHERE held), count(*))
FROM run WHERE what = 'nothing'
UNION ALL SELECT CASE WHEN sum(found) <= 0.01 * sum(cells) AND sum(correlated) >= 0.9 * sum(cells) THEN 'ok' ELSE 'not ok' END
	|| format(' - a level of activity drives everything: q is below 0.05 in %s of %s cells, plain phi would be in %s', sum(found), sum(cells), sum(correlated))
FROM run WHERE what = 'level'
UNION ALL SELECT CASE WHEN count(*) FILTER (WHERE first = 'cause') >= 0.9 * count(*) THEN 'ok' ELSE 'not ok' END
	|| format(' - a cause of 10 points among 5,000 users: first in %s of %s runs', count(*) FILTER (WHERE first = 'cause'), count(*))
FROM run WHERE what = 'cause';
