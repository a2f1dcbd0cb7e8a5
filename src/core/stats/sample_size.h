/*
 * How many units each of two arms needs for the two-sided test of two
 * proportions: J. L. Fleiss, B. Levin and M. C. Paik, "Statistical Methods for
 * Rates and Proportions", 3rd ed., 2003, 4.14, without correction for continuity.
 */
#ifndef PLG_CORE_STATS_SAMPLE_SIZE_H
#define PLG_CORE_STATS_SAMPLE_SIZE_H

extern double sample_size(double p_a, double p_b, double power, double level);

#endif							/* PLG_CORE_STATS_SAMPLE_SIZE_H */
