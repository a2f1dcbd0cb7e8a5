/*
 * A ledger in which accounts are customers while they pay nothing: in a pause,
 * with 100 % off, on a free plan.
 *
 * Who is a customer when is told by a second ledger, in which those accounts are
 * above zero: one that counts rows, or has list prices.  The first gets a mark
 * where that begins and where it ends (core/history/ledger_form.h), so that all
 * readers know it, and so do ledgers that are made of the result.
 */
#include "ledger/reader.h"
#include "ledger/state.h"

/* The arguments. */
enum
{
	L, CUSTOMERS
};

static void
mark_account(LedgerState *state, const LedgerReader *customers)
{
	LedgerArena *arena = (LedgerArena *) state->state.arena;
	int64		account = intern_entity(&arena->accounts, customers->history.kind, &customers->key, CurrentMemoryContext);
	bool		before = false;

	for (int64 i = 0; i < customers->n; i++)
	{
		bool		customer = customers->total[i] > 0 || (customers->customer != NULL && customers->customer[i]);

		if (customer != before)
			log_row(&state->log, account, customers->at[i], customer ? CUSTOMER_FROM : CUSTOMER_UNTIL,
					CurrentMemoryContext);
		before = customer;
	}
}

/* What is known of both, of days of which 0 is none. */
static uint32
earlier_day(uint32 a, uint32 b)
{
	return a == 0 || b == 0 ? Max(a, b) : Min(a, b);
}

/* keep_customers(ledger, customers ledger): either may be NULL, and has no accounts then. */
PLG_FUNCTION(plg_ledger_keep_customers);
Datum
plg_ledger_keep_customers(PG_FUNCTION_ARGS)
{
	LedgerReader *customers;
	LedgerState *state;
	LedgerArena *arena;
	EntityKind	kind;

	if (PG_ARGISNULL(CUSTOMERS))
	{
		if (PG_ARGISNULL(L))
			PG_RETURN_NULL();
		return PG_GETARG_DATUM(L);
	}
	customers = arg_ledger(fcinfo, CUSTOMERS);
	kind = customers->history.kind;
	if (PG_ARGISNULL(L))
	{
		state = ledger_like(&customers->history);
		state->currency = 0;
		arena = (LedgerArena *) state->state.arena;
	}
	else
	{
		LedgerReader *reader = arg_ledger(fcinfo, L);

		refuse_other_kind(reader->history.kind, kind);
		state = ledger_like(&reader->history);
		state->known_day = earlier_day(state->known_day, customers->history.extra);
		arena = (LedgerArena *) state->state.arena;
		log_history(&reader->history, &state->log, &arena->accounts, &arena->amounts, CurrentMemoryContext);
	}
	while (next_account(customers))
		mark_account(state, customers);
	PG_RETURN_POINTER(pack_changes(state, kind, &state->log, &arena->accounts, &arena->amounts));
}
