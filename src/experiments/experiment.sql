-- Experiments: journeys by what each entity was exposed to.

CREATE FUNCTION plg.experiment(j plg.journeys, exposures plg.journeys, goal text, within interval, as_of timestamptz, control text,
	weights jsonb DEFAULT NULL, level float8 DEFAULT 0.95, min_count int DEFAULT 1, entered tstzrange DEFAULT NULL, tuning int DEFAULT 5000)
	RETURNS TABLE (variant text, exposed bigint, mature bigint, converted bigint, rate float8, rate_low float8, rate_high float8,
		difference float8, difference_low float8, difference_high float8, lift float8, lift_low float8, lift_high float8, p_value float8,
		always_low float8, always_high float8, always_p_value float8,
		logrank_p_value float8, hazard_ratio float8, hazard_low float8, hazard_high float8, rmst_difference_seconds float8,
		srm_p_value float8, in_several bigint) ROWS 3 {READER}, 'plg_experiment';
--@ is a row for each variant, the control first, with the columns of compare against the control. exposures: (entity, time, variant); an entity starts with its first exposure, and its goal is the first goal event of j at or after that. exposed: entities of this variant alone; those of several are left out and counted in_several, for all variants. srm_p_value: whether they came to the variants as planned by weights, {"control": 0.5, ...} (NULL: equal), Pearson's chi-square; an alarm below 0.001. within NULL: so far; as_of NULL: the last instant in either value; entered: only first exposures in this range; min_count: the goal is met at its n-th time. NULL: not known yet
