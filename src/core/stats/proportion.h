/*
 * Confidence intervals of a proportion, k of n.
 *
 * Wilson's score interval (E. B. Wilson, "Probable inference, the law of
 * succession, and statistical inference", JASA 22, 1927) keeps its level on
 * average, in small cohorts and for rare events, too, where the textbook's
 * p -/+ z sqrt(p (1 - p) / n) does not.
 *
 * That of C. J. Clopper and E. S. Pearson ("The use of confidence or fiducial
 * limits illustrated in the case of the binomial", Biometrika 26, 1934) keeps at
 * least its level always, and is wider.  H. Jeffreys' is the middle of the
 * posterior Beta(k + 1/2, n - k + 1/2), with the ends 0 and 1 at k = 0 and k = n
 * (L. D. Brown, T. T. Cai and A. DasGupta, "Interval estimation for a binomial
 * proportion", Statistical Science 16, 2001).
 */
#ifndef PLG_CORE_STATS_PROPORTION_H
#define PLG_CORE_STATS_PROPORTION_H

#include "core/stats/distribution.h"

typedef enum ProportionMethod
{
	PROPORTION_WILSON,
	PROPORTION_CLOPPER_PEARSON,
	PROPORTION_JEFFREYS
} ProportionMethod;

/* False if there is no proportion. */
extern bool proportion_interval(int64 k, int64 n, ProportionMethod method, double level, double *low, double *high);
extern bool wilson_interval(int64 k, int64 n, double level, double *low, double *high);

#endif							/* PLG_CORE_STATS_PROPORTION_H */
