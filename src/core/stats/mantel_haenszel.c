/* The test and the estimate of Mantel and Haenszel; see mantel_haenszel.h. */
#include "core/stats/mantel_haenszel.h"

#include <math.h>

bool
mantel_haenszel_p(const MantelHaenszel *mh, double *p)
{
	if (mh->variance <= 0)
		return false;
	*p = erfc(Max(fabs(mh->excess) - 0.5, 0) / sqrt(2 * mh->variance));
	return true;
}

/* Not known where it would be infinite, or nought to nought. */
bool
mantel_haenszel_odds_ratio(const MantelHaenszel *mh, double *odds_ratio)
{
	if (mh->against_odds <= 0)
		return false;
	*odds_ratio = mh->for_odds / mh->against_odds;
	return true;
}
