/*
 * The state of an aggregate is a value under construction.
 *
 * Each noun's aggregates have the noun's own type as their state.  While rows
 * arrive the state is an expanded object in an arena (arena.h); it becomes an
 * ordinary flat value when it travels (to a parallel leader, into a tuple) and at
 * the end.  So the combine function is the same as rollup's transition, and no
 * serialize pair is needed.
 *
 * Since the type is public, anybody's functions may get to see a state: as final
 * or combine function of an aggregate of his own that takes the others from plg.
 * So a state is changed only through the Agg node's own read-write pointer, by a
 * function that this node calls.  To everybody else it is a read-only value, which
 * is flattened, and so packed, wherever it is kept or changed.  A window function's
 * inverse transition would be handed the read-write pointer, and may be anybody's;
 * so a WindowAgg node is given none: see write_over.
 *
 * The value of a large state is not always packed: the final function may return
 * the state itself, finished, for a reader in the same query to read its rows
 * where they are.  It is a value like any other, which PostgreSQL flattens, and so
 * packs, when it stores, sorts or copies it; but no aggregate adds to it any more.
 *
 * An arena keeps its states side by side, so whether a pointer is one of them can
 * be told without a look at what it points to.  Where groups are many, that look
 * is a cache miss for each row: see state_of_many_groups.
 */
#ifndef PLG_STATE_H
#define PLG_STATE_H

#include "state/arena.h"

extern const ExpandedObjectMethods state_methods;
extern State *begin_transition(FunctionCallInfo fcinfo, const AggregateKind *kind);

/*
 * The state to add to: the first argument, made at the first row, or grown
 * from a flat value.
 */
static inline State *
transition_state(FunctionCallInfo fcinfo, const AggregateKind *kind)
{
	if (likely(!PG_ARGISNULL(0) && fcinfo->context != NULL && IsA(fcinfo->context, AggState)))
	{
		const void *pointer = DatumGetPointer(PG_GETARG_DATUM(0));

		if (likely(VARATT_IS_EXTERNAL_EXPANDED_RW(pointer)))
		{
			varatt_expanded expanded;
			State	   *state;

			memcpy(&expanded, VARDATA_EXTERNAL(pointer), sizeof(expanded));
			state = (State *) expanded.eohptr;
			if (likely(state->eoh.eoh_methods == &state_methods && state->arena->kind == kind &&
					   state->arena->context->parent ==
					   ((AggState *) fcinfo->context)->curaggcontext->ecxt_per_tuple_memory &&
					   state->flat == NULL))
				return state;
		}
	}
	return begin_transition(fcinfo, kind);
}

/*
 * The state to add to, if it lies in the crowded arena, without a look at it;
 * else NULL.  It may have been packed: who adds to it, calls state_changes.
 */
static inline State *
state_of_many_groups(FunctionCallInfo fcinfo, const AggregateKind *kind)
{
	const Arena *arena = crowded_arena;
	MemoryContext context;
	char	   *pointer;

	if (likely(arena == NULL) || PG_ARGISNULL(0) || arena->kind != kind ||
		!AggCheckCallContext(fcinfo, &context) || arena->context->parent != context)
		return NULL;

	/* of a read-only pointer this is no place where a state begins */
	pointer = (char *) DatumGetPointer(PG_GETARG_DATUM(0)) - offsetof(State, eoh.eoh_rw_ptr);
	for (int i = arena->n_slabs - 1; i >= 0; i--)
	{
		uintptr_t	offset = (uintptr_t) pointer - (uintptr_t) arena->slabs[i].start;

		if (offset < arena->slabs[i].used)
			return offset % STATE_STRIDE(kind) == 0 ? (State *) pointer : NULL;
	}
	return NULL;
}

static inline void
state_changes(State *state)
{
	if (unlikely(state->flat != NULL))
	{
		pfree(state->flat);
		state->flat = NULL;
	}
}

/* What a datum holds as a value, which may be the datum itself: a state is packed, once if it is finished. */
extern struct varlena *flat_value(Datum datum);

/* The state that a datum is, finished or not; NULL if it is none. */
extern State *datum_state(Datum datum);

/* The same, if it is finished: nobody adds to it any more. */
extern State *finished_state(Datum datum);

/* For final functions: the state that is the first argument, or one made of it, to be read. */
extern State *final_state(FunctionCallInfo fcinfo, const AggregateKind *kind);

extern Datum combine_states(FunctionCallInfo fcinfo, const AggregateKind *kind);

/* What a transition function returns: the state that transition_state gave it. */
extern Datum window_state_datum(FunctionCallInfo fcinfo, State *state);

static inline Datum
state_datum(FunctionCallInfo fcinfo, State *state)
{
	return likely(IsA(fcinfo->context, AggState)) ? EOHPGetRWDatum(&state->eoh) : window_state_datum(fcinfo, state);
}

/* A transition function ends with one of these; without a row it stays NULL. */
#define PG_RETURN_STATE(fcinfo, state) return state_datum(fcinfo, state)
#define PG_RETURN_UNCHANGED_STATE(fcinfo) \
	do { \
		if (PG_ARGISNULL(0)) \
			PG_RETURN_NULL(); \
		return PG_GETARG_DATUM(0); \
	} while (0)

/* A combine function of flat states begins so, and goes on if there are two; arg_state reads an argument. */
#define PLG_BEGIN_COMBINE(fcinfo, other, arg_state) \
	do { \
		(void) aggregate_context(fcinfo); \
		if (PG_ARGISNULL(1)) \
			PG_RETURN_UNCHANGED_STATE(fcinfo); \
		(other) = arg_state(fcinfo, 1); \
		if (PG_ARGISNULL(0)) \
			PG_RETURN_POINTER(other); \
	} while (0)

#endif							/* PLG_STATE_H */
