/*
 * The lower tail of a binomial, and with it the conditional test of two Poisson
 * rates: J. Przyborowski and H. Wilenski, "Homogeneity of results in testing
 * samples from Poisson series", Biometrika 31, 1940.  Of all events of two
 * stretches of time, those of the first are a binomial with its share of the
 * time, if the rates are the same.
 */
#ifndef PLG_CORE_STATS_BINOMIAL_H
#define PLG_CORE_STATS_BINOMIAL_H

#include "core/base/platform.h"

/* The probability of at most k of n; 0 < p < 1. */
extern double binomial_at_most(int64 k, int64 n, double p);

#endif							/* PLG_CORE_STATS_BINOMIAL_H */
