/* Differences of means; see means.h. */
#include "core/stats/means.h"

#include <math.h>

#include "core/stats/distribution.h"

/*
 * Numbers of two doubles, by T. J. Dekker, "A floating-point technique for
 * extending the available precision", Numerische Mathematik 18, 1971.
 */
static TwoDoubles
two_sum(double a, double b)
{
	double		sum = a + b;
	double		part = sum - a;

	return (TwoDoubles) {sum, (a - (sum - part)) + (b - part)};
}

static TwoDoubles
plus(TwoDoubles a, TwoDoubles b)
{
	TwoDoubles	sum = two_sum(a.high, b.high);

	return two_sum(sum.high, sum.low + (a.low + b.low));
}

static TwoDoubles
minus(TwoDoubles a, TwoDoubles b)
{
	return plus(a, (TwoDoubles) {-b.high, -b.low});
}

static TwoDoubles
times(TwoDoubles a, TwoDoubles b)
{
	double		product = a.high * b.high;

	return two_sum(product, fma(a.high, b.high, -product) + (a.high * b.low + a.low * b.high));
}

static TwoDoubles
over(TwoDoubles a, double divisor)
{
	double		quotient = a.high / divisor;

	return two_sum(quotient, (fma(-quotient, divisor, a.high) + a.low) / divisor);
}

static TwoDoubles
ratio(TwoDoubles a, TwoDoubles b)
{
	double		quotient = a.high / b.high;
	TwoDoubles	rest = minus(a, times(b, (TwoDoubles) {quotient, 0}));

	return two_sum(quotient, rest.high / b.high);
}

/* A sum in doubles, each of which is what those before it lack. */
#define PARTS 3

static void
parts_of(const ExactSum *sum, double parts[PARTS])
{
	ExactSum	rest = *sum;

	for (int i = 0; i < PARTS; i++)
	{
		parts[i] = exact_sum_value(&rest);
		if (isfinite(parts[i]))
			exact_sum_add(&rest, -parts[i]);
	}
}

/*
 * The sum of products of deviations from the means: sum(uv) - sum(u) sum(v) / n.
 * The difference is exact, for it may be next to nothing of both; by a power of
 * two less than n times as large, to stay where doubles are.
 */
static TwoDoubles
deviations(const ExactSum *uv, const ExactSum *u, const ExactSum *v, double n)
{
	double		scale = ldexp(1, -ilogb(n) - 1);
	double		products[PARTS];
	double		us[PARTS];
	double		vs[PARTS];
	ExactSum	sum = {0};

	parts_of(uv, products);
	parts_of(u, us);
	parts_of(v, vs);
	if (!isfinite(products[0]))
		return (TwoDoubles) {NAN, NAN};
	for (int i = 0; i < PARTS; i++)
	{
		exact_sum_add_product(&sum, products[i], n * scale);
		for (int j = 0; j < PARTS; j++)
			exact_sum_add_product(&sum, -us[i] * scale, vs[j]);
	}
	return over(exact_sum_values(&sum), n * scale);
}

/* Means, and sums of products of deviations from them. */
typedef struct Moments
{
	double		n;
	TwoDoubles	mean_y;
	TwoDoubles	mean_x;
	TwoDoubles	yy;
	TwoDoubles	xx;
	TwoDoubles	xy;
} Moments;

static Moments
moments_of(const ExactSum *sums, double n, int n_sums)
{
	Moments		m = {.n = n, .mean_y = {NAN, NAN}};

	if (n == 0)
		return m;
	m.mean_y = over(exact_sum_values(&sums[SUM_Y]), m.n);
	m.yy = deviations(&sums[SUM_YY], &sums[SUM_Y], &sums[SUM_Y], m.n);
	if (n_sums == Y_SUMS)
		return m;
	m.mean_x = over(exact_sum_values(&sums[SUM_X]), m.n);
	m.xx = deviations(&sums[SUM_XX], &sums[SUM_X], &sums[SUM_X], m.n);
	m.xy = deviations(&sums[SUM_XY], &sums[SUM_X], &sums[SUM_Y], m.n);
	return m;
}

/* From means and sums of squared deviations. */
static void
set_difference(MeanDifference *d, const Moments arms[2], const TwoDoubles mean[2], const double square[2], double level)
{
	double		error[2];
	double		sum;

	d->mean_a = mean[0].high;
	d->mean_b = mean[1].high;
	if (arms[0].n == 0 || arms[1].n == 0)
		return;
	d->difference = minus(mean[1], mean[0]).high;
	if (d->mean_a > 0)
		d->lift = d->difference / d->mean_a;
	if (arms[0].n < 2 || arms[1].n < 2)
		return;
	for (int arm = 0; arm < 2; arm++)
		error[arm] = square[arm] / (arms[arm].n - 1) / arms[arm].n;
	sum = error[0] + error[1];
	if (!(sum > 0))
		return;
	d->standard_error = sqrt(sum);
	d->t = d->difference / d->standard_error;
	d->degrees = 1 / (error[0] / sum * (error[0] / sum) / (arms[0].n - 1) +
					  error[1] / sum * (error[1] / sum) / (arms[1].n - 1));
	d->p_value = t_two_sided_p(d->t, d->degrees);
	d->low = d->difference - two_sided_t(level, d->degrees) * d->standard_error;
	d->high = d->difference + two_sided_t(level, d->degrees) * d->standard_error;
}

static const MeanDifference nothing_known = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};

MeanDifference
welch(const ArmMoments arms[2], double level)
{
	MeanDifference d = nothing_known;
	Moments		m[2] = {moments_of(arms[0].sums, (double) arms[0].n, Y_SUMS), moments_of(arms[1].sums, (double) arms[1].n, Y_SUMS)};
	TwoDoubles	mean[2] = {m[0].mean_y, m[1].mean_y};
	double		square[2] = {m[0].yy.high, m[1].yy.high};

	set_difference(&d, m, mean, square, level);
	return d;
}

/* What x tells of an arm's mean, and of its deviations, is taken out of them. */
static TwoDoubles
adjusted_mean(const Moments *m, TwoDoubles theta, TwoDoubles mean_x)
{
	return minus(m->mean_y, times(minus(m->mean_x, mean_x), theta));
}

static double
adjusted_square(const Moments *m, TwoDoubles theta)
{
	TwoDoubles	twice = {2 * theta.high, 2 * theta.low};

	return Max(plus(minus(m->yy, times(twice, m->xy)), times(times(theta, theta), m->xx)).high, 0);
}

MeanDifference
cuped(const ArmMoments arms[2], double level)
{
	MeanDifference d = nothing_known;
	Moments		m[2] = {moments_of(arms[0].sums, (double) arms[0].n, XY_SUMS), moments_of(arms[1].sums, (double) arms[1].n, XY_SUMS)};
	ExactSum	sums[XY_SUMS];
	Moments		all;
	TwoDoubles	theta = {0, 0};
	TwoDoubles	mean[2];
	double		square[2];

	memcpy(sums, arms[0].sums, sizeof(sums));
	for (int i = 0; i < XY_SUMS; i++)
		exact_sum_add_sum(&sums[i], &arms[1].sums[i]);
	all = moments_of(sums, m[0].n + m[1].n, XY_SUMS);

	/* where x is the same for all it tells nothing */
	if (all.xx.high > 0)
		theta = ratio(all.xy, all.xx);
	d.theta = theta.high;
	if (all.yy.high > 0)
		d.reduction = 1 - adjusted_square(&all, theta) / all.yy.high;
	for (int arm = 0; arm < 2; arm++)
	{
		mean[arm] = adjusted_mean(&m[arm], theta, all.mean_x);
		square[arm] = adjusted_square(&m[arm], theta);
	}
	set_difference(&d, m, mean, square, level);
	return d;
}
