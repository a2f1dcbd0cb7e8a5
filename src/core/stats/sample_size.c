/* Units an arm; see sample_size.h. */
#include "core/stats/sample_size.h"

#include <math.h>

#include "core/stats/distribution.h"

double
sample_size(double p_a, double p_b, double power, double level)
{
	double		sum = p_a + p_b;
	double		width = two_sided_z(level) * sqrt(sum * (1 - sum / 2)) +
		normal_quantile(power) * sqrt(p_a * (1 - p_a) + p_b * (1 - p_b));

	/* so little power the test has with nobody at all */
	if (width <= 0)
		return 1;
	return ceil(width / (p_b - p_a) * (width / (p_b - p_a)));
}
