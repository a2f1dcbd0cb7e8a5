/*
 * Time to value: percentiles of the time to conversion.
 *
 * Three different questions go by the name of "median time to value", so they
 * are three functions: ttv, among those who convert within a time; ttv_of_all,
 * the time by which half of all entrants have converted; and ttv_observed,
 * among those seen to convert, which flatters a growing product because recent
 * entrants can only have been fast.  The first two allow for those who are
 * still on the way.
 */
#include "conversion/conversion.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "core/stats/proportion.h"
#include "utils/array.h"
#include "utils/builtins.h"

/* More than anybody has asked for, and still answered at once. */
#define MAX_SHARES 10000

/* A time as interval or as seconds. */
static Datum
time_datum(int64 us, bool seconds)
{
	if (seconds)
		return Float8GetDatum((double) us / USECS_PER_SEC);
	return IntervalPGetDatum(microseconds_interval(us));
}

/* The percentiles, which ascend, among those who convert within a time. */
static void
find_percentiles(const Entrants *entrants, int64 within, SurvivalQuantile *quantiles, int n)
{
	SurvivalPoint end = {.time = within};

	survival_at(survival_input(entrants), 0, &end, 1);
	if (end.known && end.rate > 0)
	{
		survival_quantiles_within(survival_input(entrants), within, end.rate, quantiles, n);
		return;
	}
	for (int i = 0; i < n; i++)
		quantiles[i].time = NOT_KNOWN;
}

/* The argument p; false if it is NULL. */
static bool
arg_share(FunctionCallInfo fcinfo, SurvivalQuantile *quantile)
{
	if (PG_ARGISNULL(1))
		return false;
	quantile->share = arg_fraction(PG_GETARG_FLOAT8(1), "p");
	return true;
}

static Datum
percentile(FunctionCallInfo fcinfo, bool seconds)
{
	SurvivalQuantile quantile;
	Entrants	entrants;
	int64		within;

	within = arg_within(fcinfo, 2);
	if (!arg_share(fcinfo, &quantile) || PG_ARGISNULL(0))
		PG_RETURN_NULL();
	arg_conversion(fcinfo, 0, &entrants);
	find_percentiles(&entrants, within, &quantile, 1);
	if (quantile.time == NOT_KNOWN)
		PG_RETURN_NULL();
	return time_datum(quantile.time, seconds);
}

PLG_CALLS(plg_ttv, percentile(fcinfo, false))
PLG_CALLS(plg_ttv_seconds, percentile(fcinfo, true))

static int
compare_shares(const void *a, const void *b)
{
	double		x = ((const SurvivalQuantile *) a)->share;
	double		y = ((const SurvivalQuantile *) b)->share;

	return x < y ? -1 : x > y;
}

static ArrayType *
times_array(Datum *values, bool *nulls, int ndim, int *dims, int *lower, bool seconds)
{
	return seconds ?
		construct_md_array(values, nulls, ndim, dims, lower,
						   FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE) :
		construct_md_array(values, nulls, ndim, dims, lower,
						   INTERVALOID, sizeof(Interval), false, TYPALIGN_DOUBLE);
}

/* Percentiles for an array of shares, in an array of the same shape. */
static Datum
percentiles(FunctionCallInfo fcinfo, bool seconds)
{
	SurvivalQuantile *quantiles;
	ArrayType  *shares;
	Entrants	entrants;
	int64		within;
	Datum	   *values;
	bool	   *nulls;
	int			n;
	int			asked = 0;

	within = arg_within(fcinfo, 2);
	if (PG_ARGISNULL(1))
		PG_RETURN_NULL();
	shares = PG_GETARG_ARRAYTYPE_P(1);
	n = ArrayGetNItems(ARR_NDIM(shares), ARR_DIMS(shares));
	if (n > MAX_SHARES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many shares in \"p\": %d, the limit is %d", n, MAX_SHARES),
				 errhint("Ask for fewer percentiles in one call.")));
	deconstruct_array(shares, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE,
					  &values, &nulls, &n);

	quantiles = palloc((n + 1) * sizeof(SurvivalQuantile));
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			continue;
		quantiles[asked].share = arg_fraction(DatumGetFloat8(values[i]), "p");
		quantiles[asked++].position = i;
	}
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	arg_conversion(fcinfo, 0, &entrants);
	qsort(quantiles, asked, sizeof(SurvivalQuantile), compare_shares);
	find_percentiles(&entrants, within, quantiles, asked);
	for (int i = 0; i < asked; i++)
	{
		int			position = quantiles[i].position;

		if (quantiles[i].time == NOT_KNOWN)
			nulls[position] = true;
		else
			values[position] = time_datum(quantiles[i].time, seconds);
	}
	PG_RETURN_ARRAYTYPE_P(times_array(values, nulls, ARR_NDIM(shares), ARR_DIMS(shares),
									  ARR_LBOUND(shares), seconds));
}

PLG_CALLS(plg_ttv_percentiles, percentiles(fcinfo, false))
PLG_CALLS(plg_ttv_percentiles_seconds, percentiles(fcinfo, true))

PLG_FUNCTION(plg_ttv_of_all);
Datum
plg_ttv_of_all(PG_FUNCTION_ARGS)
{
	SurvivalQuantile quantile;
	Entrants	entrants;

	if (!arg_share(fcinfo, &quantile) || PG_ARGISNULL(0))
		PG_RETURN_NULL();
	arg_conversion(fcinfo, 0, &entrants);
	survival_quantiles(survival_input(&entrants), 0, &quantile, 1);
	if (quantile.time == NOT_KNOWN)
		PG_RETURN_NULL();
	return time_datum(quantile.time, false);
}

PLG_FUNCTION(plg_ttv_of_all_ci);
Datum
plg_ttv_of_all_ci(PG_FUNCTION_ARGS)
{
	SurvivalQuantile quantile;
	Entrants	entrants;
	Datum		values[2] = {0};
	bool		nulls[2];
	int			dims = 2;
	int			lower = 1;
	double		level = arg_level(fcinfo, 2);

	if (!arg_share(fcinfo, &quantile) || PG_ARGISNULL(0))
		PG_RETURN_NULL();
	arg_conversion(fcinfo, 0, &entrants);
	survival_quantiles(survival_input(&entrants), two_sided_z(level), &quantile, 1);
	nulls[0] = quantile.low == NOT_KNOWN;
	nulls[1] = quantile.high == NOT_KNOWN;
	if (!nulls[0])
		values[0] = time_datum(quantile.low, false);
	if (!nulls[1])
		values[1] = time_datum(quantile.high, false);
	PG_RETURN_ARRAYTYPE_P(times_array(values, nulls, 1, &dims, &lower, false));
}

/* The n-th smallest time to conversion, from 0, and the one after it. */
static void
nth_conversion(const Entrants *entrants, int64 n, int64 *nth, int64 *after)
{
	SurvivalInput *input = survival_input(entrants);

	*nth = *after = NOT_KNOWN;
	for (int64 i = 0; i <= n + 1; i++)
	{
		TimeStream *earlier = NULL;

		for (int j = 0; j < (int) lengthof(input->events); j++)
		{
			TimeStream *s = input->events[j];

			if (s != NULL && (s->next < s->n || (s->refill != NULL && s->refill(s))) &&
				(earlier == NULL || s->times[s->next] < earlier->times[earlier->next]))
				earlier = s;
		}
		if (earlier == NULL)
			break;
		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		*nth = *after;
		*after = earlier->times[earlier->next++];
		if (i == n)
			*nth = *after;
	}
}

/*
 * Between two times as percentile_cont(interval) does it, with the same
 * functions, so that the two agree to the microsecond.
 */
static int64
interpolate(int64 low, int64 high, double part)
{
	Datum		from = time_datum(low, false);
	Datum		difference = DirectFunctionCall2(interval_mi, time_datum(high, false), from);
	Datum		scaled = DirectFunctionCall2(interval_mul, difference, Float8GetDatum(part));
	Interval   *sum = DatumGetIntervalP(DirectFunctionCall2(interval_pl, scaled, from));

	return interval_microseconds(NULL, sum, "time to value", ANY_LENGTH);
}

PLG_FUNCTION(plg_ttv_observed);
Datum
plg_ttv_observed(PG_FUNCTION_ARGS)
{
	SurvivalQuantile quantile;
	Entrants	entrants;
	double		place;
	double		row;
	int64		low;
	int64		high;

	if (!arg_share(fcinfo, &quantile) || PG_ARGISNULL(0))
		PG_RETURN_NULL();
	arg_conversion(fcinfo, 0, &entrants);
	if (entrants_converted(&entrants) == 0)
		PG_RETURN_NULL();
	place = quantile.share * (double) (entrants_converted(&entrants) - 1);
	row = floor(place);
	nth_conversion(&entrants, (int64) row, &low, &high);
	return time_datum(place == row ? low : interpolate(low, high, place - row), false);
}
