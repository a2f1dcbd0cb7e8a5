/*
 * Exact sums against sums in 128-bit integers, and Welch's test and CUPED on
 * the anorexia data (Hand et al. 1993; R 4.2, t.test).
 */
#include "core/stats/means.h"
#include "tap.h"

#include <float.h>
#include <math.h>

static bool
near(double got, double expected, double tolerance)
{
	bool		good = fabs(got - expected) <= tolerance * Max(fabs(expected), 1e-300);

	if (!good)
		printf("# %.17g, not %.17g\n", got, expected);
	return good;
}

static double
random_double(uint64 *seed, int spread)
{
	int64		digits = (int64) (next_random(seed) >> 11);

	return ldexp((double) ((next_random(seed) & 1) ? digits : -digits), (int) (next_random(seed) % (2 * spread + 1)) - spread);
}

static void
test_exact_sums(void)
{
	uint64		seed = 7;
	bool		exact = true;
	bool		order = true;
	bool		parts = true;

	for (int run = 0; run < 300; run++)
	{
		/* terms from 2^-30 on fit 128 bits, in units of that */
		int128		truth = 0;
		int			spread = run % 3 == 0 ? 0 : run % 31;
		int			n = 1 + (int) (next_random(&seed) % 2000);
		double	   *terms = palloc(n * sizeof(double));
		ExactSum	sum = {0};
		ExactSum	reverse = {0};
		ExactSum	half[2] = {{.since_carries = 0}, {.since_carries = 0}};
		TwoDoubles	values;

		for (int i = 0; i < n; i++)
		{
			terms[i] = random_double(&seed, spread);
			truth += (int128) ldexp(terms[i], spread);
			exact_sum_add(&sum, terms[i]);
			exact_sum_add(&half[i * 3 / n == 1], terms[i]);
		}
		for (int i = n - 1; i >= 0; i--)
			exact_sum_add(&reverse, terms[i]);
		exact_sum_add_sum(&half[0], &half[1]);
		values = exact_sum_values(&sum);
		exact &= values.high == ldexp((double) truth, -spread) &&
			values.low == ldexp((double) (truth - (int128) ldexp(values.high, spread)), -spread);
		order &= exact_sum_value(&sum) == exact_sum_value(&reverse) && exact_sum_value(&sum) == exact_sum_of(terms, n);
		parts &= exact_sum_value(&sum) == exact_sum_value(&half[0]);
		pfree(terms);
	}
	ok(exact, "sums are the nearest double, and what that lacks");
	ok(order && parts, "in whatever order and by whatever parts");
}

/* In both ways, or NaN. */
static double
sum_of(const double *terms, int n)
{
	ExactSum	sum = {0};

	for (int i = 0; i < n; i++)
		exact_sum_add(&sum, terms[i]);
	return exact_sum_value(&sum) == exact_sum_of(terms, n) ? exact_sum_value(&sum) : NAN;
}

/* Terms that nearly cancel, of any exponents, some of them halves of a last bit. */
static void
test_lists(void)
{
	uint64		seed = 11;
	bool		same = true;

	for (int run = 0; run < 20000; run++)
	{
		double		terms[40];
		int			n = (int) (next_random(&seed) % 40);
		int			spread = run % 4 == 0 ? 1000 : run % 120;

		for (int i = 0; i < n; i++)
			terms[i] = i % 3 == 2 ? -terms[i - 2] : i % 5 == 4 ? ldexp(terms[i - 1], -53) :
				run % 2 == 0 ? random_double(&seed, spread) : ldexp(1, (int) (next_random(&seed) % (2 * spread + 1)) - spread);
		same &= !isnan(sum_of(terms, n));
	}
	ok(same, "lists of terms of any size, in either way");
}

static void
test_ends(void)
{
	ExactSum	sum = {0};
	ExactSum	any;
	uint64		seed = 3;
	bool		numbers = true;

	ok(sum_of(NULL, 0) == 0 && sum_of((double[]) {0.0, -0.0}, 2) == 0 && sum_of((double[]) {DBL_MAX, 1, -DBL_MAX}, 3) == 1 &&
	   sum_of((double[]) {4.9406564584124654e-324, -1e308, 1e308}, 3) == 4.9406564584124654e-324 &&
	   sum_of((double[]) {-2.2250738585072014e-308, 4.9406564584124654e-324}, 2) == -2.2250738585072009e-308, "the least and the largest");
	ok(isinf(sum_of((double[]) {DBL_MAX, DBL_MAX}, 2)) && sum_of((double[]) {-DBL_MAX, -DBL_MAX, DBL_MAX}, 3) == -DBL_MAX,
	   "beyond doubles, and back");
	ok(sum_of((double[]) {1, ldexp(1, -53)}, 2) == 1 && sum_of((double[]) {1, ldexp(1, -53), ldexp(1, -1000)}, 3) == 1 + ldexp(1, -52) &&
	   sum_of((double[]) {1, ldexp(1, -52), ldexp(1, -53)}, 3) == 1 + ldexp(1, -51), "ties go to even, unless anything is behind them");
	for (int i = 0; i < 100000; i++)
		exact_sum_add(&sum, -DBL_MAX * (i % 2 == 0 ? 1 : -1));
	for (int i = 0; i < 100000; i++)
		exact_sum_add_product(&sum, 0.1, 0.3);
	ok(near(exact_sum_value(&sum), 3000, 1e-15), "many terms, and products");

	/* bytes that nobody has added up: some number, no harm */
	for (int i = 0; i < 10000; i++)
	{
		uint64	   *bytes = (uint64 *) &any;

		for (int j = 0; j < (int) (sizeof(any) / sizeof(uint64)); j++)
			bytes[j] = next_random(&seed) << (next_random(&seed) % 64);
		exact_sum_add(&any, 1.5);
		exact_sum_add_sum(&sum, &any);
		numbers &= !isnan(exact_sum_values(&any).high) && !isnan(exact_sum_value(&sum));
	}
	ok(numbers, "any bytes are a sum");
}

static const double control[][2] = {
	{80.7, 80.2}, {89.4, 80.1}, {91.8, 86.4}, {74, 86.3}, {78.1, 76.1}, {88.3, 78.1}, {87.3, 75.1},
	{75.1, 86.7}, {80.6, 73.5}, {78.4, 84.6}, {77.6, 77.4}, {88.7, 79.5}, {81.3, 89.6}, {78.1, 81.4},
	{70.5, 81.8}, {77.3, 77.3}, {85.2, 84.2}, {86, 75.4}, {84.1, 79.5}, {79.7, 73}, {85.5, 88.3},
	{84.4, 84.7}, {79.6, 81.4}, {77.5, 81.2}, {72.3, 88.2}, {89, 78.8}
};

static const double treated[][2] = {
	{80.5, 82.2}, {84.9, 85.6}, {81.5, 81.4}, {82.6, 81.9}, {79.9, 76.4}, {88.7, 103.6}, {94.9, 98.4},
	{76.3, 93.4}, {81, 73.4}, {80.5, 82.1}, {85, 96.7}, {89.2, 95.3}, {81.3, 82.4}, {76.5, 72.5},
	{70, 90.9}, {80.4, 71.3}, {83.3, 85.4}, {83, 81.6}, {87.7, 89.1}, {84.2, 83.9}, {86.4, 82.7},
	{76.5, 75.7}, {80.2, 82.6}, {87.8, 100.4}, {83.3, 85.2}, {79.7, 83.6}, {84.5, 84.6}, {80.8, 96.2},
	{87.4, 86.7}
};

static void
add_arm(ArmMoments *arm, ExactSum *sums, const double (*rows)[2], int n, double shift)
{
	memset(sums, 0, XY_SUMS * sizeof(ExactSum));
	for (int i = 0; i < n; i++)
	{
		double		x = rows[i][0] + shift;
		double		y = rows[i][1] + shift;

		exact_sum_add(&sums[SUM_Y], y);
		exact_sum_add_product(&sums[SUM_YY], y, y);
		exact_sum_add(&sums[SUM_X], x);
		exact_sum_add_product(&sums[SUM_XX], x, x);
		exact_sum_add_product(&sums[SUM_XY], x, y);
	}
	*arm = (ArmMoments) {n, sums};
}

static void
test_means(void)
{
	ExactSum	sums[2][XY_SUMS];
	ArmMoments	arms[2];
	MeanDifference d;
	MeanDifference far;

	add_arm(&arms[0], sums[0], control, lengthof(control), 0);
	add_arm(&arms[1], sums[1], treated, lengthof(treated), 0);
	d = welch(arms, 0.95);
	ok(near(d.mean_a, 81.1076923076923, 1e-12) && near(d.mean_b, 85.6965517241379, 1e-12) && near(d.difference, 4.58885941644563, 1e-12) &&
	   near(d.low, 0.946650138823685, 1e-12) && near(d.high, 8.23106869406757, 1e-12) && near(d.standard_error, 1.80859670144539, 1e-12) &&
	   near(d.t, 2.53724858216224, 1e-12) && near(d.degrees, 45.22108040556, 1e-12) && near(d.p_value, 0.0146899036377268, 1e-12), "Welch");
	d = cuped(arms, 0.95);
	ok(near(d.theta, 0.348781559798798, 1e-12) && near(d.mean_a, 81.3158636792226, 1e-12) && near(d.mean_b, 85.5099153220763, 1e-12) &&
	   near(d.difference, 4.19405164285375, 1e-12) && near(d.low, 0.624188265055008, 1e-12) && near(d.high, 7.76391502065249, 1e-12) &&
	   near(d.standard_error, 1.77771037744688, 1e-12) && near(d.degrees, 50.4408189945716, 1e-12) &&
	   near(d.p_value, 0.0222237057223908, 1e-12) && near(d.reduction, 0.0645972174701268, 1e-11), "CUPED");
	/* so far away that their squares have no digit left of the variance */
	add_arm(&arms[0], sums[0], control, lengthof(control), 1e9);
	add_arm(&arms[1], sums[1], treated, lengthof(treated), 1e9);
	far = welch(arms, 0.95);
	ok(near(far.standard_error, 1.80859670144539, 1e-7), "Welch, a billion away");
	far = cuped(arms, 0.95);
	ok(near(far.theta, 0.348781559798798, 1e-6) && near(far.standard_error, 1.77771037744688, 1e-7), "CUPED, a billion away");
	add_arm(&arms[0], sums[0], control, lengthof(control), 1LL << 44);
	add_arm(&arms[1], sums[1], treated, lengthof(treated), 1LL << 44);
	far = welch(arms, 0.95);
	ok(near(far.standard_error, 1.80859670144539, 1e-3) && near(far.difference, 4.58885941644563, 1e-3), "Welch, where a double has eight bits behind the point");
	arms[0].n = 0;
	memset(sums[0], 0, sizeof(sums[0]));
	d = welch(arms, 0.95);
	ok(isnan(d.mean_a) && isfinite(d.mean_b) && isnan(d.difference) && isnan(d.low), "an arm of nobody");
}

int
main(void)
{
	test_exact_sums();
	test_lists();
	test_ends();
	test_means();
	return tap_status();
}
