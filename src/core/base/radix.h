/* Sorting of many durations, and of what goes with them. */
#ifndef PLG_CORE_BASE_RADIX_H
#define PLG_CORE_BASE_RADIX_H

#include "core/base/platform.h"

/* Ascending. */
extern void sort_int64(int64 *values, int64 n);

/* Parts of values, ascending. */
#define FAR_DIGIT 8				/* few enough places to write to at a time */

typedef struct Parts
{
	int64		min;
	int			shift;			/* of a value, less the smallest, to its part */
	int64		ends[1 << FAR_DIGIT];
} Parts;

/* At least one value, by its highest digit alone; they stay where they are. */
extern void split_by_high_digit(const int64 *values, int64 n, int64 *dealt, Parts *parts);

static inline int
part_of(const Parts *parts, int64 value)
{
	if (value <= parts->min)
		return 0;
	return (int) Min(((uint64) value - (uint64) parts->min) >> parts->shift, (1 << FAR_DIGIT) - 1);
}

/* Pairs by one of their two halves, stable. */
extern void sort_pairs(int64 *pairs, int64 n, int half);

#endif							/* PLG_CORE_BASE_RADIX_H */
