-- plg.conversion against plain SQL: window functions over the rows, written
-- from the definitions and not from the C code.  400 random data sets with many
-- ties, zero durations, rows of different and of infinite as_of.
SET timezone TO 'UTC';
SELECT setseed(0.2026) \g /dev/null

CREATE TABLE rows AS
SELECT dataset, started, converted, as_of
FROM generate_series(1, 400) dataset,
	LATERAL (SELECT 1 + floor(random() * 60)::int AS n, (array[1, 60, 3600, 86400])[1 + dataset % 4] AS unit,
		dataset % 7 = 0 AS all_forever, dataset % 5 = 0 AS some_forever, random() AS converting) d,
	LATERAL (SELECT i, timestamptz '2026-01-01' + floor(random() * 20) * unit * interval '1 s' AS started
		FROM generate_series(1, n) i) s,
	LATERAL (SELECT CASE WHEN all_forever OR (some_forever AND random() < 0.3) THEN 'infinity'
			ELSE timestamptz '2026-01-01' + floor(random() * random() * 40) * unit * interval '1 s' END AS as_of,
		CASE WHEN random() < converting
			THEN started + floor(random() * 25) * unit * interval '1 s'
				+ CASE WHEN dataset % 3 = 0 THEN floor(random() * 4) ELSE 0 END * interval '1 us'
			WHEN random() < 0.1 THEN 'infinity' END AS converted) c;

CREATE TABLE built AS
	SELECT dataset, plg.conversion(started, converted, as_of) AS c FROM rows GROUP BY dataset;

-- Entrants, and the time each was at risk, in microseconds.
CREATE TABLE entrant AS
	SELECT dataset, started, as_of, event, as_of = 'infinity' AND NOT event AS forever,
		CASE WHEN event THEN converted - started WHEN as_of < 'infinity' THEN as_of - started END AS own
	FROM (SELECT *, coalesce(converted <= as_of AND converted < 'infinity', false) AS event FROM rows) r
	WHERE started <= as_of;
ALTER TABLE entrant ADD us numeric;
UPDATE entrant SET us = extract(epoch FROM own) * 1000000;

CREATE INDEX ON entrant (dataset, us);

CREATE AGGREGATE product(float8) (SFUNC = float8mul, STYPE = float8);

-- The curve: share converted f, Greenwood's sum g, and its bounds.
CREATE TABLE step AS
SELECT *, lag(low) OVER (PARTITION BY dataset ORDER BY us) AS low_before
FROM (SELECT *, CASE WHEN s > 0 AND s < 1 THEN 1 - s ^ exp(-1.959963984540054 * sqrt(g) / -ln(s)) END AS low,
	CASE WHEN s > 0 AND s < 1 THEN 1 - s ^ exp(1.959963984540054 * sqrt(g) / -ln(s)) END AS high
FROM (SELECT dataset, us, n, d,
		product(1 - d / n) OVER w AS s, 1 - product(1 - d / n) OVER w AS f,
		sum(CASE WHEN d < n THEN d / (n * (n - d)) END) OVER w AS g
	FROM (SELECT dataset, us, count(*) FILTER (WHERE event)::float8 AS d,
			(SELECT count(*) FROM entrant r WHERE r.dataset = e.dataset AND (r.us >= e.us OR r.forever))::float8 AS n
		FROM entrant e WHERE us IS NOT NULL GROUP BY dataset, us) x
	WINDOW w AS (PARTITION BY dataset ORDER BY us)) y) z;

CREATE TABLE ending AS
	SELECT b.dataset, (SELECT max(us) FROM entrant e WHERE e.dataset = b.dataset) AS last_us,
		EXISTS (SELECT FROM entrant e WHERE e.dataset = b.dataset AND forever) AS forever,
		EXISTS (SELECT FROM entrant e WHERE e.dataset = b.dataset) AS any_entrant,
		coalesce((SELECT min(s) FROM step e WHERE e.dataset = b.dataset) = 0, false) AS complete
	FROM built b;
CREATE INDEX ON step (dataset, us);
ANALYZE;

CREATE FUNCTION near(got float8, expected float8) RETURNS boolean IMMUTABLE LANGUAGE sql
	AS $$ SELECT CASE WHEN got IS NULL OR expected IS NULL THEN got IS NULL AND expected IS NULL
		ELSE abs(got - expected) <= 1e-9 * greatest(abs(expected), 1e-4) END $$;
CREATE FUNCTION report(good bigint, n bigint, what text) RETURNS text IMMUTABLE LANGUAGE sql
	AS $$ SELECT CASE WHEN good = n AND n >= 100 THEN 'ok' ELSE 'not ok' END || ' - ' || what || ': ' || good || ' of ' || n $$;
CREATE FUNCTION us(interval) RETURNS numeric IMMUTABLE LANGUAGE sql AS $$ SELECT extract(epoch FROM $1) * 1000000 $$;

SELECT report(count(*) FILTER (WHERE plg.entered(c) = entered AND plg.converted(c) = converted
		AND plg.waiting(c) = entered - converted), count(*), 'counts')
FROM built, LATERAL (SELECT count(*) AS entered, count(*) FILTER (WHERE event) AS converted
	FROM entrant e WHERE e.dataset = built.dataset) s;

CREATE TABLE asked AS
	SELECT dataset, w * (array[1, 60, 3600, 86400])[1 + dataset % 4] * interval '1 s' AS within
	FROM built, unnest(array[0, 1, 3, 7, 12, 25, 60]) w;

-- Wilson's bounds as in his paper, by their centre and half width.
SELECT report(count(*) FILTER (WHERE a.entered = o.entered AND a.mature = o.mature AND a.converted = o.mature_converted
		AND near(a.rate, o.mature_converted / nullif(o.mature, 0)::float8)
		AND near(a.rate_low, (p + zz / 2 - sqrt(zz * p * (1 - p) + zz * zz / 4)) / (1 + zz))
		AND near(a.rate_high, (p + zz / 2 + sqrt(zz * p * (1 - p) + zz * zz / 4)) / (1 + zz))
		AND b.converted = o.all_converted AND near(b.rate, o.all_converted / nullif(o.entered, 0)::float8)
		AND plg.activation_rate(c, within) IS NOT DISTINCT FROM a.rate
		AND plg.activation_rate(c, within, 'all') IS NOT DISTINCT FROM b.rate),
	count(*), 'mature and all rates')
FROM built JOIN asked USING (dataset),
	LATERAL (SELECT count(*) AS entered,
			count(*) FILTER (WHERE as_of - started >= within) AS mature,
			count(*) FILTER (WHERE as_of - started >= within AND event AND own <= within) AS mature_converted,
			count(*) FILTER (WHERE event AND own <= within) AS all_converted
		FROM (SELECT *, CASE WHEN as_of = 'infinity' THEN '5000-01-01' ELSE as_of END AS as_of2 FROM entrant) e
			(dataset, started, as_of1, event, forever, own, us, as_of)
		WHERE e.dataset = built.dataset) o,
	LATERAL (SELECT o.mature_converted / nullif(o.mature, 0)::float8 AS p, 1.959963984540054 ^ 2 / nullif(o.mature, 0) AS zz) z,
	plg.activation(c, within) a, plg.activation(c, within, 'all') b;

-- At 0 the bounds are Wilson's for none of those watched that long, at 1 for all of
-- those at risk last, or the lower bound before them.
CREATE FUNCTION bound(upper boolean, known boolean, f float8, n float8, low_before float8, bound float8, watched bigint) RETURNS float8 LANGUAGE sql AS $$
	SELECT CASE WHEN NOT known THEN NULL
		WHEN coalesce(f, 0) = 0 THEN CASE WHEN upper THEN zz / (watched + zz) ELSE 0 END
		WHEN f = 1 THEN CASE WHEN upper THEN 1 ELSE greatest(n / (n + zz), low_before) END
		ELSE bound END
	FROM (SELECT 1.959963984540054 ^ 2) z (zz)
$$;
SELECT report(count(*) FILTER (WHERE near(k.rate, CASE WHEN known THEN coalesce(f, 0) END)
		AND near(k.rate_low, bound(false, known, f, n, low_before, low, watched)) AND near(k.rate_high, bound(true, known, f, n, low_before, high, watched))),
	count(*), 'censored rates and bounds')
FROM built JOIN asked USING (dataset) JOIN ending USING (dataset)
	LEFT JOIN LATERAL (SELECT * FROM step s WHERE s.dataset = built.dataset AND s.us <= us(within)
		ORDER BY us DESC LIMIT 1) s ON true,
	LATERAL (SELECT any_entrant AND (forever OR complete OR us(within) <= last_us) AS known) x,
	LATERAL (SELECT count(*) AS watched FROM entrant e WHERE e.dataset = built.dataset AND (e.forever OR e.us >= us(within))) w,
	plg.activation(c, within, 'censor') k;

SELECT report(count(*) FILTER (WHERE near(rate, CASE WHEN known THEN coalesce(f, 0) END)
		AND near(rate_low, bound(false, known, f, s.n, low_before, low, k.at_risk)) AND near(rate_high, bound(true, known, f, s.n, low_before, high, k.at_risk))
		AND k.days = us(elapsed) / 86400e6
		AND k.at_risk = (SELECT count(*) FROM entrant e WHERE e.dataset = built.dataset AND (forever OR us >= us(elapsed)))),
	count(*), 'points of curves')
FROM built JOIN ending USING (dataset),
	LATERAL (SELECT (array[1, 60, 3600, 86400])[1 + dataset % 4] * interval '1 s') u (unit),
	plg.conversion_curve(c, unit * 2.5, unit * 30) k
	LEFT JOIN LATERAL (SELECT * FROM step s WHERE s.dataset = built.dataset AND s.us <= us(elapsed)
		ORDER BY us DESC LIMIT 1) s ON true,
	LATERAL (SELECT any_entrant AND (forever OR complete OR us(elapsed) <= last_us) AS known) x;

-- Quantiles: where the curve reaches p (a), and where it leaves it (b).
SELECT report(count(*) FILTER (WHERE us(plg.ttv_of_all(c, p)) IS NOT DISTINCT FROM expected), count(*), 'quantiles of all')
FROM built JOIN ending USING (dataset), unnest(array[0, 0.05, 0.1, 0.2, 0.25, 1 / 3::float8, 0.5, 0.6, 0.75, 0.9, 1]) p,
	LATERAL (SELECT min(us) FILTER (WHERE f + 1.5e-8 >= p) AS a, min(us) FILTER (WHERE f - 1.5e-8 >= p) AS b
		FROM step s WHERE s.dataset = built.dataset) s,
	LATERAL (SELECT CASE WHEN p = 0 THEN 0 WHEN b IS NULL AND forever THEN a
		ELSE a + floor((coalesce(b, last_us) - a) / 2) END AS expected) e;

SELECT report(count(*) FILTER (WHERE us(ci[1]) IS NOT DISTINCT FROM floor((a1 + b1) / 2)
		AND us(ci[2]) IS NOT DISTINCT FROM floor((a2 + b2) / 2)), count(*), 'bounds of quantiles')
FROM built, unnest(array[0.1, 0.3, 0.5, 0.7]) p,
	LATERAL (SELECT plg.ttv_of_all_ci(c, p)) i (ci),
	LATERAL (SELECT min(us) FILTER (WHERE high + 1.5e-8 >= p) AS a1, min(us) FILTER (WHERE high - 1.5e-8 >= p) AS b1,
		min(us) FILTER (WHERE low + 1.5e-8 >= p) AS a2, min(us) FILTER (WHERE low - 1.5e-8 >= p) AS b2
		FROM step s WHERE s.dataset = built.dataset AND d > 0) s;

CREATE TABLE share (p float8, i int);
INSERT INTO share VALUES (0, 2), (0.1, 4), (0.25, 1), (0.5, 3), (0.75, 6), (0.9, 5), (1, 7);
SELECT report(count(*) FILTER (WHERE us(plg.ttv(c, p, within)) IS NOT DISTINCT FROM expected
		AND us((plg.ttv_percentiles(c, '{0.25,0,0.5,0.1,0.9,0.75,1}', within))[i]) IS NOT DISTINCT FROM expected
		AND plg.ttv_seconds(c, p, within) IS NOT DISTINCT FROM (expected / 1e6)::float8),
	count(*), 'percentiles among those who convert within a time')
FROM built JOIN ending USING (dataset) JOIN (TABLE asked UNION ALL SELECT dataset, NULL FROM built) q USING (dataset),
	share,
	LATERAL (SELECT max(f) AS f_w FROM step s
		WHERE s.dataset = built.dataset AND (within IS NULL OR s.us <= us(within))) w,
	LATERAL (SELECT min(us) FILTER (WHERE f / nullif(f_w, 0) + 1.5e-8 >= p) AS a,
			min(us) FILTER (WHERE f / nullif(f_w, 0) - 1.5e-8 >= p) AS b
		FROM step s WHERE s.dataset = built.dataset AND (within IS NULL OR s.us <= us(within))) s,
	LATERAL (SELECT CASE WHEN within IS NULL OR forever OR complete OR us(within) <= last_us THEN
		CASE WHEN p = 0 AND f_w > 0 THEN 0 ELSE a + floor((coalesce(b, a) - a) / 2) END END AS expected) e;

SELECT report(count(*) FILTER (WHERE plg.ttv_observed(c, p) IS NOT DISTINCT FROM expected), count(*), 'percentile_cont')
FROM built, unnest(array[0, 0.1, 0.25, 1 / 3::float8, 0.5, 0.77, 0.9, 0.99, 1]) p,
	LATERAL (SELECT percentile_cont(p) WITHIN GROUP (ORDER BY own) AS expected
		FROM entrant e WHERE e.dataset = built.dataset AND event) o;

SELECT CASE WHEN count(*) FILTER (WHERE forever) > 20 AND count(*) FILTER (WHERE complete) > 20
		AND count(*) FILTER (WHERE NOT any_entrant) > 0
		AND EXISTS (SELECT FROM entrant WHERE event AND own = '0')
		AND (SELECT count(*) FROM step WHERE d > 1) > 100
	THEN 'ok' ELSE 'not ok' END || ' - the data sets have ties, zero durations, infinite as_of, complete curves and none'
FROM ending;
