/*
 * Two proportions: b, the treatment, against a, the control.  What has no answer
 * is NaN.
 *
 *	difference	b - a; its interval is R. G. Newcombe's hybrid of two score intervals,
 *				method 10 of "Interval estimation for the difference between
 *				independent proportions", Statistics in Medicine 17, 1998
 *	lift		b / a - 1; its interval is that of D. Katz, J. Baptista, S. P. Azen
 *				and M. C. Pike, "Obtaining confidence intervals for the risk ratio in
 *				cohort studies", Biometrics 34, 1978; none where a share is 0, or both
 *				are 1, and it would have no width
 *	p_value		the two-proportion z test with pooled variance, which is Pearson's
 *				chi-square without correction; none where all or none converted
 *	always_*	an interval and a p-value that hold at every look, however often, and
 *				whenever it is decided to stop: the asymptotic confidence sequence of
 *				I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy and A. Ramdas,
 *				"Time-uniform central limit theory and asymptotic confidence sequences",
 *				Annals of Statistics 52, 2024, tightest after so many observations as
 *				it is tuned for; none where no share lies between 0 and 1, for the
 *				variance is then estimated as 0
 */
#ifndef PLG_CORE_STATS_DIFFERENCE_H
#define PLG_CORE_STATS_DIFFERENCE_H

#include "core/base/platform.h"

typedef struct ProportionDifference
{
	double		difference;
	double		low;
	double		high;
	double		lift;
	double		lift_low;
	double		lift_high;
	double		p_value;
	double		always_low;
	double		always_high;
	double		always_p_value;
} ProportionDifference;

extern ProportionDifference proportion_difference(int64 k_a, int64 n_a, int64 k_b, int64 n_b,
												  double level, double tuning);

#endif							/* PLG_CORE_STATS_DIFFERENCE_H */
