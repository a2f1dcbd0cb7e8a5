/*
 * How the leader of a parallel aggregate without groups hands its own part over
 * to the node that adds all parts up, which runs in the same process.
 *
 * The executor flattens and copies that part up to four times on its way.  So
 * what it is given in place of the flat bytes is a ticket, which tells where the
 * state is; who redeems it takes the state over with all that it holds.  A state
 * is handed over only by a partial aggregate without groups outside of parallel
 * workers, whose sole reader is the aggregate that combines; and tickets are
 * looked up among the states waiting in this process, so that stray bytes are
 * no pointers.
 */
#ifndef PLG_HANDOVER_H
#define PLG_HANDOVER_H

#include "state/state.h"

/* Whether an aggregate's states are for another one to combine. */
extern bool is_part(const struct AggState *aggregate);

/* Whether a state is all that an aggregate of a process finds, for another one to combine. */
extern bool is_sole_part(const struct AggState *aggregate);

/* Whether the state that this aggregate's transition begins can be handed over. */
extern bool may_hand_over(const struct AggState *aggregate);

/* The size of a ticket, and its bytes. */
extern Size ticket_size(State *state);
extern void write_ticket(State *state, struct varlena *ticket);

/* The state behind a ticket, which is worth nothing from then on; NULL if it is none. */
extern State *redeem_ticket(const struct varlena *ticket);

/* The same for a state that came itself, as it does since PostgreSQL 16; NULL if it is to be copied. */
extern State *accept_state(State *state);

/* Whether the caller may keep a state that was handed over, which then moves to it. */
extern bool take_over_state(FunctionCallInfo fcinfo, State *state);

#endif							/* PLG_HANDOVER_H */
