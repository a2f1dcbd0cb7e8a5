-- plg.lifecycle and plg.stickiness against plain SQL, written from the
-- definitions: random data, then real data where it is to be had.
-- test: slow, 20 s
\ir ../oracle/events.sql
\ir ../oracle/real.sql
SELECT setseed(0.32) \g /dev/null

-- In which units each entity was active, and the units there are.
CREATE FUNCTION active_units(as_of timestamptz, unit text, origin date, tz text) RETURNS TABLE (entity text, nth bigint) LANGUAGE sql STABLE AS $$
	SELECT DISTINCT e.entity, unit_of(unit, origin, at, tz)
	FROM event e WHERE at <= coalesce(as_of, (SELECT max(at) FROM event))
$$;
CREATE FUNCTION all_units(as_of timestamptz, unit text, origin date, tz text) RETURNS TABLE (nth bigint, day date, next date, mature boolean, starts_at timestamptz) LANGUAGE sql STABLE AS $$
	WITH sight AS (SELECT coalesce(as_of, max(at)) AS seen FROM event),
	ends AS (SELECT min(nth) AS first,
			greatest(max(nth), CASE WHEN seen < 'infinity' THEN unit_of(unit, origin, seen - interval '1 us', tz) END) AS last
		FROM sight, active_units(as_of, unit, origin, tz) GROUP BY seen)
	SELECT n, unit_date(unit, origin, n, tz), unit_date(unit, origin, n + 1, tz), seen = 'infinity' OR unit_begin(unit, origin, n + 1, tz, true) <= seen, unit_begin(unit, origin, n, tz)
	FROM sight, ends, generate_series(first, last) n
$$;

CREATE FUNCTION expected_lifecycle(as_of timestamptz, unit text, origin date, tz text)
RETURNS TABLE (period_start date, mature boolean, new bigint, retained bigint, resurrected bigint, churned bigint, active bigint, quick_ratio float8, starts_at timestamptz)
LANGUAGE sql STABLE AS $$
	WITH unit AS MATERIALIZED (SELECT * FROM all_units(as_of, unit, origin, tz)),
	present AS MATERIALIZED (SELECT entity, nth, min(nth) OVER (PARTITION BY entity) AS first FROM active_units(as_of, unit, origin, tz)),
	state AS (
		SELECT coalesce(p.nth, q.nth + 1) AS nth, CASE WHEN p.nth IS NULL THEN 'churned' WHEN p.nth = p.first THEN 'new'
			WHEN q.nth IS NOT NULL THEN 'retained' ELSE 'resurrected' END AS state
		FROM present p FULL JOIN present q ON q.entity = p.entity AND q.nth + 1 = p.nth
	)
	SELECT day, mature, n, t, r, CASE WHEN mature THEN c END, n + t + r, CASE WHEN mature THEN (n + r) / nullif(c, 0)::float8 END, starts_at
	FROM (SELECT u.day, u.mature, u.starts_at, count(*) FILTER (WHERE state = 'new') AS n, count(*) FILTER (WHERE state = 'retained') AS t,
			count(*) FILTER (WHERE state = 'resurrected') AS r, count(*) FILTER (WHERE state = 'churned') AS c
		FROM unit u LEFT JOIN state s USING (nth) GROUP BY 1, 2, 3) x
$$;

CREATE FUNCTION expected_stickiness(as_of timestamptz, unit text, origin date, tz text)
RETURNS TABLE (period_start date, mature boolean, dau float8, wau bigint, mau bigint, dau_wau float8, dau_mau float8, l7 bigint[], l28 bigint[], starts_at timestamptz)
LANGUAGE sql STABLE AS $$
	WITH present AS MATERIALIZED (SELECT entity, unit_date('day', NULL, nth, tz) AS day FROM active_units(as_of, 'day', NULL, tz)),
	unit AS (SELECT *, (SELECT min(day) FROM present) AS born FROM all_units(as_of, unit, origin, tz)),
	recent AS (
		SELECT u.day, length, p.entity, count(*) AS days
		FROM present p CROSS JOIN generate_series(1, 28) back JOIN unit u ON u.next = p.day + back
			JOIN unnest(array[7, 28]) length ON back <= length GROUP BY 1, 2, 3
	), daily AS MATERIALIZED (
		SELECT day, count(*) AS n FROM present GROUP BY 1
	), bar AS MATERIALIZED (
		SELECT day, length, days, count(*) AS n FROM recent GROUP BY 1, 2, 3
	), histogram AS (
		SELECT u.day, l.length, array_agg(coalesce(b.n, 0) ORDER BY i) AS h
		FROM unit u CROSS JOIN unnest(array[7, 28]) l (length) CROSS JOIN LATERAL generate_series(1, length) i
			LEFT JOIN bar b ON b.day = u.day AND b.length = l.length AND b.days = i
		WHERE mature AND u.next - l.length >= born GROUP BY 1, 2
	), summary AS (
		SELECT day, length, h, (SELECT sum(n) FROM unnest(h) n)::bigint AS actives,
			(SELECT sum(n * i) FROM unnest(h) WITH ORDINALITY x (n, i))::float8 AS entity_days FROM histogram
	)
	SELECT u.day, mature, CASE WHEN mature AND u.day >= born
			THEN coalesce((SELECT sum(n) FROM daily d WHERE d.day >= u.day AND d.day < next), 0)::float8 / (next - u.day) END,
		w.actives, m.actives, w.entity_days / 7 / nullif(w.actives, 0), m.entity_days / 28 / nullif(m.actives, 0), w.h, m.h, u.starts_at
	FROM unit u LEFT JOIN summary w ON w.day = u.day AND w.length = 7 LEFT JOIN summary m ON m.day = u.day AND m.length = 28
$$;

CREATE TABLE result (data text, what text, options text, expected_rows bigint, wrong bigint);
CREATE FUNCTION compare(data text, as_of timestamptz, unit text, origin date, tz text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	what text;
	expected_rows bigint;
	wrong bigint;
BEGIN
	FOREACH what IN ARRAY CASE WHEN unit ~ 'hour' THEN '{lifecycle}' ELSE '{lifecycle,stickiness}' END::text[] LOOP
		EXECUTE format($q$
			WITH want AS MATERIALIZED (SELECT * FROM expected_%s($1, $2, $3, $4)),
			got AS MATERIALIZED (SELECT r.* FROM value v, plg.%s(v.j, $1, $2, $4, $3) r)
			SELECT (SELECT count(*) FROM want),
				(SELECT count(*) FROM (TABLE want EXCEPT ALL TABLE got) d) + (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE want) d)$q$, what, what)
			INTO expected_rows, wrong USING as_of, unit, origin, tz;
		INSERT INTO result VALUES (data, what, concat_ws(', ', as_of, unit, origin, tz), expected_rows, wrong);
	END LOOP;
	-- the identities, from plg's own numbers
	INSERT INTO result SELECT data, 'identities', concat_ws(', ', as_of, unit, origin, tz), count(*),
		count(*) FILTER (WHERE active <> new + retained + resurrected OR active - before <> new + resurrected - churned)
	FROM (SELECT l.*, coalesce(lag(active) OVER (ORDER BY period_start, starts_at), 0) AS before
		FROM value v, plg.lifecycle(v.j, as_of, unit, tz, origin) l) l;
	IF unit = 'day' THEN
		INSERT INTO result SELECT data, 'identities', 'mean of dau', count(*), count(*) FILTER (WHERE abs(dau_mau - mean / nullif(mau, 0)) > 1e-12)
		FROM (SELECT s.*, avg(dau) OVER (ORDER BY period_start ROWS 27 PRECEDING) AS mean
			FROM value v, plg.stickiness(v.j, as_of, unit, tz) s) s;
	END IF;
END
$$;

\if :{?runs}
\else
\set runs 25
\endif
CREATE PROCEDURE try_random(data_sets int) LANGUAGE plpgsql AS $$
BEGIN
	FOR data_set IN 1 .. data_sets LOOP
		PERFORM take_random();
		FOR run IN 1 .. 8 LOOP
			PERFORM compare('random', random_as_of(), random_unit(), random_origin(), random_zone());
		END LOOP;
	END LOOP;
	-- years without an entity
	FOR data_set IN 1 .. data_sets / 5 LOOP
		PERFORM take($q$SELECT 'e' || floor(random() * 9), timestamptz '2019-02-13 00:00+00' + floor(random() * 900) * interval '60 hours', 'a'
			FROM generate_series(1, 40)$q$);
		FOR run IN 1 .. 5 LOOP
			PERFORM compare('far apart', random_as_of(), random_unit(), random_origin(), random_zone());
		END LOOP;
	END LOOP;
END
$$;
CALL try_random(:runs);

CREATE VIEW verdict AS
	SELECT CASE WHEN sum(wrong) = 0 AND sum(expected_rows) > 0 THEN 'ok' ELSE 'not ok' END || ' - ' || data || ', ' || what
		|| ': ' || count(*) || ' tables, ' || sum(expected_rows) || ' rows'
		|| coalesce((SELECT E'\n# ' || min(options) FROM result w WHERE w.wrong > 0 AND (w.data, w.what) = (r.data, r.what)), '') AS line
	FROM result r GROUP BY data, what ORDER BY data, what;
SELECT line FROM verdict;

\if :load
\else
	\echo ok - lifecycle and stickiness of git_events, relax, cdnow, oulad, sparkify # SKIP shared data not found
	\quit
\endif
TRUNCATE result;
-- every data set in each of its time zones
CREATE PROCEDURE try_real() LANGUAGE plpgsql AS $$
DECLARE
	d record;
	zone text;
	units text[];
	i int;
BEGIN
	FOR d IN TABLE real_data LOOP
		PERFORM take_real(d.name);
		units := CASE d.name WHEN 'git_events' THEN '{month,year,quarter,week}' WHEN 'sparkify' THEN '{day,week,day,week}' ELSE '{week,month,day,quarter}' END;
		i := 0;
		FOREACH zone IN ARRAY d.zones || d.zones[1] LOOP
			i := i + 1;
			PERFORM compare(d.name, CASE i WHEN 2 THEN NULL WHEN 3 THEN 'infinity'
				ELSE (date_trunc('day', min(at) + (max(at) - min(at)) * 0.7))::timestamp AT TIME ZONE zone END, units[i], NULL, zone) FROM event;
		END LOOP;
	END LOOP;
END
$$;
CALL try_real();
SELECT line FROM verdict;
