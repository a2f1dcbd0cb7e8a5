/*
 * The difference of two means: b, the treatment, less a, the control.
 *
 * B. L. Welch, "The generalization of 'Student's' problem when several different
 * population variances are involved", Biometrika 34, 1947: t with the degrees of
 * freedom of F. E. Satterthwaite.
 *
 * CUPED (A. Deng, Y. Xu, R. Kohavi and T. Walker, "Improving the sensitivity of online
 * controlled experiments by utilizing pre-experiment data", WSDM 2013) does the same
 * with y - theta (x - mean of x), x being what was known before; theta, the slope of
 * y over x in all units, takes out of y what x foretold.
 *
 * Sums are exact, and what is made of them is computed in twice a double's digits:
 * results do not depend on the order of rows, nor on how far from 0 they lie.  Only
 * squares below 1e-290, of numbers below 1e-145, have lost digits.
 */
#ifndef PLG_CORE_STATS_MEANS_H
#define PLG_CORE_STATS_MEANS_H

#include "core/base/exact_sum.h"

/* Of an arm: y is what is compared, x what was before. */
typedef enum MomentSum
{
	SUM_Y,
	SUM_YY,
	SUM_X,
	SUM_XX,
	SUM_XY
} MomentSum;

#define Y_SUMS 2
#define XY_SUMS 5

/* Beyond that a square is no double. */
#define LARGEST_TERM 1e150

/* An arm's moments; sums are Y_SUMS, or XY_SUMS, of them. */
typedef struct ArmMoments
{
	int64		n;
	const ExactSum *sums;
} ArmMoments;

/* What is not known is NaN. */
typedef struct MeanDifference
{
	double		mean_a;
	double		mean_b;
	double		difference;
	double		low;
	double		high;
	double		lift;
	double		standard_error;
	double		t;
	double		degrees;
	double		p_value;
	double		theta;			/* CUPED */
	double		reduction;		/* of the variance of y by it, as a share */
} MeanDifference;

extern MeanDifference welch(const ArmMoments arms[2], double level);
extern MeanDifference cuped(const ArmMoments arms[2], double level);

#endif							/* PLG_CORE_STATS_MEANS_H */
