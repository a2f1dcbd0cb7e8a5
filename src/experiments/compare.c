/*
 * compare: two conversions, as the arms of an experiment or as any two groups.
 *
 * Rates count who is mature, as everywhere.  The time to conversion is compared
 * by everybody, for as long as each was watched: log-rank test, hazard ratio,
 * and the mean time spent waiting within the first so long.
 */
#include "experiments/compare.h"

#include "conversion/conversion.h"
#include "core/stats/two_arms.h"

/* The arguments. */
enum
{
	A, B, WITHIN, LEVEL, TUNING
};

#define COMPARISON_COLUMNS 15

Certainty
arg_certainty(FunctionCallInfo fcinfo, int level_arg, int tuning_arg)
{
	Certainty	certainty;

	certainty.level = arg_level(fcinfo, level_arg);
	certainty.tuning = arg_positive(fcinfo, tuning_arg, "tuning");
	return certainty;
}

void
put_difference(ResultRow *row, const ProportionDifference *d)
{
	put_known(row, d->difference);
	put_known(row, d->low);
	put_known(row, d->high);
	put_known(row, d->lift);
	put_known(row, d->lift_low);
	put_known(row, d->lift_high);
	put_known(row, d->p_value);
	put_known(row, d->always_low);
	put_known(row, d->always_high);
	put_known(row, d->always_p_value);
}

/* Without a limit, up to where both curves are known. */
static double
restricted_mean_difference(const Arm *a, const Arm *b, int64 within)
{
	double		mean_a;
	double		mean_b;

	if (within == WITHIN_UNLIMITED)
		within = Min(survival_end(a->times(a)), survival_end(b->times(b)));
	if (!survival_restricted_mean(a->times(a), within, &mean_a) || !survival_restricted_mean(b->times(b), within, &mean_b))
		return NAN;
	return (mean_b - mean_a) / USECS_PER_SEC;
}

void
put_comparison(ResultRow *row, const Arm *a, const Arm *b, int64 within, Certainty certainty)
{
	ProportionDifference difference;
	TwoArms		times;

	if (a == b)
	{
		for (int i = 0; i < COMPARISON_COLUMNS; i++)
			put_null(row);
		return;
	}
	difference = proportion_difference(a->converted, a->mature, b->converted, b->mature, certainty.level, certainty.tuning);
	put_difference(row, &difference);
	times = compare_arms(a->times(a), b->times(b), certainty.level);
	put_known(row, times.logrank_p_value);
	put_known(row, times.hazard_ratio);
	put_known(row, times.hazard_low);
	put_known(row, times.hazard_high);
	put_known(row, restricted_mean_difference(a, b, within));
}

/* An arm that is a conversion. */
typedef struct ConversionArm
{
	Arm			arm;
	Entrants	entrants;
} ConversionArm;

static SurvivalInput *
conversion_times(const Arm *arm)
{
	return survival_input(&((const ConversionArm *) arm)->entrants);
}

static void
arg_arm(FunctionCallInfo fcinfo, int argno, int64 within, ConversionArm *arm)
{
	EntrantCounts counts;

	arg_conversion(fcinfo, argno, &arm->entrants);
	counts = count_entrants(&arm->entrants, within);
	arm->arm = (Arm) {counts.entered, counts.mature, counts.mature_converted, conversion_times};
}

static void
put_arm(ResultRow *row, const Arm *arm)
{
	put_number(row, arm->entered);
	put_number(row, arm->mature);
	put_number(row, arm->converted);
	put_float_if(row, arm->mature > 0, (double) arm->converted / (double) arm->mature);
}

PLG_FUNCTION(plg_compare);
Datum
plg_compare(PG_FUNCTION_ARGS)
{
	int64		within = arg_within(fcinfo, WITHIN);
	Certainty	certainty = arg_certainty(fcinfo, LEVEL, TUNING);
	ConversionArm a;
	ConversionArm b;
	ResultRow	row = {0};

	if (PG_ARGISNULL(A) || PG_ARGISNULL(B))
		PG_RETURN_NULL();
	arg_arm(fcinfo, A, within, &a);
	arg_arm(fcinfo, B, within, &b);
	put_arm(&row, &a.arm);
	put_arm(&row, &b.arm);
	put_comparison(&row, &a.arm, &b.arm, within, certainty);
	return single_row(fcinfo, &row);
}
