-- plg.experiment, and plg.compare of the same units, against plain SQL: counts by
-- joins, estimates from the formulas of their papers.
-- test: 30 s
\ir ../oracle/events.sql
SELECT setseed(0.71) \g /dev/null

CREATE TABLE exposure (entity text, at timestamptz, variant text);
-- of the run at hand, by variant: when each converted, or for how long it was watched, in seconds
CREATE TABLE unit (variant text, started timestamptz, converted timestamptz, time float8, is_event boolean, mature boolean, in_time boolean);

CREATE FUNCTION take_units(goal text, within interval, until timestamptz, min_count int, entered tstzrange) RETURNS bigint LANGUAGE sql AS $$
	TRUNCATE unit;
	WITH exposed AS (
		SELECT entity, min(at) AS started, count(DISTINCT variant) AS variants, min(variant) AS variant FROM exposure WHERE at <= until GROUP BY entity
		HAVING coalesce(min(at) <@ entered, true)
	), timed AS (
		SELECT x.*, (SELECT g.at FROM event g WHERE g.entity = x.entity AND g.event = ANY (labels(goal)) AND g.at BETWEEN x.started AND until
			ORDER BY g.at OFFSET min_count - 1 LIMIT 1) AS converted
		FROM exposed x
	), put AS (
		INSERT INTO unit SELECT variant, started, converted, coalesce(extract(epoch FROM converted - started),
			CASE WHEN until = 'infinity' THEN 'infinity' ELSE extract(epoch FROM until - started) END), converted IS NOT NULL,
			within IS NULL OR until = 'infinity' OR extract(epoch FROM until - started) >= extract(epoch FROM within),
			converted IS NOT NULL AND (within IS NULL OR converted - started <= within)
		FROM timed WHERE variants = 1
	)
	SELECT count(*) FROM timed WHERE variants > 1
$$;

CREATE AGGREGATE product(float8) (SFUNC = float8mul, STYPE = float8, INITCOND = 1);

-- The probability of a normal that far from 0: a series that all of its terms are positive of.
CREATE FUNCTION p_of_z(z float8) RETURNS float8 IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
	term float8 := abs(z);
	sum float8 := term;
BEGIN
	FOR k IN 1 .. 400 LOOP
		term := term * z * z / (2 * k + 1);
		sum := sum + term;
		EXIT WHEN term < sum * 1e-18;
	END LOOP;
	RETURN CASE WHEN abs(z) > 8 THEN 0 ELSE 1 - 2 * exp(-z * z / 2) / sqrt(2 * pi()) * sum END;
END $$;
CREATE FUNCTION z_of(level float8) RETURNS float8 IMMUTABLE LANGUAGE sql
	AS $$ SELECT CASE level WHEN 0.95 THEN 1.959963984540054 WHEN 0.9 THEN 1.6448536269514722 WHEN 0.99 THEN 2.5758293035489004 END::float8 $$;

-- Wilson's bounds, as the score's roots.
CREATE FUNCTION score_bound(k float8, n float8, z float8) RETURNS float8 IMMUTABLE LANGUAGE sql
	AS $$ SELECT (k + z * z / 2 + z * sqrt(k * (n - k) / n + z * z / 4)) / (n + z * z) $$;

CREATE TYPE estimates AS (difference float8, difference_low float8, difference_high float8, lift float8, lift_low float8, lift_high float8, p_value float8,
	always_low float8, always_high float8, always_p_value float8);
CREATE FUNCTION expected_rates(ka float8, na float8, kb float8, nb float8, level float8, tuning float8) RETURNS estimates IMMUTABLE LANGUAGE sql AS $$
	SELECT pb - pa,
		pb - pa - sqrt((pb - score_bound(kb, nb, -z)) ^ 2 + (score_bound(ka, na, z) - pa) ^ 2),
		pb - pa + sqrt((score_bound(kb, nb, z) - pb) ^ 2 + (pa - score_bound(ka, na, -z)) ^ 2),
		pb / nullif(pa, 0) - 1,
		CASE WHEN katz > 0 THEN exp(ln(pb / pa) - z * sqrt(katz)) - 1 END, CASE WHEN katz > 0 THEN exp(ln(pb / pa) + z * sqrt(katz)) - 1 END,
		p_of_z((pb - pa) / nullif(sqrt(p * (1 - p) * (1 / na + 1 / nb)), 0)),
		CASE WHEN s2 > 0 THEN greatest(pb - pa - half, -1) END, CASE WHEN s2 > 0 THEN least(pb - pa + half, 1) END,
		CASE WHEN s2 > 0 THEN least(1, sqrt(n * rho ^ 2 + 1) * exp(-1 * (rho * n * (pb - pa)) ^ 2 / s2 / (2 * (n * rho ^ 2 + 1)))) END
	FROM (SELECT z_of(level) AS z, 1 - level AS alpha, ka / nullif(na, 0) AS pa, kb / nullif(nb, 0) AS pb, (ka + kb) / nullif(na + nb, 0) AS p, na + nb AS n) x,
		LATERAL (SELECT n * (pa * (1 - pa) / na + pb * (1 - pb) / nb) AS s2, sqrt((-2 * ln(alpha) + ln(1 - 2 * ln(alpha))) / tuning) AS rho,
			CASE WHEN ka > 0 AND kb > 0 THEN 1 / ka - 1 / na + 1 / kb - 1 / nb END AS katz) y,
		LATERAL (SELECT sqrt(s2) * sqrt(2 * (n * rho ^ 2 + 1) * ln(sqrt(n * rho ^ 2 + 1) / alpha) / (n * rho) ^ 2) AS half) h
$$;

-- Where anybody converts: at risk, and converting, in both arms.
CREATE VIEW moment AS
	SELECT a.variant AS a, b.variant AS b, t, a.n::float8 AS na, b.n::float8 AS nb, a.d::float8 AS da, b.d::float8 AS db
	FROM (SELECT v.variant, e.time AS t, count(*) FILTER (WHERE u.time >= e.time) AS n, count(*) FILTER (WHERE u.time = e.time AND u.is_event) AS d
			FROM (SELECT DISTINCT variant FROM unit) v, (SELECT DISTINCT time FROM unit WHERE is_event) e, unit u WHERE u.variant = v.variant GROUP BY 1, 2) a
	JOIN (SELECT v.variant, e.time AS t, count(*) FILTER (WHERE u.time >= e.time) AS n, count(*) FILTER (WHERE u.time = e.time AND u.is_event) AS d
			FROM (SELECT DISTINCT variant FROM unit) v, (SELECT DISTINCT time FROM unit WHERE is_event) e, unit u WHERE u.variant = v.variant GROUP BY 1, 2) b USING (t)
	WHERE a.n > 0 AND b.n > 0 AND a.d + b.d > 0;
CREATE FUNCTION expected_logrank(arm_a text, arm_b text) RETURNS float8 LANGUAGE sql AS $$
	SELECT p_of_z(sum(db - (da + db) * nb / (na + nb)) / nullif(sqrt(sum(CASE WHEN na + nb > 1 THEN
		(da + db) * na * nb * (na + nb - da - db) / ((na + nb) ^ 2 * (na + nb - 1)) END)), 0))
	FROM moment WHERE a = arm_a AND b = arm_b
$$;
-- The score and the information of Efron's partial likelihood at a ratio: at the estimate the score is 0.
CREATE FUNCTION expected_score(arm_a text, arm_b text, ratio float8, OUT score float8, OUT information float8, OUT exist boolean) LANGUAGE sql AS $$
	SELECT sum(CASE WHEN r = 0 THEN db ELSE 0 END - share), sum(share * (1 - share)), max(da) > 0 AND max(db) > 0
	FROM moment, generate_series(0, (da + db)::int - 1) r,
		LATERAL (SELECT ratio * (nb - r * db / (da + db)) / (na - r * da / (da + db) + ratio * (nb - r * db / (da + db))) AS share) s
	WHERE a = arm_a AND b = arm_b
$$;
-- Kaplan and Meier's curve, up to its end: infinite if all who were at risk converted, or somebody is watched for ever.
CREATE FUNCTION curve(arm text) RETURNS TABLE (t float8, s float8) LANGUAGE sql AS $$
	SELECT 0::float8, 1::float8
	UNION ALL
	SELECT time, product(1 - d / n::float8) OVER (ORDER BY time)
	FROM (SELECT e.time, count(*) FILTER (WHERE u.time >= e.time) AS n, count(*) FILTER (WHERE u.time = e.time AND u.is_event) AS d
		FROM (SELECT DISTINCT time FROM unit WHERE is_event AND variant = arm) e, unit u WHERE u.variant = arm GROUP BY 1) x
$$;
CREATE FUNCTION curve_end(arm text) RETURNS float8 LANGUAGE sql AS $$
	SELECT CASE WHEN (SELECT min(s) FROM curve(arm)) < 1e-12 THEN 'infinity' ELSE max(time) END FROM unit WHERE variant = arm
$$;
CREATE FUNCTION expected_mean(arm text, until float8) RETURNS float8 LANGUAGE sql AS $$
	SELECT CASE WHEN until <= curve_end(arm) THEN coalesce(sum(CASE WHEN s > 1e-12 THEN s * (least(until, coalesce(next, 'infinity')) - t) ELSE 0 END), 0) END
	FROM (SELECT t, s, lead(t) OVER (ORDER BY t, s DESC) AS next FROM curve(arm)) c WHERE t < until
$$;
CREATE FUNCTION expected_rmst(arm_a text, arm_b text, within interval) RETURNS float8 LANGUAGE sql AS $$
	SELECT nullif(nullif(expected_mean(arm_b, tau) - expected_mean(arm_a, tau), 'infinity'), 'nan')
	FROM (SELECT coalesce(extract(epoch FROM within)::float8, least(curve_end(arm_a), curve_end(arm_b))) AS tau) t
$$;

\set near 1e-9
\ir ../oracle/near.sql

CREATE TABLE result (data text, what text, good boolean, example text);
CREATE FUNCTION note(data text, what text, good boolean, example text) RETURNS void LANGUAGE sql AS $$ INSERT INTO result VALUES (data, what, coalesce(good, false), example) $$;

-- The columns of a comparison, as jsonb, against the formulas.
CREATE FUNCTION check_comparison(data text, c jsonb, arm_a text, arm_b text, within interval, level float8, tuning int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	e estimates;
	ratio float8 := (c ->> 'hazard_ratio')::float8;
	f record;
	got float8;
BEGIN
	SELECT (expected_rates(ka, na, kb, nb, level, tuning)).* INTO e FROM (SELECT nullif(count(*) FILTER (WHERE variant = arm_a AND mature), 0) AS na, nullif(count(*) FILTER (WHERE variant = arm_b AND mature), 0) AS nb,
		count(*) FILTER (WHERE variant = arm_a AND mature AND in_time) AS ka, count(*) FILTER (WHERE variant = arm_b AND mature AND in_time) AS kb FROM unit) u;
	FOR f IN SELECT * FROM jsonb_each_text(to_jsonb(e)) LOOP
		PERFORM note(data, 'rates', near((c ->> f.key)::float8, f.value::float8), f.key || ': ' || (c ->> f.key) || ', not ' || f.value);
	END LOOP;
	PERFORM note(data, 'log-rank', near((c ->> 'logrank_p_value')::float8, p), concat(c ->> 'logrank_p_value', ', not ', p)) FROM expected_logrank(arm_a, arm_b) p;
	SELECT * INTO f FROM expected_score(arm_a, arm_b, coalesce(ratio, 1));
	PERFORM note(data, 'hazard ratio', (ratio IS NOT NULL) = coalesce(f.exist, false) AND
		(ratio IS NULL OR near(f.score, 0, 1e-8) AND near(ln((c ->> 'hazard_low')::float8), ln(ratio) - z_of(level) / sqrt(f.information), 1e-7)
			AND near(ln((c ->> 'hazard_high')::float8), ln(ratio) + z_of(level) / sqrt(f.information), 1e-7)), concat(ratio, ': score ', f.score));
	got := (c ->> 'rmst_difference_seconds')::float8;
	PERFORM note(data, 'restricted mean', near(got, want, 1e-8), concat(got, ', not ', want)) FROM expected_rmst(arm_a, arm_b, within) want;
END $$;

CREATE FUNCTION try_one(data text, goal text, within interval, as_of timestamptz, control text, weights jsonb, level float8, min_count int, entered tstzrange, tuning int)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	several bigint;
	got record;
	chi float8;
	arms int := 0;
	call text := format('%L, %L, %L, %L, %L, %s, %s, %L, %s', goal, within, as_of, control, weights, level, min_count, entered, tuning);
BEGIN
	several := take_units(goal, within, coalesce(as_of, greatest((SELECT max(at) FROM event), (SELECT max(at) FROM exposure))), min_count, entered);
	FOR got IN SELECT x.*, row_number() OVER () AS nth FROM value v, (SELECT plg.journeys(entity, at, variant) AS e FROM (SELECT * FROM exposure ORDER BY random()) r) s,
			plg.experiment(v.j, s.e, goal, within, as_of, control, weights, level, min_count, entered, tuning) x LOOP
		PERFORM note(data, 'counts', (got.exposed, got.mature, got.converted, got.in_several) = (n, m, k, several) AND (got.nth = 1) = (got.variant = control)
				AND near(got.rate, k / nullif(m, 0)::float8) AND near(got.rate_low, score_bound(k, nullif(m, 0), -z_of(level))) AND near(got.rate_high, score_bound(k, nullif(m, 0), z_of(level))),
				concat(call, ' -> ', got, ', not ', n, ' ', m, ' ', k, ' ', several))
			FROM (SELECT count(*) AS n, count(*) FILTER (WHERE mature) AS m, count(*) FILTER (WHERE mature AND in_time) AS k FROM unit WHERE variant = got.variant) u;
		IF got.variant <> control THEN
			PERFORM check_comparison(data, to_jsonb(got), control, got.variant, within, level, tuning);
			-- two conversions of the same units
			PERFORM check_comparison(data || ', compare', to_jsonb(c), control, got.variant, within, level, tuning),
				note(data || ', compare', 'counts', (entered_a, mature_a, converted_a, entered_b, mature_b, converted_b) = (
					SELECT count(*) FILTER (WHERE variant = control), count(*) FILTER (WHERE variant = control AND mature), count(*) FILTER (WHERE variant = control AND mature AND in_time),
						count(*) FILTER (WHERE variant = got.variant), count(*) FILTER (WHERE variant = got.variant AND mature), count(*) FILTER (WHERE variant = got.variant AND mature AND in_time) FROM unit), c::text)
				FROM (SELECT plg.conversion(started, converted, until) FILTER (WHERE variant = control) AS a, plg.conversion(started, converted, until) FILTER (WHERE variant = got.variant) AS b
					FROM unit, LATERAL (SELECT coalesce(as_of, greatest((SELECT max(at) FROM event), (SELECT max(at) FROM exposure)))) x (until)) s,
					plg.compare(a, b, within, level, tuning) c WHERE a IS NOT NULL AND b IS NOT NULL;
		END IF;
		arms := arms + 1;
	END LOOP;
	PERFORM note(data, 'all variants', arms = (SELECT count(*) FROM (SELECT control UNION SELECT jsonb_object_keys(weights) UNION
		SELECT variant FROM exposure WHERE weights IS NULL AND at <= coalesce(as_of, 'infinity') AND entity IN (SELECT entity FROM exposure GROUP BY 1 HAVING coalesce(min(at) <@ entered, true))) v), call);
	IF arms <= 3 THEN
		SELECT sum((n - sum_n * w / sum_w) ^ 2 / (sum_n * w / sum_w)) INTO chi
		FROM (SELECT n, w, sum(n) OVER () AS sum_n, sum(w) OVER () AS sum_w FROM (SELECT v.variant, coalesce((weights ->> v.variant)::float8, 1) AS w, (SELECT count(*) FROM unit u WHERE u.variant = v.variant)::float8 AS n
			FROM plg.experiment((SELECT j FROM value), (SELECT plg.journeys(entity, at, variant) FROM exposure), goal, within, as_of, control, weights, level, min_count, entered) v) x) y
		WHERE sum_n > 0;
		PERFORM note(data, 'mismatch', near(x.srm_p_value, CASE arms WHEN 2 THEN p_of_z(sqrt(chi)) WHEN 3 THEN exp(-chi / 2) END), concat(call, ' -> ', x.srm_p_value, ', chi ', chi))
			FROM plg.experiment((SELECT j FROM value), (SELECT plg.journeys(entity, at, variant) FROM exposure), goal, within, as_of, control, weights, level, min_count, entered) x;
	END IF;
END $$;

-- Of values put together from pieces the answer is the same; of disjoint entities counts add up.
CREATE FUNCTION try_pieces(data text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	whole text := (SELECT string_agg(x::text, E'\n') FROM value v, (SELECT plg.journeys(entity, at, variant) AS e FROM exposure) s, plg.experiment(v.j, s.e, 'a', '1 day', NULL, 'control') x);
	upto timestamptz := (SELECT max(at) FROM event);
BEGIN
	PERFORM note(data, 'rolled up', whole = string_agg(x::text, E'\n'), whole)
		FROM (SELECT plg.rollup(p) AS j FROM (SELECT plg.journeys(entity, at, event) AS p FROM event GROUP BY floor(random() * 5)) r) v,
			(SELECT plg.rollup(p) AS e FROM (SELECT plg.journeys(entity, at, variant) AS p FROM exposure GROUP BY floor(random() * 5)) r) s, plg.experiment(v.j, s.e, 'a', '1 day', NULL, 'control') x;
	PERFORM note(data, 'parts', (SELECT array_agg((variant, exposed, mature, converted, in_several) ORDER BY variant) FROM value v, (SELECT plg.journeys(entity, at, variant) AS e FROM exposure) s,
				plg.experiment(v.j, s.e, 'a', '1 day', upto, 'control', '{"control": 1, "b": 1, "c": 1}')) = array_agg(x ORDER BY variant), whole)
		FROM (SELECT variant, sum(exposed)::bigint, sum(mature)::bigint, sum(converted)::bigint, sum(in_several)::bigint
			FROM (SELECT plg.bucket(entity, 3) AS b, plg.journeys(entity, at, variant) AS e FROM exposure GROUP BY 1) s,
				LATERAL (SELECT plg.journeys(entity, at, event) AS j FROM (SELECT * FROM event WHERE plg.bucket(entity, 3) = b UNION ALL SELECT 'nobody', upto, 'x') e) v,
				LATERAL plg.experiment(v.j, s.e, 'a', '1 day', upto, 'control', '{"control": 1, "b": 1, "c": 1}') GROUP BY variant) x;
END $$;

CREATE PROCEDURE try_random(data_sets int) LANGUAGE plpgsql AS $$
DECLARE
	from_at timestamptz;
	upto_at timestamptz;
	at timestamptz;
BEGIN
	FOR data_set IN 1 .. data_sets LOOP
		PERFORM take_random();
		SELECT min(e.at), max(e.at) INTO from_at, upto_at FROM event e;
		TRUNCATE exposure;
		-- some at the instants of events, some of entities without any
		INSERT INTO exposure SELECT 'e' || floor(random() * 40), coalesce((SELECT e.at FROM event e WHERE random() < 0.05 AND n > 0 LIMIT 1), date_trunc('minute', from_at + (upto_at - from_at) * (random() * 1.1 - 0.2))),
			(array['control', 'b', 'c'])[1 + floor(power(random(), 1.5) * (2 + data_set % 2))] FROM generate_series(1, (array[3, 20, 60])[1 + data_set % 3]) n;
		PERFORM try_pieces('random');
		FOR run IN 1 .. 3 LOOP
			at := random_as_of();
			PERFORM try_one('random', pick('a', 'b', 'a|c', 'd'), pick('0', '1 hour', '5 hours', '1 day', '10 days', NULL)::interval, at, pick('control', 'control', 'b'),
				pick(NULL, NULL, '{"control": 0.5, "b": 0.25, "c": 0.25}', '{"control": 3, "b": 1, "c": 1}')::jsonb, pick('0.95', '0.9', '0.99')::float8, pick('1', '1', '2')::int,
				CASE WHEN random() < 0.3 THEN tstzrange(from_at, from_at + (upto_at - from_at) * random(), '[)') END, pick('5000', '50')::int);
		END LOOP;
	END LOOP;
END $$;
CALL try_random(16);
SELECT CASE WHEN bool_and(good) AND count(*) > 10 THEN 'ok' ELSE 'not ok' END || ' - ' || data || ', ' || what || ': ' || count(*) || coalesce(E'\n# ' || min(example) FILTER (WHERE NOT good), '')
FROM result GROUP BY data, what ORDER BY data, what;
