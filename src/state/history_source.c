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

/* A history of less, read beside others, is fetched whole. */
#define LARGE_PIECE (MEGABYTE / 32)

/* With so many of TOAST's chunks the front is at hand, unless there are many strings or blocks. */
#define FRONT_CHUNKS 2

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
make_room(const StoredHistory *stored, Stretch *stretch, Size room)
{
	if (room <= stretch->room)
		return;
	if (stretch->bytes != NULL)
		pfree(stretch->bytes);
	stretch->room = Max(room, Min(stored->stretch, stored->size));
	stretch->bytes = MemoryContextAllocHuge(stored->context, stretch->room + VARHDRSZ);
}

/* Fetches what follows the first so many bytes of a stretch, whose last ones are in the place of a header. */
static void
fetch_rest(const StoredHistory *stored, Stretch *stretch, Size kept)
{
	char	   *rest = (char *) stretch->bytes + kept;
	char		last[VARHDRSZ];

	memcpy(last, rest, VARHDRSZ);
	fetch_slice(&stored->pointer, stretch->from + kept, stretch->to - stretch->from - kept, (struct varlena *) rest);
	if (kept > 0)
		memcpy(rest, last, VARHDRSZ);
}

static void
fetch_stretch(const StoredHistory *stored, Stretch *stretch, Size from, Size to)
{
	make_room(stored, stretch, to - from);
	stretch->from = from;
	stretch->to = to;
	fetch_rest(stored, stretch, 0);
}

/* Fetches a stretch after another, of whose end it keeps what it begins with. */
static void
fetch_next(const StoredHistory *stored, const Stretch *before, Stretch *stretch, Size from, Size to)
{
	Size		kept = from >= before->from && from < before->to ? before->to - from : 0;

	if (kept % TOAST_MAX_CHUNK_SIZE != 0 || to - from > stretch->room)
	{
		fetch_stretch(stored, stretch, from, to);
		return;
	}
	memmove(VARDATA(stretch->bytes), VARDATA(before->bytes) + (from - before->from), kept);
	stretch->from = from;
	stretch->to = to;
	fetch_rest(stored, stretch, kept);
}

static const uint8 *
stored_bytes(HistorySource *source, Size from, Size to)
{
	StoredHistory *stored = (StoredHistory *) source;
	Stretch    *stretch = &stored->stretches[stored->turn];

	if (from < stretch->from || to > stretch->to)
	{
		const Stretch *before = stretch;
		Size		begin = from - from % TOAST_MAX_CHUNK_SIZE;

		if (stored->keeps_last)
			stored->turn = 1 - stored->turn;
		stretch = &stored->stretches[stored->turn];
		fetch_next(stored, before, stretch, begin, Min(Max(to, begin + stored->stretch), stored->size));
	}
	return (const uint8 *) VARDATA(stretch->bytes) + (from - stretch->from);
}

bool
open_stored_history(History *history, const struct varlena *value, const ValueKind *kind, int n_beside)
{
	struct varatt_external pointer;
	Size		size = large_stored_size(value, n_beside > 1 ? LARGE_PIECE : LARGE_VALUE, &pointer);
	StoredHistory *stored;
	Stretch		front = {0};
	Size		end;
	const char *reason;

	if (size == 0)
		return false;
	stored = palloc0(sizeof(StoredHistory));
	stored->source.bytes = stored_bytes;
	stored->pointer = pointer;
	stored->size = size;
	stored->context = CurrentMemoryContext;
	fetch_stretch(stored, &front, 0, Min(size, FRONT_CHUNKS * TOAST_MAX_CHUNK_SIZE));
	check_value(front.bytes, kind);
	end = history_front((uint8 *) VARDATA(front.bytes), size);
	if (end > front.to)
		fetch_stretch(stored, &front, 0, end);
	stored->stretch = (window_size(n_beside) / TOAST_MAX_CHUNK_SIZE + 2) * TOAST_MAX_CHUNK_SIZE;
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
