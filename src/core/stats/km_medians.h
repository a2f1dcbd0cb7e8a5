/*
 * The median of Kaplan and Meier's curve where many kinds of events share those
 * who leave early: as survival_quantiles_within has it, without a step for each
 * of the leavers.
 *
 * Whoever has been watched for all of the time and did not convert is at risk
 * throughout.  So the leavers of an event are all leavers, one list for every
 * event, less those among them who did convert.
 */
#ifndef PLG_CORE_STATS_KM_MEDIANS_H
#define PLG_CORE_STATS_KM_MEDIANS_H

#include "core/stats/survival.h"

/* Between one leaver and the next; the last gap is behind all of them. */
typedef struct Gap
{
	uint32		conversions;
	uint32		converted_leavers;	/* of the leaver at its end and those at the same time */
} Gap;

/* The follow-up of all who may leave early, converted or not. */
typedef struct Leavers
{
	int64	   *times;			/* ascending; behind them two that nothing is later than */
	int64		n;
	int			shift;			/* from a time, less the first, to its bucket */
	uint64		last_bucket;
	uint32	   *first;			/* by bucket: leavers before it */
	Gap		   *gaps;			/* n + 1, all zeros between calls */

	/* work memory, kept from one event to the next */
	int64	   *dealt;
	Size		dealt_size;
	int64	   *chosen;
	Size		chosen_size;
	struct Piece *pieces;
	Size		pieces_size;
} Leavers;

/* In any order. */
typedef struct TimeList
{
	int64	   *times;
	int64		n;
} TimeList;

typedef struct EventTimes
{
	TimeList	conversions;	/* none later than the time that counts */
	TimeList	converted_leavers;	/* follow-up of leavers who converted; not earlier than that */
	int64		total;			/* entrants */
} EventTimes;

/* Sorts the times; there are fewer than 2^32. */
extern Leavers *make_leavers(TimeList leavers);

/*
 * The time by which half of those converted who do within a time; NOT_KNOWN if
 * nobody does, or nobody has been watched for so long.  May sort the lists.
 */
extern int64 km_median(const EventTimes *event, Leavers *leavers, int64 within);

#endif							/* PLG_CORE_STATS_KM_MEDIANS_H */
