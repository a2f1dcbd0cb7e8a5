/*
 * When we looked: as_of, and the range of starts that count.  Options common
 * to all readers with a start.
 */
#ifndef PLG_READERS_SHARED_OBSERVED_H
#define PLG_READERS_SHARED_OBSERVED_H

#include "pg/args.h"
#include "core/base/ascending.h"
#include "core/history/cursor.h"

typedef struct Observed
{
	TimestampTz as_of;			/* DT_NOEND: everybody was watched for ever */
	TimestampTz entered_from;
	TimestampTz entered_until;	/* exclusive */
} Observed;

/*
 * The arguments as_of and entered.  Like all options they are read before the
 * journeys, so that what is wrong with them does not depend on a value's being
 * there.
 */
extern void arg_observed(FunctionCallInfo fcinfo, int as_of_arg, int entered_arg, Observed *observed);

/*
 * Opens the journeys in an argument; false if it is NULL.  A missing as_of is
 * the last instant in the value.
 */
extern bool arg_observed_journeys(FunctionCallInfo fcinfo, int argno, History *journeys, TimestampTz *as_of);

/* Whether somebody of that start is an entrant. */
static inline bool
entered_in_time(const Observed *observed, TimestampTz started)
{
	return started <= observed->as_of &&
		started >= observed->entered_from && started < observed->entered_until;
}

/* Whether an entrant of that start has been watched for a duration. */
static inline bool
observed_for(TimestampTz as_of, TimestampTz started, int64 duration)
{
	return as_of == DT_NOEND || duration == WITHIN_UNLIMITED ||
		(started <= as_of && (uint64) as_of - (uint64) started >= (uint64) duration);
}

/* How many of n ascending times are no later than as_of. */
static inline int64
rows_observed(const int64 *at, int64 n, TimestampTz as_of)
{
	if (n == 0 || at[n - 1] <= as_of)
		return n;
	return lower_bound_time(at, 0, n, as_of + 1);
}

#endif							/* PLG_READERS_SHARED_OBSERVED_H */
