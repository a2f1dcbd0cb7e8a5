/*
 * The median of Kaplan and Meier's curve where many kinds of events share those
 * who leave early: as survival_quantiles_within has it, without a step for each
 * of the leavers.
 *
 * Whoever has been watched for all of the time and did not convert is at risk
 * throughout.  So the leavers of an event are all leavers, one list for every
 * event, less those among them who did convert.
 */
#ifndef PLG_UPTAKE_H
#define PLG_UPTAKE_H

#include "survival.h"

/* Ascending times. */
typedef struct TimeList
{
	const int64 *times;
	int64		n;
} TimeList;

typedef struct Uptake
{
	TimeList	conversions;	/* none later than the time that counts */
	TimeList	leavers;		/* follow-up of all who may leave early, converted or not */
	TimeList	converted_leavers;	/* of those among them who converted; not earlier than that */
	int64		total;			/* entrants */
} Uptake;

/*
 * The time by which half of those converted who do within a time; NOT_KNOWN if
 * nobody does, or nobody has been watched for so long.
 */
extern int64 uptake_median(const Uptake *uptake, int64 within);

#endif							/* PLG_UPTAKE_H */
