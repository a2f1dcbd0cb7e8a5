/*
 * What ledger_changes and ledger_payments share: states of rows as they came,
 * whose flat form is a pending ledger.
 */
#ifndef PLG_LEDGER_CHANGES_H
#define PLG_LEDGER_CHANGES_H

#include "ledger/state.h"

/* A state takes one type of account and of subscription only. */
extern void set_pending_flags(LedgerState *state, uint8 flags);

/* The number of account and subscription in the dictionary. */
extern int64 intern_pending_key(LedgerArena *arena, uint8 flags, const EntityKey *account, const EntityKey *subscription);

/* A pending ledger added to a state, of payments or not; and the state as one. */
extern void add_pending(State *base, Datum datum, bool payments);
extern struct varlena *pack_pending(State *base);

#endif							/* PLG_LEDGER_CHANGES_H */
