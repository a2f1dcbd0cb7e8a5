/* Durations, and their percentiles. */
#ifndef PLG_READERS_SHARED_DURATIONS_H
#define PLG_READERS_SHARED_DURATIONS_H

#include "conversion/conversion.h"
#include "pg/result.h"

typedef struct Durations
{
	int64	   *us;
	int64		n;
	int64		capacity;
	int64		zeros;			/* besides these, for percentiles only */
} Durations;

extern void durations_grow(Durations *times);

static inline void
durations_add(Durations *times, int64 us)
{
	if (unlikely(times->n == times->capacity))
		durations_grow(times);
	times->us[times->n++] = us;
}

/* In seconds, as percentile_cont, to the microsecond; NULL of none. */
extern void put_percentile(ResultRow *row, const Durations *times, double p);

#endif							/* PLG_READERS_SHARED_DURATIONS_H */
