/* Sums that need no ledger: prices by the month, LTV, payback, compounding. */
#include "pg/compat.h"

#include <math.h>

#include "pg/args.h"
#include "pg/calendar.h"
#include "ledger/money.h"
#include "utils/datetime.h"
#include "utils/float.h"
#include "utils/numeric.h"
#include "utils/fmgrprotos.h"

/* A month has this many of a unit: numerator / denominator. */
static const struct
{
	int			numerator;
	int			denominator;
}			per_month[] = {
	[UNIT_DAY] = {365, 12}, [UNIT_WEEK] = {52, 12}, [UNIT_MONTH] = {1, 1},
	[UNIT_QUARTER] = {1, 3}, [UNIT_YEAR] = {1, 12}
};

static Datum
arg_finite(FunctionCallInfo fcinfo, int argno, const char *argument)
{
	Numeric		value = PG_GETARG_NUMERIC(argno);

	if (numeric_is_nan(value) || numeric_is_inf(value))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("\"%s\" must be a finite number", argument),
				 errhint("Repair such rows, or leave them out.")));
	return NumericGetDatum(value);
}

/* monthly(amount numeric, unit text, n int, quantity numeric) */
PLG_FUNCTION(plg_monthly);
Datum
plg_monthly(PG_FUNCTION_ARGS)
{
	CalendarUnit unit = calendar_unit(arg_name(fcinfo, 1, "unit"));
	int			n = arg_positive(fcinfo, 2, "n");
	Datum		total = DirectFunctionCall2(numeric_mul, arg_finite(fcinfo, 0, "amount"),
											arg_finite(fcinfo, 3, "quantity"));

	return numeric_fraction(total, per_month[unit].numerator, (int64) per_month[unit].denominator * n);
}

/* How many whole months lead from one day to another, also where the month of one is too short for the other's day; or 0. */
static int
whole_months(DateADT from, DateADT to)
{
	int			y[2];
	int			m[2];
	int			d[2];
	int			months;

	j2date(from + POSTGRES_EPOCH_JDATE, &y[0], &m[0], &d[0]);
	j2date(to + POSTGRES_EPOCH_JDATE, &y[1], &m[1], &d[1]);
	months = (y[1] - y[0]) * 12 + m[1] - m[0];
	for (int i = 0; i < 2; i++)
	{
		int			last = day_tab[isleap(y[i])][m[i] - 1];

		if (d[i] == d[1 - i] || (d[i] == last && d[1 - i] > last))
			return months;
	}
	return 0;
}

/* monthly_between(amount numeric, from date, to date) */
PLG_FUNCTION(plg_monthly_between);
Datum
plg_monthly_between(PG_FUNCTION_ARGS)
{
	Datum		amount = arg_finite(fcinfo, 0, "amount");
	DateADT		from = arg_date(fcinfo, 1, "from");
	DateADT		to = arg_date(fcinfo, 2, "to");
	int			months;

	if (DATE_NOT_FINITE(from) || DATE_NOT_FINITE(to))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("an amount from %s to %s is for no number of months", describe_date(from), describe_date(to)),
				 errhint("Give the days between which the amount pays.")));
	if (to <= from)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"to\" %s is not after \"from\" %s", describe_date(to), describe_date(from)),
				 errhint("\"to\" is the first day that is not paid for; of an inclusive end add a day.")));
	months = whole_months(from, to);
	if (months > 0)
		return numeric_fraction(amount, 1, months);
	return numeric_fraction(amount, per_month[UNIT_DAY].numerator,
							(int64) per_month[UNIT_DAY].denominator * ((int64) to - from));
}

static double
arg_nonnegative(double value, const char *argument)
{
	if (!(value >= 0) || isinf(value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" must be a finite number that is not negative, not %g", argument, value),
				 errhint("Repair it, or leave the row out.")));
	return value;
}

static double
arg_amount(FunctionCallInfo fcinfo, int argno, const char *argument)
{
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8, arg_finite(fcinfo, argno, argument)));
}

/* ltv(arpa numeric, gross_margin float8, churn float8) */
PLG_FUNCTION(plg_ltv);
Datum
plg_ltv(PG_FUNCTION_ARGS)
{
	double		arpa = arg_amount(fcinfo, 0, "arpa");
	double		margin = arg_fraction(PG_GETARG_FLOAT8(1), "gross_margin");
	double		churn = arg_fraction(PG_GETARG_FLOAT8(2), "churn");

	if (churn == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(float8_div(float8_mul(arpa, margin), churn));
}

/* payback(cac numeric, arpa numeric, gross_margin float8) */
PLG_FUNCTION(plg_payback);
Datum
plg_payback(PG_FUNCTION_ARGS)
{
	double		cac = arg_nonnegative(arg_amount(fcinfo, 0, "cac"), "cac");
	double		gain = float8_mul(arg_amount(fcinfo, 1, "arpa"),
								  arg_fraction(PG_GETARG_FLOAT8(2), "gross_margin"));

	if (gain <= 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(float8_div(cac, gain));
}

/* compound(rate float8, periods float8) */
PLG_FUNCTION(plg_compound);
Datum
plg_compound(PG_FUNCTION_ARGS)
{
	double		rate = arg_nonnegative(PG_GETARG_FLOAT8(0), "rate");
	double		periods = arg_nonnegative(PG_GETARG_FLOAT8(1), "periods");

	/* PostgreSQL's own power refuses what is too large or too small for a float8 */
	return DirectFunctionCall2(dpow, Float8GetDatum(rate), Float8GetDatum(periods));
}
