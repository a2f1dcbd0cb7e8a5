-- Means per unit, of two arms.

CREATE TYPE plg.mean_difference AS (
	n_a bigint, n_b bigint, mean_a float8, mean_b float8,
	difference float8, difference_low float8, difference_high float8, lift float8,
	standard_error float8, t float8, degrees float8, p_value float8
);
COMMENT ON TYPE plg.mean_difference IS 'what the aggregate welch gives: units, means, their difference (b, treated, less a) with its 95 % interval, lift b / a - 1, and the test';
CREATE TYPE plg.cuped_difference AS (
	n_a bigint, n_b bigint, mean_a float8, mean_b float8,
	difference float8, difference_low float8, difference_high float8, lift float8,
	standard_error float8, t float8, degrees float8, p_value float8,
	theta float8, variance_reduction float8
);
COMMENT ON TYPE plg.cuped_difference IS 'what the aggregate cuped gives: the columns of mean_difference for adjusted means, the slope theta of value over before, and the share of the variance of value that it takes away';

CREATE FUNCTION plg.welch_add(bytea, value float8, treated boolean) RETURNS bytea {ADD}, 'plg_welch_add';
--@ is support of the aggregate welch
CREATE FUNCTION plg.welch_combine(bytea, bytea) RETURNS bytea {ESTIMATE}, 'plg_welch_combine';
--@ is support of the aggregate welch
CREATE FUNCTION plg.welch_final(bytea) RETURNS plg.mean_difference {FINAL}, 'plg_welch_final';
--@ is support of the aggregate welch
CREATE AGGREGATE plg.welch(value float8, treated boolean) (
	SFUNC = plg.welch_add, STYPE = bytea, SSPACE = 2240, FINALFUNC = plg.welch_final, COMBINEFUNC = plg.welch_combine, {AGGREGATE}
);
--@ is difference of the means of value, a row a unit, between treated (b) and not treated (a), as (plg.welch(...)).*, with its 95 % interval and p-value: Welch's t test (1947). The same to the last bit in whatever order rows come. A row with a NULL is ignored: give coalesce(value, 0) where no row means nothing; infinite and NaN: an error. NULL: not known

CREATE FUNCTION plg.cuped_add(bytea, value float8, before float8, treated boolean) RETURNS bytea {ADD}, 'plg_cuped_add';
--@ is support of the aggregate cuped
CREATE FUNCTION plg.cuped_combine(bytea, bytea) RETURNS bytea {ESTIMATE}, 'plg_cuped_combine';
--@ is support of the aggregate cuped
CREATE FUNCTION plg.cuped_final(bytea) RETURNS plg.cuped_difference {FINAL}, 'plg_cuped_final';
--@ is support of the aggregate cuped
CREATE AGGREGATE plg.cuped(value float8, before float8, treated boolean) (
	SFUNC = plg.cuped_add, STYPE = bytea, SSPACE = 5504, FINALFUNC = plg.cuped_final, COMBINEFUNC = plg.cuped_combine, {AGGREGATE}
);
--@ is welch of what before does not foretell: value - theta (before - its mean), theta = cov(before, value) / var(before) of all units (CUPED: Deng, Xu, Kohavi and Walker 2013). before must have been measured before the unit was exposed. Rows as in welch
