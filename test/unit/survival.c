/*
 * Textbook values of the Kaplan-Meier estimate, the normal quantile and the
 * score interval.  Sources: Freireich et al. (1963) as in Cox and Oakes, the
 * aml data of Miller (1981), both with R's survival; Newcombe (1998).
 */
#include "core/proportion.h"
#include "core/survival.h"
#include "tap.h"

#include <math.h>

#define UNIT INT64CONST(1000000)

static TimeStream events;
static TimeStream censored;
static SurvivalInput input;

/* Times in units, ascending. */
static SurvivalInput *
data(const int64 *event_times, int n_events, const int64 *censored_times, int n_censored)
{
	int64	   *e = palloc((n_events + 1) * sizeof(int64));
	int64	   *c = palloc((n_censored + 1) * sizeof(int64));

	for (int i = 0; i < n_events; i++)
		e[i] = event_times[i] * UNIT;
	for (int i = 0; i < n_censored; i++)
		c[i] = censored_times[i] * UNIT;
	events = (TimeStream) {.times = e, .n = n_events};
	censored = (TimeStream) {.times = c, .n = n_censored};
	input = (SurvivalInput) {{&events, NULL}, &censored, 0, n_events + n_censored};
	return &input;
}

static bool
near(double got, double expected)
{
	return fabs(got - expected) <= 1e-9 * Max(fabs(expected), 1e-9);
}

static SurvivalInput *
freireich(void)
{
	static const int64 e[] = {6, 6, 6, 7, 10, 13, 16, 22, 23};
	static const int64 c[] = {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35};

	return data(e, lengthof(e), c, lengthof(c));
}

static SurvivalInput *
aml(void)
{
	static const int64 e[] = {5, 5, 8, 8, 9, 12, 13, 18, 23, 23, 27, 30, 31, 33, 34, 43, 45, 48};
	static const int64 c[] = {13, 16, 28, 45, 161};

	return data(e, lengthof(e), c, lengthof(c));
}

static void
test_curve(void)
{
	SurvivalPoint p[] = {{.time = 0}, {.time = 6 * UNIT}, {.time = 23 * UNIT}, {.time = 35 * UNIT}, {.time = 36 * UNIT}};
	SurvivalPoint end = {.time = FOREVER};

	survival_at(freireich(), two_sided_z(0.95), p, lengthof(p));
	ok(p[0].known && p[0].rate == 0 && p[0].bounded && p[0].high == 0 && p[0].at_risk == 21,
	   "nobody has converted at once");
	ok(near(p[1].rate, 1 - 0.857142857142857) && p[1].at_risk == 21 &&
	   near(p[1].low, 1 - 0.951551747646997) && near(p[1].high, 1 - 0.619717955265984),
	   "6-MP at 6 weeks, where somebody is censored too");
	ok(near(p[2].rate, 0.551820728291317) && p[2].at_risk == 6 &&
	   near(p[2].low, 1 - 0.680142628495241) && near(p[2].high, 1 - 0.188052005959232),
	   "6-MP at 23 weeks");
	ok(p[3].known && near(p[3].rate, 0.551820728291317) && p[3].at_risk == 1, "6-MP at its end");
	ok(!p[4].known, "nothing is known beyond it");
	survival_at(freireich(), 0, &end, 1);
	ok(end.known && near(end.rate, 0.551820728291317), "the end of follow-up");
	freireich()->forever = 1;
	input.total++;
	survival_at(&input, 0, p + 4, 1);
	ok(p[4].known && p[4].at_risk == 1, "with one watched for ever everything is known");
}

static void
test_quantiles(void)
{
	SurvivalQuantile q[] = {{.share = 0}, {.share = 0.25}, {.share = 0.5}, {.share = 0.75}};

	survival_quantiles(freireich(), two_sided_z(0.95), q, lengthof(q));
	ok(q[0].time == 0 && q[2].time == 23 * UNIT && q[2].low == 13 * UNIT && q[2].high == NOT_KNOWN &&
	   q[3].time == NOT_KNOWN, "6-MP: median 23, from 13, open; never three quarters");
	survival_quantiles(aml(), two_sided_z(0.95), q, lengthof(q));
	ok(q[2].time == 27 * UNIT, "aml: median 27");
	survival_quantiles_within(aml(), 34 * UNIT, 0.723947550034507, q, lengthof(q));
	ok(q[1].time == 9 * UNIT && q[2].time == 23 * UNIT && q[3].time == 30 * UNIT,
	   "aml: quartiles among those within 34 weeks");
}

static void
test_flat_pieces(void)
{
	static const int64 e[] = {1, 2, 4};
	static const int64 c[] = {9};
	SurvivalQuantile q[] = {{.share = 0.25}, {.share = 0.5}, {.share = 0.75}};
	SurvivalQuantile last = {.share = 1};

	survival_quantiles(data(e, 3, c, 1), 0, q, 3);
	ok(q[0].time == 3 * UNIT / 2 && q[1].time == 3 * UNIT && q[2].time == 13 * UNIT / 2,
	   "a share hit exactly: the middle of the flat piece, the last one to the end of follow-up");
	survival_quantiles_within(data(e, 3, c, 1), 5 * UNIT, 0.75, &last, 1);
	ok(last.time == 4 * UNIT, "the last within a time is the last conversion");
	data(e, 3, c, 0)->forever = 1;
	input.total++;
	survival_quantiles(&input, 0, q, 3);
	ok(q[2].time == 4 * UNIT, "a last piece without end begins where the share is reached");
	survival_quantiles(data(e, 0, c, 1), 0, q, 3);
	ok(q[0].time == NOT_KNOWN, "nobody converted");
	survival_quantiles(data(e, 0, c, 0), 0, q, 3);
	ok(q[0].time == NOT_KNOWN, "nobody entered");
}

/* Counts those who leave instead of stepping from one to the next. */
static int64
count_left(SurvivalInput *counted, int64 time)
{
	int64		left = 0;

	(void) counted;
	while (left < censored.n && censored.times[left] < time)
		left++;
	return left;
}

static void
test_counted_leavers(void)
{
	uint64		seed = 7;
	bool		same = true;

	for (int run = 0; run < 2000; run++)
	{
		int64		times[2][40];
		int			n[2];
		SurvivalPoint stepped[] = {{.time = 7 * UNIT}, {.time = 90 * UNIT}};
		SurvivalPoint counted[] = {{.time = 7 * UNIT}, {.time = 90 * UNIT}};
		SurvivalQuantile q[2] = {{.share = 0.5}, {.share = 0.5}};

		for (int k = 0; k < 2; k++)
		{
			n[k] = (int) (next_random(&seed) % 40);
			for (int i = 0; i < n[k]; i++)
				times[k][i] = (i > 0 ? times[k][i - 1] : 0) + (int64) (next_random(&seed) % 3);
		}
		data(times[0], n[0], times[1], n[1])->forever = 1;
		input.total++;
		survival_at(&input, 0, stepped, 2);
		events.next = censored.next = 0;
		survival_quantiles_within(&input, 90 * UNIT, stepped[1].rate, &q[0], 1);

		events.next = 0;
		input.censored = NULL;
		input.left_before = count_left;
		survival_at(&input, 0, counted, 2);
		events.next = 0;
		survival_quantiles_within(&input, 90 * UNIT, counted[1].rate, &q[1], 1);
		for (int i = 0; i < 2; i++)
			same &= stepped[i].rate == counted[i].rate && stepped[i].at_risk == counted[i].at_risk && counted[i].known;
		same &= n[0] == 0 || q[0].time == q[1].time;
	}
	ok(same, "those who leave, counted, give the bits of those stepped over");
}

static void
test_proportion(void)
{
	double		low,
				high;

	ok(near(normal_quantile(0.975), 1.959963984540054) && near(normal_quantile(0.6), 0.2533471031357997) &&
	   near(normal_quantile(1e-20), -9.262340089798408) && normal_quantile(0.5) == 0,
	   "normal quantiles, in each of the three ranges");
	ok(wilson_interval(81, 263, 0.95, &low, &high) && near(low, 0.255288519878274) &&
	   fabs(high - 0.3662) < 5e-5, "Wilson: 81 of 263");
	ok(wilson_interval(0, 20, 0.95, &low, &high) && low == 0 && fabs(high - 0.1611) < 5e-5, "Wilson: none of 20");
	ok(wilson_interval(20, 20, 0.95, &low, &high) && high == 1 && near(low, 0.838874841947181), "Wilson: all of 20");
	ok(wilson_interval(3, 1000000, 0.95, &low, &high) && near(low, 1.02027124096812e-06), "Wilson: 3 of a million");
	ok(!wilson_interval(0, 0, 0.95, &low, &high) && !wilson_interval(2, 1, 0.95, &low, &high) &&
	   !wilson_interval(-1, 1, 0.95, &low, &high), "Wilson: no proportion");
}

int
main(void)
{
	test_curve();
	test_quantiles();
	test_flat_pieces();
	test_counted_leavers();
	test_proportion();
	return tap_status();
}
