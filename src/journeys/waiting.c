/* Rows that wait together for memory; see waiting.h. */
#include "journeys/waiting.h"

#include "shared_memory.h"

/* The message depends on no order. */
void
set_new_kind(JourneysState *state, EntityKind kind)
{
	if (state->has_kind)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("journeys of %s and of %s entities cannot be added up",
						entity_kind_name(Min(state->kind, kind)), entity_kind_name(Max(state->kind, kind))),
				 errhint("Build them over one type of entity.")));
	state->has_kind = true;
	state->kind = kind;
	if (kind == ENTITY_BIGINT)
		state->log.source = shared_slabs(state->state.arena);
}

WaitingRows *
begin_waiting(JourneysArena *arena)
{
	arena->waiting = MemoryContextAlloc(arena->arena.context, sizeof(WaitingRows));
	arena->waiting->n = 0;
	arena->waiting->used = 0;
	return arena->waiting;
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

static uint32
find_string(Dict *entities, const WaitingRow *row, const uint8 *bytes, MemoryContext context)
{
	uint32		id;

	if (dict_find_hashed(entities, row->entity.string.hash, bytes, row->entity.string.length, &id))
		return id;
	return add_string(entities, bytes, row->entity.string.length, context);
}

void
settle_rows(JourneysArena *arena)
{
	WaitingRows *waiting = arena->waiting;
	MemoryContext context = arena->arena.context;
	uint32		n;

	if (waiting == NULL || waiting->n == 0)
		return;
	n = waiting->n;
	for (uint32 i = 0; i < n; i++)
	{
		const WaitingRow *row = &waiting->rows[i];

		prefetch_state(row->state);
		if (row->kind != ENTITY_BIGINT && arena->entities.n > 0)
			dict_prefetch_string(&arena->entities, row->entity.string.hash, row->entity.string.length);
	}
	for (uint32 i = 0; i < n; i++)
		prefetch_place(&waiting->rows[i].state->log);
	for (uint32 i = 0; i < n; i++)
	{
		const WaitingRow *row = &waiting->rows[i];
		JourneysState *state = row->state;

		state_changes(&state->state);
		set_kind(state, row->kind);
		if (row->kind == ENTITY_BIGINT)
			log_number_row(&state->log, row->entity.number, row->at, row->code, context);
		else
			log_row(&state->log, find_string(&arena->entities, row, waiting->bytes + row->entity.string.offset, context),
					row->at, row->code, context);
	}
	waiting->n = 0;
	waiting->used = 0;
}
