/*
 * Reading several histories as one: pieces.h.
 */
#ifndef PLG_CORE_HISTORY_MERGE_H
#define PLG_CORE_HISTORY_MERGE_H

#include "core/history/pieces.h"
#include "core/history/rounds.h"
#include "core/history/single.h"

typedef struct HistoryMerge
{
	HistoryCursor *cursor;		/* for the entity at hand */
	const History *history;
	const HistoryPieces *pieces;
	bool		with_codes;		/* neither classes nor times alone */
	bool		times_only;
	HistoryWindow *windows;		/* by piece */
	BlockFilter **filters;		/* by piece, unless it has the common one */
	BlockFilter *common;
	HistoryStretch passing;		/* for blocks that no window keeps */
	void	   *lent;			/* for those that they keep */
	Rounds		rounds;

	/* or one piece after the other, if no entity is in two of them */
	HistoryCursor *single;
	int			n_read;

	/* entities of one piece that follow each other: of these some have their rows unpacked */
	RoundStretch stretch;
	uint32		n_ready;
	int64	   *next_at;		/* of the next one */
	uint32	   *next_code;
	int64		capacity;
	int64	   *all_at;
	uint32	   *all_code;
} HistoryMerge;

extern void merge_open(HistoryMerge *merge, HistoryCursor *cursor, const History *history, const uint8 *classes, bool times_only);
extern void merge_any_order(HistoryMerge *merge);
extern bool merge_next(HistoryMerge *merge);
extern void merge_close(HistoryMerge *merge);

#endif							/* PLG_CORE_HISTORY_MERGE_H */
