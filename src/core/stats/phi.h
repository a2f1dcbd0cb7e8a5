/*
 * The correlation of two yes-or-no variables, phi: G. U. Yule, "On the methods of
 * measuring association between two attributes", Journal of the Royal Statistical
 * Society 75, 1912.  It is Pearson's r and Matthews's coefficient.
 */
#ifndef PLG_CORE_STATS_PHI_H
#define PLG_CORE_STATS_PHI_H

#include "core/base/platform.h"

/* Of n, how many have the one, the other, both; false where one of them does not vary. */
extern bool phi_coefficient(int64 n, int64 one, int64 other, int64 both, double *phi);

#endif							/* PLG_CORE_STATS_PHI_H */
