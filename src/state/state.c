/* Aggregate states as expanded objects; state.h explains the design. */
#include "state/state.h"

#include "pg/toast.h"
#include "state/handover.h"
#include "utils/memutils.h"

static Size state_flat_size(ExpandedObjectHeader *eoh);
static void state_flatten(ExpandedObjectHeader *eoh, void *result, Size allocated_size);
static Size packed_size(ExpandedObjectHeader *eoh);
static void write_packed(ExpandedObjectHeader *eoh, void *result, Size allocated_size);

const ExpandedObjectMethods state_methods = {
	state_flat_size,
	state_flatten
};

/* Of finished states, which thereby are none to whoever would add to them. */
static const ExpandedObjectMethods finished_methods = {
	packed_size,
	write_packed
};

State *
datum_state(Datum datum)
{
	ExpandedObjectHeader *eoh;

	if (!VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(datum)))
		return NULL;
	eoh = DatumGetEOHP(datum);
	return eoh->eoh_methods == &state_methods || eoh->eoh_methods == &finished_methods ? (State *) eoh : NULL;
}

State *
finished_state(Datum datum)
{
	State	   *state = datum_state(datum);

	return state != NULL && state->eoh.eoh_methods == &finished_methods ? state : NULL;
}

/* The state that an aggregate is still building, if the datum is one. */
static State *
growing_state(Datum datum)
{
	State	   *state = datum_state(datum);

	return state != NULL && state->eoh.eoh_methods == &state_methods ? state : NULL;
}

/* Whether a state is one of the node that calls. */
static inline bool
is_callers_own(FunctionCallInfo fcinfo, const State *state)
{
	return state->arena->context->parent == aggregate_context(fcinfo);
}

static State *
begin_state(FunctionCallInfo fcinfo, const AggregateKind *kind)
{
	return arena_add_state(fcinfo, kind, &state_methods);
}

/* A new state that holds what the first argument does. */
static State *
state_of_value(FunctionCallInfo fcinfo, const AggregateKind *kind)
{
	State	   *state = begin_state(fcinfo, kind);

	kind->add_value(state, PG_GETARG_DATUM(0));
	return state;
}

/*
 * A WindowAgg node copies what a transition function returns, unless that is the
 * first argument again, or a read-write pointer to an expanded object.  The latter
 * it would give to anybody's inverse transition function, to be taken over, and
 * would free together with the arena.  So the first row is returned as a value, of
 * which the node makes a copy of its own, and from the second row on that copy,
 * which is ours to change, holds a read-only pointer to the state.
 */
static void
write_over(struct varlena *copy, State *state)
{
	Assert(!VARATT_IS_EXTERNAL_EXPANDED(copy) && VARSIZE_ANY(copy) >= EXPANDED_POINTER_SIZE);
	memcpy(copy, state->eoh.eoh_ro_ptr, EXPANDED_POINTER_SIZE);
}

Datum
window_state_datum(FunctionCallInfo fcinfo, State *state)
{
	if (!PG_ARGISNULL(0) && datum_state(PG_GETARG_DATUM(0)) == state)
		return PG_GETARG_DATUM(0);
	return EOHPGetRODatum(&state->eoh);
}

static void
require_kind(const State *state, const AggregateKind *kind)
{
	if (state->arena->kind != kind)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("this state is one of %s, not of %s", state->arena->kind->name, kind->name),
				 errhint("An aggregate must take all its support functions from one of plg's.")));
}

/* What transition_state does where the state is not at hand. */
State *
begin_transition(FunctionCallInfo fcinfo, const AggregateKind *kind)
{
	bool		in_window;
	const void *pointer;
	State	   *state;

	(void) aggregate_context(fcinfo);
	in_window = !IsA(fcinfo->context, AggState);
	if (PG_ARGISNULL(0))
	{
		state = begin_state(fcinfo, kind);
		state->may_hand_over = may_hand_over(state->arena);
		return state;
	}

	pointer = DatumGetPointer(PG_GETARG_DATUM(0));
	state = growing_state(PG_GETARG_DATUM(0));
	if (state != NULL && (in_window || VARATT_IS_EXTERNAL_EXPANDED_RW(pointer)) && is_callers_own(fcinfo, state))
	{
		require_kind(state, kind);
		state_changes(state);
		return state;
	}

	state = state_of_value(fcinfo, kind);
	if (in_window && !VARATT_IS_EXTERNAL_EXPANDED(pointer))
		write_over((struct varlena *) pointer, state);
	return state;
}

State *
final_state(FunctionCallInfo fcinfo, const AggregateKind *kind)
{
	State	   *state = growing_state(PG_GETARG_DATUM(0));

	(void) aggregate_context(fcinfo);
	if (state == NULL)
		return state_of_value(fcinfo, kind);
	require_kind(state, kind);
	return state;
}

/* Combine function, and rollup's transition: adds a value to a state. */
Datum
combine_states(FunctionCallInfo fcinfo, const AggregateKind *kind)
{
	Datum		value;
	State	   *state;

	if (PG_ARGISNULL(1))
		PG_RETURN_UNCHANGED_STATE(fcinfo);
	(void) aggregate_context(fcinfo);
	value = PG_GETARG_DATUM(1);
	state = handed_over(fcinfo, growing_state(value), (const struct varlena *) DatumGetPointer(value), kind);
	if (state != NULL)
	{
		if (PG_ARGISNULL(0))
		{
			take_over_state(fcinfo, state);
			PG_RETURN_STATE(fcinfo, state);
		}
		value = EOHPGetRODatum(&state->eoh);
	}
	state = transition_state(fcinfo, kind);
	kind->add_value(state, value);
	PG_RETURN_STATE(fcinfo, state);
}

/*
 * A finished state as a value.  The pointer is a chunk of its own, for before
 * PostgreSQL 16 the executor flattens what is none of the current context.
 */
static Datum
finished_value(State *state)
{
	void	   *pointer = palloc(EXPANDED_POINTER_SIZE);

	state->eoh.eoh_methods = &finished_methods;
	memcpy(pointer, state->eoh.eoh_ro_ptr, EXPANDED_POINTER_SIZE);
	return PointerGetDatum(pointer);
}

/* Final function of every aggregate.  A window function's state goes on afterwards. */
PLG_FUNCTION(plg_final_value);
Datum
plg_final_value(PG_FUNCTION_ARGS)
{
	State	   *state;

	(void) aggregate_context(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = datum_state(PG_GETARG_DATUM(0));
	if (state != NULL && state->eoh.eoh_methods != &finished_methods && state->arena->kind->is_nothing != NULL && state->arena->kind->is_nothing(state))
		PG_RETURN_NULL();
	if (state != NULL && IsA(fcinfo->context, AggState) && is_callers_own(fcinfo, state) &&
		state->arena->kind->keep_unpacked != NULL && state->arena->kind->keep_unpacked(state))
		return finished_value(state);
	PG_RETURN_POINTER(flat_value(PG_GETARG_DATUM(0)));
}

struct varlena *
flat_value(Datum datum)
{
	State	   *state = datum_state(datum);

	if (state == NULL)
		return fetch_value((struct varlena *) DatumGetPointer(datum));
	if (state->eoh.eoh_methods != &finished_methods)
		return state->arena->kind->pack(state);
	packed_size(&state->eoh);
	return state->flat;
}

/* Packs a state, a finished one once for all that need it packed; callers ask for the size twice before they flatten. */
static Size
packed_size(ExpandedObjectHeader *eoh)
{
	State	   *state = (State *) eoh;
	MemoryContext old = MemoryContextSwitchTo(state->arena->context);

	if (state->flat == NULL)
	{
		state->flat = state->arena->kind->pack(state);
		if (eoh->eoh_methods == &finished_methods && state->arena->kind->packed != NULL)
			state->arena->kind->packed(state);
	}
	MemoryContextSwitchTo(old);
	return VARSIZE(state->flat);
}

static void
write_packed(ExpandedObjectHeader *eoh, void *result, Size allocated_size)
{
	State	   *state = (State *) eoh;

	Assert(state->flat != NULL && allocated_size == VARSIZE(state->flat));
	memcpy(result, state->flat, allocated_size);
}

static Size
state_flat_size(ExpandedObjectHeader *eoh)
{
	State	   *state = (State *) eoh;
	const AggregateKind *kind = state->arena->kind;

	if (state->may_hand_over)
		return ticket_size(state);
	/* who reads it otherwise expects a value */
	state->worker_rows = kind->worker_rows_size == NULL || !state->arena->is_part ? 0 : kind->worker_rows_size(state);
	return state->worker_rows > 0 ? state->worker_rows : packed_size(eoh);
}

static void
state_flatten(ExpandedObjectHeader *eoh, void *result, Size allocated_size)
{
	State	   *state = (State *) eoh;

	if (state->may_hand_over)
	{
		write_ticket(state, result);
		return;
	}
	if (state->worker_rows > 0)
	{
		Assert(allocated_size == state->worker_rows);
		state->arena->kind->write_worker_rows(state, result, allocated_size);
		return;
	}
	write_packed(eoh, result, allocated_size);
	state_changes(state);
}
