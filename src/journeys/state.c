/* Journeys while they are built; see state.h. */
#include "journeys/state.h"

#include "state/shared_memory.h"

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
