/* Periods of a cohort; see periods.h. */
#include "readers/shared/periods.h"

#include "catalog/pg_type.h"

#define MAX_PERIODS 10000

static bool
arg_rolling(FunctionCallInfo fcinfo, int argno)
{
	static const char *const modes[] = {"rolling", "calendar"};

	return arg_choice(fcinfo, argno, "mode", modes, lengthof(modes)) == 0;
}

/* Fills in which unit belongs to which period. */
static void
assign_units(Periods *periods)
{
	periods->of_unit = palloc(periods->units[periods->n] * sizeof(int32));
	for (int unit = 0; unit < periods->units[0]; unit++)
		periods->of_unit[unit] = -1;
	for (int period = 0; period < periods->n; period++)
	{
		for (int unit = periods->units[period]; unit < periods->units[period + 1]; unit++)
			periods->of_unit[unit] = period;
	}
}

int
arg_period_count(FunctionCallInfo fcinfo, int argno)
{
	int			n = arg_positive(fcinfo, argno, "periods");

	if (n > MAX_PERIODS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many periods: %d", n),
				 errhint("The limit is %d periods.", MAX_PERIODS)));
	return n;
}

void
arg_periods(FunctionCallInfo fcinfo, int unit_arg, int periods_arg,
			int mode_arg, int tz_arg, int origin_arg, Periods *periods)
{
	periods->calendar = arg_calendar(fcinfo, unit_arg, tz_arg, origin_arg);
	periods->n = arg_period_count(fcinfo, periods_arg);
	periods->rolling = arg_rolling(fcinfo, mode_arg) ? calendar_rolling(periods->calendar) : 0;
	if (periods->rolling > 0)
		periods->by_rolling = divisor_of(periods->rolling);

	periods->units = palloc((periods->n + 1) * sizeof(int32));
	for (int i = 0; i <= periods->n; i++)
		periods->units[i] = i;
	assign_units(periods);
}

void
arg_brackets(FunctionCallInfo fcinfo, int argno, Periods *periods)
{
	static const char *const hint =
		"Give the first unit of each bracket and the end of the last, for example '{0,1,3,7,14,30}'.";
	Datum	   *values;
	bool	   *nulls;
	int32	   *units;
	int			n = arg_array(fcinfo, argno, "brackets", INT4OID, hint, &values, &nulls);

	if (n < 0)
		return;
	if (n < 2)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"brackets\" must have at least two elements, not %d", n),
				 errhint("%s", hint)));
	units = palloc(n * sizeof(int32));
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("\"brackets\" must not contain nulls"),
					 errhint("%s", hint)));
		units[i] = DatumGetInt32(values[i]);
		if (units[i] < 0 || (i > 0 && units[i] <= units[i - 1]))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("\"brackets\" must ascend from 0 or more, but element %d is %d",
							i + 1, units[i]),
					 errhint("%s", hint)));
	}
	if (units[n - 1] > MAX_PERIODS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("bracket ends too late: %d", units[n - 1]),
				 errhint("The limit is %d units after the start.", MAX_PERIODS)));
	periods->n = n - 1;
	periods->units = units;
	assign_units(periods);
}

int
period_at(const Periods *periods, int32 cohort, TimestampTz started,
		  TimestampTz at, TimestampTz *until)
{
	int			period;
	int64		unit;

	if (periods->rolling > 0)
	{
		uint64		length;

		unit = (int64) (((uint64) at - (uint64) started) / (uint64) periods->rolling);
		if (unit >= periods->units[periods->n])
		{
			*until = DT_NOEND;
			return periods->n;
		}
		period = periods->of_unit[unit];
		length = (uint64) periods->units[period + 1] * (uint64) periods->rolling;
		*until = length < (uint64) DT_NOEND - (uint64) started ?
			started + (int64) length : DT_NOEND;
		return period;
	}

	/*
	 * Where the clock is put back across midnight a later time may have an
	 * earlier local date; it is not before the start for that.
	 */
	unit = (int64) calendar_find(periods->calendar, at, until) - cohort;
	if (unit >= periods->units[periods->n])
		return periods->n;
	return periods->of_unit[Max(unit, 0)];
}

/* Bit k for each time in the k-th unit after the start; later ones count as unit 63. */
static uint64
rolling_mask(Divisor length, TimestampTz started, const int64 *at, int64 n)
{
	uint64		mask = 0;

	for (int64 i = 0; i < n; i++)
	{
		int64		unit = quotient(at[i] - started, length);

		mask |= UINT64CONST(1) << Min(unit, MAX_MASK_UNITS);
	}
	return mask;
}

static uint64
calendar_mask(const Units *units, int32 cohort, const int64 *at, int64 n)
{
	int32		offset = units->first - cohort;
	uint64		mask = 0;

	if (units->even)
	{
		const EvenUnits even = units->even_units;

		for (int64 i = 0; i < n; i++)
			mask |= UINT64CONST(1) << Min(Max(even_unit(&even, at[i]) - cohort, 0), MAX_MASK_UNITS);
		return mask;
	}
	for (int64 i = 0; i < n; i++)
	{
		int32		unit = unit_of(units, at[i]) + offset;

		mask |= UINT64CONST(1) << Min(Max(unit, 0), MAX_MASK_UNITS);
	}
	return mask;
}

uint64
period_mask(const Periods *periods, const Units *units, int32 cohort,
			TimestampTz started, const int64 *at, int64 n)
{
	const int32 *first = periods->units;
	int			end = first[periods->n];
	uint64		mask;
	uint64		merged = 0;

	mask = periods->rolling > 0 ? rolling_mask(periods->by_rolling, started, at, n) :
		calendar_mask(units, cohort, at, n);
	mask &= (UINT64CONST(1) << end) - 1;
	if (end == periods->n)
		return mask;

	/* brackets: a period is the bits of its units */
	for (int period = 0; period < periods->n; period++)
	{
		uint64		bits = (UINT64CONST(1) << first[period + 1]) - (UINT64CONST(1) << first[period]);

		merged |= (uint64) ((mask & bits) != 0) << period;
	}
	return merged;
}

bool
period_is_over(const Periods *periods, int32 cohort, int period, TimestampTz as_of)
{
	int32		units = periods->units[period + 1];
	int64		length;

	if (as_of == DT_NOEND)
		return true;
	if (periods->rolling > 0)
		return !__builtin_mul_overflow(units, periods->rolling, &length) &&
			observed_for(as_of, calendar_end(periods->calendar, cohort), length);
	return calendar_end(periods->calendar, cohort + units - 1) <= as_of;
}
