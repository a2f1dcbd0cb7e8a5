/* The difference of two proportions; see difference.h. */
#include "core/stats/difference.h"

#include <math.h>

#include "core/stats/proportion.h"

static void
set_lift(ProportionDifference *d, double k_a, double n_a, double k_b, double n_b, double z)
{
	double		ratio = (k_b / n_b) / (k_a / n_a);
	double		spread;

	if (k_a == 0)
		return;
	d->lift = ratio - 1;
	spread = z * sqrt((1 / k_a - 1 / n_a) + (1 / k_b - 1 / n_b));
	if (k_b > 0 && spread > 0)
	{
		d->lift_low = ratio * exp(-spread) - 1;
		d->lift_high = ratio * exp(spread) - 1;
	}
}

/*
 * The mixture martingale of all n observations, with variance n se^2 of one, is
 * exp(rho^2 s^2 / (2 (n rho^2 + 1))) / sqrt(n rho^2 + 1), s being their sum in
 * standard deviations.  Its inverse is the p-value; the interval has the
 * differences for which it stays below 1 / alpha.
 */
static void
set_always(ProportionDifference *d, double n, double square_error, double level, double tuning)
{
	double		alpha = 1 - level;
	double		rho_square = (-2 * log(alpha) + log(1 - 2 * log(alpha))) / tuning;
	double		mixed = n * rho_square;
	double		half = sqrt(square_error * (mixed + 1) / mixed * (2 * log(1 / alpha) + log1p(mixed)));

	if (!(square_error > 0))
		return;
	d->always_low = Max(d->difference - half, -1);
	d->always_high = Min(d->difference + half, 1);
	d->always_p_value = Min(exp(0.5 * log1p(mixed) -
								d->difference * d->difference / square_error * mixed / (2 * (mixed + 1))), 1);
}

ProportionDifference
proportion_difference(int64 k_a, int64 n_a, int64 k_b, int64 n_b, double level, double tuning)
{
	ProportionDifference d = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	double		p_a = (double) k_a / (double) n_a;
	double		p_b = (double) k_b / (double) n_b;
	double		pooled = ((double) k_a + (double) k_b) / ((double) n_a + (double) n_b);
	double		pooled_error;
	double		low_a;
	double		high_a;
	double		low_b;
	double		high_b;

	if (!wilson_interval(k_a, n_a, level, &low_a, &high_a) || !wilson_interval(k_b, n_b, level, &low_b, &high_b))
		return d;
	d.difference = p_b - p_a;
	d.low = d.difference - hypot(p_b - low_b, high_a - p_a);
	d.high = d.difference + hypot(high_b - p_b, p_a - low_a);
	set_lift(&d, (double) k_a, (double) n_a, (double) k_b, (double) n_b, two_sided_z(level));
	pooled_error = sqrt(pooled * (1 - pooled) * (1 / (double) n_a + 1 / (double) n_b));
	if (pooled_error > 0)
		d.p_value = normal_two_sided_p(d.difference / pooled_error);
	set_always(&d, (double) n_a + (double) n_b,
			   p_a * (1 - p_a) / (double) n_a + p_b * (1 - p_b) / (double) n_b, level, tuning);
	return d;
}
