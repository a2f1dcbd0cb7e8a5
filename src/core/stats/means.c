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

/* The sum of products of deviations from the means: sum(uv) - sum(u) sum(v) / n. */
static TwoDoubles
deviations(TwoDoubles uv, TwoDoubles u, TwoDoubles v, double n)
{
	return minus(uv, over(times(u, v), n));
}

/* An arm's means, and the sums of squares of deviations from them. */
typedef struct Moments
{
	double		n;
	TwoDoubles	sum[XY_SUMS];
	double		yy;
	double		xx;
	double		xy;
} Moments;

static void
set_deviations(Moments *m, int n_sums)
{
	m->yy = Max(deviations(m->sum[SUM_YY], m->sum[SUM_Y], m->sum[SUM_Y], m->n).high, 0);
	if (n_sums == Y_SUMS)
		return;
	m->xx = Max(deviations(m->sum[SUM_XX], m->sum[SUM_X], m->sum[SUM_X], m->n).high, 0);
	m->xy = deviations(m->sum[SUM_XY], m->sum[SUM_X], m->sum[SUM_Y], m->n).high;
}

static Moments
moments_of(const ArmMoments *arm, int n_sums)
{
	Moments		m = {.n = (double) arm->n};

	for (int i = 0; i < n_sums; i++)
		m.sum[i] = exact_sum_values(&arm->sums[i]);
	set_deviations(&m, n_sums);
	return m;
}

/* From means and sums of squared deviations. */
static void
set_difference(MeanDifference *d, const Moments arms[2], const double square[2], double level)
{
	double		error[2];
	double		sum;

	if (arms[0].n == 0 || arms[1].n == 0)
		return;
	d->difference = d->mean_b - d->mean_a;
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
	Moments		m[2] = {moments_of(&arms[0], Y_SUMS), moments_of(&arms[1], Y_SUMS)};
	double		square[2] = {m[0].yy, m[1].yy};

	d.mean_a = over(m[0].sum[SUM_Y], m[0].n).high;
	d.mean_b = over(m[1].sum[SUM_Y], m[1].n).high;
	set_difference(&d, m, square, level);
	return d;
}

/* What x tells of an arm's mean, and of its deviations, is taken out of them. */
static double
adjusted_mean(const Moments *m, double theta, TwoDoubles mean_x)
{
	TwoDoubles	shift = times(minus(over(m->sum[SUM_X], m->n), mean_x), (TwoDoubles) {theta, 0});

	return minus(over(m->sum[SUM_Y], m->n), shift).high;
}

static double
adjusted_square(const Moments *m, double theta)
{
	return Max(m->yy - 2 * theta * m->xy + theta * theta * m->xx, 0);
}

MeanDifference
cuped(const ArmMoments arms[2], double level)
{
	MeanDifference d = nothing_known;
	Moments		m[2] = {moments_of(&arms[0], XY_SUMS), moments_of(&arms[1], XY_SUMS)};
	Moments		all = {.n = m[0].n + m[1].n};
	TwoDoubles	mean_x;
	double		square[2];
	double		theta;

	for (int i = 0; i < XY_SUMS; i++)
		all.sum[i] = plus(m[0].sum[i], m[1].sum[i]);
	set_deviations(&all, XY_SUMS);
	mean_x = over(all.sum[SUM_X], all.n);

	/* where x is the same for all it tells nothing */
	theta = all.xx > 0 ? all.xy / all.xx : 0;
	d.theta = theta;
	if (all.yy > 0)
		d.reduction = 1 - adjusted_square(&all, theta) / all.yy;
	d.mean_a = adjusted_mean(&m[0], theta, mean_x);
	d.mean_b = adjusted_mean(&m[1], theta, mean_x);
	square[0] = adjusted_square(&m[0], theta);
	square[1] = adjusted_square(&m[1], theta);
	set_difference(&d, m, square, level);
	return d;
}
