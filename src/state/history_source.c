/*
 * Reading large stored histories piece by piece.
 *
 * To read a value PostgreSQL copies all of it out of its TOAST table, into memory
 * that is new to the process: clearing the pages takes a third as long as the
 * copy, and what has been copied has left the cache when it is read.  Only the
 * front of a history has to be at hand all the time; of the blocks, which a cursor
 * reads once and in order, a stretch is fetched that stays in the cache.
 *
 * Two stretches are kept in turn, since an entity's key may point into the
 * block before the last.
 */
#include "state/history_value.h"

#include "access/heaptoast.h"
#include "state/state.h"

/* Whole chunks, so that none is read twice. */
#define STRETCH ((Size) 128 * TOAST_MAX_CHUNK_SIZE)

typedef struct Stretch
{
	struct varlena *bytes;
	Size		room;
	Size		from;			/* of the history */
	Size		to;
} Stretch;

typedef struct StoredHistory
{
	HistorySource source;
	struct varatt_external pointer;
	Size		size;
	MemoryContext context;
	int			turn;			/* the stretch fetched last */
	Stretch		stretches[2];
} StoredHistory;

static void
fetch_stretch(StoredHistory *stored, Stretch *stretch, Size from, Size to)
{
	if (to - from > stretch->room)
	{
		if (stretch->bytes != NULL)
			pfree(stretch->bytes);
		stretch->room = to - from;
		stretch->bytes = MemoryContextAllocHuge(stored->context, stretch->room + VARHDRSZ);
	}
	fetch_slice(&stored->pointer, from, to - from, stretch->bytes);
	stretch->from = from;
	stretch->to = to;
}

static const uint8 *
stored_bytes(HistorySource *source, Size from, Size to)
{
	StoredHistory *stored = (StoredHistory *) source;
	Stretch    *stretch = &stored->stretches[stored->turn];

	if (from < stretch->from || to > stretch->to)
	{
		Size		begin = from - from % TOAST_MAX_CHUNK_SIZE;

		stored->turn = 1 - stored->turn;
		stretch = &stored->stretches[stored->turn];
		fetch_stretch(stored, stretch, begin, Min(Max(to, begin + STRETCH), stored->size));
	}
	return (const uint8 *) VARDATA(stretch->bytes) + (from - stretch->from);
}

void
arg_history(FunctionCallInfo fcinfo, int argno, const ValueKind *kind, History *history)
{
	struct varlena *value = (struct varlena *) DatumGetPointer(PG_GETARG_DATUM(argno));
	struct varatt_external pointer;
	Size		size = large_stored_size(value, &pointer);
	StoredHistory *stored;
	Stretch		front = {0};
	const char *reason;

	if (size == 0)
	{
		open_history(history, arg_value(fcinfo, argno, kind));
		return;
	}
	stored = palloc0(sizeof(StoredHistory));
	stored->source.bytes = stored_bytes;
	stored->pointer = pointer;
	stored->size = size;
	stored->context = CurrentMemoryContext;
	fetch_stretch(stored, &front, 0, TOAST_MAX_CHUNK_SIZE);
	check_value(front.bytes, kind);
	fetch_stretch(stored, &front, 0, history_front((uint8 *) VARDATA(front.bytes), size));
	reason = history_open(history, (uint8 *) VARDATA(front.bytes), size);
	if (reason != NULL)
		report_damaged_value(reason);
	history->source = &stored->source;
}
