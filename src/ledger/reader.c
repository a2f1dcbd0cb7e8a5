/* Going through a ledger account by account; see reader.h. */
#include "ledger/reader.h"

/* The argument, opened; it is not NULL. */
LedgerReader *
arg_ledger(FunctionCallInfo fcinfo, int argno)
{
	LedgerReader *reader = palloc0(sizeof(LedgerReader));
	History    *history = &reader->history;
	Money	   *money;

	arg_history(fcinfo, argno, &ledger_kind, history);
	if (history->flags & LEDGER_PENDING)
		report_pending_ledger();

	reader->known_until = history->extra == 0 ? DT_NOEND :
		((int64) history->extra - POSTGRES_EPOCH_JDATE) * USECS_PER_DAY;

	/* bring all amounts to the finest scale among them */
	money = palloc_huge(Max(history->n_strings, 1) * sizeof(Money));
	reader->changes = palloc_huge(Max(history->n_strings, 1) * sizeof(int128));
	for_many(code, history->n_strings)
	{
		money[code] = history_money(history, code);
		reader->scale = Max(reader->scale, money[code].scale);
	}
	for_many(code, history->n_strings)
		reader->changes[code] = money_at_scale(money[code], reader->scale);
	pfree(money);

	reader->cursor = palloc(sizeof(HistoryCursor));
	cursor_open(reader->cursor, history, NULL);
	return reader;
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
	return true;
}
