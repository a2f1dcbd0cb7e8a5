/*
 * Pearson's chi-square test of counts against the shares that were planned: K.
 * Pearson, "On the criterion ...", Philosophical Magazine 50, 1900.
 *
 * The p-value of n counts whose sum is above 0.  Where a weight is 0, the count
 * must be, too, and says nothing.  NaN if fewer than two are left.
 */
#ifndef PLG_CORE_STATS_GOODNESS_OF_FIT_H
#define PLG_CORE_STATS_GOODNESS_OF_FIT_H

#include "core/base/platform.h"

extern double goodness_of_fit_p(const int64 *counts, const double *weights, int n);

#endif							/* PLG_CORE_STATS_GOODNESS_OF_FIT_H */
