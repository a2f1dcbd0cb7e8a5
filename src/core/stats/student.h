/*
 * Quantiles of Student's t: G. W. Hill, "Algorithm 396: Student's t-quantiles",
 * Communications of the ACM 13, 1970, and for few degrees of freedom, where it
 * is good to four digits only, Newton's steps from there on the closed form of
 * M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions", 26.7.3.
 */
#ifndef PLG_CORE_STATS_STUDENT_H
#define PLG_CORE_STATS_STUDENT_H

#include "core/base/platform.h"

/* What a t of so many degrees of freedom stays within, with probability level. */
extern double two_sided_t(double level, int64 degrees);

#endif							/* PLG_CORE_STATS_STUDENT_H */
