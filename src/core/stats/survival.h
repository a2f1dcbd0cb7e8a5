/*
 * The Kaplan-Meier estimate of "converted by time t" when some are still on
 * the way: E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete
 * observations", JASA 53, 1958.
 *
 * At each distinct time t, n are still at risk (their own time is t or later)
 * and d of them convert; the share not yet converted is multiplied by 1 - d/n.
 * Who leaves unconverted at t is still at risk at t.  The variance of the
 * logarithm of that share is Greenwood's sum of d / (n (n - d)); the bounds are
 * log-log, "complementary log-log" in J. D. Kalbfleisch and R. L. Prentice,
 * "The Statistical Analysis of Failure Time Data", so they stay in (0, 1).  They
 * do not exist where the share is still 0 or is 1, which is no certainty for
 * that.  At 0 the upper bound is Wilson's, for none of those who were watched that
 * long: nobody else is needed to say so.  At 1 the lower one is Wilson's for all
 * of those who were at risk last, since the share of all is no smaller than
 * theirs; or what it was before them, if that is more.
 *
 * Who was not seen from the start on is at risk only after the time at which he
 * was first seen, as R's Surv(entry, exit, event) has it.
 *
 * Everything is read in one pass over times in ascending order, which may come
 * in pieces, so nothing is held in memory.  Times are int64 microseconds.
 */
#ifndef PLG_CORE_STATS_SURVIVAL_H
#define PLG_CORE_STATS_SURVIVAL_H

#include "core/base/platform.h"

/* Later than any time: how long those are watched who always will be. */
#define FOREVER PG_INT64_MAX

#define NOT_KNOWN INT64CONST(-1)

/*
 * A share counts as reached, or hit exactly, within this distance: the square
 * root of double precision's epsilon, as in R's survfit.
 */
#define SHARE_TOLERANCE 1.4901161193847656e-08

/* Ascending times, in pieces. */
typedef struct TimeStream
{
	const int64 *times;
	int64		n;
	int64		next;
	bool		(*refill) (struct TimeStream *stream);	/* NULL: one piece */
} TimeStream;

typedef struct SurvivalInput
{
	TimeStream *events[3];		/* times to conversion; any may be NULL */
	TimeStream *censored[2];	/* follow-up of those not converted; either may be NULL */
	TimeStream *entries;		/* when those were first seen who were not from the start on; or NULL */
	int64		late;			/* how many these are */
	int64		forever;		/* how many of those are watched forever */
	int64		total;			/* all of them */
} SurvivalInput;

/* A time at which somebody converts, or is watched no longer. */
typedef struct SurvivalStep
{
	int64		time;
	int64		events;
	int64		censored;
} SurvivalStep;

/* The curve at one time. */
typedef struct SurvivalPoint
{
	int64		time;			/* FOREVER: the end of the longest follow-up */
	bool		known;			/* see survival_at */
	double		rate;			/* share converted by then */
	double		low;
	double		high;
	int64		at_risk;		/* whose own time is this or later */
} SurvivalPoint;

/* The times by which a share of all has converted. */
typedef struct SurvivalQuantile
{
	double		share;
	int64		time;			/* NOT_KNOWN if it has not been reached */
	int64		low;			/* bounds, if asked for */
	int64		high;
	int			position;		/* the caller's, who may have had to sort */
} SurvivalQuantile;

extern bool survival_step(SurvivalInput *input, int64 limit, SurvivalStep *step);

/* How many more were first seen before a time. */
extern int64 survival_entered(SurvivalInput *input, int64 time);
extern int64 survival_end(SurvivalInput *input);
extern bool survival_restricted_mean(SurvivalInput *input, int64 within, double *mean);
extern void survival_at(SurvivalInput *input, double z, SurvivalPoint *points, int n);
extern void survival_quantiles(SurvivalInput *input, double z, SurvivalQuantile *quantiles, int n);
extern void survival_quantiles_within(SurvivalInput *input, int64 within, double rate,
									  SurvivalQuantile *quantiles, int n);

#endif							/* PLG_CORE_STATS_SURVIVAL_H */
