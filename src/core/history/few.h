/*
 * A few histories read as one, a cursor each side by side.
 *
 * One of them leads as long as its entities come before those of all others, which
 * stand still: these are delivered as they lie there.  So a large history beside small
 * ones is read nearly as if it were alone, and who else has an entity is asked only
 * where another one's turn comes; few later rows of that one are put behind the leader's.
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
	HistoryCursor *cursor;		/* whose entities are made ready */
	Gathering  *gather;
	int			n;
	const HistoryPart *parts;
	HistoryCursor *cursors;		/* by part */
	const EntityKey *heads[FEW_HISTORIES];	/* what they deliver next; NULL of one that has ended */
	int			first;			/* who has the first of these */
	const EntityKey *limit;		/* the first of the others; NULL: there is none */
	int			n_others;		/* so many have that one */
	int			others[FEW_HISTORIES];

	/* rows that are covered by those behind an entity */
	int			n_covered;
	int64	   *covered;
	uint32	   *covered_code;
	int64		kept[ROWS_BEHIND];
	uint32		kept_code[ROWS_BEHIND];
} FewCursors;

/* The parts are the pieces that are gathered. */
extern void few_open(FewCursors *few, HistoryCursor *cursor, Gathering *gather, const HistoryPart *parts);
extern bool few_fill(FewCursors *few);
extern void few_close(FewCursors *few);

#endif							/* PLG_CORE_HISTORY_FEW_H */
