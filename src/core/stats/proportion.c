/* Intervals of a proportion; sources in proportion.h. */
#include "core/stats/proportion.h"

#include <math.h>

/*
 * The bounds are the roots of (1 + z^2/n) x^2 - (2 p + z^2/n) x + p^2; the lower
 * one is had from their product, which unlike a difference loses no digits when
 * p is small.
 */
bool
wilson_interval(int64 k, int64 n, double level, double *low, double *high)
{
	double		z;
	double		p;
	double		w;

	if (n <= 0 || k < 0 || k > n)
		return false;
	z = two_sided_z(level);
	p = (double) k / (double) n;
	w = z * z / (double) n;
	*high = (p + w / 2 + sqrt(w * (p * (1 - p) + w / 4))) / (1 + w);
	*low = p * p / ((1 + w) * *high);
	if (k == 0)
		*low = 0;
	if (k == n)
		*high = 1;
	return true;
}

/* What the share p of Beta(a, b) lies below. */
static double
beta_quantile(double p, double a, double b)
{
	return 1 / (1 + exp(-beta_quantile_logit(p, a, b)));
}

/* What it lies above. */
static double
beta_upper_quantile(double p, double a, double b)
{
	return 1 / (1 + exp(beta_quantile_logit(p, b, a)));
}

bool
proportion_interval(int64 k, int64 n, ProportionMethod method, double level, double *low, double *high)
{
	double		tail = (1 - level) / 2;
	double		yes = (double) k;
	double		no;
	double		more = method == PROPORTION_JEFFREYS ? 0.5 : 0;
	double		less = method == PROPORTION_JEFFREYS ? 0.5 : 1;

	if (method == PROPORTION_WILSON)
		return wilson_interval(k, n, level, low, high);
	if (n <= 0 || k < 0 || k > n)
		return false;
	no = (double) (n - k);
	*low = k == 0 ? 0 : beta_quantile(tail, yes + more, no + less);
	*high = k == n ? 1 : beta_upper_quantile(tail, yes + less, no + more);
	return true;
}
