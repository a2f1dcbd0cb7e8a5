/*
 * The state of an aggregate is a value under construction.
 *
 * Each noun's aggregates have the noun's own type as their state.  While rows
 * arrive the state is an expanded object; it becomes an ordinary flat value
 * when it travels (to a parallel leader, into a tuple) and at the end.  So the
 * combine function is the same as rollup's transition, and no serialize pair
 * is needed.
 *
 * PostgreSQL expects an expanded object to own a memory context.  A context
 * for each of 50,000 groups would make HashAggregate, which adds up all its
 * child contexts for every new group, take half a minute.  So all states of
 * one aggregate context live in ONE child context of it, the arena.  That is
 * sound because the executor never deletes or moves the object: every
 * transition returns the pointer it was given, and the arena is a child of the
 * aggregate context, which is what the executor checks before copying.
 *
 * The value of a large state is not always packed: the final function may return
 * the state itself, finished, for a reader in the same query to read its rows
 * where they are.  It is a value like any other, which PostgreSQL flattens, and so
 * packs, when it stores, sorts or copies it; but no aggregate adds to it any more.
 *
 * The arena keeps its states side by side in a few slabs, so whether a pointer
 * is one of them can be told without a look at what it points to.  Where groups
 * are many, that look is a cache miss for each row: see crowded_state.
 *
 * The arena also holds what its states can share, such as the dictionary of
 * labels.  It is found again through the aggregate context, never through
 * fn_extra: distributed executors call with a fresh FmgrInfo for each row.
 */
#ifndef PLG_STATE_H
#define PLG_STATE_H

#include "pg/compat.h"
#include "utils/expandeddatum.h"

struct State;

typedef struct Noun
{
	const char *name;			/* of the type, and of its arenas' context */
	Size		arena_size;
	Size		state_size;

	/* Adds a flat value, which the state must copy if it keeps it. */
	void		(*absorb) (struct State *state, struct varlena *value);

	/* Makes the flat value in the current context; the state stays as it was. */
	struct varlena *(*pack) (struct State *state);

	/*
	 * How a state may travel otherwise, from one process of a query to another,
	 * for absorb to take it: its size, 0 if it cannot; and the bytes.  NULL if
	 * states always travel as values.
	 */
	Size		(*image_size) (struct State *state);
	void		(*write_image) (struct State *state, struct varlena *image, Size size);

	/*
	 * Whether a finished state is better left as it is than packed: whoever
	 * reads it at once reads it as fast.  NULL: never.
	 */
	bool		(*stays) (struct State *state);
} Noun;

/* Memory for states, each of which begins with a cache line. */
typedef struct StateSlab
{
	char	   *start;
	Size		used;
	Size		size;
} StateSlab;

#define STATE_STRIDE(noun) TYPEALIGN(CACHE_LINE, (noun)->state_size)

/* Each slab is twice as large as the one before. */
#define FIRST_SLAB_STATES 2
#define MAX_SLABS 40

/* Begins what the states of one aggregate context share; zeroed at first. */
typedef struct Arena
{
	char		ident[16];		/* shown as the context's identifier */
	const Noun *noun;
	MemoryContext context;
	struct AggState *aggregate; /* whose states they are, if a plan's */
	MemoryContextCallback end;
	uint64		n_states;
	int			n_slabs;
	StateSlab	slabs[MAX_SLABS];
} Arena;

/*
 * Begins every state; the rest is zeroed at first.  What is read for each row
 * stands last, to lie close to what follows.
 */
typedef struct State
{
	ExpandedObjectHeader eoh;
	Arena	   *arena;
	Size		image;			/* size of the image that takes its place */

	/* as it stays in this process, handover.h */
	bool		may_hand_over;
	uint64		ticket;
	struct State *next_waiting;

	struct varlena *flat;		/* packed, until changed; of a state in progress, until flattened */
} State;

/* The context of the aggregate that calls; an error if none does. */
extern MemoryContext aggregate_context(FunctionCallInfo fcinfo);

extern const ExpandedObjectMethods state_methods;
extern State *begin_transition(FunctionCallInfo fcinfo, const Noun *noun);

/*
 * The state to add to: the first argument, made at the first row, or grown
 * from a flat value.  Nobody but an aggregate can hold a state, so only new
 * ones need a check of the caller.
 */
static inline State *
transition_state(FunctionCallInfo fcinfo, const Noun *noun)
{
	if (likely(!PG_ARGISNULL(0)))
	{
		const void *pointer = DatumGetPointer(PG_GETARG_DATUM(0));

		if (likely(VARATT_IS_EXTERNAL_EXPANDED(pointer)))
		{
			varatt_expanded expanded;
			State	   *state;

			memcpy(&expanded, VARDATA_EXTERNAL(pointer), sizeof(expanded));
			state = (State *) expanded.eohptr;
			if (likely(state->eoh.eoh_methods == &state_methods &&
					   state->arena->noun == noun && state->flat == NULL))
				return state;
		}
	}
	return begin_transition(fcinfo, noun);
}

/* More states than this do not stay in the cache. */
#define CROWD_STATES 1024

/* An arena in which states are many, the last to be named; NULL once it ends. */
extern Arena *crowded_arena;

/*
 * The state to add to, if it lies in the crowded arena, without a look at it;
 * else NULL.  It may have been packed: who adds to it, calls state_changes.
 */
static inline State *
crowded_state(FunctionCallInfo fcinfo, const Noun *noun)
{
	const Arena *arena = crowded_arena;
	MemoryContext context;
	char	   *pointer;

	if (likely(arena == NULL) || PG_ARGISNULL(0) || arena->noun != noun ||
		!AggCheckCallContext(fcinfo, &context) || arena->context->parent != context)
		return NULL;

	pointer = (char *) DatumGetPointer(PG_GETARG_DATUM(0)) - offsetof(State, eoh.eoh_rw_ptr);
	for (int i = arena->n_slabs - 1; i >= 0; i--)
	{
		uintptr_t	offset = (uintptr_t) pointer - (uintptr_t) arena->slabs[i].start;

		if (offset < arena->slabs[i].used)
			return offset % STATE_STRIDE(noun) == 0 ? (State *) pointer : NULL;
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
extern struct varlena *settled_value(Datum datum);

/* The state that a datum is, finished or not; NULL if it is none. */
extern State *datum_state(Datum datum);

extern Datum combine_states(FunctionCallInfo fcinfo, const Noun *noun);

/* A transition function ends with this; without a row it stays NULL. */
#define PG_RETURN_STATE(state) return EOHPGetRWDatum(&(state)->eoh)
#define PG_RETURN_UNCHANGED_STATE(fcinfo) \
	do { \
		if (PG_ARGISNULL(0)) \
			PG_RETURN_NULL(); \
		return PG_GETARG_DATUM(0); \
	} while (0)

#endif							/* PLG_STATE_H */
