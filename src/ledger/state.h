/*
 * A ledger while it is built: the states of all its aggregates, and how they are
 * packed.
 */
#ifndef PLG_LEDGER_STATE_H
#define PLG_LEDGER_STATE_H

#include "ledger/amounts.h"
#include "ledger/form.h"
#include "state/state.h"

/* What the states of one aggregate share. */
typedef struct LedgerArena
{
	Arena		arena;
	Dict		accounts;		/* unless they are numbers */
	Dict		currencies;
	Amounts		amounts;
	SeenAmounts seen;
} LedgerArena;

typedef struct LedgerState
{
	State		state;
	bool		has_kind;		/* something was added */
	EntityKind	kind;			/* of account */
	uint8		flags;			/* of ledger_changes: see changes.c */
	uint32		currency;		/* number + 1, or 0 if there is none */
	uint32		known_day;
	RowLog		log;			/* account, instant, code of the change */
} LedgerState;

/* pack.c */
extern struct varlena *pack_changes(const LedgerState *state, EntityKind kind, const RowLog *log,
									const Dict *accounts, const Amounts *amounts);
extern struct varlena *pack_levels(const LedgerState *state, const Dict *accounts,
								   const Amounts *amounts);
pg_noreturn extern void refuse_total(EntityKind kind, const EntityKey *account, int64 at);

/* ledger.c */
extern const AggregateKind ledger_aggregates;
extern LedgerState *ledger_like(const History *history);
extern void log_history(const History *history, RowLog *log, Dict *keys,
						Amounts *amounts, MemoryContext context);
extern uint32 code_in_state(Amounts *amounts, const History *history, uint32 code);
extern void refuse_other_kind(EntityKind a, EntityKind b);

#endif							/* PLG_LEDGER_STATE_H */
