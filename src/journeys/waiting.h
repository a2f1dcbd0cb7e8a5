/*
 * Rows whose entity, a string, has not been looked up yet.
 *
 * A look-up in a large dictionary waits for memory twice, for the slot and for
 * the string, and a row has little else to do meanwhile.  So rows wait here
 * until there are some hundreds: the slots are called for as the rows come, the
 * strings all together, and then every row finds both in the cache.  Rows of
 * all groups wait together, in order of arrival.
 */
#ifndef PLG_WAITING_H
#define PLG_WAITING_H

#include "core/dict.h"
#include "core/rowlog.h"

#define WAITING_ROWS 256
#define WAITING_BYTES (12 * 1024)

/* The dictionary of entities stays in the cache up to about this many strings. */
#define WAIT_FROM_STRINGS 1024

typedef struct WaitingRow
{
	RowLog	   *log;
	int64		at;
	uint32		code;
	uint32		hash;			/* of the entity */
	uint32		length;
	uint32		offset;			/* of its bytes */
} WaitingRow;

typedef struct WaitingRows
{
	uint32		n;
	uint32		used;			/* bytes */
	WaitingRow	rows[WAITING_ROWS];
	uint8		bytes[WAITING_BYTES];
} WaitingRows;

/* Adds a row, which the log gets later; false if there is no room. */
static inline bool
wait_with_row(WaitingRows *waiting, const Dict *entities, RowLog *log,
			  const uint8 *bytes, uint32 length, int64 at, uint32 code)
{
	WaitingRow *row = &waiting->rows[waiting->n];

	if (waiting->n == WAITING_ROWS || length > WAITING_BYTES - waiting->used)
		return false;
	row->log = log;
	row->at = at;
	row->code = code;
	row->hash = dict_hash(bytes, length);
	row->length = length;
	row->offset = waiting->used;
	memcpy(waiting->bytes + waiting->used, bytes, length);
	dict_prefetch_slot(entities, row->hash);
	waiting->used += length;
	waiting->n++;
	return true;
}

/* Gives all rows to their logs, which live in the context, as the dictionary does. */
extern void settle_rows(WaitingRows *waiting, Dict *entities, MemoryContext context);

#endif							/* PLG_WAITING_H */
