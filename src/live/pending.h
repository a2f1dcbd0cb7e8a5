/* The pending table of a live value: what changes of rows have added and taken away since the last refresh (pending.c). */
#ifndef PLG_LIVE_PENDING_H
#define PLG_LIVE_PENDING_H

#include "live/mapping.h"

#include "executor/tuptable.h"

enum
{
	PENDING_ENTITY,
	PENDING_AT,
	PENDING_EVENT,
	PENDING_SIGN,
	PENDING_TRIGGER,
	PENDING_COLUMNS
};

/* Where its columns are; of other types, or in what is no such table, nothing may be stored. */
extern void find_pending(const LiveMapping *mapping, AttrNumber attnos[PENDING_COLUMNS]);

/* Adds a row, by a slot of the table's, with what logical replication does, too: defaults, constraints, indexes, row triggers. */
extern void insert_pending(Relation pending, TupleTableSlot *slot, const AttrNumber attnos[PENDING_COLUMNS],
						   const Datum values[PENDING_COLUMNS]);

#endif							/* PLG_LIVE_PENDING_H */
