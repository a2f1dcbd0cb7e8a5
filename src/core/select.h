/* Order statistics: exact percentiles without sorting everything. */
#ifndef PLG_SELECT_H
#define PLG_SELECT_H

#include "platform.h"

/*
 * The continuous percentile, as percentile_cont defines it: between the values
 * at the ranks around p (n - 1).  Reorders the values; n is at least 1.
 */
extern double percentile_of(int64 *values, int64 n, double p);

#endif							/* PLG_SELECT_H */
