/*
 * Two proportions, samples, plans: cases computed with R 4.2 (prop.test,
 * power.prop.test, chisq.test, p.adjust) and from the papers' formulas.
 */
#include "core/stats/adjust.h"
#include "core/stats/difference.h"
#include "core/stats/goodness_of_fit.h"
#include "core/stats/sample_size.h"
#include "tap.h"

#include <math.h>

static bool
near(double got, double expected)
{
	bool		good = fabs(got - expected) <= 1e-12 * Max(fabs(expected), 1e-300);

	if (!good)
		printf("# %.17g, not %.17g\n", got, expected);
	return good;
}

static void
test_difference(void)
{
	ProportionDifference d = proportion_difference(3, 10, 9, 10, 0.95, 5000);

	ok(near(d.difference, 0.6) && near(d.low, 0.170522723934503) && near(d.high, 0.809017973535488), "Newcombe, 9 of 10 against 3 of 10");
	ok(near(d.lift, 2) && near(d.lift_low, 0.13835035744767) && near(d.lift_high, 6.90617751478479), "Katz");
	ok(near(d.p_value, 0.00616989932054415), "pooled z");

	d = proportion_difference(1500, 10000, 1620, 10050, 0.95, 5000);
	ok(near(d.difference, 0.0111940298507463) && near(d.low, 0.00115850474303604) && near(d.high, 0.021227569374354), "larger samples");
	ok(near(d.always_low, -0.00481498580724709) && near(d.always_high, 0.0272030455087396) && near(d.always_p_value, 0.564071737929005),
	   "confidence sequence");
	d = proportion_difference(10, 10, 0, 10, 0.95, 5000);
	ok(near(d.p_value, 7.74421643104409e-06) && d.difference == -1 && d.low == -1 && d.high < 0 && d.lift == -1 &&
	   isnan(d.lift_low) && isnan(d.always_low) && isnan(d.always_p_value), "none against all: what has no variance has no sequence");
	d = proportion_difference(0, 10, 0, 10, 0.95, 5000);
	ok(d.difference == 0 && near(d.low, -0.277532799862889) && near(d.high, 0.277532799862889) && isnan(d.lift) && isnan(d.p_value),
	   "none against none");
	d = proportion_difference(10, 10, 20, 20, 0.95, 5000);
	ok(d.lift == 0 && isnan(d.lift_low) && isnan(d.lift_high) && isnan(d.p_value), "all against all: no certainty");
	d = proportion_difference(0, 0, 1, 2, 0.95, 5000);
	ok(isnan(d.difference) && isnan(d.low) && isnan(d.always_high), "an arm of nobody");
}

/* An interval leaves out 0 just when its p-value is below 1 - level. */
static void
test_always_agree(void)
{
	uint64		seed = 1;
	bool		good = true;

	for (int i = 0; i < 20000; i++)
	{
		int64		n_a = 1 + (int64) (next_random(&seed) % 20000);
		int64		n_b = 1 + (int64) (next_random(&seed) % 20000);
		double		level = 0.5 + 0.499 * (double) (next_random(&seed) % 1000) / 1000;
		ProportionDifference d = proportion_difference((int64) (next_random(&seed) % (uint64) (n_a + 1)), n_a,
													   (int64) (next_random(&seed) % (uint64) (n_b + 1)), n_b, level, 100);

		if (!isnan(d.always_p_value))
			good &= (d.always_p_value <= 1 - level) == (d.always_low >= 0 || d.always_high <= 0);
		good &= d.low >= -1 && d.low <= d.difference && d.difference <= d.high && d.high <= 1;
	}
	ok(good, "the sequence and its p-value agree, intervals stay within -1 and 1");
}

static void
test_plans(void)
{
	static const double equal[] = {1, 1, 1};
	static const double nine[] = {0.9, 0.1};
	static const double huge[] = {1.7e308, 1.7e308};
	static const double with_none[] = {1, 0, 1};

	ok(near(goodness_of_fit_p((int64[]) {5000, 5210}, equal, 2), 0.0376825354730589), "5000 and 5210, planned alike");
	ok(near(goodness_of_fit_p((int64[]) {9000, 1100}, nine, 2), 0.00283474908025939), "9000 and 1100, planned nine to one");
	ok(near(goodness_of_fit_p((int64[]) {821588, 815482}, equal, 2), 1.82179287261919e-06), "821,588 and 815,482");
	ok(near(goodness_of_fit_p((int64[]) {5000, 5210}, huge, 2), 0.0376825354730589), "weights whose sum is no double");
	ok(near(goodness_of_fit_p((int64[]) {5000, 0, 5210}, with_none, 3), 0.0376825354730589), "an arm for nobody says nothing");
	ok(isnan(goodness_of_fit_p((int64[]) {5}, equal, 1)) && isnan(goodness_of_fit_p((int64[]) {0, 0}, equal, 2)), "one arm, or nobody");
	ok(sample_size(0.1, 0.12, 0.8, 0.95) == 3841 && sample_size(0.4, 0.45, 0.8, 0.95) == 1534 && sample_size(0.02, 0.01, 0.9, 0.99) == 4395 &&
	   sample_size(0.5, 0.9, 0.99, 0.9) == 37 && sample_size(0.3, 0.3003, 0.8, 0.95) == 36638566 && sample_size(0.1, 0.9, 0.001, 0.95) == 1,
	   "sample sizes");
}

static void
test_adjust(void)
{
	static const double p[] = {0.01, 0.02, 0.03, 0.04, 0.05, 0.2, 0.001, 0.9, 0.02};
	static const double expected[][lengthof(p)] = {
		{0.045, 0.045, 0.054, 0.06, 0.0642857142857142857, 0.225, 0.009, 0.9, 0.045},
		{0.12730357142857146, 0.12730357142857146, 0.15276428571428574, 0.16973809523809524, 0.18186224489795921, 0.63651785714285725, 0.025460714285714288, 1, 0.12730357142857146},
		{0.08, 0.14, 0.15, 0.16, 0.16, 0.4, 0.009, 0.9, 0.14},
		{0.09, 0.18, 0.27, 0.36, 0.45, 1, 0.009, 1, 0.18}
	};
	bool		good = true;

	for (Adjustment method = ADJUST_BH; method <= ADJUST_BONFERRONI; method++)
	{
		double		adjusted[lengthof(p)];

		memcpy(adjusted, p, sizeof(p));
		adjust_p(adjusted, lengthof(p), method);
		for (int i = 0; i < (int) lengthof(p); i++)
			good &= near(adjusted[i], expected[method][i]);
	}
	adjust_p(NULL, 0, ADJUST_BY);
	ok(good, "p-values of nine tests, adjusted in four ways");
}

int
main(void)
{
	test_difference();
	test_always_agree();
	test_plans();
	test_adjust();
	return tap_status();
}
