/*
 * Reading several histories as one: pieces.h.
 */
#ifndef PLG_CORE_HISTORY_MERGE_H
#define PLG_CORE_HISTORY_MERGE_H

#include "core/history/pieces.h"
#include "core/history/rounds.h"

#define SAVED_ROWS 64

typedef struct HistoryMerge
{
	/* the entity at hand */
	EntityKey	key;
	int64		n;
	int64	   *at;
	uint32	   *code;

	const History *history;
	const HistoryPieces *pieces;
	bool		with_codes;		/* neither classes nor times alone */
	bool		times_only;
	Rounds		rounds;
	const RoundPiece *gone;		/* the first that is taken away */
	HistoryCursor **cursors;	/* by piece; NULL: it has no row that is asked for */
	BlockFilter **filters;		/* by piece, unless it has the common one */
	BlockFilter *common;

	/*
	 * Rows of several pieces put together: behind those of the first piece, where a
	 * few rows of its next entities are written over until these are asked for, or
	 * in arrays of their own.
	 */
	int64		saved;
	int64	   *over_at;
	uint32	   *over_code;
	int64		saved_at[SAVED_ROWS];
	uint32		saved_code[SAVED_ROWS];
	int64		capacity;
	int64	   *all_at;
	uint32	   *all_code;
} HistoryMerge;

extern void merge_open(HistoryMerge *merge, const History *history, const uint8 *classes, bool times_only);
extern bool merge_next(HistoryMerge *merge);
extern void merge_close(HistoryMerge *merge);

#endif							/* PLG_CORE_HISTORY_MERGE_H */
