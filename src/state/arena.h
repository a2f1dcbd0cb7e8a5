/*
 * Where the states of aggregates live.
 *
 * PostgreSQL expects an expanded object to own a memory context.  A context for
 * each of 50,000 groups would make HashAggregate, which adds up all its child
 * contexts for every new group, take half a minute.  So all states of one kind in
 * one aggregate context live in ONE child context of it, the arena, side by side
 * in a few slabs.  That is sound because nobody ever gets hold of a read-write
 * pointer to a state but the Agg node itself, which neither deletes nor moves it
 * (state.h).
 *
 * The arena also holds what its states can share, such as the dictionary of
 * labels.  It is found again through the aggregate context, never through
 * fn_extra: distributed executors call with a fresh FmgrInfo for each row.
 */
#ifndef PLG_ARENA_H
#define PLG_ARENA_H

#include "pg/compat.h"
#include "nodes/execnodes.h"
#include "utils/expandeddatum.h"

struct State;

/* The aggregates that share one form of state. */
typedef struct AggregateKind
{
	const char *name;			/* of the type, and of the arenas' context */
	PGFunction	combine;		/* the combine function of all of them */
	Size		arena_size;
	Size		state_size;

	/* Adds a value, stored, flat or another state, which the state must copy if it keeps it. */
	void		(*add_value) (struct State *state, Datum value);

	/* Makes the flat value in the current context; the state stays as it was. */
	struct varlena *(*pack) (struct State *state);

	/*
	 * How a state may travel otherwise, from one process of a query to another,
	 * for add_value to take it: its size, 0 if it cannot; and the bytes.  NULL if
	 * states always travel as values.
	 */
	Size		(*worker_rows_size) (struct State *state);
	void		(*write_worker_rows) (struct State *state, struct varlena *rows, Size size);

	/*
	 * Whether a finished state is better left as it is than packed: whoever
	 * reads it at once reads it as fast.  NULL: never.
	 */
	bool		(*keep_unpacked) (struct State *state);

	/* Whether a finished state holds nothing, and so is NULL.  NULL: never. */
	bool		(*is_nothing) (struct State *state);

	/* Gives back what a finished state that has been packed needs no more.  NULL: nothing. */
	void		(*packed) (struct State *state);
} AggregateKind;

/* Memory for states, each of which begins with a cache line. */
typedef struct StateSlab
{
	char	   *start;
	Size		used;
	Size		size;
} StateSlab;

#define STATE_STRIDE(kind) TYPEALIGN(CACHE_LINE, (kind)->state_size)

/* Each slab is twice as large as the one before. */
#define FIRST_SLAB_STATES 2
#define MAX_SLABS 40

/* Begins what the states of one aggregate context share; zeroed at first. */
typedef struct Arena
{
	char		ident[16];		/* shown as the context's identifier */
	const AggregateKind *kind;
	MemoryContext context;
	AggState   *aggregate;		/* whose states they are; NULL: a window's */
	bool		is_part;		/* another aggregate combines them, by our own function */
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
	Size		worker_rows;	/* size of what takes its place between processes */

	/* as it stays in this process, handover.h */
	bool		may_hand_over;
	uint64		ticket;
	struct State *next_waiting;

	struct varlena *flat;		/* packed, until changed; of a state in progress, until flattened */
} State;

/* The context of the aggregate that calls; an error if none does. */
extern MemoryContext aggregate_context(FunctionCallInfo fcinfo);

/* A new state of the aggregate that calls. */
extern State *arena_add_state(FunctionCallInfo fcinfo, const AggregateKind *kind,
							  const ExpandedObjectMethods *methods);

/* Whether an arena's states are all that an aggregate of a process finds, for another one to combine. */
extern bool is_sole_part(const Arena *arena);

/* More states than this do not stay in the cache. */
#define CROWD_STATES 1024

/* An arena in which states are many, the last to be named; NULL once it ends. */
extern Arena *crowded_arena;

#endif							/* PLG_ARENA_H */
