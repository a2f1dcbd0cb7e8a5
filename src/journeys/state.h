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
	int			n_values;
	int			max_values;
	struct varlena **values;
} JourneysState;

extern void set_new_kind(JourneysState *state, EntityKind kind);

/* A state takes one type of entity only. */
static inline void
set_kind(JourneysState *state, EntityKind kind)
{
	if (unlikely(!state->has_kind || state->kind != kind))
		set_new_kind(state, kind);
}

#endif							/* PLG_JOURNEYS_STATE_H */
