/* Distribution functions; see distribution.h. */
#include "core/stats/distribution.h"

#include <float.h>
#include <math.h>

/* Value at x of the polynomial with eight coefficients, constant first. */
static double
polynomial(double x, const double c[8])
{
	double		value = c[7];

	for (int i = 6; i >= 0; i--)
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
		return q * polynomial(r, a) / polynomial(r, b);
	}
	r = sqrt(-log(q < 0 ? p : 1 - p));
	if (r <= 5)
		x = polynomial(r - 1.6, c) / polynomial(r - 1.6, d);
	else
		x = polynomial(r - 5, e) / polynomial(r - 5, f);
	return q < 0 ? -x : x;
}

double
two_sided_z(double level)
{
	return -normal_quantile((1 - level) / 2);
}

double
normal_two_sided_p(double z)
{
	return erfc(fabs(z) * M_SQRT1_2);
}

/*
 * What Stirling's formula leaves of log(n!): log(gamma(n + 1)) less
 * log(sqrt(2 pi n) (n / e)^n).
 */
static double
stirling_error(double n)
{
	double		square = n * n;

	if (n < 16)
		return lgamma(n + 1) - (n + 0.5) * log(n) + n - 0.5 * log(2 * M_PI);
	return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - (1.0 / 1188 - 691.0 / 360360 / square) /
															 square) / square) / square) / square) / n;
}

/* x log(x / mean) + mean - x, without a difference of large numbers. */
static double
deviance(double x, double mean)
{
	double		v = (x - mean) / (x + mean);
	double		sum = (x - mean) * v;
	double		term = 2 * x * v;

	if (fabs(x - mean) >= 0.1 * (x + mean))
		return x * log(x / mean) + mean - x;
	for (int i = 3;; i += 2)
	{
		double		more;

		term *= v * v;
		more = sum + term / i;
		if (!(fabs(more - sum) > 0))
			return sum;
		sum = more;
	}
}

/*
 * The probability of n successes of n + m with x^n y^m each, by C. Loader, "Fast
 * and accurate computation of binomial probabilities", 2000, for n and m that
 * need not be whole: no logarithm of a large factorial loses its digits.
 */
static double
binomial_density(double n, double m, double x, double y)
{
	double		total = n + m;

	return exp(stirling_error(total) - stirling_error(n) - stirling_error(m) -
			   deviance(n, total * x) - deviance(m, total * y)) *
		sqrt(1 / (2 * M_PI * n * (m / total)));
}

/* The same of a Poisson of that mean. */
static double
poisson_density(double n, double mean)
{
	return exp(-stirling_error(n) - deviance(n, mean)) / sqrt(2 * M_PI * n);
}

#define TINY 1e-300

/* One step of W. J. Lentz' evaluation of a continued fraction; returns the factor. */
static inline double
fraction_step(double *c, double *d, double a, double b)
{
	*d = b + a * *d;
	if (fabs(*d) < TINY)
		*d = TINY;
	*d = 1 / *d;
	*c = b + a / *c;
	if (fabs(*c) < TINY)
		*c = TINY;
	return *c * *d;
}

static inline bool
close_to_one(double factor)
{
	return fabs(factor - 1) < 3e-16;
}

/* More than anything takes. */
#define MOST_STEPS 1000

/*
 * The share of Beta(a, b) below x, of y = 1 - x, where that is at most about its
 * mean: the continued fraction of A. R. DiDonato and A. H. Morris, "Algorithm 708:
 * significant digit computation of the incomplete beta function ratios", ACM
 * Transactions on Mathematical Software 18, 1992, which takes some tens of steps
 * for a and b of any size.
 */
static double
beta_fraction(double x, double y, double a, double b)
{
	double		value = a / (a + 1) * (a * y - b * x + 1);
	double		c = value;
	double		d = 0;

	for (int step = 1; step < MOST_STEPS; step++)
	{
		double		m = step;
		double		before = a + 2 * m - 1;
		double		w = m * (b - m) * x;
		double		factor = fraction_step(&c, &d, (a + m - 1) / before * ((a + b + m - 1) / before) * w * x,
										   m + w / before + (a + m) * (a * y - b * x + 1 + m * (1 + y)) / (a + 2 * m + 1));

		value *= factor;
		if (close_to_one(factor))
			break;
	}
	return a * (b / (a + b)) * binomial_density(a, b, x, y) / value;
}

double
beta_below(double x, double y, double a, double b)
{
	if (x <= 0)
		return 0;
	if (x <= (a + 1) / (a + b + 2))
		return beta_fraction(x, y, a, b);
	return 1 - beta_fraction(y, x, b, a);
}

/*
 * Newton's steps on the logarithm of the share below.  As a function of the
 * logit it is concave, for the density over it is log-concave, and so is its
 * integral: from wherever they begin, the second one comes from below, and then
 * none goes too far.  They begin where the quantile would be if the logit were
 * normal, or nearer to the middle if nothing at all lies below that.
 */
double
beta_quantile_logit(double p, double a, double b)
{
	double		middle = log(a / b);
	double		logit;
	double		step;

	/* the smaller tail keeps its digits */
	if (p > 0.5)
		return -beta_quantile_logit(1 - p, b, a);
	logit = middle + normal_quantile(p) * sqrt(1 / a + 1 / b);
	for (int i = 0; i < MOST_STEPS; i++)
	{
		double		x = 1 / (1 + exp(-logit));
		double		y = 1 / (1 + exp(logit));
		double		below = beta_below(x, y, a, b);

		if (below < DBL_MIN)
			step = (logit - middle) / 2;
		else
			step = log(below / p) * below * (a + b) / (a * b * binomial_density(a, b, x, y));
		logit -= step;
		if (fabs(step) <= 4e-15 * Max(fabs(logit), 1))
			break;
	}
	return logit;
}

double
t_two_sided_p(double t, double degrees)
{
	double		square = t * t;

	if (isinf(square))
		return 0;
	return beta_below(degrees / (degrees + square), square / (degrees + square), degrees / 2, 0.5);
}

double
two_sided_t(double level, double degrees)
{
	double		outside = 1 - level;

	if (outside == 1)
		return 0;
	return sqrt(degrees * exp(-beta_quantile_logit(outside, degrees / 2, 0.5)));
}

/*
 * The share of Gamma(a) above x: the power series of what is below, or the
 * continued fraction of what is above ("Handbook", 6.5.29 and 6.5.31).
 */
static double
gamma_above(double a, double x)
{
	double		sum = 1;
	double		term = 1;
	double		c;
	double		d = 0;

	if (x <= 0)
		return 1;
	if (isinf(x))
		return 0;
	if (x < a + 1)
	{
		double		n = a + 1;

		while (term > sum * 1e-17)
		{
			term *= x / n++;
			sum += term;
		}
		return 1 - poisson_density(a, x) * sum;
	}
	c = 1 / TINY;
	d = 1 / (x + 1 - a);
	sum = d;
	for (int step = 1; step < MOST_STEPS; step++)
	{
		double		n = step;
		double		factor = fraction_step(&c, &d, -n * (n - a), x + 2 * n + 1 - a);

		sum *= factor;
		if (close_to_one(factor))
			break;
	}
	return a * poisson_density(a, x) * sum;
}

double
chi_square_p(double x, double degrees)
{
	return gamma_above(degrees / 2, x / 2);
}
