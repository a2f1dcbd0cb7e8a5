/* Options of readers with a start; see observed.h. */
#include "readers/shared/observed.h"

#include "journeys/journeys.h"
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

void
arg_observed(FunctionCallInfo fcinfo, int as_of_arg, int entered_arg, Observed *observed)
{
	arg_entered(fcinfo, entered_arg, observed);
	observed->as_of = arg_as_of(fcinfo, as_of_arg);
}

bool
arg_observed_journeys(FunctionCallInfo fcinfo, int argno, History *journeys, TimestampTz *as_of)
{
	if (PG_ARGISNULL(argno))
		return false;
	arg_journeys(fcinfo, argno, journeys);
	if (*as_of == AS_OF_MISSING)
		*as_of = journeys->last_at;
	return true;
}
