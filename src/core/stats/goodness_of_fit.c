/* Counts against shares; see goodness_of_fit.h. */
#include "core/stats/goodness_of_fit.h"

#include <float.h>
#include <math.h>

#include "core/stats/distribution.h"

/* The least double, not 0, of a share that is less. */
static double
share_of(double weight, double largest)
{
	return weight > 0 ? Max(weight / largest, DBL_MIN) : 0;
}

double
goodness_of_fit_p(const int64 *counts, const double *weights, int n)
{
	double		total = 0;
	double		largest = 0;
	double		weight = 0;
	double		square = 0;
	int			planned = 0;

	for (int i = 0; i < n; i++)
	{
		total += (double) counts[i];
		largest = Max(largest, weights[i]);
		planned += weights[i] > 0;
	}
	/* the sum of shares of the largest is no more than n */
	for (int i = 0; i < n; i++)
		weight += share_of(weights[i], largest);
	if (planned < 2 || total == 0)
		return NAN;
	for (int i = 0; i < n; i++)
	{
		double		expected = share_of(weights[i], largest) / weight * total;
		double		more = (double) counts[i] - expected;

		if (expected > 0)
			square += more / expected * more;
	}
	return chi_square_p(square, planned - 1);
}
