-- plg.sessions and plg.session_summary against plain SQL.
\ir ../oracle/events.sql
SELECT setseed(0.34) \g /dev/null

CREATE FUNCTION expected(gap interval, as_of timestamptz) RETURNS TABLE (entity text, started_at timestamptz, ended_at timestamptz, events bigint)
LANGUAGE sql STABLE AS $$
	SELECT entity, min(at), max(at), count(*)
	FROM (SELECT *, sum(cut) OVER (PARTITION BY entity ORDER BY at ROWS UNBOUNDED PRECEDING) AS nth
		FROM (SELECT entity, at, CASE WHEN extract(epoch FROM at - lag(at) OVER (PARTITION BY entity ORDER BY at)) > extract(epoch FROM gap)
				THEN 1 ELSE 0 END AS cut FROM event WHERE as_of IS NULL OR at <= as_of) c) s
	GROUP BY entity, nth
$$;
CREATE FUNCTION expected_summary(gap interval, as_of timestamptz)
RETURNS TABLE (sessions bigint, entities bigint, events bigint, single_event bigint, unfinished bigint, a numeric, b numeric, p50 numeric, p90 numeric)
LANGUAGE sql STABLE AS $$
	SELECT count(*) FILTER (WHERE over), count(DISTINCT entity) FILTER (WHERE over), coalesce(sum(events) FILTER (WHERE over), 0)::bigint,
		count(*) FILTER (WHERE over AND events = 1), count(*) FILTER (WHERE NOT over),
		round(count(*) FILTER (WHERE over) / nullif(count(DISTINCT entity) FILTER (WHERE over), 0)::numeric, 6),
		round(sum(events) FILTER (WHERE over) / nullif(count(*) FILTER (WHERE over), 0)::numeric, 6),
		round((percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - started_at)::float8) FILTER (WHERE over))::numeric, 6),
		round((percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - started_at)::float8) FILTER (WHERE over))::numeric, 6)
	FROM (SELECT x.*, coalesce(as_of = 'infinity', false) OR extract(epoch FROM coalesce(as_of, (SELECT max(at) FROM event)) - ended_at) > extract(epoch FROM gap) AS over
		FROM expected(gap, CASE WHEN as_of < 'infinity' THEN as_of END) x) y
$$;

CREATE TABLE result (data text, what text, n bigint, wrong bigint);
CREATE FUNCTION compare(data text, gap interval, as_of timestamptz) RETURNS void LANGUAGE sql AS $$
	WITH want AS MATERIALIZED (SELECT * FROM expected(gap, NULL)),
	got AS MATERIALIZED (SELECT s.* FROM value v, plg.sessions(v.j, gap) s),
	want_one AS MATERIALIZED (SELECT * FROM expected_summary(gap, as_of)),
	got_one AS MATERIALIZED (SELECT s.sessions, s.entities, s.events, s.single_event, s.unfinished, round(sessions_per_entity::numeric, 6),
		round(events_per_session::numeric, 6), round(p50_seconds::numeric, 6), round(p90_seconds::numeric, 6) FROM value v, plg.session_summary(v.j, gap, as_of) s)
	INSERT INTO result
	SELECT data, 'sessions', (SELECT count(*) FROM want),
		(SELECT count(*) FROM (TABLE want EXCEPT ALL TABLE got) d) + (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE want) d)
	UNION ALL SELECT data, 'summaries', 1, (SELECT count(*) FROM (TABLE want_one EXCEPT ALL TABLE got_one) d)
$$;
CREATE PROCEDURE try_random(data_sets int) LANGUAGE plpgsql AS $$
BEGIN
	FOR data_set IN 1 .. data_sets LOOP
		PERFORM take_random();
		FOR run IN 1 .. 4 LOOP
			PERFORM compare('random', pick('0', '10 minutes', '30 minutes', '6 hours', '1 day', '40 days')::interval, random_as_of());
		END LOOP;
	END LOOP;
END
$$;
CALL try_random(40);
\if :load
-- every data set, the session in each of its time zones
CREATE PROCEDURE try_real() LANGUAGE plpgsql AS $$
DECLARE
	d record;
BEGIN
	FOR d IN TABLE real_data LOOP
		PERFORM take_real(d.name);
		FOR i IN 1 .. 3 LOOP
			PERFORM set_config('timezone', d.zones[i], false),
				compare(d.name, (array['30 minutes', '7 days', '1 day'])[i]::interval, CASE i WHEN 2 THEN date_trunc('month', min(at) + (max(at) - min(at)) * 0.7) WHEN 3 THEN 'infinity' END)
			FROM event;
		END LOOP;
		RESET timezone;
	END LOOP;
END
$$;
CALL try_real();
\else
\echo ok - sessions of git_events, relax, cdnow, oulad, sparkify # SKIP shared data not found
\endif
SELECT CASE WHEN sum(wrong) = 0 AND sum(n) > 0 THEN 'ok' ELSE 'not ok' END || ' - ' || data || ', ' || what || ': ' || count(*) || ' times, ' || sum(n) || ' rows'
FROM result GROUP BY data, what ORDER BY data, what;
\o /dev/null
DROP SCHEMA IF EXISTS plgdata CASCADE;
\o
