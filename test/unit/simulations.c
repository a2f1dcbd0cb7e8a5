/*
 * What intervals and tests promise, against made experiments whose truth is
 * known.  Each takes as many runs as tell it; an argument multiplies them.
 */
#include "core/stats/difference.h"
#include "core/stats/goodness_of_fit.h"
#include "core/stats/means.h"
#include "core/stats/two_arms.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>

static uint64 seed = 2026;
static int	times = 1;

static double
uniform(void)
{
	return ((double) (next_random(&seed) >> 11) + 0.5) * 0x1p-53;
}

/* How many of n convert with probability p. */
static int64
binomial(int64 n, double p)
{
	uint64		limit = (uint64) ldexp(p, 63);
	int64		k = 0;

	for (int64 i = 0; i < n; i++)
		k += (next_random(&seed) >> 1) < limit;
	return k;
}

static void
test_newcombe(void)
{
	static const int64 sizes[] = {50, 100, 500, 1000, 5000};
	bool		good = true;

	for (int i = 0; i < (int) lengthof(sizes); i++)
	{
		int			runs = 3000 * times;
		int			covered = 0;
		double		share;

		for (int run = 0; run < runs; run++)
		{
			double		p_a = 0.05 + 0.6 * uniform();
			double		p_b = p_a + 0.3 * (uniform() - 0.1);
			ProportionDifference d = proportion_difference(binomial(sizes[i], p_a), sizes[i], binomial(sizes[i], p_b), sizes[i], 0.95, 5000);

			covered += d.low <= p_b - p_a && p_b - p_a <= d.high;
		}
		share = (double) covered / runs;
		printf("# %d units an arm: %.2f %% of %d\n", (int) sizes[i], 100 * share, runs);
		good &= share >= 0.94 && share <= 0.96;
	}
	ok(good, "Newcombe's intervals of 95 % cover 94 to 96 %");
}

/* Thirty looks at two arms that are alike, 500 more units in each a day. */
static void
test_looks(void)
{
	int			runs = 700 * times;
	int			fixed = 0;
	int			always = 0;
	int			at_end = 0;

	for (int run = 0; run < runs; run++)
	{
		int64		k[2] = {0, 0};
		bool		fixed_alarm = false;
		bool		always_alarm = false;
		ProportionDifference d = {0};

		for (int day = 1; day <= 30; day++)
		{
			k[0] += binomial(500, 0.1);
			k[1] += binomial(500, 0.1);
			d = proportion_difference(k[0], 500 * day, k[1], 500 * day, 0.95, 5000);
			fixed_alarm |= d.p_value < 0.05;
			always_alarm |= d.always_p_value < 0.05;
		}
		fixed += fixed_alarm;
		always += always_alarm;
		at_end += d.p_value < 0.05;
	}
	printf("# of %d runs without a difference, some day below 0.05: p_value %.1f %%, always_p_value %.1f %%; p_value on the last day %.1f %%\n",
		   runs, 100.0 * fixed / runs, 100.0 * always / runs, 100.0 * at_end / runs);
	ok(always <= 0.05 * runs, "looked at daily, always_p_value rejects a true null in at most 5 % of runs");
	ok(fixed > 0.25 * runs && fixed < 0.33 * runs, "and p_value in about 29 %");
	ok(at_end > 0.03 * runs && at_end < 0.07 * runs, "which is 5 % if looked at once");
}

static void
test_mismatch(void)
{
	static const double planned[] = {0.95, 0.05};
	static const double equal[] = {1, 1};
	int			runs = 2000 * times;
	int			alarms = 0;
	int			missed = 0;

	for (int run = 0; run < runs; run++)
	{
		int64		counts[2];

		counts[1] = binomial(4000, 0.05);
		counts[0] = 4000 - counts[1];
		alarms += goodness_of_fit_p(counts, planned, 2) < 0.001;
		missed += goodness_of_fit_p(counts, equal, 2) >= 0.001;
	}
	printf("# of %d runs planned 95 to 5, %d alarms\n", runs, alarms);
	ok(alarms <= 0.003 * runs && missed == 0, "95 to 5 as planned is no mismatch, and is one where equal arms were");
}

/* Times to conversion, exponential, watched for up to 20; ascending. */
static int
compare_times(const void *a, const void *b)
{
	int64		x = *(const int64 *) a;
	int64		y = *(const int64 *) b;

	return x < y ? -1 : x > y;
}

static SurvivalInput *
exponential_arm(int n, double hazard)
{
	SurvivalInput *input = palloc0(sizeof(SurvivalInput));
	TimeStream *streams = palloc0(2 * sizeof(TimeStream));
	int64	   *lists[2] = {palloc(n * sizeof(int64)), palloc(n * sizeof(int64))};

	for (int i = 0; i < n; i++)
	{
		double		time = -log(uniform()) / hazard;
		double		watched = 20 * uniform();
		int			censored = time > watched;

		lists[censored][streams[censored].n++] = (int64) ceil(Min(time, watched) * 100);
	}
	for (int i = 0; i < 2; i++)
	{
		qsort(lists[i], streams[i].n, sizeof(int64), compare_times);
		streams[i].times = lists[i];
	}
	input->events[0] = &streams[0];
	input->censored[0] = &streams[1];
	input->total = n;
	return input;
}

static void
test_times(void)
{
	int			runs = 1500 * times;
	int			covered = 0;
	int			false_alarms = 0;

	for (int run = 0; run < runs; run++)
	{
		TwoArms		r = compare_arms(exponential_arm(150, 0.05), exponential_arm(150, 0.075), 0.95);

		covered += r.hazard_low <= 1.5 && 1.5 <= r.hazard_high;
		r = compare_arms(exponential_arm(150, 0.05), exponential_arm(100, 0.05), 0.95);
		false_alarms += r.logrank_p_value < 0.05;
	}
	printf("# of %d runs, hazard ratios of 95 %% cover %.1f %%; log-rank tests below 0.05 without a difference %.1f %%\n",
		   runs, 100.0 * covered / runs, 100.0 * false_alarms / runs);
	ok(covered > 0.935 * runs && covered < 0.965 * runs, "intervals of the hazard ratio keep their level");
	ok(false_alarms > 0.035 * runs && false_alarms < 0.065 * runs, "and the log-rank test does");
}

/* Skewed amounts of which what was before foretells half; arms of two sizes. */
static void
add_units(ArmMoments *arm, ExactSum *sums, int n, double effect)
{
	memset(sums, 0, XY_SUMS * sizeof(ExactSum));
	for (int i = 0; i < n; i++)
	{
		double		x = -log(uniform());
		double		y = x - log(uniform()) + effect;

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
	int			runs = 1500 * times;
	int			covered[2] = {0, 0};
	double		width[2] = {0, 0};

	for (int run = 0; run < runs; run++)
	{
		ExactSum	sums[2][XY_SUMS];
		ArmMoments	arms[2];
		MeanDifference d[2];

		add_units(&arms[0], sums[0], 200, 0);
		add_units(&arms[1], sums[1], 100, 0.25);
		d[0] = welch(arms, 0.95);
		d[1] = cuped(arms, 0.95);
		for (int i = 0; i < 2; i++)
		{
			covered[i] += d[i].low <= 0.25 && 0.25 <= d[i].high;
			width[i] += d[i].high - d[i].low;
		}
	}
	printf("# of %d runs, intervals of 95 %% cover %.1f %% (Welch) and %.1f %% (CUPED), the latter as wide as %.3f of the former\n",
		   runs, 100.0 * covered[0] / runs, 100.0 * covered[1] / runs, width[1] / width[0]);
	ok(covered[0] > 0.935 * runs && covered[0] < 0.965 * runs && covered[1] > 0.935 * runs && covered[1] < 0.965 * runs,
	   "intervals of means keep their level");
	ok(width[1] > 0.68 * width[0] && width[1] < 0.735 * width[0], "what was known before, half of the variance, narrows them by the root of that");
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		times = atoi(argv[1]);
	test_newcombe();
	test_looks();
	test_mismatch();
	test_times();
	test_means();
	return tap_status();
}
