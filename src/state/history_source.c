/*
 * Reading large stored histories piece by piece.
 *
 * To read a value PostgreSQL copies all of it out of its TOAST table, into memory
 * that is new to the process: clearing the pages takes a third as long as the
 * copy, and what has been copied has left the cache when it is read.  Only the
 * front of a history has to be at hand all the time; of the blocks, which a cursor
 * reads once and in order, a stretch is fetched that stays in the cache.
 *
 * Two stretches are kept in turn where an entity's key may point into the block
 * before the last.
 */
#include "state/history_value.h"

#include "access/heaptoast.h"
#include "state/state.h"

/*
 * How many of TOAST's chunks a stretch has, whole ones so that none is read twice:
 * fewer where many histories are read side by side, but not so few that fetching
 * them one by one costs more than reading.
 */
#define MAX_CHUNKS 128
#define MIN_CHUNKS 32

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
	Size		stretch;
	bool		keeps_last;
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

		if (stored->keeps_last)
			stored->turn = 1 - stored->turn;
		stretch = &stored->stretches[stored->turn];
		fetch_stretch(stored, stretch, begin, Min(Max(to, begin + stored->stretch), stored->size));
	}
	return (const uint8 *) VARDATA(stretch->bytes) + (from - stretch->from);
}

bool
open_stored_history(History *history, const struct varlena *value, const ValueKind *kind, int n_beside)
{
	struct varatt_external pointer;
	Size		size = large_stored_size(value, &pointer);
	StoredHistory *stored;
	Stretch		front = {0};
	const char *reason;

	if (size == 0)
		return false;
	stored = palloc0(sizeof(StoredHistory));
	stored->source.bytes = stored_bytes;
	stored->pointer = pointer;
	stored->size = size;
	stored->stretch = (Size) TOAST_MAX_CHUNK_SIZE * Max(MAX_CHUNKS / n_beside, MIN_CHUNKS);
	stored->context = CurrentMemoryContext;
	fetch_stretch(stored, &front, 0, TOAST_MAX_CHUNK_SIZE);
	check_value(front.bytes, kind);
	fetch_stretch(stored, &front, 0, history_front((uint8 *) VARDATA(front.bytes), size));
	reason = history_open(history, (uint8 *) VARDATA(front.bytes), size);
	if (reason != NULL)
		report_damaged_value(reason);
	/* a number is not read where it lies */
	stored->keeps_last = history->kind != ENTITY_BIGINT;
	history->source = &stored->source;
	return true;
}

void
arg_history(FunctionCallInfo fcinfo, int argno, const ValueKind *kind, History *history)
{
	if (!open_stored_history(history, (struct varlena *) DatumGetPointer(PG_GETARG_DATUM(argno)), kind, 1))
		open_history(history, arg_value(fcinfo, argno, kind));
}
