/* Order statistics: exact ranks and percentiles without sorting everything. */
#ifndef PLG_CORE_BASE_SELECT_H
#define PLG_CORE_BASE_SELECT_H

#include "core/base/platform.h"

/* The value of a rank from 0 to n - 1, and unless NULL the one behind it, if there is one. */
extern int64 nth_smallest(const int64 *values, int64 n, int64 rank, int64 *next);

/*
 * The continuous percentile, as percentile_cont defines it, of values none of
 * which is negative and of so many zeros besides: between the values at the
 * ranks around p (count - 1).  There is at least one.
 */
extern double percentile_of(const int64 *values, int64 n, int64 zeros, double p);

#endif							/* PLG_CORE_BASE_SELECT_H */
