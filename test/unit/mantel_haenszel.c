/*
 * Mantel and Haenszel's test and odds ratio, and phi: R 4.2, mantelhaen.test of
 * UCBAdmissions (admitted by gender in each of six departments), which prints
 * 1.4269 for the corrected statistic.
 */
#include "core/stats/mantel_haenszel.h"
#include "core/stats/phi.h"
#include "tap.h"

#include <math.h>

/* Men admitted and rejected, women admitted and rejected. */
static const int64 departments[6][4] = {
	{512, 313, 89, 19}, {353, 207, 17, 8}, {120, 205, 202, 391},
	{138, 279, 131, 244}, {53, 138, 94, 299}, {22, 351, 24, 317}
};

static bool
near(double got, double expected)
{
	bool		good = fabs(got - expected) <= 1e-12 * fabs(expected);

	if (!good)
		printf("# %.15g, not %.15g\n", got, expected);
	return good;
}

int
main(void)
{
	MantelHaenszel mh = {0};
	MantelHaenszel one = {0};
	double		p = 0;
	double		odds_ratio = 0;
	double		phi = 0;

	ok(!mantel_haenszel_p(&mh, &p) && !mantel_haenszel_odds_ratio(&mh, &odds_ratio), "no stratum, nothing known");
	for (int i = 0; i < 6; i++)
	{
		const int64 *d = departments[i];

		mantel_haenszel_add(&mh, d[0] + d[1], d[0], d[2] + d[3], d[2]);
		/* that tell nothing: nobody exposed, everybody */
		mantel_haenszel_add(&mh, 0, 0, 7, 3);
		mantel_haenszel_add(&mh, 7, 3, 0, 0);
	}
	ok(near(mh.excess * mh.excess / mh.variance, 1.52460666044344), "the statistic without correction");
	ok(mantel_haenszel_p(&mh, &p) && fabs(p - 0.232) < 0.0005, "the p-value with it");
	ok(mantel_haenszel_odds_ratio(&mh, &odds_ratio) && near(odds_ratio, 0.904696828258623), "the common odds ratio");

	mantel_haenszel_add(&one, 10, 0, 10, 0);
	ok(!mantel_haenszel_p(&one, &p), "no cases, nothing known");
	mantel_haenszel_add(&one, 1, 1, 1, 0);
	ok(mantel_haenszel_p(&one, &p) && p == 1 && !mantel_haenszel_odds_ratio(&one, &odds_ratio), "one pair is as chance would have it");

	ok(phi_coefficient(1000, 35, 230, 30, &phi) && near(phi, (30 * 765.0 - 5 * 200.0) / sqrt(35.0 * 965 * 230 * 770)), "phi");
	ok(phi_coefficient(10, 5, 5, 5, &phi) && near(phi, 1) && phi_coefficient(10, 5, 5, 0, &phi) && near(phi, -1), "phi at its ends");
	ok(!phi_coefficient(10, 10, 5, 5, &phi) && !phi_coefficient(10, 3, 0, 0, &phi) && !phi_coefficient(0, 0, 0, 0, &phi), "phi of what does not vary");
	return tap_status();
}
