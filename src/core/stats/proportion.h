/*
 * Confidence interval of a proportion: Wilson's score interval (E. B. Wilson,
 * "Probable inference, the law of succession, and statistical inference",
 * JASA 22, 1927), which keeps its level in small cohorts and for rare events,
 * where the textbook's p -/+ z sqrt(p (1 - p) / n) does not.
 */
#ifndef PLG_CORE_STATS_PROPORTION_H
#define PLG_CORE_STATS_PROPORTION_H

#include "core/base/platform.h"

extern double normal_quantile(double p);
extern double two_sided_z(double level);
extern bool wilson_interval(int64 k, int64 n, double level, double *low, double *high);

#endif							/* PLG_CORE_STATS_PROPORTION_H */
