/* Where the states of aggregates live; see arena.h. */
#include "state/arena.h"

#include "access/htup_details.h"
#include "catalog/pg_aggregate.h"
#include "nodes/memnodes.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

Arena	   *crowded_arena = NULL;

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

/* What an aggregate's combine function is in C; NULL if it is nothing in C. */
static PGFunction
combine_function(Oid aggregate)
{
	HeapTuple	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(aggregate));
	Oid			function;
	FmgrInfo	info;

	if (!HeapTupleIsValid(tuple))
		return NULL;
	function = ((Form_pg_aggregate) GETSTRUCT(tuple))->aggcombinefn;
	ReleaseSysCache(tuple);
	if (!OidIsValid(function))
		return NULL;
	fmgr_info(function, &info);
	return info.fn_addr;
}

/*
 * Whether the caller's states go to another aggregate, and only by way of the
 * kind's own combine function.  Anybody may build an aggregate of plg's functions
 * and a combine function of his own, which would see what is meant to pass
 * between two nodes of a plan; there states travel as values.
 */
static bool
parts_stay_with_us(FunctionCallInfo fcinfo, const AggregateKind *kind)
{
	const AggState *aggregate = castNode(AggState, fcinfo->context);
	const Aggref *ours = AggGetAggref(fcinfo);
	ListCell   *cell;

	if (!DO_AGGSPLIT_SKIPFINAL(aggregate->aggsplit) || ours == NULL)
		return false;
	foreach(cell, aggregate->aggs)
	{
		const Aggref *aggref = lfirst_node(Aggref, cell);

		if (aggref->aggtranstype == ours->aggtranstype && combine_function(aggref->aggfnoid) != kind->combine)
			return false;
	}
	return true;
}

bool
is_sole_part(const Arena *arena)
{
	return arena->is_part && arena->aggregate->aggstrategy == AGG_PLAIN &&
		!DO_AGGSPLIT_COMBINE(arena->aggregate->aggsplit);
}

static void
arena_ends(void *arg)
{
	if (crowded_arena == (Arena *) arg)
		crowded_arena = NULL;
}

static Arena *
find_arena(FunctionCallInfo fcinfo, const AggregateKind *kind)
{
	MemoryContext parent = aggregate_context(fcinfo);
	MemoryContext context;
	Arena	   *arena;

	for (context = parent->firstchild; context != NULL; context = context->nextchild)
	{
		/* the name is ours, so the identifier begins an arena */
		if (context->name == kind->name && ((const Arena *) context->ident)->kind == kind)
			return (Arena *) context->ident;
	}

	context = AllocSetContextCreateInternal(parent, kind->name, ALLOCSET_DEFAULT_SIZES);
	arena = MemoryContextAllocZero(context, kind->arena_size);
	strlcpy(arena->ident, "plg", sizeof(arena->ident));
	arena->kind = kind;
	arena->context = context;
	MemoryContextSetIdentifier(context, arena->ident);
	arena->end.func = arena_ends;
	arena->end.arg = arena;
	MemoryContextRegisterResetCallback(context, &arena->end);
	if (IsA(fcinfo->context, AggState))
	{
		arena->aggregate = (AggState *) fcinfo->context;
		arena->is_part = parts_stay_with_us(fcinfo, kind);
	}
	return arena;
}

static void
add_slab(Arena *arena)
{
	Size		size = (STATE_STRIDE(arena->kind) * FIRST_SLAB_STATES) << arena->n_slabs;
	char	   *memory = MemoryContextAllocHuge(arena->context, size + CACHE_LINE);
	StateSlab  *slab = &arena->slabs[arena->n_slabs++];

	Assert(arena->n_slabs <= MAX_SLABS);
	slab->start = (char *) TYPEALIGN(CACHE_LINE, in_huge_pages(memory, size + CACHE_LINE));
	slab->size = size;
	slab->used = 0;
}

State *
arena_add_state(FunctionCallInfo fcinfo, const AggregateKind *kind, const ExpandedObjectMethods *methods)
{
	Arena	   *arena = find_arena(fcinfo, kind);
	StateSlab  *slab;
	State	   *state;

	if (arena->n_slabs == 0 || arena->slabs[arena->n_slabs - 1].used == arena->slabs[arena->n_slabs - 1].size)
		add_slab(arena);
	slab = &arena->slabs[arena->n_slabs - 1];
	state = (State *) (slab->start + slab->used);
	slab->used += STATE_STRIDE(kind);
	arena->n_states++;
	memset(state, 0, kind->state_size);
	EOH_init_header(&state->eoh, methods, arena->context);
	state->arena = arena;
	return state;
}
