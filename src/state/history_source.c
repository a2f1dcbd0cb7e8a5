/*
 * Reading large stored histories piece by piece.
 *
 * To read a value PostgreSQL copies all of it out of its TOAST table, into memory
 * that is new to the process: clearing the pages takes a third as long as the
 * copy, and what has been copied has left the cache when it is read.  Only the
 * front of a history has to be at hand all the time; of the blocks, which a cursor
 * reads once and in order, a stretch is fetched that stays in the cache.
 */
#include "state/history_value.h"

#include "access/heaptoast.h"

/* A history of less, read beside others, is fetched whole. */
#define LARGE_PIECE (MEGABYTE / 32)

/* With so many of TOAST's chunks the front is at hand, unless there are many strings or blocks. */
#define FRONT_CHUNKS 2

typedef struct StoredHistory
{
	HistorySource source;
	StoredValue *value;
	Size		stretch;
} StoredHistory;

/*
 * Fetches some bytes into a stretch, but for what it has of them, which moves to the
 * front, so that none is fetched twice.
 */
static void
fill_stretch(const StoredHistory *stored, HistoryStretch *stretch, Size from, Size to)
{
	uint8	   *bytes;
	Size		kept = 0;

	if (to - from > stretch->room)
	{
		stretch_end(stretch);
		stretch->room = Max(to - from, Min(Max(stored->stretch, stretch->least), stored->value->size));
		stretch->memory = palloc_huge(stretch->room + VARHDRSZ);
		stretch->lent = false;
	}
	else if (stretch->source == &stored->source && from >= stretch->from && from < stretch->to)
		kept = stretch->to - from;
	if (kept % TOAST_MAX_CHUNK_SIZE != 0)
		kept = 0;
	bytes = (uint8 *) stretch->memory + VARHDRSZ;
	if (kept > 0)
		memmove(bytes, bytes + (from - stretch->from), kept);
	stretch->source = &stored->source;
	stretch->bytes = bytes;
	stretch->from = from;
	stretch->to = to;
	fetch_bytes(stored->value, from + kept, to - from - kept, bytes + kept);
}

static void
fetch_stretch(const HistorySource *source, HistoryStretch *stretch, Size from, Size to)
{
	const StoredHistory *stored = (const StoredHistory *) source;
	Size		begin = from - from % TOAST_MAX_CHUNK_SIZE;
	Size		most = begin + Max(stored->stretch, stretch->least);

	if (to > most)
		most = to + TOAST_MAX_CHUNK_SIZE - 1 - (to - 1) % TOAST_MAX_CHUNK_SIZE;
	fill_stretch(stored, stretch, begin, Min(most, stored->value->size));
}

bool
open_stored_history(History *history, const struct varlena *value, const ValueKind *kind, int n_beside)
{
	StoredValue found;
	StoredHistory *stored;
	HistoryStretch front = {0};
	Size		size;
	Size		end;
	const char *reason;

	if (!is_stored_value(&found, value, n_beside > 1 ? LARGE_PIECE : LARGE_VALUE))
		return false;
	size = found.size;
	stored = palloc0(sizeof(StoredHistory));
	stored->source.fetch = fetch_stretch;
	stored->value = memcpy(palloc(sizeof(StoredValue)), &found, sizeof(StoredValue));
	fill_stretch(stored, &front, 0, Min(size, FRONT_CHUNKS * TOAST_MAX_CHUNK_SIZE));
	SET_VARSIZE(front.memory, size + VARHDRSZ);
	check_value(front.memory, kind);
	end = history_front(front.bytes, size);
	if (end > front.to)
		fill_stretch(stored, &front, 0, end);
	/* who reads several together asks for all of a window */
	stored->stretch = window_size(n_beside) / (n_beside > 1 ? 2 : 1) / TOAST_MAX_CHUNK_SIZE * TOAST_MAX_CHUNK_SIZE;
	reason = history_open(history, front.bytes, size);
	if (reason != NULL)
		report_damaged_value(reason);
	history->source = &stored->source;
	return true;
}

void
arg_history(FunctionCallInfo fcinfo, int argno, const ValueKind *kind, History *history)
{
	if (!open_stored_history(history, (struct varlena *) DatumGetPointer(PG_GETARG_DATUM(argno)), kind, 1))
		open_history(history, arg_value(fcinfo, argno, kind));
}
