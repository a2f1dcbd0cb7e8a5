/* Aggregate states as expanded objects; state.h explains the design. */
#include "state/state.h"

#include "state/handover.h"
#include "state/value.h"
#include "nodes/execnodes.h"
#include "nodes/memnodes.h"
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

Arena	   *crowded_arena = NULL;

static void
arena_ends(void *arg)
{
	if (crowded_arena == (Arena *) arg)
		crowded_arena = NULL;
}

static Arena *
find_arena(MemoryContext aggregate_context, const Noun *noun)
{
	MemoryContext context;
	Arena	   *arena;

	for (context = aggregate_context->firstchild; context != NULL; context = context->nextchild)
		if (context->name == noun->name)
			return (Arena *) context->ident;

	context = AllocSetContextCreateInternal(aggregate_context, noun->name,
											ALLOCSET_DEFAULT_SIZES);
	arena = MemoryContextAllocZero(context, noun->arena_size);
	strlcpy(arena->ident, "plg", sizeof(arena->ident));
	arena->noun = noun;
	arena->context = context;
	MemoryContextSetIdentifier(context, arena->ident);
	arena->end.func = arena_ends;
	arena->end.arg = arena;
	MemoryContextRegisterResetCallback(context, &arena->end);
	return arena;
}

static State *
allocate_state(Arena *arena)
{
	Size		stride = STATE_STRIDE(arena->noun);
	StateSlab  *slab = &arena->slabs[arena->n_slabs - 1];
	State	   *state;

	if (arena->n_slabs == 0 || slab->used == slab->size)
	{
		Size		size = (stride * FIRST_SLAB_STATES) << arena->n_slabs;
		char	   *memory = MemoryContextAllocHuge(arena->context, size + CACHE_LINE);

		Assert(arena->n_slabs < MAX_SLABS);
		slab = &arena->slabs[arena->n_slabs++];
		slab->start = (char *) TYPEALIGN(CACHE_LINE, in_huge_pages(memory, size + CACHE_LINE));
		slab->size = size;
		slab->used = 0;
	}
	state = (State *) (slab->start + slab->used);
	slab->used += stride;
	arena->n_states++;
	memset(state, 0, arena->noun->state_size);
	return state;
}

static State *
new_state(MemoryContext aggregate_context, const Noun *noun)
{
	Arena	   *arena = find_arena(aggregate_context, noun);
	State	   *state = allocate_state(arena);

	EOH_init_header(&state->eoh, &state_methods, arena->context);
	state->arena = arena;
	return state;
}

MemoryContext
aggregate_context(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("this function can only be called as part of an aggregate"),
				 errhint("Use the aggregate that it belongs to, such as plg.journeys or plg.rollup.")));
	return context;
}

State *
datum_state(Datum datum)
{
	ExpandedObjectHeader *eoh;

	if (!VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(datum)))
		return NULL;
	eoh = DatumGetEOHP(datum);
	return eoh->eoh_methods == &state_methods || eoh->eoh_methods == &finished_methods ? (State *) eoh : NULL;
}

/* The state that an aggregate is still building, if the datum is one. */
static State *
expanded_state(Datum datum)
{
	State	   *state = datum_state(datum);

	return state != NULL && state->eoh.eoh_methods == &state_methods ? state : NULL;
}

static State *
begin_state(FunctionCallInfo fcinfo, const Noun *noun)
{
	State	   *state = new_state(aggregate_context(fcinfo), noun);

	state->arena->aggregate = IsA(fcinfo->context, AggState) ? (AggState *) fcinfo->context : NULL;
	return state;
}

/* What transition_state does where the state is not at hand. */
State *
begin_transition(FunctionCallInfo fcinfo, const Noun *noun)
{
	State	   *state;

	if (PG_ARGISNULL(0))
	{
		state = begin_state(fcinfo, noun);
		state->may_hand_over = may_hand_over(state->arena->aggregate);
		return state;
	}

	state = expanded_state(PG_GETARG_DATUM(0));
	if (state == NULL)
	{
		state = begin_state(fcinfo, noun);
		noun->absorb(state, PG_DETOAST_DATUM(PG_GETARG_DATUM(0)));
	}
	else if (state->arena->noun != noun)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("this state is one of %s, not of %s", state->arena->noun->name, noun->name),
				 errhint("An aggregate must take all its support functions from one of plg's.")));
	else
		state_changes(state);
	return state;
}

/* Combine function, and rollup's transition: adds a value to a state. */
Datum
combine_states(FunctionCallInfo fcinfo, const Noun *noun)
{
	Datum		value;
	State	   *state;

	if (PG_ARGISNULL(1))
		PG_RETURN_UNCHANGED_STATE(fcinfo);
	value = PG_GETARG_DATUM(1);
	state = expanded_state(value);
	state = state != NULL ? accept_state(state) : redeem_ticket((const struct varlena *) DatumGetPointer(value));
	if (state != NULL && state->arena->noun == noun && take_over_state(fcinfo, state))
		PG_RETURN_STATE(state);
	if (state != NULL)
		value = EOHPGetRODatum(&state->eoh);
	state = transition_state(fcinfo, noun);
	noun->absorb(state, PG_DETOAST_DATUM(value));
	PG_RETURN_STATE(state);
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

	aggregate_context(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = datum_state(PG_GETARG_DATUM(0));
	if (state != NULL && IsA(fcinfo->context, AggState) && state->arena->noun->stays != NULL &&
		state->arena->noun->stays(state))
		return finished_value(state);
	PG_RETURN_POINTER(settled_value(PG_GETARG_DATUM(0)));
}

struct varlena *
settled_value(Datum datum)
{
	State	   *state = datum_state(datum);

	if (state != NULL && state->eoh.eoh_methods == &finished_methods)
	{
		packed_size(&state->eoh);
		return state->flat;
	}
	if (state == NULL)
		return fetch_value((struct varlena *) DatumGetPointer(datum));
	return state->arena->noun->pack(state);
}

/* Packs a state, a finished one once for all that need it packed; callers ask for the size twice before they flatten. */
static Size
packed_size(ExpandedObjectHeader *eoh)
{
	State	   *state = (State *) eoh;
	MemoryContext old = MemoryContextSwitchTo(state->arena->context);

	if (state->flat == NULL)
		state->flat = state->arena->noun->pack(state);
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
	const Noun *noun = state->arena->noun;

	if (state->may_hand_over)
		return ticket_size(state);
	/* who reads it otherwise expects a value */
	state->image = noun->image_size == NULL || !is_part(state->arena->aggregate) ? 0 : noun->image_size(state);
	return state->image > 0 ? state->image : packed_size(eoh);
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
	if (state->image > 0)
	{
		Assert(allocated_size == state->image);
		state->arena->noun->write_image(state, result, allocated_size);
		return;
	}
	write_packed(eoh, result, allocated_size);
	state_changes(state);
}
