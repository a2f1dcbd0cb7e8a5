/* The lower tail of a binomial; see binomial.h. */
#include "core/stats/binomial.h"

#include "core/stats/distribution.h"

double
binomial_at_most(int64 k, int64 n, double p)
{
	return k >= n ? 1 : beta_below(1 - p, p, (double) (n - k), (double) k + 1);
}
