/* Normal quantile and score interval; sources in proportion.h. */
#include "core/stats/proportion.h"

#include <math.h>

/* Value at x of the polynomial with n coefficients, constant first. */
static double
polynomial(double x, const double *c, int n)
{
	double		value = c[n - 1];

	for (int i = n - 2; i >= 0; i--)
		value = value * x + c[i];
	return value;
}

/*
 * The normal distribution's quantile, 0 < p < 1, to about 16 digits: algorithm
 * AS 241, PPND16 (M. J. Wichura, "The percentage points of the normal
 * distribution", Applied Statistics 37, 1988).
 */
double
normal_quantile(double p)
{
	static const double a[] = {
		3.3871328727963666080e0, 1.3314166789178437745e+2,
		1.9715909503065514427e+3, 1.3731693765509461125e+4,
		4.5921953931549871457e+4, 6.7265770927008700853e+4,
		3.3430575583588128105e+4, 2.5090809287301226727e+3
	};
	static const double b[] = {
		1.0, 4.2313330701600911252e+1,
		6.8718700749205790830e+2, 5.3941960214247511077e+3,
		2.1213794301586595867e+4, 3.9307895800092710610e+4,
		2.8729085735721942674e+4, 5.2264952788528545610e+3
	};
	static const double c[] = {
		1.42343711074968357734e0, 4.63033784615654529590e0,
		5.76949722146069140550e0, 3.64784832476320460504e0,
		1.27045825245236838258e0, 2.41780725177450611770e-1,
		2.27238449892691845833e-2, 7.74545014278341407640e-4
	};
	static const double d[] = {
		1.0, 2.05319162663775882187e0,
		1.67638483018380384940e0, 6.89767334985100004550e-1,
		1.48103976427480074590e-1, 1.51986665636164571966e-2,
		5.47593808499534494600e-4, 1.05075007164441684324e-9
	};
	static const double e[] = {
		6.65790464350110377720e0, 5.46378491116411436990e0,
		1.78482653991729133580e0, 2.96560571828504891230e-1,
		2.65321895265761230930e-2, 1.24266094738807843860e-3,
		2.71155556874348757815e-5, 2.01033439929228813265e-7
	};
	static const double f[] = {
		1.0, 5.99832206555887937690e-1,
		1.36929880922735805310e-1, 1.48753612908506148525e-2,
		7.86869131145613259100e-4, 1.84631831751005468180e-5,
		1.42151175831644588870e-7, 2.04426310338993978564e-15
	};
	double		q = p - 0.5;
	double		r;
	double		x;

	if (fabs(q) <= 0.425)
	{
		r = 0.180625 - q * q;
		return q * polynomial(r, a, 8) / polynomial(r, b, 8);
	}
	r = sqrt(-log(q < 0 ? p : 1 - p));
	if (r <= 5)
		x = polynomial(r - 1.6, c, 8) / polynomial(r - 1.6, d, 8);
	else
		x = polynomial(r - 5, e, 8) / polynomial(r - 5, f, 8);
	return q < 0 ? -x : x;
}

/* How many standard deviations to either side hold the level's share. */
double
two_sided_z(double level)
{
	return -normal_quantile((1 - level) / 2);
}

/*
 * False if there is no proportion.  The bounds are the roots of
 * (1 + z^2/n) x^2 - (2 p + z^2/n) x + p^2; the lower one is had from their
 * product, which unlike a difference loses no digits when p is small.
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
