/* Going through a ledger account by account; see reader.h. */
#include "ledger/reader.h"

/* What codes do to whether an account is marked as a customer; NULL if there are no marks, which come last. */
static int8 *
read_steps(const History *history)
{
	uint32		n = history->n_strings;
	int8	   *steps;

	if (n == 0 || customer_step(&history->strings[n - 1]) == 0)
		return NULL;
	steps = palloc_huge(n * sizeof(int8));
	for_many(code, n)
		steps[code] = (int8) customer_step(&history->strings[code]);
	return steps;
}

static Money
change_of(const LedgerReader *reader, uint64 code)
{
	return reader->steps != NULL && reader->steps[code] != 0 ? (Money) {0, 0} : history_money(&reader->history, code);
}

/* The argument, opened; it is not NULL. */
LedgerReader *
arg_ledger(FunctionCallInfo fcinfo, int argno)
{
	LedgerReader *reader = palloc0(sizeof(LedgerReader));
	History    *history = &reader->history;

	arg_history(fcinfo, argno, &ledger_kind, history);
	if (history->flags & LEDGER_PENDING)
		report_pending_ledger();

	reader->known_until = history->extra == 0 ? DT_NOEND :
		((int64) history->extra - POSTGRES_EPOCH_JDATE) * USECS_PER_DAY;

	/* bring all amounts to the finest scale among them */
	reader->steps = read_steps(history);
	for_many(code, history->n_strings)
		reader->scale = Max(reader->scale, change_of(reader, code).scale);
	reader->changes = palloc_huge_pages(history->n_strings * sizeof(int128));
	for_many(code, history->n_strings)
		reader->changes[code] = money_at_scale(change_of(reader, code), reader->scale);

	reader->cursor = palloc(sizeof(HistoryCursor));
	cursor_open(reader->cursor, history, NULL);
	return reader;
}

static void
room_for_marks(LedgerReader *reader)
{
	if (reader->own_at != NULL)
	{
		pfree(reader->own_at);
		pfree(reader->customer);
	}
	reader->own_at = palloc_huge(reader->capacity * sizeof(int64));
	reader->customer = palloc_huge(reader->capacity * sizeof(bool));
}

/* Makes one of a change and the mark at its instant. */
static void
apply_marks(LedgerReader *reader)
{
	const HistoryCursor *cursor = reader->cursor;
	int			customer = 0;
	int64		n = 0;

	for (int64 i = 0; i < cursor->n; i++)
	{
		if (n == 0 || reader->own_at[n - 1] != cursor->at[i])
			n++;
		customer += reader->steps[cursor->code[i]];
		reader->own_at[n - 1] = cursor->at[i];
		reader->total[n - 1] = reader->total[i];
		reader->customer[n - 1] = customer > 0;
	}
	reader->at = reader->own_at;
	reader->n = n;
}

/* Changes are many and lie anywhere: so many rows ahead each one is called for. */
#define AHEAD 16

/* Goes to the next account; false after the last. */
bool
next_account(LedgerReader *reader)
{
	HistoryCursor *cursor = reader->cursor;
	int128		total = 0;
	int64		loaded;

	/* the cursor looks once for many accounts, and each may be long work */
	CHECK_FOR_INTERRUPTS();
	if (!cursor_next(cursor))
		return false;
	loaded = cursor->all_code + cursor->loaded - cursor->code;
	if (cursor->n > reader->capacity)
	{
		if (reader->total != NULL)
			pfree(reader->total);
		reader->capacity = Max(cursor->n, 2 * reader->capacity);
		reader->total = palloc_huge(reader->capacity * sizeof(int128));
		if (reader->steps != NULL)
			room_for_marks(reader);
	}
	for (int64 i = 0; i < cursor->n; i++)
	{
		if (i + AHEAD < loaded)
			__builtin_prefetch(&reader->changes[cursor->code[i + AHEAD]]);
		total = money_add(total, reader->changes[cursor->code[i]]);
		reader->total[i] = total;
	}
	reader->key = cursor->key;
	reader->n = cursor->n;
	reader->at = cursor->at;
	if (reader->steps != NULL)
		apply_marks(reader);
	return true;
}
