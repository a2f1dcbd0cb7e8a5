/* Counts in, proportions and their differences out: for tables that hold counts. */
#include "experiments/compare.h"

#include "core/stats/proportion.h"
#include "core/stats/sample_size.h"

/* False if either count is NULL. */
static bool
arg_counts(FunctionCallInfo fcinfo, int k_arg, const char *k_name, const char *n_name, int64 *k, int64 *n)
{
	if (PG_ARGISNULL(k_arg) || PG_ARGISNULL(k_arg + 1))
		return false;
	*k = PG_GETARG_INT64(k_arg);
	*n = PG_GETARG_INT64(k_arg + 1);
	if (*k < 0 || *k > *n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" must be from 0 to \"%s\", not " INT64_FORMAT " of " INT64_FORMAT, k_name, n_name, *k, *n),
				 errhint("Give how many met the goal, then of how many.")));
	return true;
}

PLG_FUNCTION(plg_proportion);
Datum
plg_proportion(PG_FUNCTION_ARGS)
{
	enum {K, N, METHOD, LEVEL};
	static const char *const methods[] = {"wilson", "clopper_pearson", "jeffreys"};

	ProportionMethod method = (ProportionMethod) arg_choice(fcinfo, METHOD, "method", methods, lengthof(methods));
	double		level = arg_level(fcinfo, LEVEL);
	ResultRow	row = {0};
	double		low;
	double		high;
	int64		k;
	int64		n;
	bool		known;

	if (!arg_counts(fcinfo, K, "k", "n", &k, &n))
		PG_RETURN_NULL();
	known = proportion_interval(k, n, method, level, &low, &high);
	put_float_if(&row, known, (double) k / (double) n);
	put_float_if(&row, known, low);
	put_float_if(&row, known, high);
	return single_row(fcinfo, &row);
}

PLG_FUNCTION(plg_proportion_difference);
Datum
plg_proportion_difference(PG_FUNCTION_ARGS)
{
	enum {K_A, N_A, K_B, N_B, LEVEL, TUNING};

	Certainty	certainty = arg_certainty(fcinfo, LEVEL, TUNING);
	ProportionDifference difference;
	ResultRow	row = {0};
	int64		k_a;
	int64		n_a;
	int64		k_b;
	int64		n_b;

	if (!arg_counts(fcinfo, K_A, "k_a", "n_a", &k_a, &n_a) || !arg_counts(fcinfo, K_B, "k_b", "n_b", &k_b, &n_b))
		PG_RETURN_NULL();
	difference = proportion_difference(k_a, n_a, k_b, n_b, certainty.level, certainty.tuning);
	put_difference(&row, &difference);
	return single_row(fcinfo, &row);
}

PLG_FUNCTION(plg_sample_size);
Datum
plg_sample_size(PG_FUNCTION_ARGS)
{
	enum {RATE, LIFT, POWER, LEVEL};

	double		level = arg_level(fcinfo, LEVEL);
	double		power;
	double		rate;
	double		other;
	double		n;

	if (PG_ARGISNULL(RATE) || PG_ARGISNULL(LIFT) || PG_ARGISNULL(POWER))
		PG_RETURN_NULL();
	power = PG_GETARG_FLOAT8(POWER);
	rate = PG_GETARG_FLOAT8(RATE);
	other = rate * (1 + PG_GETARG_FLOAT8(LIFT));
	if (!(power > 0 && power < 1))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("\"power\" must lie between 0 and 1, not %g", power),
				 errhint("It is the chance that the lift is found if there is one, for example 0.8.")));
	if (!(rate > 0 && rate < 1))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("\"rate\" must lie between 0 and 1, not %g", rate),
				 errhint("It is the share that converts without the change, for example 0.1.")));
	if (!(other >= 0 && other <= 1) || other == rate)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("a \"lift\" of %g leads from a rate of %g to %g", PG_GETARG_FLOAT8(LIFT), rate, other),
				 errhint("The lift is relative: 0.2 leads from 0.1 to 0.12.")));
	n = sample_size(rate, other, power, level);
	if (!(n < 9.2e18))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("a sample of %g an arm is no bigint", n),
				 errhint("Look for a larger lift.")));
	PG_RETURN_INT64((int64) n);
}
