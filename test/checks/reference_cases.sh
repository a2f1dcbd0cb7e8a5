#!/bin/sh
# The cases of statistics computed with R and SciPy, where they are to be had.
set -e
if [ -z "$PLG_SHARED" ] || [ ! -d "$PLG_SHARED/cases/km" ]; then
	echo "ok - cases of statistics # SKIP shared cases not found"
	exit 0
fi

sql() { psql -XqAt -v ON_ERROR_STOP=1 "$@"; }

sql -c "CREATE TABLE km_input (dataset text, duration float8, event int);
	CREATE TABLE km_quantile (dataset text, conf_type text, level float8, p float8, q float8, l float8, u float8,
		quantile float8, lower float8, upper float8);
	CREATE TABLE km_at (dataset text, conf_type text, level float8, time float8, n_risk int, surv float8,
		conversion float8, std_err float8, surv_lower float8, surv_upper float8);
	CREATE TABLE km_conditional (dataset text, horizon float8, p float8, f_h float8, quantile float8, naive float8);
	CREATE TABLE wilson (id int, function text, args text, output text, expected float8, tolerance float8, source text);"
for file in "$PLG_SHARED"/cases/km/input_*.csv; do
	name=$(basename "$file" .csv)
	sed "1d; s/^/${name#input_},/" "$file" | sql -c "COPY km_input FROM STDIN (FORMAT csv)"
done
load() { sql -c "COPY $1 FROM STDIN (FORMAT csv, HEADER)" < "$PLG_SHARED/cases/$2"; }
load km_quantile km/expected_quantiles.csv
load km_at km/expected_survival_at.csv
load km_conditional km/expected_conditional_quantiles.csv
load wilson wilson.csv

# One unit of a case is taken as a second.
sql <<'SQL'
CREATE FUNCTION seconds(float8) RETURNS interval IMMUTABLE LANGUAGE sql
	AS $$ SELECT round($1 * 1e6) * interval '1 us' $$;
CREATE FUNCTION near(got float8, expected float8) RETURNS boolean IMMUTABLE LANGUAGE sql
	AS $$ SELECT CASE WHEN got IS NULL OR expected IS NULL THEN got IS NULL AND expected IS NULL
		ELSE abs(got - expected) <= 1e-9 * greatest(abs(expected), 1e-300) END $$;
CREATE FUNCTION report(good bigint, n bigint, what text) RETURNS text IMMUTABLE LANGUAGE sql
	AS $$ SELECT CASE WHEN good = n AND n > 0 THEN 'ok' ELSE 'not ok' END || ' - ' || n || ' ' || what $$;

CREATE TABLE km AS
	SELECT dataset, plg.conversion(start, CASE WHEN event = 1 THEN start + seconds(duration) END,
		start + seconds(duration)) AS c
	FROM km_input, (SELECT timestamptz '2026-01-01 UTC') s (start) GROUP BY dataset;

SELECT report(count(*) FILTER (WHERE near(extract(epoch FROM plg.ttv_of_all(c, p)), quantile)
		AND near(extract(epoch FROM ci[1]), lower) AND near(extract(epoch FROM ci[2]), upper)),
	count(*), 'quantiles with log-log bounds')
FROM km_quantile JOIN km USING (dataset), LATERAL (SELECT plg.ttv_of_all_ci(c, p, level)) s (ci)
WHERE conf_type = 'log-log';

-- where the curve is at 0 or 1 R has 0 to 0, or no bounds: there they are ours
SELECT report(count(*) FILTER (WHERE near(rate, conversion) AND near(1 - rate, surv) AND at_risk = n_risk
		AND (conversion IN (0, 1) OR near(1 - rate_high, surv_lower) AND near(1 - rate_low, surv_upper))),
	count(*), 'points of the curve with log-log bounds')
FROM (SELECT e.*, r.* FROM km_at e JOIN km USING (dataset),
		plg.conversion_curve(c, greatest(seconds(time), '1 s'), seconds(time), level) r
	WHERE conf_type = 'log-log' AND r.elapsed = seconds(time)) s;

SELECT report(count(*) FILTER (WHERE near(rate, conversion)
		AND (conversion IN (0, 1) OR near(1 - rate_high, surv_lower) AND near(1 - rate_low, surv_upper))),
	count(*), 'rates with maturity censor')
FROM km_at JOIN km USING (dataset), plg.activation(c, seconds(time), 'censor', level)
WHERE conf_type = 'log-log';

SELECT report(count(*) FILTER (WHERE near(extract(epoch FROM plg.ttv(c, p, seconds(horizon))), quantile)
		AND near(plg.ttv_seconds(c, p, seconds(horizon)), quantile)
		AND near(plg.activation_rate(c, seconds(horizon), 'censor'), f_h)),
	count(*), 'percentiles among those who convert within a time')
FROM km_conditional JOIN km USING (dataset);

SELECT report(count(*) FILTER (WHERE near(CASE output WHEN 'lower' THEN rate_low ELSE rate_high END, expected)
		AND (expected NOT IN (0, 1) OR expected = CASE output WHEN 'lower' THEN rate_low ELSE rate_high END)),
	count(*), 'Wilson intervals')
FROM (SELECT *, substring(args FROM 'k=(\d+)')::int AS k, substring(args FROM 'n=(\d+)')::int AS n,
		substring(args FROM 'conf=([.\d]+)')::float8 AS conf FROM wilson WHERE function = 'wilson') w,
	LATERAL (SELECT plg.conversion(s, CASE WHEN i <= k THEN s END, s) AS c
		FROM generate_series(1, n) i, (SELECT timestamptz '2026-01-01 UTC') t (s)) v,
	plg.activation(c, NULL, 'mature', conf);
SQL

# Proportions, differences, plans: their arguments are k=1;n=29;conf=0.95 and the like.
sql -c "CREATE TABLE stat_case (LIKE wilson); CREATE TABLE logrank (test text, rho int, groups int, df int, chisq float8, p float8, observed text, expected text)"
load stat_case stat_cases.csv
load logrank km/expected_logrank.csv
sql <<'SQL'
CREATE FUNCTION arg(args text, name text) RETURNS text IMMUTABLE LANGUAGE sql
	AS $$ SELECT substring(args FROM '(?:^|;)' || name || '=([^;]*)') $$;
CREATE FUNCTION num(args text, name text) RETURNS float8 IMMUTABLE LANGUAGE sql AS $$ SELECT arg(args, name)::float8 $$;
CREATE FUNCTION whole(args text, name text) RETURNS bigint IMMUTABLE LANGUAGE sql AS $$ SELECT arg(args, name)::numeric::bigint $$;

-- what a case asks for; arm 1 is often the treatment there
CREATE FUNCTION answer(function text, a text, output text) RETURNS float8 LANGUAGE sql AS $$
	SELECT CASE
		WHEN function IN ('wilson', 'clopper_pearson', 'jeffreys') THEN (SELECT CASE output WHEN 'lower' THEN rate_low ELSE rate_high END
			FROM plg.proportion(whole(a, 'k'), whole(a, 'n'), function, num(a, 'conf')))
		WHEN function IN ('newcombe_diff', 'two_prop_z_pooled', 'risk_ratio_katz') THEN (SELECT CASE function || ' ' || output
				WHEN 'newcombe_diff diff' THEN difference WHEN 'newcombe_diff lower' THEN difference_low WHEN 'newcombe_diff upper' THEN difference_high
				WHEN 'two_prop_z_pooled p_two_sided' THEN p_value
				WHEN 'risk_ratio_katz rr' THEN lift + 1 WHEN 'risk_ratio_katz lower' THEN lift_low + 1 WHEN 'risk_ratio_katz upper' THEN lift_high + 1 END
			FROM plg.proportion_difference(whole(a, 'k2'), whole(a, 'n2'), whole(a, 'k1'), whole(a, 'n1'), coalesce(num(a, 'conf'), 0.95)))
		WHEN function IN ('asympcs_two_prop', 'asympcs_p_value') THEN (SELECT CASE output WHEN 'diff' THEN difference WHEN 'lower' THEN always_low WHEN 'upper' THEN always_high WHEN 'p' THEN always_p_value END
			FROM plg.proportion_difference(whole(a, 'k1'), whole(a, 'n1'), whole(a, 'k2'), whole(a, 'n2'), 1 - num(a, 'alpha'), whole(a, 'n_star')::int))
		WHEN function = 'srm_chisq' AND output = 'p' THEN plg.srm(string_to_array(arg(a, 'counts'), '|')::bigint[], CASE WHEN arg(a, 'weights') <> 'equal' THEN string_to_array(arg(a, 'weights'), '|')::float8[] END)
		WHEN function = 'sample_size_two_prop' THEN plg.sample_size(num(a, 'p1'), num(a, 'p2') / num(a, 'p1') - 1, num(a, 'power'), 1 - num(a, 'alpha'))
	END
$$;
-- sizes are whole numbers here
SELECT report(count(*) FILTER (WHERE abs(got - CASE WHEN function = 'sample_size_two_prop' THEN ceil(expected) ELSE expected END) <= tolerance * abs(expected) + 1e-15), count(*), 'of ' || function)
FROM (SELECT *, answer(function, args, output) AS got FROM stat_case) s
WHERE function IN ('wilson', 'clopper_pearson', 'jeffreys', 'newcombe_diff', 'two_prop_z_pooled', 'risk_ratio_katz', 'asympcs_two_prop', 'asympcs_p_value', 'srm_chisq', 'sample_size_two_prop')
	AND output NOT IN ('z', 'chisq', 'df')
GROUP BY function;

SELECT report(count(*) FILTER (WHERE near(c.logrank_p_value, p)), count(*), 'log-rank test of two arms')
FROM logrank JOIN km a ON test = 'aml:x' AND a.dataset = 'aml_maintained' JOIN km b ON b.dataset = 'aml_nonmaintained', plg.compare(a.c, b.c, NULL) c;
SQL
