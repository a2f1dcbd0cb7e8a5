/*
 * Rows in the shared memory of a parallel query.
 *
 * What a worker returns is copied five times before the leader can use it, and
 * the leader waits meanwhile.  So the packed rows of a large aggregate without
 * groups are written to the memory that the query's processes share, where the
 * executor keeps hash tables of parallel joins; what travels tells where they
 * are.  The memory goes when the query ends or fails, or when the leader needs
 * the rows no more, as before a repetition.
 *
 * Where at least half of the system's shared memory would not stay free (in a
 * container it may be 64 MB), rows stay private, and travel as bytes.  That much,
 * because an area that cannot grow is an error that nobody may catch.  Rows of a
 * worker that has too many labels to send them packed stay until the query ends.
 */
#ifndef PLG_SHARED_MEMORY_H
#define PLG_SHARED_MEMORY_H

#include "state/state.h"
#include "core/rowlog/rowlog.h"

/* Tells the leader where a worker's slabs are. */
typedef struct SharedTicket
{
	uint64		query;			/* the handle of the memory that its workers began with */
	uint64		slabs;			/* the last one; each tells the one before; 0: none */
} SharedTicket;

/* Where the rows of this arena's states go, or NULL: to private memory. */
extern SlabSource *shared_slabs(Arena *arena);

/* All slabs that came from a source, which may be NULL. */
extern SharedTicket shared_ticket(const SlabSource *source);

/*
 * Makes the slabs reachable for as long as the arena lives or the query runs;
 * then finds a place among them.
 */
extern struct dsa_area *reach_slabs(Arena *arena, SharedTicket ticket);
extern const uint8 *shared_place(struct dsa_area *area, uint64 place);

#endif							/* PLG_SHARED_MEMORY_H */
