/*
 * The time from one instant to a later one.  The first and the last timestamp
 * are 299,000 years apart, an int64 of microseconds ends at 292,000: beyond
 * that it stays at its end, which no limit reaches.  For comparisons: what is told
 * or kept is conversion.h's time_between, which is an error there.
 */
#ifndef PLG_CORE_BASE_ELAPSED_H
#define PLG_CORE_BASE_ELAPSED_H

#include "core/base/platform.h"

/* 0 if the other is not later. */
static inline int64
elapsed(int64 from, int64 to)
{
	uint64		us = (uint64) to - (uint64) from;

	if (to <= from)
		return 0;
	return us > (uint64) PG_INT64_MAX ? PG_INT64_MAX : (int64) us;
}

/* The last instant that is no more than so much later. */
static inline int64
later_by(int64 from, int64 us)
{
	return from > 0 && us > PG_INT64_MAX - from ? PG_INT64_MAX : from + us;
}

#endif							/* PLG_CORE_BASE_ELAPSED_H */
