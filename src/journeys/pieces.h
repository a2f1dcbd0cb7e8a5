/*
 * Values that a state of plg.journeys was given whole, as rollup is: its pieces.
 *
 * They are not put together as long as nobody keeps the result: who reads it
 * reads them side by side (core/history/merge.h), the stored ones where they are
 * stored.  Small ones go to the state's log instead.
 */
#ifndef PLG_JOURNEYS_PIECES_H
#define PLG_JOURNEYS_PIECES_H

#include "journeys/state.h"

/* Values with fewer rows than this are cheaper to sort again than to merge. */
#define SMALL_VALUE_ROWS 8192

/* Copies a value of so many rows, or the pointer to a stored one. */
extern void keep_piece(JourneysState *state, const struct varlena *value, uint64 rows);

/* Keeps the pieces of another state, too. */
extern void keep_pieces(JourneysState *state, const JourneysState *other);

/* The flat value of a state's log, in a context. */
extern struct varlena *pack_log(MemoryContext context, const JourneysState *state);

/* Writes what a history holds into a flat value, in a context. */
extern struct varlena *write_journeys(MemoryContext context, const History *history);

/* Opens all that a state holds. */
extern void open_state(History *journeys, JourneysState *state);

/*
 * How the pieces of a worker's state travel to the leader; size 0: they had better
 * be packed.  They are added to a state and to what is taken away from it.
 */
extern bool is_sent_pieces(const struct varlena *value);
extern bool takes_away(const struct varlena *sent);
extern Size sent_pieces_size(const JourneysState *state);
extern void write_pieces(const JourneysState *state, struct varlena *sent, Size size);
extern void add_sent_pieces(JourneysState *state, JourneysState *gone, const struct varlena *sent);

/* Reports a row that is taken away from journeys that do not have it. */
extern void report_missing_row(EntityKind kind, const EntityKey *key, int64 at, const HistoryString *label);

#endif							/* PLG_JOURNEYS_PIECES_H */
