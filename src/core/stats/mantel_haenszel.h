/*
 * Tables of two by two in several strata: N. Mantel and W. Haenszel, "Statistical
 * aspects of the analysis of data from retrospective studies of disease", Journal
 * of the National Cancer Institute 22, 1959; R's mantelhaen.test, with the
 * correction for continuity, which is theirs.
 */
#ifndef PLG_CORE_STATS_MANTEL_HAENSZEL_H
#define PLG_CORE_STATS_MANTEL_HAENSZEL_H

#include "core/base/platform.h"

typedef struct MantelHaenszel
{
	double		excess;			/* exposed cases, less as many as chance gives */
	double		variance;
	double		for_odds;		/* numerator and denominator of the odds ratio */
	double		against_odds;
} MantelHaenszel;

/* Adds a stratum: of exposed and unexposed, how many there are and how many are cases. */
static inline void
mantel_haenszel_add(MantelHaenszel *mh, int64 exposed, int64 exposed_cases, int64 unexposed, int64 unexposed_cases)
{
	double		n = (double) (exposed + unexposed);
	double		cases = (double) (exposed_cases + unexposed_cases);

	if (exposed == 0 || unexposed == 0)
		return;
	mh->excess += (double) exposed_cases - (double) exposed * cases / n;
	mh->variance += (double) exposed / n * ((double) unexposed / n) * cases * ((n - cases) / (n - 1));
	mh->for_odds += (double) exposed_cases * (double) (unexposed - unexposed_cases) / n;
	mh->against_odds += (double) (exposed - exposed_cases) * (double) unexposed_cases / n;
}

/* Whether some stratum tells anything; then the p-value of no association in any, and the common odds ratio. */
extern bool mantel_haenszel_p(const MantelHaenszel *mh, double *p);
extern bool mantel_haenszel_odds_ratio(const MantelHaenszel *mh, double *odds_ratio);

#endif							/* PLG_CORE_STATS_MANTEL_HAENSZEL_H */
