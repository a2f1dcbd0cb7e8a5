/*
 * Log-rank test, hazard ratio and restricted means of the textbooks' two-armed
 * data, as R's survival 3.5 has them (survdiff, coxph with Efron's ties,
 * survfit's rmean).
 */
#include "core/stats/two_arms.h"
#include "tap.h"

#include <math.h>

static bool
near(double got, double expected)
{
	bool		good = fabs(got - expected) <= 1e-9 * Max(fabs(expected), 1e-300);

	if (!good)
		printf("# %.17g, not %.17g\n", got, expected);
	return good;
}

/* Times ascend; a 0 ends them. */
static SurvivalInput *
arm(const int64 *events, const int64 *censored)
{
	SurvivalInput *input = palloc0(sizeof(SurvivalInput));
	TimeStream *streams = palloc0(2 * sizeof(TimeStream));

	while (events[streams[0].n] != 0)
		streams[0].n++;
	while (censored[streams[1].n] != 0)
		streams[1].n++;
	streams[0].times = events;
	streams[1].times = censored;
	input->events[0] = &streams[0];
	input->censored[0] = &streams[1];
	input->total = streams[0].n + streams[1].n;
	return input;
}

static const int64 none[] = {0};

/* aml: maintained and not (Miller 1981) */
static const int64 aml_a[] = {9, 13, 18, 23, 31, 34, 48, 0};
static const int64 aml_a_censored[] = {13, 28, 45, 161, 0};
static const int64 aml_b[] = {5, 5, 8, 8, 12, 23, 27, 30, 33, 43, 45, 0};
static const int64 aml_b_censored[] = {16, 0};

/* gehan: placebo and 6-MP (Freireich et al. 1963) */
static const int64 placebo[] = {1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23, 0};
static const int64 six_mp[] = {6, 6, 6, 7, 10, 13, 16, 22, 23, 0};
static const int64 six_mp_censored[] = {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35, 0};

static void
test_textbooks(void)
{
	TwoArms		r = compare_arms(arm(aml_a, aml_a_censored), arm(aml_b, aml_b_censored), 0.95);

	ok(near(r.logrank_p_value, 0.0653393220405051), "log-rank of aml");
	ok(near(r.hazard_ratio, 2.49810532617228) && near(r.hazard_low, 0.915907257436452) && near(r.hazard_high, 6.81349576606373),
	   "hazard ratio of aml");
	r = compare_arms(arm(placebo, none), arm(six_mp, six_mp_censored), 0.95);
	ok(near(r.logrank_p_value, 4.16880910933454e-05), "log-rank of gehan");
	ok(near(r.hazard_ratio, 0.207603524841537) && near(r.hazard_low, 0.0925128372620035) && near(r.hazard_high, 0.465872897234473),
	   "hazard ratio of gehan");
}

static void
test_restricted_means(void)
{
	double		a;
	double		b;

	ok(survival_restricted_mean(arm(aml_a, aml_a_censored), 40, &a) && survival_restricted_mean(arm(aml_b, aml_b_censored), 40, &b) &&
	   near(a, 28.8977272727273) && near(b, 21.9305555555556), "restricted means of aml");
	ok(survival_restricted_mean(arm(aml_b, aml_b_censored), 1000, &b) && near(b, 22.7083333333333333) &&
	   survival_restricted_mean(arm(aml_b, aml_b_censored), FOREVER, &b) && near(b, 22.7083333333333333), "whoever has converted waits no more");
	ok(survival_restricted_mean(arm(aml_a, aml_a_censored), 161, &a) && !survival_restricted_mean(arm(aml_a, aml_a_censored), 162, &a) &&
	   !survival_restricted_mean(arm(aml_a, aml_a_censored), FOREVER, &a), "nothing is known beyond the longest follow-up");
	ok(survival_end(arm(aml_a, aml_a_censored)) == 161 && survival_end(arm(aml_b, aml_b_censored)) == FOREVER &&
	   survival_end(arm(none, none)) == 0 && !survival_restricted_mean(arm(none, none), 5, &a), "where a curve ends");
}

/* What is the same for both arms, and what turns around with them. */
static void
test_properties(void)
{
	TwoArms		r = compare_arms(arm(aml_a, aml_a_censored), arm(aml_b, aml_b_censored), 0.95);
	TwoArms		back = compare_arms(arm(aml_b, aml_b_censored), arm(aml_a, aml_a_censored), 0.95);

	ok(near(back.logrank_p_value, r.logrank_p_value) && near(1 / back.hazard_ratio, r.hazard_ratio) && near(1 / back.hazard_low, r.hazard_high),
	   "arms exchanged, the ratio is the inverse");
	r = compare_arms(arm(aml_a, aml_a_censored), arm(aml_a, aml_a_censored), 0.95);
	ok(r.logrank_p_value == 1 && r.hazard_ratio == 1, "an arm against itself");
	r = compare_arms(arm(none, aml_b), arm(aml_a, none), 0.95);
	ok(r.logrank_p_value < 1 && isnan(r.hazard_ratio) && isnan(r.hazard_high), "an arm without a conversion has no ratio");
	r = compare_arms(arm(none, none), arm(aml_a, none), 0.95);
	ok(isnan(r.logrank_p_value) && isnan(r.hazard_ratio), "an arm of nobody has no test");
	r = compare_arms(arm(none, aml_a), arm(none, aml_b), 0.95);
	ok(isnan(r.logrank_p_value) && isnan(r.hazard_ratio), "no conversions, no test");
	r = compare_arms(arm((int64[]) {1, 2, 0}, none), arm((int64[]) {3, 4, 0}, none), 0.95);
	ok(r.logrank_p_value < 0.2 && isnan(r.hazard_ratio), "all of one arm before any of the other: no ratio");
	r = compare_arms(arm((int64[]) {7, 0}, none), arm((int64[]) {7, 0}, none), 0.95);
	ok(isnan(r.logrank_p_value) && near(r.hazard_ratio, 1), "one of each at one time");
}

int
main(void)
{
	test_textbooks();
	test_restricted_means();
	test_properties();
	return tap_status();
}
