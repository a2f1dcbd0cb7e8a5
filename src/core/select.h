/* Order statistics: exact percentiles without sorting everything. */
#ifndef PLG_SELECT_H
#define PLG_SELECT_H

#include "platform.h"

/*
 * The continuous percentile, as percentile_cont defines it, of values none of
 * which is negative and of so many zeros besides: between the values at the
 * ranks around p (count - 1).  Reorders the values; there is at least one.
 */
extern double percentile_of(int64 *values, int64 n, int64 zeros, double p);

#endif							/* PLG_SELECT_H */
