-- Two conversions against each other.

CREATE FUNCTION plg.compare(a plg.conversion, b plg.conversion, within interval,
	level float8 DEFAULT 0.95, tuning int DEFAULT 5000,
	OUT entered_a bigint, OUT mature_a bigint, OUT converted_a bigint, OUT rate_a float8,
	OUT entered_b bigint, OUT mature_b bigint, OUT converted_b bigint, OUT rate_b float8,
	OUT difference float8, OUT difference_low float8, OUT difference_high float8,
	OUT lift float8, OUT lift_low float8, OUT lift_high float8, OUT p_value float8,
	OUT always_low float8, OUT always_high float8, OUT always_p_value float8,
	OUT logrank_p_value float8, OUT hazard_ratio float8, OUT hazard_low float8, OUT hazard_high float8,
	OUT rmst_difference_seconds float8)
	{READER}, 'plg_compare';
--@ is conversion b, the treatment, against a, the control; differences are b - a, lifts b / a - 1. Of those watched for within (NULL: so far): rates, their difference (interval: Newcombe 1998), lift (Katz et al. 1978), p_value (two proportions, pooled), and what may be looked at again and again: always_* (confidence sequence of Waudby-Smith et al. 2024, tightest at tuning mature entrants). Of everybody, for as long as watched: log-rank test (Mantel 1966), hazard ratio of converting (Cox 1972, ties by Efron; Wald interval), above 1: b converts faster; and the difference in mean time not yet converted of the first within, in seconds, below 0: b converts faster. NULL: not known
