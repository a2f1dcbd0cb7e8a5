-- Comparisons: counts, two conversions, the variants of an experiment, means.
SET timezone TO 'UTC';
SET datestyle TO 'ISO';
SET intervalstyle TO 'postgres';
SET extra_float_digits TO -6;

-- k of n; the anchors are R's prop.test, binom.test and qbeta
SELECT method, round(rate::numeric, 6) AS rate, round(rate_low::numeric, 9) AS low, round(rate_high::numeric, 9) AS high
FROM unnest('{wilson,clopper_pearson,jeffreys}'::text[]) method, plg.proportion(1, 29, method);
SELECT method, rate, round(rate_low::numeric, 9) AS low, round(rate_high::numeric, 9) AS high
FROM unnest('{wilson,clopper_pearson,jeffreys}'::text[]) method, (VALUES (0), (20)) k (k), plg.proportion(k, 20, method, level => 0.9) ORDER BY k, method DESC;
SELECT * FROM plg.proportion(0, 0);
SELECT plg.proportion(NULL, 5), plg.proportion(5, NULL);
SELECT plg.proportion(3, 2);
SELECT plg.proportion(-1, 2);
SELECT plg.proportion(1, 2, 'wald');
SELECT plg.proportion(1, 2, NULL);
SELECT plg.proportion(1, 2, level => 1);

-- 3 of 10 against 9 of 10: the difference is b - a
SELECT key, round(value::numeric, 9) FROM jsonb_each_text(to_jsonb(plg.proportion_difference(3, 10, 9, 10)));
-- none has no lift, and what has no variance no test
SELECT * FROM plg.proportion_difference(0, 10, 0, 10);
SELECT difference, lift, lift_low, always_low, always_p_value FROM plg.proportion_difference(10, 10, 0, 10);
SELECT * FROM plg.proportion_difference(0, 0, 3, 10);
SELECT plg.proportion_difference(NULL, 0, 3, 10);
SELECT plg.proportion_difference(1, 5, 6, 5);
SELECT plg.proportion_difference(1, 5, 5, 5, tuning => 0);

-- plans: chisq.test, power.prop.test
SELECT round(plg.srm('{5000,5210}')::numeric, 12) AS equal, round(plg.srm('{9000,1100}', '{0.9,0.1}')::numeric, 12) AS nine_to_one,
	plg.srm('{9500,500}', '{95,5}') AS as_planned, plg.srm('{7,0,7}', '{1,0,1}') AS of_two, plg.srm('{5}') AS one_arm, plg.srm('{0,0}') AS nobody, plg.srm('{}') AS no_arm, plg.srm(NULL) AS no_array;
SELECT plg.srm('{5,NULL}');
SELECT plg.srm('{5,-1}');
SELECT plg.srm('{5,1}', '{1}');
SELECT plg.srm('{5,1}', '{1,NULL}');
SELECT plg.srm('{5,1}', '{1,NaN}');
SELECT plg.srm('{5,1}', '{1,0}');
SELECT plg.srm('{0,0}', '{0,0}');
SELECT plg.srm('{{5,1},{1,2}}');
SELECT plg.sample_size(0.1, 0.2) AS up, plg.sample_size(0.4, 0.125) AS from_higher, plg.sample_size(0.02, -0.5, 0.9, 0.99) AS down, plg.sample_size(0.5, 1) AS to_one, plg.sample_size(NULL, 0.2) AS nothing;
SELECT plg.sample_size(0.1, 0);
SELECT plg.sample_size(0.6, 1);
SELECT plg.sample_size(0, 1);
SELECT plg.sample_size(0.1, 0.2, power => 1);
SELECT plg.sample_size(0.1, 1e-12);
-- p.adjust
SELECT method, (SELECT array_agg(round(p::numeric, 9)) FROM unnest(plg.adjust_p('{0.01,0.02,NULL,0.03,0.5}', method)) p) FROM unnest('{bh,by,holm,bonferroni}'::text[]) method;
SELECT plg.adjust_p('{}'), plg.adjust_p('{NULL}'), plg.adjust_p(NULL);
SELECT plg.adjust_p('{0.5,1.5}');
SELECT plg.adjust_p('{0.5}', 'fdr');

-- two conversions: the remission times of aml, a: maintained, b: not (R's survdiff, coxph, survfit)
CREATE TABLE aml (arm text, weeks int, relapsed boolean);
INSERT INTO aml SELECT 'a', unnest('{9,13,18,23,31,34,48}'::int[]), true UNION ALL SELECT 'a', unnest('{13,28,45,161}'::int[]), false
UNION ALL SELECT 'b', unnest('{5,5,8,8,12,23,27,30,33,43,45}'::int[]), true UNION ALL SELECT 'b', 16, false;
CREATE TABLE arms AS
	SELECT plg.conversion(s, CASE WHEN relapsed THEN s + weeks * interval '7 days' END, s + CASE WHEN relapsed THEN 200 ELSE weeks END * interval '7 days') FILTER (WHERE arm = 'a') AS a,
		plg.conversion(s, CASE WHEN relapsed THEN s + weeks * interval '7 days' END, s + CASE WHEN relapsed THEN 200 ELSE weeks END * interval '7 days') FILTER (WHERE arm = 'b') AS b
	FROM aml, (SELECT timestamptz '2026-01-01') t (s);
SELECT key, round(value::numeric, 9) FROM arms, LATERAL jsonb_each_text(to_jsonb(plg.compare(a, b, '280 days')));
-- turned around: differences change their sign, ratios are the inverse
SELECT round((x.difference + y.difference)::numeric, 12) AS difference, round((x.hazard_ratio * y.hazard_ratio)::numeric, 9) AS hazard_ratio, x.p_value = y.p_value AS p_value,
	round((x.rmst_difference_seconds + y.rmst_difference_seconds)::numeric, 6) AS rmst FROM arms, plg.compare(a, b, '280 days') x, plg.compare(b, a, '280 days') y;
-- against itself
SELECT difference, p_value, logrank_p_value, hazard_ratio, rmst_difference_seconds FROM arms, plg.compare(a, a, '280 days');
-- so far; beyond what is known; nobody mature
SELECT mature_a, converted_a, mature_b, converted_b, round(rmst_difference_seconds / 604800) AS rmst_weeks FROM arms, plg.compare(a, b, NULL);
SELECT mature_a, mature_b, rate_b, difference, round(logrank_p_value::numeric, 9) AS logrank, rmst_difference_seconds FROM arms, plg.compare(a, b, '2000 days');
SELECT plg.compare(a, NULL, '7 days') FROM arms;
SELECT plg.compare(NULL, b, '1 month') FROM arms;
SELECT plg.compare(a, b, '7 days', level => 0) FROM arms;
SELECT plg.compare(a, b, '7 days', tuning => -1) FROM arms;

-- an experiment, as of 20 January: a week after the 13th
CREATE TABLE exposures (user_id bigint, at timestamptz, variant text);
INSERT INTO exposures VALUES
	(1, '2026-01-05', 'old'), (1, '2026-01-07', 'old'),      -- seen again: changes nothing
	(2, '2026-01-05', 'old'), (3, '2026-01-06', 'old'), (4, '2026-01-15', 'old'),
	(5, '2026-01-05', 'new'), (6, '2026-01-05', 'new'), (7, '2026-01-13', 'new'), (8, '2026-01-19', 'new'),
	(9, '2026-01-05', 'new'), (9, '2026-01-06', 'old'),      -- in two
	(10, '2026-01-05', 'new'), (10, '2026-01-05', 'old'),    -- at one instant
	(11, '2026-01-05', 'old'), (11, '2026-01-21', 'new'),    -- the second only after as_of
	(12, '2026-01-21', 'new');                               -- no unit yet
CREATE TABLE events (user_id bigint, at timestamptz, event text);
INSERT INTO events VALUES
	(1, '2026-01-04', 'project'), (1, '2026-01-12', 'project'),      -- the first one came before; at 7 days sharp
	(2, '2026-01-12 00:00:01', 'project'),                           -- too late
	(3, '2026-01-06', 'project'),                                    -- at once
	(5, '2026-01-06', 'import'), (5, '2026-01-07', 'project'),
	(6, '2026-01-05 12:00', 'project'), (7, '2026-01-13 01:00', 'project'), (8, '2026-01-19 01:00', 'project'),
	(9, '2026-01-06', 'project'), (12, '2026-01-21', 'project'), (13, '2026-01-05', 'project');
CREATE TABLE values AS SELECT (SELECT plg.journeys(user_id, at, event) FROM events) AS j, (SELECT plg.journeys(user_id, at, variant) FROM exposures) AS e;
SELECT x.variant, x.exposed, x.mature, x.converted, x.rate, round(x.difference::numeric, 6) AS difference, x.in_several
FROM values, plg.experiment(j, e, 'project', '7 days', '2026-01-20', 'old') x;
SELECT key, round(value::numeric, 6) FROM values, plg.experiment(j, e, 'project', '7 days', '2026-01-20', 'old') x, LATERAL jsonb_each_text(to_jsonb(x) - 'variant') WHERE x.variant = 'new';
-- options
SELECT o.what, x.variant, x.exposed, x.mature, x.converted, x.in_several
FROM values, (VALUES
	(1, 'so far', 'project', NULL::interval, timestamptz '2026-01-20', 1, NULL::tstzrange),
	(2, 'project or import, twice', 'project|import', '7 days', '2026-01-20', 2, NULL),
	(3, 'entered on the 5th', 'project', '7 days', '2026-01-20', 1, '[2026-01-05,2026-01-06)'),
	(4, 'up to the last', 'project', '7 days', NULL, 1, NULL),
	(5, 'for ever', 'project', '7 days', 'infinity', 1, NULL),
	(6, 'nobody yet', 'project', '7 days', '2026-01-01', 1, NULL)) o (n, what, goal, within, as_of, min_count, entered),
	plg.experiment(j, e, o.goal, o.within, o.as_of, 'old', min_count => o.min_count, entered => o.entered) x
ORDER BY o.n, x.variant COLLATE "C" DESC;
-- as planned, or not; a variant that nobody came to
SELECT x.variant, x.exposed, round(x.srm_p_value::numeric, 6) AS srm FROM values, plg.experiment(j, e, 'project', '7 days', '2026-01-20', 'old', '{"new": 1, "old": 1}') x;
SELECT x.variant, x.exposed, x.rate, x.difference, round(x.srm_p_value::numeric, 6) AS srm FROM values, plg.experiment(j, e, 'project', '7 days', '2026-01-20', 'old', '{"new": 5, "old": 4, "newer": 0.5, "none": 0}') x;
SELECT x.* FROM values, plg.experiment(j, e, 'project', '7 days', '2026-01-20', 'old', '{"old": 1}') x;
SELECT x.* FROM values, plg.experiment(j, e, 'project', '7 days', '2026-01-20', 'old', '{"old": 1, "new": 0}') x;
SELECT x.* FROM values, plg.experiment(j, e, 'project', '7 days', '2026-01-20', 'older', '{"old": 1, "new": 1}') x;
SELECT x.* FROM values, plg.experiment(j, e, 'project', '7 days', '2026-01-20', 'old', '{"old": 0, "new": 1}') x;
SELECT x.* FROM values, plg.experiment(j, e, 'project', '7 days', '2026-01-20', 'old', '{"old": "half"}') x;
SELECT x.* FROM values, plg.experiment(j, e, 'project', '7 days', '2026-01-20', 'old', '{"old": -1}') x;
SELECT x.* FROM values, plg.experiment(j, e, 'project', '7 days', '2026-01-20', 'old', '{"old": 1e400}') x;
SELECT x.* FROM values, plg.experiment(j, e, 'project', '7 days', '2026-01-20', 'old', '[0.5, 0.5]') x;
-- one arm; nothing at all
SELECT x.variant, x.exposed, x.rate, x.difference, x.srm_p_value FROM values, plg.experiment(j, plg.only_events(e, '{old}'), 'project', '7 days', '2026-01-20', 'old') x;
SELECT count(x) FROM values, plg.experiment(NULL, e, 'project', '7 days', '2026-01-20', 'old') x;
SELECT count(x) FROM values, plg.experiment(j, NULL, 'project', '7 days', '2026-01-20', 'old') x;
-- refused
SELECT x.* FROM values, plg.experiment(NULL, e, NULL, '7 days', '2026-01-20', 'old') x;
SELECT x.* FROM values, plg.experiment(NULL, e, 'project', '7 days', '2026-01-20', NULL) x;
SELECT x.* FROM values, plg.experiment(NULL, e, 'project', '1 month', '2026-01-20', 'old') x;
SELECT x.* FROM values, plg.experiment(NULL, e, 'project', '7 days', '-infinity', 'old') x;
SELECT x.* FROM values, plg.experiment(NULL, e, 'project', '7 days', '2026-01-20', 'old', min_count => 0) x;
SELECT x.* FROM values, (SELECT plg.journeys(user_id::text, at, variant) AS e FROM exposures) t, plg.experiment(j, t.e, 'project', '7 days', '2026-01-20', 'old') x;

-- means: anything per unit
CREATE TABLE spent (user_id int, treated boolean, before float8, value float8);
INSERT INTO spent VALUES (1, false, 1, 2), (2, false, 2, 4), (3, false, 3, 3), (4, true, 1, 4), (5, true, 2, 5), (6, true, 3, 9);
SELECT key, round(value::numeric, 9) FROM (SELECT to_jsonb(plg.welch(value, treated)) AS w FROM spent) s, jsonb_each_text(w);
SELECT key, round(value::numeric, 9) FROM (SELECT to_jsonb(plg.cuped(value, before, treated)) AS w FROM spent) s, jsonb_each_text(w);
-- a NULL is no row; one arm, one unit, no spread, no rows
SELECT (plg.welch(v, t)).* FROM (VALUES (1, true), (NULL, true), (3, NULL), (2, true)) r (v, t);
SELECT (plg.welch(v, t)).* FROM (VALUES (1, true), (2, false)) r (v, t);
SELECT (plg.welch(v, t)).* FROM (VALUES (2, true), (2, true), (1, false), (1, false)) r (v, t);
SELECT (plg.cuped(v, 5, t)).* FROM (VALUES (1, true), (2, true), (1, false), (3, false)) r (v, t);
SELECT plg.welch(value, treated), plg.cuped(value, before, treated) FROM spent WHERE false;
SELECT plg.welch('NaN', treated) FROM spent;
SELECT plg.welch(1e200, treated) FROM spent;
SELECT plg.cuped(value, '-Infinity', treated) FROM spent;
SELECT plg.welch_final('\x00');
SELECT plg.welch_combine(plg.cuped_add(NULL, 1, 2, true), plg.cuped_add(NULL, 1, 2, true));
DROP TABLE aml, arms, exposures, events, values, spent;
-- Far from 0, and where what was before tells nearly all: the digits of the difference, not of the numbers.
SELECT difference::numeric(20, 12) AS difference, standard_error::numeric(20, 12) AS standard_error, t::numeric(20, 12) AS t
FROM (SELECT (plg.welch(1e15 + value, treated)).* FROM (VALUES (0, false), (0, false), (1, false), (0, true), (1, true), (1, true)) v (value, treated)) w;
WITH unit AS (
	SELECT n % 2 = 0 AS treated, n * 7919 % 1000 * before::float8 AS before, n * 31 % 97 + n * 7919 % 1000 * before::float8 AS value, before AS scale
	FROM generate_series(1, 1000) n, unnest('{1,1e3,1e6,1e9}'::float8[]) before)
SELECT c.scale, (c.cuped).standard_error::numeric(20, 10) AS standard_error, ((c.cuped).standard_error / d.standard_error - 1)::numeric(20, 10) AS of_the_definition
FROM (SELECT scale, plg.cuped(value, before, treated) AS cuped FROM unit GROUP BY scale) c
JOIN (SELECT scale, sqrt(sum(square / (n - 1) / n)) AS standard_error
	FROM (SELECT u.scale, u.treated, count(*) AS n, sum(adjusted ^ 2) - sum(adjusted) ^ 2 / count(*) AS square
		FROM (SELECT scale, treated, value::numeric - theta * (before::numeric - mean) AS adjusted
			FROM unit JOIN (SELECT scale, avg(before::numeric) AS mean,
				(sum(before::numeric * value::numeric) - sum(before::numeric) * sum(value::numeric) / count(*)) / (sum(before::numeric ^ 2) - sum(before::numeric) ^ 2 / count(*)) AS theta
				FROM unit GROUP BY scale) t USING (scale)) u GROUP BY 1, 2) a GROUP BY scale) d USING (scale) ORDER BY scale;
SELECT rate_high FROM plg.proportion(9223372036854775806, 9223372036854775807, 'clopper_pearson');
SELECT plg.srm('{5,100}', '{1e-200,1e200}') AS next_to_nothing_planned;
