/*
 * Reading several histories as one: pieces.h.
 */
#ifndef PLG_CORE_HISTORY_MERGE_H
#define PLG_CORE_HISTORY_MERGE_H

#include "core/history/few.h"
#include "core/history/rounds.h"

typedef struct HistoryMerge
{
	bool		(*fill) (struct HistoryMerge *merge);	/* makes entities ready; false if there are no more */
	HistoryCursor *cursor;		/* for which they are */
	const History *history;
	const HistoryPieces *pieces;
	bool		times_only;
	bool		any_order;
	HistoryPart *parts;			/* by piece */
	BlockFilter *common;
	Gathering	gather;

	/* few of them, side by side */
	FewCursors	few;

	/* one after the other, if no entity is in two of them */
	HistoryCursor *single;
	int			n_read;

	/* or many: */
	HistoryWindow *windows;		/* by piece */
	HistoryStretch passing;		/* for blocks that no window keeps */
	void	   *lent;			/* for those that they keep */
	Rounds		rounds;

	RoundStretch stretch;		/* entities of one piece that follow each other, and are not ready */
} HistoryMerge;

extern void merge_open(HistoryMerge *merge, HistoryCursor *cursor, const History *history, const uint8 *classes, bool times_only);
extern void merge_any_order(HistoryMerge *merge);
extern void merge_close(HistoryMerge *merge);

#endif							/* PLG_CORE_HISTORY_MERGE_H */
