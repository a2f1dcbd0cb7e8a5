/*
 * Several histories of one kind read as one.  Codes are those of the union of
 * their dictionaries.
 */
#ifndef PLG_CORE_HISTORY_MERGE_H
#define PLG_CORE_HISTORY_MERGE_H

#include "core/history/cursor.h"

typedef struct HistoryMerge
{
	/* the entity at hand */
	EntityKey	key;
	int64		n;
	int64	   *at;
	uint32	   *code;

	EntityKind	kind;
	uint64		rows;			/* of all */
	HistoryString *strings;
	uint32		n_strings;

	HistoryCursor *cursors;
	uint32	  **code_maps;		/* by cursor, from its codes to ours */
	int		   *heap;			/* of cursors that have an entity, smallest first */
	int			n_heap;
	int64		capacity;
	int64	   *all_at;
	uint32	   *all_code;
} HistoryMerge;

extern void merge_begin(HistoryMerge *merge, const History *histories, int n);
extern bool merge_next(HistoryMerge *merge);

#endif							/* PLG_CORE_HISTORY_MERGE_H */
