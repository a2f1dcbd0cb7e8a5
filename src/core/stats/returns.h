/*
 * How many silences end: Kaplan and Meier's estimate (survival.h) of gaps
 * between active units, by how many active units came before the gap.
 *
 * A gap of g ended in the g-th unit after the last active one; one of which s
 * silent units are known, and no more, is censored at s.  Of the n gaps that are
 * known to have lasted until the g-th unit, d ended in it, so that S(g), the share
 * that lasts longer, is the product of 1 - d/n.
 *
 * Of those silent for s units, S(s + h) / S(s) do not come back within h more.  h
 * is as long as has been watched at all, so the curve ends before that, at e, the
 * last unit that enough gaps are known to have reached.  From there it goes on as
 * it did over its last doubling, as the power of time that leads from S(e / 2) to
 * S(e): among silences the likely returns end first, and the rate of returns falls
 * like 1/t (J. R. Lomax, "Business failures: another example of the analysis of
 * failure data", JASA 49, 1954).  Where nobody comes back any more it is flat.
 *
 * Gaps after few and after many active units differ most, so their number is a
 * stratum: 1, 2, 3, then two strata for each doubling.  Where too few silences of
 * some length have been watched in one, the one below is asked.
 */
#ifndef PLG_CORE_STATS_RETURNS_H
#define PLG_CORE_STATS_RETURNS_H

#include "core/base/platform.h"

#define RETURN_STRATA 64

typedef struct GapStratum
{
	int64	   *ended;			/* by length of gap */
	int64	   *censored;
	int64	   *known;			/* how many gaps were known to last so long, or longer */
	double	   *lasting;		/* S */
	double	   *lost;			/* the answer, by how long the silence is */
	int32		end;			/* e; 0: too few gaps */
} GapStratum;

/* Gaps after fewer active units find their stratum in a table. */
#define FEW_UNITS 64

typedef struct Returns
{
	int32		longest;		/* gap that was watched, and h */
	GapStratum	strata[RETURN_STRATA];
	int32		n_few;			/* of the table */
	int64	   *ended_after[FEW_UNITS];
} Returns;

/* No gap is longer. */
extern Returns *make_returns(int32 longest);

/*
 * An entity's active units, ascending: the gaps between those that are over, of
 * which that many are known, and the last one, censored.
 */
extern void add_gaps(Returns *returns, const int32 *active, int32 n, int32 over);

/* After all gaps: an answer rests on so many silences at least. */
extern void returns_finish(Returns *returns, int64 at_least);

/*
 * The share of silences like this one that do not end within as long again as has
 * been watched; false if too few were like it.
 */
extern bool share_lost(const Returns *returns, int32 active_units, int32 silent, double *share);

#endif							/* PLG_CORE_STATS_RETURNS_H */
