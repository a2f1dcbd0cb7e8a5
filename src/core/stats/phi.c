/* Phi; see phi.h. */
#include "core/stats/phi.h"

#include <math.h>

bool
phi_coefficient(int64 n, int64 one, int64 other, int64 both, double *phi)
{
	double		total = (double) n;
	double		a = (double) one / total;
	double		b = (double) other / total;

	if (one <= 0 || one >= n || other <= 0 || other >= n)
		return false;
	*phi = ((double) both / total - a * b) / sqrt(a * (1 - a) * b * (1 - b));
	return true;
}
