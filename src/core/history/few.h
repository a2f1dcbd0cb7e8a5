/*
 * A few histories read as one, a cursor each side by side.
 *
 * One of them leads as long as its entities come before those of all others, which
 * stand still.  So a large history beside small ones is read nearly as if it were
 * alone, and who else has an entity is asked only where another one's turn comes.
 */
#ifndef PLG_CORE_HISTORY_FEW_H
#define PLG_CORE_HISTORY_FEW_H

#include "core/history/gather.h"

/* So many are few. */
#define FEW_HISTORIES 8

/* A history and what of it is asked for. */
typedef struct HistoryPart
{
	const History *history;		/* NULL: nothing */
	BlockFilter *filter;		/* parts may share it */
} HistoryPart;

typedef struct FewCursors
{
	HistoryCursor *cursor;		/* for the entity at hand */
	Gathering  *gather;
	int			n;
	const HistoryPart *parts;
	HistoryCursor *cursors;		/* by part; n is 0 of one that has ended */
	HistoryCursor *leader;		/* the one that has the entity at hand, or NULL: */
	int			n_same;			/* so many have it */
	uint32		same[FEW_HISTORIES];
	const EntityKey *limit;		/* the next one that another one has; NULL: there is none */
} FewCursors;

/* The parts are the pieces that are gathered. */
extern void few_open(FewCursors *few, HistoryCursor *cursor, Gathering *gather, const HistoryPart *parts);
extern bool few_next(FewCursors *few);
extern void few_close(FewCursors *few);

#endif							/* PLG_CORE_HISTORY_FEW_H */
