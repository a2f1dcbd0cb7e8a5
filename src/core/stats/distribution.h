/*
 * Distribution functions that tests and intervals are made of, to about 13
 * digits wherever their parameters lie.
 *
 * Beta is the one behind binomial and t; its quantiles are given as logit,
 * log(x / (1 - x)), which keeps all digits of x near 0 and near 1 alike.
 */
#ifndef PLG_CORE_STATS_DISTRIBUTION_H
#define PLG_CORE_STATS_DISTRIBUTION_H

#include "core/base/platform.h"

extern double normal_quantile(double p);

/* How many standard deviations to either side hold the level's share. */
extern double two_sided_z(double level);

/* The probability that a standard normal is at least that far from 0. */
extern double normal_two_sided_p(double z);

/* The probability that a chi-square of so many degrees of freedom is larger. */
extern double chi_square_p(double x, double degrees);

/* The share of Beta(a, b) below x, which is 1 - y. */
extern double beta_below(double x, double y, double a, double b);

/* The logit of the x that the share p of Beta(a, b) lies below; 0 < p < 1. */
extern double beta_quantile_logit(double p, double a, double b);

/* The probability that a t of so many degrees is at least that far from 0. */
extern double t_two_sided_p(double t, double degrees);

/* What a t of so many degrees of freedom stays within, with probability level. */
extern double two_sided_t(double level, double degrees);

#endif							/* PLG_CORE_STATS_DISTRIBUTION_H */
