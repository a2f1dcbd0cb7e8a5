/* Options of readers with a start; see observed.h. */
#include "readers/shared/observed.h"

#include "utils/rangetypes.h"
#include "utils/typcache.h"

/* Reads the range of starts; NULL and unbounded ends set no limit. */
static void
arg_entered(FunctionCallInfo fcinfo, int argno, Observed *observed)
{
	RangeType  *range;
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;

	observed->entered_from = DT_NOBEGIN;
	observed->entered_until = DT_NOEND;
	if (PG_ARGISNULL(argno))
		return;
	range = PG_GETARG_RANGE_P(argno);
	range_deserialize(lookup_type_cache(RangeTypeGetOid(range), TYPECACHE_RANGE_INFO),
					  range, &lower, &upper, &empty);
	if (empty)
		observed->entered_until = DT_NOBEGIN;
	else
	{
		if (!lower.infinite)
			observed->entered_from = DatumGetTimestampTz(lower.val);
		if (!lower.infinite && !lower.inclusive && observed->entered_from < DT_NOEND)
			observed->entered_from++;
		if (!upper.infinite)
			observed->entered_until = DatumGetTimestampTz(upper.val);
		if (!upper.infinite && upper.inclusive && observed->entered_until < DT_NOEND)
			observed->entered_until++;
	}
}

TimestampTz
arg_as_of(FunctionCallInfo fcinfo, int argno, const History *journeys)
{
	TimestampTz as_of;

	if (PG_ARGISNULL(argno))
		return journeys->last_at;
	as_of = PG_GETARG_TIMESTAMPTZ(argno);
	if (TIMESTAMP_IS_NOBEGIN(as_of))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"as_of\" must not be -infinity"),
				 errhint("Use the time up to which the data are complete, for example now().")));
	return as_of;
}

void
arg_observed(FunctionCallInfo fcinfo, int as_of_arg, int entered_arg,
		  const History *journeys, Observed *observed)
{
	arg_entered(fcinfo, entered_arg, observed);
	observed->as_of = arg_as_of(fcinfo, as_of_arg, journeys);
}
