-- Proportions of counts.

CREATE FUNCTION plg.proportion(k bigint, n bigint, method text DEFAULT 'wilson', level float8 DEFAULT 0.95,
	OUT rate float8, OUT rate_low float8, OUT rate_high float8)
	{ESTIMATE}, 'plg_proportion';
--@ is k of n with its confidence interval: wilson (1927), right on average; clopper_pearson (1934), never too narrow; jeffreys, Bayesian. NULL for n = 0; an error unless k is from 0 to n

CREATE FUNCTION plg.proportion_difference(k_a bigint, n_a bigint, k_b bigint, n_b bigint,
	level float8 DEFAULT 0.95, tuning int DEFAULT 5000,
	OUT difference float8, OUT difference_low float8, OUT difference_high float8,
	OUT lift float8, OUT lift_low float8, OUT lift_high float8, OUT p_value float8,
	OUT always_low float8, OUT always_high float8, OUT always_p_value float8)
	{ESTIMATE}, 'plg_proportion_difference';
--@ is k_b of n_b, the treatment, against k_a of n_a, the control: difference b - a (interval: Newcombe 1998), lift b / a - 1 (Katz et al. 1978), p_value (two proportions, pooled), and what may be looked at again and again: always_* (confidence sequence of Waudby-Smith et al. 2024, tightest when both arms together have tuning units). NULL: not known; an error unless each k is from 0 to its n

CREATE FUNCTION plg.sample_size(rate float8, lift float8, power float8 DEFAULT 0.8, level float8 DEFAULT 0.95)
	RETURNS bigint {SCALAR}, 'plg_sample_size';
--@ is units that each of two arms needs, so that a true relative lift of the rate is found with that power by the two-sided test of the level (Fleiss, Levin and Paik 2003); lift 0.2 leads from 0.1 to 0.12
