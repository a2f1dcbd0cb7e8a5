/*
 * Several histories of one kind read as one.  Codes are those of the union of
 * their dictionaries.
 */
#ifndef PLG_CORE_HISTORY_MERGE_H
#define PLG_CORE_HISTORY_MERGE_H

#include "core/history/single.h"

typedef struct HistoryPieces
{
	int			n;
	const History *histories;
	uint32	  **code_maps;		/* by history, from its codes to those of the union; NULL: the same */
} HistoryPieces;

typedef struct HistoryMerge
{
	/* the entity at hand */
	EntityKey	key;
	int64		n;
	int64	   *at;
	uint32	   *code;

	EntityKind	kind;
	const HistoryPieces *pieces;
	bool		with_codes;		/* neither classes nor times alone */
	bool		times_only;
	HistoryCursor *cursors;
	uint8	  **classes;		/* by cursor and code */

	/*
	 * A tree of losers: cursors are leaves n ... 2 n - 1, below each node stands
	 * the one that lost there, losers[0] is the winner.
	 */
	int			n_cursors;
	int		   *losers;
	uint64	   *order;			/* by cursor: begins to tell the order of the entities at hand */
	bool	   *ended;
	bool		is_delivered;	/* the winner's entity is at hand */

	int64		capacity;
	int64	   *all_at;
	uint32	   *all_code;
} HistoryMerge;

/* Makes one history of several, which must stay open. */
extern void pieces_open(History *history, const History *histories, int n);

extern void merge_open(HistoryMerge *merge, const History *history, const uint8 *classes, bool times_only);
extern bool merge_next(HistoryMerge *merge);
extern void merge_seek(HistoryMerge *merge, const EntityKey *key);
extern void merge_close(HistoryMerge *merge);

#endif							/* PLG_CORE_HISTORY_MERGE_H */
