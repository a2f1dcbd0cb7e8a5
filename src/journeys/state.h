/*
 * Journeys while they are built: a log of rows, and values that arrived whole.
 */
#ifndef PLG_JOURNEYS_STATE_H
#define PLG_JOURNEYS_STATE_H

#include "core/base/label_cache.h"
#include "state/history_value.h"
#include "state/state.h"

struct RowBatch;

typedef struct JourneysArena
{
	Arena		arena;
	Dict		labels;
	LabelCache	label_cache;
	Dict		entities;
	struct RowBatch *batch;	/* NULL until states or entities are many */
} JourneysArena;

typedef struct JourneysState
{
	State		state;
	bool		has_kind;
	EntityKind	kind;
	RowLog		log;
	int			n_pieces;		/* values that came whole, flat or as pointers to where they are stored */
	int			max_pieces;
	struct varlena **pieces;
	uint64		piece_rows;
	struct JourneysState *gone; /* what is taken away; NULL: nothing */
	uint64		n_readers;		/* that asked for its rows when it was finished */
	bool		opened;			/* rows have been read where they are */
} JourneysState;

extern const AggregateKind journeys_aggregates;

extern void set_new_kind(JourneysState *state, EntityKind kind);

/* A state takes one type of entity only. */
static inline void
set_kind(JourneysState *state, EntityKind kind)
{
	if (unlikely(!state->has_kind || state->kind != kind))
		set_new_kind(state, kind);
}

static inline uint64
held_rows(const JourneysState *state)
{
	return state->piece_rows + rowlog_rows(&state->log);
}

#endif							/* PLG_JOURNEYS_STATE_H */
