/*
 * Textbook values of the Kaplan-Meier estimate, the normal quantile and the
 * score interval.  Sources: Freireich et al. (1963) as in Cox and Oakes, the
 * aml data of Miller (1981), both with R's survival; Newcombe (1998).
 */
#include "core/stats/proportion.h"
#include "core/stats/survival.h"
#include "core/stats/km_medians.h"
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
	input = (SurvivalInput) {.events = {&events}, .censored = {&censored}, .total = n_events + n_censored};
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
	double		z = two_sided_z(0.95);

	survival_at(freireich(), z, p, lengthof(p));
	ok(p[0].known && p[0].rate == 0 && p[0].low == 0 && near(p[0].high, z * z / (21 + z * z)) && p[0].at_risk == 21,
	   "nobody has converted at once, as Wilson has it for 0 of 21");
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

/* Where the curve is at one of its ends the log-log bounds do not exist. */
static void
test_ends(void)
{
	static const int64 e[] = {5, 6, 6};
	static const int64 c[] = {2, 4};
	static const int64 same[] = {3, 3, 3, 3};
	double		z = two_sided_z(0.95);
	SurvivalPoint p[] = {{.time = 2 * UNIT}, {.time = 3 * UNIT}, {.time = 5 * UNIT}, {.time = 6 * UNIT}, {.time = 9 * UNIT}};
	SurvivalPoint end = {.time = FOREVER};

	survival_at(data(e, 3, c, 2), z, p, lengthof(p));
	ok(p[0].rate == 0 && p[0].low == 0 && near(p[0].high, z * z / (5 + z * z)) && near(p[1].high, z * z / (4 + z * z)),
	   "at 0: none of those who were watched that long");
	ok(p[3].rate == 1 && near(p[3].low, Max(2 / (2 + z * z), p[2].low)) && p[3].high == 1,
	   "at 1: all of those who were at risk last, or the bound before them");
	ok(p[4].known && p[4].rate == 1 && p[4].low == p[3].low && p[4].high == 1 && p[4].at_risk == 0, "and so it stays");
	survival_at(data(same, 4, NULL, 0), z, p, 1);
	survival_at(data(same, 4, NULL, 0), z, &end, 1);
	ok(end.rate == 1 && near(end.low, 4 / (4 + z * z)) && end.high == 1, "all at once: Wilson's of 4 of 4");
	survival_at(data(NULL, 0, c, 2), z, &end, 1);
	ok(end.rate == 0 && near(end.high, z * z / (1 + z * z)), "nobody by the end of follow-up, which one has seen");
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

static void
shuffle(int64 *times, int n, uint64 *seed)
{
	for (int i = n - 1; i > 0; i--)
	{
		int			other = (int) (next_random(seed) % ((uint64) i + 1));
		int64		time = times[i];

		times[i] = times[other];
		times[other] = time;
	}
}

/* Against the curve that steps from each of the leavers to the next. */
static void
test_km_median(void)
{
	uint64		seed = 7;
	bool		same = true;
	int			medians = 0;
	int			unknown = 0;
	int			few = 0;

	for (int run = 0; run < 20000; run++)
	{
		int64		within = run % 5 == 0 ? FOREVER : (int64) (next_random(&seed) % 70) * UNIT;
		int64		watched[4][40];	/* conversions, their leavers, all leavers, other leavers */
		int			n[4] = {0};
		int			forever = (int) (next_random(&seed) % 3);
		SurvivalPoint end = {.time = within};
		SurvivalQuantile median = {.share = 0.5};
		Leavers    *leavers;
		int64		got;

		for (int64 time = 0; time < 40; time++)
		{
			int64		t = time * (1 + (int64) (run & 1));

			if (t * UNIT > within)
				break;
			switch (next_random(&seed) % (2 + (uint64) run % 5))
			{
				case 0:
					if (next_random(&seed) % 3 > 0 && (run % 7 > 0 || n[0] < 2))
						watched[0][n[0]++] = t * UNIT;
					break;
				case 1:
					if (t * UNIT == within)
						break;
					watched[3][n[3]++] = t;
					watched[2][n[2]++] = t * UNIT;
					break;
				case 2:
					/* somebody converted before it */
					if (n[1] < n[0] && t * UNIT < within)
					{
						watched[1][n[1]++] = t * UNIT;
						watched[2][n[2]++] = t * UNIT;
					}
			}
		}
		for (int i = 1; run % 3 == 0 && i < n[0]; i++)
			watched[0][i] = watched[0][i - i % 3];
		for (int i = 0; i < n[3]; i++)
			watched[3][i] *= UNIT;
		events = (TimeStream) {.times = watched[0], .n = n[0]};
		censored = (TimeStream) {.times = watched[3], .n = n[3]};
		input = (SurvivalInput) {.events = {&events}, .censored = {&censored}, .forever = forever, .total = n[0] + n[3] + forever};
		survival_at(&input, 0, &end, 1);
		events.next = censored.next = 0;
		if (end.known && end.rate > 0)
			survival_quantiles_within(&input, within, end.rate, &median, 1);
		else
			median.time = NOT_KNOWN;
		for (int list = 0; list < 3; list++)
			shuffle(watched[list], n[list], &seed);
		leavers = make_leavers((TimeList) {watched[2], n[2]});
		few += n[0] > 0 && n[0] < n[2] / 8;
		got = km_median(&(EventTimes) {{watched[0], n[0]}, {watched[1], n[1]}, input.total}, leavers, within);
		same &= got == median.time;
		medians += got != NOT_KNOWN;
		unknown += n[0] > 0 && got == NOT_KNOWN;
	}
	ok(same && medians > 1000 && unknown > 100 && few > 50, "the median of an event is that of the curve with all its steps");
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
	test_ends();
	test_quantiles();
	test_flat_pieces();
	test_km_median();
	test_proportion();
	return tap_status();
}
