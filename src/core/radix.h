/* Sorting of many durations, and of what goes with them. */
#ifndef PLG_RADIX_H
#define PLG_RADIX_H

#include "platform.h"

/* Ascending. */
extern void sort_int64(int64 *values, int64 n);

/* Pairs by one of their two halves, stable. */
extern void sort_pairs(int64 *pairs, int64 n, int half);

#endif							/* PLG_RADIX_H */
