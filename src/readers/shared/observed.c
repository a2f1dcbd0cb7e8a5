/* Options of readers with a start; see observed.h. */
#include "readers/shared/observed.h"

#include "journeys/journeys.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

/* Reads the range of starts; NULL and unbounded ends set no limit. */
static void
arg_entered(FunctionCallInfo fcinfo, int argno, Watch *watch)
{
	RangeType  *range;
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;

	watch->entered_from = DT_NOBEGIN;
	watch->entered_until = DT_NOEND;
	if (PG_ARGISNULL(argno))
		return;
	range = PG_GETARG_RANGE_P(argno);
	range_deserialize(lookup_type_cache(RangeTypeGetOid(range), TYPECACHE_RANGE_INFO),
					  range, &lower, &upper, &empty);
	if (empty)
		watch->entered_until = DT_NOBEGIN;
	else
	{
		if (!lower.infinite)
			watch->entered_from = DatumGetTimestampTz(lower.val);
		if (!lower.infinite && !lower.inclusive && watch->entered_from < DT_NOEND)
			watch->entered_from++;
		if (!upper.infinite)
			watch->entered_until = DatumGetTimestampTz(upper.val);
		if (!upper.infinite && upper.inclusive && watch->entered_until < DT_NOEND)
			watch->entered_until++;
	}
}

void
arg_watch(FunctionCallInfo fcinfo, int as_of_arg, int entered_arg, Watch *watch)
{
	arg_entered(fcinfo, entered_arg, watch);
	watch->as_of = arg_as_of(fcinfo, as_of_arg);
}

bool
arg_watched_journeys(FunctionCallInfo fcinfo, int argno, History *journeys, TimestampTz *as_of)
{
	if (PG_ARGISNULL(argno))
		return false;
	arg_journeys(fcinfo, argno, journeys);
	if (*as_of == AS_OF_MISSING)
		*as_of = journeys->last_at;
	return true;
}
