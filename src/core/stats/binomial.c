/* The lower tail of a binomial; see binomial.h. */
#include "core/stats/binomial.h"

#include <math.h>

double
binomial_at_most(int64 k, int64 n, double p)
{
	double		term = exp((double) n * log1p(-p));
	double		sum = term;

	if (k >= n)
		return 1;
	for (int64 i = 1; i <= k; i++)
	{
		term *= (double) (n - i + 1) / (double) i * (p / (1 - p));
		sum += term;
	}
	return Min(sum, 1);
}
