-- plg.sessions and plg.session_summary against plain SQL.
\ir ../oracle/events.sql
\ir ../oracle/real.sql
SELECT setseed(0.34) \g /dev/null

-- Instant by instant: how many of its rows begin a session, and how many end one.
CREATE FUNCTION expected(gap interval, as_of timestamptz, longest interval, starts text[], ends text[])
RETURNS TABLE (entity text, started_at timestamptz, ended_at timestamptz, events bigint, may_grow boolean) LANGUAGE plpgsql STABLE AS $$
DECLARE
	i record;
	ended boolean;
BEGIN
	FOR i IN SELECT e.entity, at, count(*) AS n, count(*) FILTER (WHERE event = ANY (starts)) AS s, count(*) FILTER (WHERE event = ANY (ends) AND (event = ANY (starts)) IS NOT TRUE) AS e,
			count(*) FILTER (WHERE event = ANY (ends) AND event = ANY (starts)) AS b
		FROM event e WHERE as_of IS NULL OR at <= as_of GROUP BY 1, 2 ORDER BY 1, 2
	LOOP
		IF i.entity = entity AND NOT ended AND extract(epoch FROM i.at - ended_at) <= extract(epoch FROM gap)
			AND (longest IS NULL OR extract(epoch FROM i.at - started_at) <= extract(epoch FROM longest)) THEN
			IF i.s = 0 THEN
				ended_at := i.at;
				events := events + i.n;
				ended := i.e > 0;
				CONTINUE;
			ELSIF i.e > 0 THEN
				ended_at := i.at;
				events := events + i.e;
				i.n := i.n - i.e;
				i.e := 0;
			END IF;
		END IF;
		may_grow := i.entity <> entity AND NOT ended;
		IF entity IS NOT NULL THEN RETURN NEXT; END IF;
		entity := i.entity;
		started_at := i.at;
		ended_at := i.at;
		events := i.n;
		ended := i.e > 0 OR i.b > 0;
	END LOOP;
	may_grow := NOT ended;
	IF entity IS NOT NULL THEN RETURN NEXT; END IF;
END
$$;
CREATE FUNCTION expected_summary(gap interval, as_of timestamptz, longest interval, starts text[], ends text[])
RETURNS TABLE (sessions bigint, entities bigint, events bigint, single_event bigint, unfinished bigint, a numeric, b numeric, p50 numeric, p90 numeric)
LANGUAGE sql STABLE AS $$
	SELECT count(*) FILTER (WHERE over), count(DISTINCT entity) FILTER (WHERE over), coalesce(sum(events) FILTER (WHERE over), 0)::bigint,
		count(*) FILTER (WHERE over AND events = 1), count(*) FILTER (WHERE NOT over),
		round(count(*) FILTER (WHERE over) / nullif(count(DISTINCT entity) FILTER (WHERE over), 0)::numeric, 6),
		round(sum(events) FILTER (WHERE over) / nullif(count(*) FILTER (WHERE over), 0)::numeric, 6),
		round((percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - started_at)::float8) FILTER (WHERE over))::numeric, 6),
		round((percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - started_at)::float8) FILTER (WHERE over))::numeric, 6)
	FROM (SELECT x.*, coalesce(as_of = 'infinity', false) OR NOT may_grow OR extract(epoch FROM seen - ended_at) > extract(epoch FROM gap)
			OR coalesce(extract(epoch FROM seen - started_at) > extract(epoch FROM longest), false) AS over
		FROM expected(gap, CASE WHEN as_of < 'infinity' THEN as_of END, longest, starts, ends) x, (SELECT coalesce(as_of, max(at)) AS seen FROM event) z) y
$$;

CREATE TABLE result (data text, what text, n bigint, wrong bigint);
CREATE FUNCTION compare(data text, gap interval, as_of timestamptz, longest interval, starts text[], ends text[]) RETURNS void LANGUAGE sql AS $$
	WITH want AS MATERIALIZED (SELECT entity, started_at, ended_at, events FROM expected(gap, NULL, longest, starts, ends)),
	got AS MATERIALIZED (SELECT s.* FROM value v, plg.sessions(v.j, gap, longest, starts, ends) s),
	want_one AS MATERIALIZED (SELECT * FROM expected_summary(gap, as_of, longest, starts, ends)),
	got_one AS MATERIALIZED (SELECT s.sessions, s.entities, s.events, s.single_event, s.unfinished, round(sessions_per_entity::numeric, 6),
		round(events_per_session::numeric, 6), round(p50_seconds::numeric, 6), round(p90_seconds::numeric, 6) FROM value v, plg.session_summary(v.j, gap, as_of, longest, starts, ends) s)
	INSERT INTO result
	SELECT data, 'sessions', (SELECT count(*) FROM want),
		(SELECT count(*) FROM (TABLE want EXCEPT ALL TABLE got) d) + (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE want) d)
	UNION ALL SELECT data, 'summaries', 1, (SELECT count(*) FROM (TABLE want_one EXCEPT ALL TABLE got_one) d)
$$;
CREATE PROCEDURE try_random(data_sets int) LANGUAGE plpgsql AS $$
BEGIN
	FOR data_set IN 1 .. data_sets LOOP
		PERFORM take_random();
		FOR run IN 1 .. 8 LOOP
			PERFORM compare('random', pick('0', '10 minutes', '30 minutes', '6 hours', '1 day', '40 days')::interval, random_as_of(), pick(NULL, NULL, '0', '30 minutes', '1 day')::interval,
				pick(NULL, NULL, '{}', '{a}', '{a,nothing}')::text[], pick(NULL, NULL, '{b}', '{b,c}', '{a,c}')::text[]);
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
				compare(d.name, (array['30 minutes', '7 days', '1 day'])[i]::interval, CASE i WHEN 2 THEN date_trunc('month', min(at) + (max(at) - min(at)) * 0.7) WHEN 3 THEN 'infinity' END,
					(array[NULL, '2 hours', '7 days'])[i]::interval, NULL, NULL)
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
