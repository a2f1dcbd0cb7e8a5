/*
 * The state of plg.journeys, and rows that wait before they go to a state.
 *
 * Where groups are many, a row waits for memory twice, for its group's state and
 * for the end of the state's log; where entities are many strings, for a slot of
 * the dictionary and for the string.  A row has little else to do meanwhile.  So
 * rows of all groups wait here, in order of arrival, until there are some
 * hundreds: then everything that they need is called for together.
 */
#ifndef PLG_WAITING_H
#define PLG_WAITING_H

#include "core/base/label_cache.h"
#include "state/history_value.h"
#include "state/state.h"

#define WAITING_ROWS 128
#define WAITING_BYTES (12 * 1024)

/* The dictionary of entities stays in the cache up to about this many strings. */
#define WAIT_FROM_STRINGS 1024

struct WaitingRows;

typedef struct JourneysArena
{
	Arena		arena;
	Dict		labels;
	LabelCache	label_cache;
	Dict		entities;
	struct WaitingRows *waiting;	/* NULL until states or entities are many */
} JourneysArena;

typedef struct JourneysState
{
	State		state;
	bool		has_kind;
	EntityKind	kind;
	RowLog		log;
	int			n_values;
	int			max_values;
	struct varlena **values;
} JourneysState;

typedef struct WaitingRow
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
} WaitingRow;

typedef struct WaitingRows
{
	uint32		n;
	uint32		used;			/* bytes */
	WaitingRow	rows[WAITING_ROWS];
	uint8		bytes[WAITING_BYTES];
} WaitingRows;

extern void set_new_kind(JourneysState *state, EntityKind kind);
extern WaitingRows *begin_waiting(JourneysArena *arena);
extern WaitingRows *waiting_with_room(JourneysArena *arena, uint32 length);
extern void add_string_row_at_once(JourneysArena *arena, JourneysState *state, EntityKind kind,
								   const EntityKey *key, int64 at, uint32 code);

/* Gives all rows that wait to their states. */
extern void settle_rows(JourneysArena *arena);

/* A state takes one type of entity only. */
static inline void
set_kind(JourneysState *state, EntityKind kind)
{
	if (unlikely(!state->has_kind || state->kind != kind))
		set_new_kind(state, kind);
}

static inline WaitingRow *
wait_with_row(WaitingRows *waiting, JourneysState *state, EntityKind kind, int64 at, uint32 code)
{
	WaitingRow *row = &waiting->rows[waiting->n++];

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
		WaitingRows *waiting = arena->waiting;

		if (unlikely(waiting == NULL))
			waiting = begin_waiting(arena);
		else if (unlikely(waiting->n == WAITING_ROWS))
			settle_rows(arena);
		wait_with_row(waiting, state, ENTITY_BIGINT, at, code)->entity.number = number;
	}
}

/* Adds a row whose entity is a string. */
static pg_attribute_always_inline void
add_string_row(JourneysArena *arena, JourneysState *state, EntityKind kind, const EntityKey *key,
			   int64 at, uint32 code)
{
	WaitingRows *waiting = arena->waiting;
	WaitingRow *row;

	if (unlikely(waiting == NULL || waiting->n == WAITING_ROWS || key->length > WAITING_BYTES - waiting->used))
	{
		waiting = waiting_with_room(arena, key->length);
		if (waiting == NULL)
		{
			add_string_row_at_once(arena, state, kind, key, at, code);
			return;
		}
	}
	row = wait_with_row(waiting, state, kind, at, code);
	row->entity.string.hash = dict_hash(key->bytes, key->length);
	row->length = (uint16) key->length;
	memcpy(waiting->bytes + waiting->used, key->bytes, key->length);
	waiting->used += key->length;
	dict_prefetch_slot(&arena->entities, row->entity.string.hash);
}

#endif							/* PLG_WAITING_H */
