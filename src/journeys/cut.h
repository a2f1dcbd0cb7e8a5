/*
 * Journeys made of ranges of the rows of others, told by the rows' numbers: the
 * same bytes that the aggregate would have built from those rows.
 *
 * Any number of such values can be cut from one, one after the other: each reads
 * and writes only its own rows, and nothing but lists of ranges is kept for all.
 */
#ifndef PLG_JOURNEYS_CUT_H
#define PLG_JOURNEYS_CUT_H

#include "core/history/writer.h"
#include "journeys/journeys.h"

/* Rows in the order of the journeys, of one entity or more. */
typedef struct RowRange
{
	uint64		first;
	uint64		n;
} RowRange;

/* What is used for one value after the other. */
typedef struct Cutter
{
	const History *journeys;
	uint32	   *codes;			/* by old code the new one + 1, or 0: not in use */
	uint32	   *used;			/* old codes */
	HistoryString *strings;
	HistoryWriter writer;

	/* the block at hand, and the run in it */
	HistoryBlock block;
	int64		index;			/* -1: none yet */
	int			run;
	int			run_end;
	EntityKey	keys[BLOCK_ROWS];
	int64		counts[BLOCK_ROWS];

	bool		has_entity;		/* to which rows were added last */
	EntityKey	key;
} Cutter;

/* The journeys must be whole and stay. */
extern Cutter *cutter_begin(const History *journeys);

/* The value of ranges in ascending order, one at least, in the current context. */
extern struct varlena *cut(Cutter *cutter, const RowRange *ranges, int64 n);

#endif							/* PLG_JOURNEYS_CUT_H */
