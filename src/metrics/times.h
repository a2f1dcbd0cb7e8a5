/* Durations, and their percentiles. */
#ifndef PLG_TIMES_H
#define PLG_TIMES_H

#include "compat.h"

typedef struct Times
{
	int64	   *us;
	int64		n;
	int64		capacity;
	int64		zeros;			/* besides these, for percentiles only */
} Times;

extern void times_add(Times *times, int64 us);
extern void times_sort(Times *times);

/*
 * In seconds, as percentile_cont, to the microsecond; of at least one.  It puts
 * the times into another order, unless they are sorted.
 */
extern double times_percentile(Times *times, double p);

#endif							/* PLG_TIMES_H */
