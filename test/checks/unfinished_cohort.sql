-- The unfinished cohort: sign-ups that grow 3 % a day for 60 days, and are
-- looked at on the last one.  55 % of them ever activate; the time it takes is
-- log-normal with a median of 3 days and sigma 1.6, so the truth is known.
--
-- psql -v runs=1000 simulates so many data sets of 5,000 users, and holds plg
-- to the full bars; the short form, in which chance weighs more, to wider ones.
\if :{?runs}
\else
\set runs 100
\endif
SELECT setseed(0.3) \g /dev/null
SELECT :runs >= 300 AS full_form \gset

-- Truth for a window of 30 days: Phi((ln 30 - ln 3) / 1.6) = 0.92494, and
-- percentiles among those who activate in it.
CREATE TABLE truth AS
	SELECT 0.55 * 0.924941125 AS rate, 3 * exp(1.6 * -0.094211531) AS p50, 3 * exp(1.6 * 0.963880235) AS p90;

CREATE TABLE estimate AS
SELECT run, s.naive_rate, s.naive_p50, m.rate, m.rate_low, m.rate_high,
	k.rate AS censor_rate, k.rate_low AS censor_low, k.rate_high AS censor_high,
	plg.ttv_seconds(c, 0.5, '30 days') / 86400 AS p50, plg.ttv_seconds(c, 0.9, '30 days') / 86400 AS p90
FROM (SELECT run, plg.conversion(started, converted, as_of) AS c,
		avg((converted <= as_of AND converted - started <= '30 days' AND converted IS NOT NULL)::int)::float8 AS naive_rate,
		percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM converted - started) / 86400)
			FILTER (WHERE converted <= as_of AND converted - started <= '30 days') AS naive_p50
	FROM (SELECT run, started, timestamptz '2026-03-02 UTC' AS as_of,
			CASE WHEN random() < 0.55 THEN started + interval '1 day'
				* (3 * exp(1.6 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))) END AS converted
		FROM (SELECT run, timestamptz '2026-01-01 UTC'
				+ interval '1 day' * (ln(1 + random() * (1.03 ^ 60 - 1)) / ln(1.03)) AS started
			FROM generate_series(1, :runs) run, generate_series(1, 5000)) u) e
	GROUP BY run) s,
	plg.activation(c, '30 days') m, plg.activation(c, '30 days', 'censor') k;

CREATE TABLE summary AS
SELECT count(*) AS runs, avg(e.naive_rate) / t.rate - 1 AS naive_rate, avg(e.naive_p50) / t.p50 - 1 AS naive_p50,
	avg(e.rate) / t.rate - 1 AS rate, avg((t.rate BETWEEN rate_low AND rate_high)::int) AS covered,
	avg(censor_rate) / t.rate - 1 AS censor_rate, avg((t.rate BETWEEN censor_low AND censor_high)::int) AS censor_covered,
	avg(e.p50) / t.p50 - 1 AS p50, avg(e.p90) / t.p90 - 1 AS p90,
	variance(e.rate) / variance(censor_rate) AS gain
FROM estimate e, truth t GROUP BY t.rate, t.p50, t.p90;

CREATE FUNCTION report(good boolean, what text, VARIADIC figures numeric[]) RETURNS text IMMUTABLE LANGUAGE sql
	AS $$ SELECT CASE WHEN good THEN 'ok' ELSE 'not ok' END || ' - ' || what || ': '
		|| (SELECT string_agg(to_char(f * 100, 'FM990.0') || ' %', ', ' ORDER BY i) FROM unnest(figures) WITH ORDINALITY u (f, i)) $$;

SELECT report(naive_rate < -0.1 AND naive_p50 < -0.1, 'naive rate and median are off', naive_rate::numeric, naive_p50::numeric)
FROM summary;
\if :full_form
SELECT report(abs(rate) < 0.01 AND abs(censor_rate) < 0.01, 'mean rate, mature and censored, is off',
	rate::numeric, censor_rate::numeric) FROM summary;
SELECT report(covered BETWEEN 0.93 AND 0.97 AND censor_covered BETWEEN 0.93 AND 0.97,
	'95 % interval, mature and censored, covers the truth in', covered, censor_covered) FROM summary;
SELECT report(abs(p50) < 0.02 AND abs(p90) < 0.02, 'median and 90th percentile of time to value are off',
	p50::numeric, p90::numeric) FROM summary;
\else
SELECT report(abs(rate) < 0.02 AND abs(censor_rate) < 0.01, 'mean rate, mature and censored, is off',
	rate::numeric, censor_rate::numeric) FROM summary;
SELECT report(covered >= 0.85 AND censor_covered >= 0.85,
	'95 % interval, mature and censored, covers the truth in', covered, censor_covered) FROM summary;
SELECT report(abs(p50) < 0.05 AND abs(p90) < 0.05, 'median and 90th percentile of time to value are off',
	p50::numeric, p90::numeric) FROM summary;
\endif
SELECT CASE WHEN gain > 1.4 THEN 'ok' ELSE 'not ok' END || ' - censored rate is as precise as the mature one of '
	|| round(gain::numeric, 1) || ' times the users' FROM summary;
