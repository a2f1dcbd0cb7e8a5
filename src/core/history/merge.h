/*
 * Reading several histories as one: pieces.h.
 */
#ifndef PLG_CORE_HISTORY_MERGE_H
#define PLG_CORE_HISTORY_MERGE_H

#include "core/history/gather.h"
#include "core/history/rounds.h"
#include "core/history/single.h"

/* So many histories are read by a cursor each. */
#define FEW_HISTORIES 8

typedef struct MergePart
{
	const History *history;		/* NULL: nothing of it is asked for */
	BlockFilter *filter;		/* parts may share it */
} MergePart;

typedef struct FewCursors
{
	int			n;
	HistoryCursor *cursors;		/* by piece; n is 0 of one that has ended */
	HistoryCursor *leader;		/* the one that has the entity at hand, or NULL: */
	int			n_same;			/* so many have it */
	uint32		same[FEW_HISTORIES];
	const EntityKey *limit;		/* the next one that another one has; NULL: there is none */
} FewCursors;

typedef struct HistoryMerge
{
	bool		(*next) (struct HistoryMerge *merge);	/* to the next entity; false after the last */
	HistoryCursor *cursor;		/* for the entity at hand */
	const History *history;
	const HistoryPieces *pieces;
	int			n_kept;			/* pieces that are not taken away */
	bool		times_only;
	MergePart  *parts;			/* by piece */
	BlockFilter *common;
	Gathering	gather;

	/* few of them: few.c */
	FewCursors	few;

	/* one after the other, if no entity is in two of them */
	HistoryCursor *single;
	int			n_read;

	/* or many: */
	HistoryWindow *windows;		/* by piece */
	HistoryStretch passing;		/* for blocks that no window keeps */
	void	   *lent;			/* for those that they keep */
	Rounds		rounds;

	/* entities of one piece that follow each other: of these some have their rows unpacked */
	RoundStretch stretch;
	uint32		n_ready;
	int64	   *next_at;		/* of the next one */
	uint32	   *next_code;
} HistoryMerge;

extern void merge_open(HistoryMerge *merge, HistoryCursor *cursor, const History *history, const uint8 *classes, bool times_only);
extern void merge_any_order(HistoryMerge *merge);
extern void merge_close(HistoryMerge *merge);

/* few.c */
extern void few_open(FewCursors *few, const MergePart *parts, int n, bool times_only);
extern bool few_next(HistoryMerge *merge);
extern void few_close(FewCursors *few, const MergePart *parts);

/* The entity at hand is the one that has been put together. */
static inline void
merge_deliver_gathered(HistoryMerge *merge)
{
	HistoryCursor *cursor = merge->cursor;

	cursor->key = merge->gather.key;
	cursor->n = merge->gather.n;
	cursor->at = merge->gather.at;
	cursor->code = merge->gather.code;
}

#endif							/* PLG_CORE_HISTORY_MERGE_H */
