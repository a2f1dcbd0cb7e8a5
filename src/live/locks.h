/* Locks on the sources of live values, for which nobody is to wait long (locks.c). */
#ifndef PLG_LIVE_LOCKS_H
#define PLG_LIVE_LOCKS_H

#include "pg/compat.h"

#include "nodes/pg_list.h"
#include "storage/lockdefs.h"

/*
 * Locks tables whose triggers change, and what is the live value's own exclusively,
 * without having others queue behind a wait: for a transaction that has written to
 * the ones, or read the others.  So all are locked at once.
 */
extern void lock_patiently(const List *tables, LOCKMODE mode, const List *own);

/*
 * Locks tables and all that inherits from them; false, and none is locked, if another
 * session keeps one.  Who waits in a statement waits with a snapshot, and CREATE INDEX
 * CONCURRENTLY, which may be what it waits for, waits for all snapshots; two that
 * lock the same tables in turn wait for each other.  An autovacuum gives way.
 */
extern bool lock_unless_busy(List *tables, LOCKMODE mode);

#endif							/* PLG_LIVE_LOCKS_H */
