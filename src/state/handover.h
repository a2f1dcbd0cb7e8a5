/*
 * How the leader of a parallel aggregate without groups hands its own part over
 * to the node that adds all parts up, which runs in the same process.
 *
 * Before PostgreSQL 16 the executor flattens that part and copies it up to four
 * times on its way.  So what it is given in place of the flat bytes is a ticket,
 * which tells where the state is; who redeems it takes the state over with all
 * that it holds.  Since then the state comes as it is.  Either happens only between
 * two nodes of one plan that both call plg's own functions (arena.h, is_part);
 * nobody else gets to see such a state or a ticket.  Tickets are looked up among
 * the states waiting in this process, so that stray bytes are no pointers.
 */
#ifndef PLG_HANDOVER_H
#define PLG_HANDOVER_H

#include "state/arena.h"

/* Whether a state of this arena can be handed over. */
extern bool may_hand_over(const Arena *arena);

/* The size of a ticket, and its bytes. */
extern Size ticket_size(State *state);
extern void write_ticket(State *state, struct varlena *ticket);

/*
 * The state that a combine function is given, itself or by its ticket, which is
 * worth nothing from then on; NULL if none is handed over.
 */
extern State *handed_over(FunctionCallInfo fcinfo, State *state, const struct varlena *ticket,
						  const AggregateKind *kind);

/* The state moves to the caller, with its arena. */
extern void take_over_state(FunctionCallInfo fcinfo, State *state);

#endif							/* PLG_HANDOVER_H */
