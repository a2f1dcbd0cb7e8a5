/*
 * The type plg.ledger, and the states of its aggregates.
 *
 * While rows arrive they go to a row log as changes.  When the log is packed
 * it is sorted by account and time, changes at one instant are netted, and
 * what remains gets a dictionary of its own.  Values that arrive whole, from
 * parallel workers or from rollup, are taken apart into the log again: they
 * are small beside the rows that they were made from.
 */
#include "ledger/currency.h"

static void ledger_add_value(State *base, Datum datum);
static struct varlena *ledger_pack(State *base);

PLG_CALLS(plg_ledger_combine, combine_states(fcinfo, &ledger_aggregates))

const AggregateKind ledger_aggregates = {
	.name = "plg.ledger",
	.combine = plg_ledger_combine,
	.arena_size = sizeof(LedgerArena),
	.state_size = sizeof(LedgerState),
	.add_value = ledger_add_value,
	.pack = ledger_pack
};

static struct varlena *
ledger_pack(State *base)
{
	LedgerState *state = (LedgerState *) base;
	LedgerArena *arena = (LedgerArena *) base->arena;

	return pack_changes(state, state->kind, &state->log, &arena->accounts, &arena->amounts);
}

/* The message depends on no order. */
void
refuse_other_kind(EntityKind a, EntityKind b)
{
	if (a != b)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("ledgers of %s and of %s accounts cannot be added up",
						entity_kind_name(Min(a, b)), entity_kind_name(Max(a, b))),
				 errhint("Build them over one type of account.")));
}

/* For a ledger that is made of another one's accounts: nothing yet, in the current context. */
LedgerState *
ledger_like(const History *history)
{
	LedgerArena *arena = palloc0(sizeof(LedgerArena));
	LedgerState *state = palloc0(sizeof(LedgerState));

	arena->arena.context = CurrentMemoryContext;
	state->state.arena = &arena->arena;
	state->known_day = history->extra;
	set_history_currency(state, history);
	return state;
}

/* The code, in a state, of what a value's code stands for. */
uint32
code_in_state(Amounts *amounts, const History *history, uint32 code)
{
	switch (customer_step(&history->strings[code]))
	{
		case 1:
			return CUSTOMER_FROM;
		case -1:
			return CUSTOMER_UNTIL;
	}
	return amounts_code(amounts, history_money(history, code));
}

/* Takes a value apart into rows of a log; entities get their numbers in keys. */
void
log_history(const History *history, RowLog *log, Dict *keys, Amounts *amounts,
			MemoryContext context)
{
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	uint32	   *codes = palloc_huge(Max(history->n_strings, 1) * sizeof(uint32));
	MemoryContext old = MemoryContextSwitchTo(context);

	for (uint32 i = 0; i < history->n_strings; i++)
		codes[i] = code_in_state(amounts, history, i);
	MemoryContextSwitchTo(old);

	cursor_open(cursor, history, NULL);
	while (cursor_next(cursor))
	{
		int64		number = intern_entity(keys, history->kind, &cursor->key, context);

		CHECK_FOR_INTERRUPTS();
		for (int64 i = 0; i < cursor->n; i++)
			log_row(log, number, cursor->at[i], codes[cursor->code[i]], context);
	}
	cursor_close(cursor);
	pfree(cursor);
	pfree(codes);
}

static void
ledger_add_value(State *base, Datum datum)
{
	struct varlena *value = flat_value(datum);
	LedgerState *state = (LedgerState *) base;
	LedgerArena *arena = (LedgerArena *) base->arena;
	History		history;

	check_value(value, &ledger_kind);
	open_history(&history, value);
	if (history.flags & LEDGER_PENDING)
		report_pending_ledger();
	if (state->has_kind)
		refuse_other_kind(state->kind, history.kind);
	set_history_currency(state, &history);
	state->has_kind = true;
	state->kind = history.kind;
	state->known_day = Max(state->known_day, history.extra);
	log_history(&history, &state->log, &arena->accounts, &arena->amounts, base->arena->context);
	pfree(history.strings);
}

PLG_CALLS(plg_ledger_in, value_in(fcinfo, &ledger_kind))
PLG_CALLS(plg_ledger_recv, value_recv(fcinfo, &ledger_kind))
