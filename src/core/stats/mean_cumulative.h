/*
 * The mean cumulative function: how many events an entrant has had by some age,
 * when entrants have been watched for different times.  W. Nelson, "Graphical
 * analysis of system repair data", Journal of Quality Technology 20, 1988.
 *
 * At each age t at which there were events, d of them, n entrants were still
 * watched (who leaves at t is); M grows by d / n.  The variance is the robust one,
 * which lets events of an entrant depend on each other (J. F. Lawless and
 * C. Nadeau, "Some simple robust methods for the analysis of recurrent events",
 * Technometrics 37, 1995): the sum over entrants of the square of what each of
 * them moves M by, the sum of (its events at t - d / n) / n over all t at which
 * it was watched.
 */
#ifndef PLG_CORE_STATS_MEAN_CUMULATIVE_H
#define PLG_CORE_STATS_MEAN_CUMULATIVE_H

#include "core/base/platform.h"

typedef struct MeanCumulative
{
	/* by age with events, in order; each has one place more, of what is before the first */
	int64		n;
	int64	   *age;			/* n */
	double	   *share;			/* n: 1 / entrants watched */
	double	   *mean;			/* n + 1: M before this age */
	double	   *expected;		/* n + 1: the sum of d / n / n before it */
} MeanCumulative;

/* Of all events' ages and of how long all entrants were watched, both ascending. */
extern MeanCumulative *mean_cumulative(const int64 *ages, int64 n, const int64 *watched, int64 entrants);

/* How many ages with events come before one; it is the place of M there. */
extern int64 ages_before(const MeanCumulative *m, int64 age);

#endif							/* PLG_CORE_STATS_MEAN_CUMULATIVE_H */
