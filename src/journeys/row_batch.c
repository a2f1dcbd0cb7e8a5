/* Rows that wait together for memory; see row_batch.h. */
#include "journeys/row_batch.h"

RowBatch *
begin_batch(JourneysArena *arena)
{
	MemoryContext old = MemoryContextSwitchTo(arena->arena.context);

	arena->batch = palloc(sizeof(RowBatch));
	arena->batch->n = 0;
	arena->batch->used = 0;
	dict_begin(&arena->entities);
	MemoryContextSwitchTo(old);
	return arena->batch;
}

/* What a row with a string of this length can wait in; NULL if it is not to wait. */
RowBatch *
batch_with_room(JourneysArena *arena, uint32 length)
{
	RowBatch *batch = arena->batch;

	if (batch == NULL && (crowded_arena == &arena->arena || arena->entities.n >= BATCH_FROM_STRINGS))
		batch = begin_batch(arena);
	if (batch != NULL)
		flush_batch(arena);
	return length > BATCH_BYTES ? NULL : batch;
}

void
add_string_row_at_once(JourneysArena *arena, JourneysState *state, EntityKind kind, const EntityKey *key,
					   int64 at, uint32 code)
{
	/* a state from the crowd may not have been looked at */
	state_changes(&state->state);
	set_kind(state, kind);
	log_row(&state->log, intern_string(&arena->entities, key->bytes, key->length, arena->arena.context),
			at, code, arena->arena.context);
}

/* Calls for what stands in a state from flat to the log's end. */
static inline void
prefetch_state(const JourneysState *state)
{
	__builtin_prefetch(&state->state.flat, 1);
	__builtin_prefetch((const char *) (&state->log + 1) - 1, 1);
}

/* The same for the place of a log's next row, which may lie across two cache lines. */
static inline void
prefetch_place(const RowLog *log)
{
	const char *place = (const char *) &log->rows[log->n];

	__builtin_prefetch(place, 1);
	__builtin_prefetch(place + sizeof(LogRow) - 1, 1);
}

/* Where groups are many: calls for all states, then for the ends of their logs. */
static void
prefetch_states(const RowBatch *batch)
{
	for (uint32 i = 0; i < batch->n; i++)
		prefetch_state(batch->rows[i].state);
	for (uint32 i = 0; i < batch->n; i++)
		prefetch_place(&batch->rows[i].state->log);
}

static inline uint32
find_string(Dict *entities, const BatchRow *row, uint32 mask, const uint8 *bytes, MemoryContext context)
{
	uint32		hash = row->entity.string.hash;
	uint32		slot = likely(mask == entities->mask) ? row->entity.string.slot : hash & entities->mask;
	uint32		id;

	if (likely(dict_find_from(entities, slot, hash, bytes, row->length, &id)))
		return id;
	return add_string(entities, bytes, row->length, context);
}

void
flush_batch(JourneysArena *arena)
{
	RowBatch *batch = arena->batch;
	Dict	   *entities = &arena->entities;
	MemoryContext context = arena->arena.context;
	const uint8 *bytes;
	uint32		mask = entities->mask;

	if (batch == NULL || batch->n == 0)
		return;
	bytes = batch->bytes;
	for (uint32 i = 0; i < batch->n; i++)
	{
		BatchRow *row = &batch->rows[i];

		if (row->kind != ENTITY_BIGINT)
			row->entity.string.slot = dict_prefetch_string(entities, row->entity.string.hash, row->length);
	}
	if (crowded_arena == &arena->arena)
		prefetch_states(batch);
	for (uint32 i = 0; i < batch->n; i++)
	{
		const BatchRow *row = &batch->rows[i];
		JourneysState *state = row->state;

		state_changes(&state->state);
		set_kind(state, row->kind);
		if (row->kind == ENTITY_BIGINT)
			log_number_row(&state->log, row->entity.number, row->at, row->code, context);
		else
		{
			log_row(&state->log, find_string(entities, row, mask, bytes, context), row->at, row->code, context);
			bytes += row->length;
		}
	}
	batch->n = 0;
	batch->used = 0;
}
