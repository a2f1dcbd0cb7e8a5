/* Putting the entities of a round (rounds.h) in order. */
#ifndef PLG_CORE_HISTORY_ROUNDS_SORT_H
#define PLG_CORE_HISTORY_ROUNDS_SORT_H

#include "core/history/window.h"

/* An entity of a round: where it stands in the order, or nearly so, and where it is. */
typedef struct RoundEntity
{
	int64		order;
	uint32		run;			/* of the piece's window */
	uint32		piece;
} RoundEntity;

/* Ascending, of equal ones that of the first piece first. */
extern void rounds_sort(EntityKind kind, const HistoryWindow *windows, RoundEntity *entities, int64 n);

#endif							/* PLG_CORE_HISTORY_ROUNDS_SORT_H */
