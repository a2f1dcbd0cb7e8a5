/*
 * A ledger without its short gaps: in a gap in which an account does not pay,
 * between two times of paying, it goes on to pay what it paid before.
 *
 * Who pays late, pauses, or has a month for free then moves nothing, in any
 * reader.  As with bridge_gap a gap is bridged once its end is known: up to then
 * nobody can tell it from churn.
 */
#include "core/base/elapsed.h"
#include "ledger/reader.h"
#include "ledger/state.h"
#include "pg/args.h"

/* The arguments. */
enum
{
	L, GAP, AS_OF
};

/* Where among an account's n changes a gap that begins with one of them ends, if that is soon enough; or 0. */
static int64
gap_end(const LedgerReader *reader, int64 gap, int64 n, int64 length)
{
	for (int64 i = gap + 1; i < n; i++)
	{
		if (elapsed(reader->at[gap], reader->at[i]) > length)
			return 0;
		if (reader->total[i] > 0)
			return i;
	}
	return 0;
}

/* Who is a customer whatever he pays stays one. */
static void
log_marks(LedgerState *state, const LedgerReader *reader, int64 account, int64 n)
{
	bool		customer = false;

	for (int64 i = 0; reader->customer != NULL && i < n; i++)
	{
		if (reader->customer[i] != customer)
			log_row(&state->log, account, reader->at[i], customer ? CUSTOMER_UNTIL : CUSTOMER_FROM,
					CurrentMemoryContext);
		customer = reader->customer[i];
	}
}

static void
log_account(LedgerState *state, const LedgerReader *reader, int64 n, int64 length)
{
	LedgerArena *arena = (LedgerArena *) state->state.arena;
	int64		account = intern_entity(&arena->accounts, reader->history.kind, &reader->key, CurrentMemoryContext);
	int128		level = 0;

	for (int64 i = 0; i < n; i++)
	{
		int64		end = level > 0 && reader->total[i] <= 0 ? gap_end(reader, i, n, length) : 0;

		if (end > 0)
			i = end;
		if (reader->total[i] != level)
			log_row(&state->log, account, reader->at[i],
					amounts_code_of_sum(&arena->amounts, money_subtract(reader->total[i], level), reader->scale),
					CurrentMemoryContext);
		level = reader->total[i];
	}
	log_marks(state, reader, account, n);
}

/* carry_gaps(ledger, gap interval, as_of timestamptz) */
PLG_FUNCTION(plg_ledger_carry_gaps);
Datum
plg_ledger_carry_gaps(PG_FUNCTION_ARGS)
{
	int64		length = arg_duration(fcinfo, GAP, "gap", SHORTEST_ABSENCE, DURATION_REQUIRED);
	TimestampTz as_of = arg_as_of(fcinfo, AS_OF);
	LedgerArena *arena;
	LedgerState *state;
	LedgerReader *reader;

	if (PG_ARGISNULL(L))
		PG_RETURN_NULL();
	reader = arg_ledger(fcinfo, L);
	state = ledger_like(&reader->history);
	arena = (LedgerArena *) state->state.arena;
	while (next_account(reader))
	{
		int64		n = reader->n;

		while (as_of != AS_OF_MISSING && n > 0 && reader->at[n - 1] > as_of)
			n--;
		log_account(state, reader, n, length);
	}
	PG_RETURN_POINTER(pack_changes(state, reader->history.kind, &state->log, &arena->accounts, &arena->amounts));
}
