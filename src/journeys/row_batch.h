/*
 * Rows that wait before they go to a state of plg.journeys.
 *
 * Where groups are many, a row waits for memory twice, for its group's state and
 * for the end of the state's log; where entities are many strings, for a slot of
 * the dictionary and for the string.  A row has little else to do meanwhile.  So
 * rows of all groups wait here, in order of arrival, until there are some
 * hundreds: then everything that they need is called for together.
 */
#ifndef PLG_ROW_BATCH_H
#define PLG_ROW_BATCH_H

#include "journeys/state.h"

#define BATCH_ROWS 128
#define BATCH_BYTES (12 * 1024)

/* The dictionary of entities stays in the cache up to about this many strings. */
#define BATCH_FROM_STRINGS 1024

typedef struct BatchRow
{
	JourneysState *state;
	int64		at;
	union
	{
		int64		number;
		struct
		{
			uint32		hash;
			uint32		slot;		/* where to begin to search */
		}			string;
	}			entity;
	uint32		code;
	uint16		length;			/* of a string, all of which follow each other */
	uint16		kind;
} BatchRow;

typedef struct RowBatch
{
	uint32		n;
	uint32		used;			/* bytes */
	BatchRow	rows[BATCH_ROWS];
	uint8		bytes[BATCH_BYTES];
} RowBatch;

extern RowBatch *begin_batch(JourneysArena *arena);
extern RowBatch *batch_with_room(JourneysArena *arena, uint32 length);
extern void add_string_row_at_once(JourneysArena *arena, JourneysState *state, EntityKind kind,
								   const EntityKey *key, int64 at, uint32 code);

/* Gives all rows that wait to their states. */
extern void flush_batch(JourneysArena *arena);

static inline BatchRow *
add_to_batch(RowBatch *batch, JourneysState *state, EntityKind kind, int64 at, uint32 code)
{
	BatchRow *row = &batch->rows[batch->n++];

	row->state = state;
	row->at = at;
	row->code = code;
	row->kind = (uint16) kind;
	return row;
}

/* Adds a row whose entity is a number. */
static pg_attribute_always_inline void
add_number_row(JourneysArena *arena, JourneysState *state, int64 number, int64 at, uint32 code)
{
	if (likely(crowded_arena != &arena->arena))
		log_number_row(&state->log, number, at, code, arena->arena.context);
	else
	{
		RowBatch *batch = arena->batch;

		if (unlikely(batch == NULL))
			batch = begin_batch(arena);
		else if (unlikely(batch->n == BATCH_ROWS))
			flush_batch(arena);
		add_to_batch(batch, state, ENTITY_BIGINT, at, code)->entity.number = number;
	}
}

/* Adds a row whose entity is a string. */
static pg_attribute_always_inline void
add_string_row(JourneysArena *arena, JourneysState *state, EntityKind kind, const EntityKey *key,
			   int64 at, uint32 code)
{
	RowBatch *batch = arena->batch;
	BatchRow *row;

	if (unlikely(batch == NULL || batch->n == BATCH_ROWS || key->length > BATCH_BYTES - batch->used))
	{
		batch = batch_with_room(arena, key->length);
		if (batch == NULL)
		{
			add_string_row_at_once(arena, state, kind, key, at, code);
			return;
		}
	}
	row = add_to_batch(batch, state, kind, at, code);
	row->entity.string.hash = dict_hash(key->bytes, key->length);
	row->length = (uint16) key->length;
	memcpy(batch->bytes + batch->used, key->bytes, key->length);
	batch->used += key->length;
	dict_prefetch_slot(&arena->entities, row->entity.string.hash);
}

#endif							/* PLG_ROW_BATCH_H */
