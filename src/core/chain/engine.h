/*
 * The inside of the chain engine; rules.h says what it computes.
 *
 * Every way of searching answers one question by a sweep over the rows in order
 * of time: which level is reached, when first, and by a chain that started when
 * (Found).  The sweep keeps, for each step, only the latest start of a chain
 * that has reached it: a later start can be continued wherever an earlier one
 * can.  Which rows the chain takes in between is found afterwards, in the rows
 * from its start to its completion alone.
 *
 * Each of these files calls only those above it:
 *
 *	unused.c	the rows that passes have left
 *	block.c		rows that may be taken in any order: matching steps to rows
 *	plain.c		the default mode, in O(n + n k) after sorting
 *	any.c		mode any
 *	visit.c		chains that come through a block
 *	slices.c	slices of time within which rows count as simultaneous
 *	general.c	all other options of the modes with an order
 *	between.c	the rows that a chain with such options takes in between
 *	times.c		the times of a chain whose start and completion are known
 *	passes.c	attempt each, where walks can find the passes
 *	attempts.c	engines, and attempts
 */
#ifndef PLG_CORE_CHAIN_ENGINE_H
#define PLG_CORE_CHAIN_ENGINE_H

#include "core/chain/rules.h"

#include "core/base/ascending.h"

#define NOT_STARTED PG_INT64_MIN

/* A class of rows, as the sweeps need it. */
typedef struct ClassInfo
{
	StepSet		steps;
	int			n_steps;
	bool		excluded;
	bool		in_the_way;		/* strict, exact: must not lie inside a chain */
	bool		is_entry;		/* may begin a chain */
} ClassInfo;

/* A row of a block; equal rows that no chain could need are left out. */
typedef struct BlockRow
{
	StepSet		steps;			/* that it may still be taken for */
	int64		row;			/* one of the rows like this */
	int			step;			/* matched, or -1 */
	bool		visited;
} BlockRow;

/* Rows that may be taken in any order. */
typedef struct ChainBlock
{
	StepSet		steps;			/* met by any of them */
	int			n;
	int64		in_the_way;		/* how many rows there are that count for strict, exact */
	int			capacity;
	BlockRow   *rows;
	int			row_of_step[CHAIN_MAX_STEPS];	/* while rows are matched to steps: or -1 */
} ChainBlock;

typedef struct Found
{
	int			level;
	int64		started;
	int64		completed;
} Found;

/* Part of the rows, and what a chain may take there. */
typedef struct Search
{
	int64		from;			/* rows */
	int64		to;				/* exclusive */
	int			target;			/* stop when this level is reached */
	const int64 *latest;		/* by step, latest row to take; NULL: no limit */
	const bool *optional;		/* by step, or NULL */
	int64		first_by;		/* latest row for step 1 */
} Search;

struct ChainEngine
{
	const ChainRules *rules;
	bool		is_default;		/* no option that needs the general sweep */
	bool		by_walk;		/* passes are found by walks */
	bool		asks_for_rows;	/* the lists of unused rows are wanted */
	int64		most_useful;	/* rows of a slice that a chain could need, at the most */
	bool		one_step_each;	/* no row meets several steps */
	uint32		n_kinds;
	ClassInfo  *classes;		/* of each kind; n_kinds further on: of such rows used up by a pass */
	int		  **classes_of_step;	/* by step: the kinds that meet it, then -1 */

	/* the entity at hand */
	int64		n;
	const int64 *at;
	const uint32 *row_class;
	int64		entry;
	bool		done;

	/* passes: rows of our own, since they are used up */
	uint32	   *own_class;
	int64		own_capacity;
	int64		base;			/* rows before it are used up */
	int64		resume;			/* no pass of the level completes before */
	int			level;			/* of the passes at hand */
	int64		next_excluded;	/* attempt next: no excluded row of use is before it */
	int64		next_try;		/* walks: no pass of the level completes before this row */
	bool		resumed;		/* mode any: the set holds the rows of that instant */
	int64	   *candidates;		/* mode any: by class */
	int			most;			/* mode any: level of what completes before it; -1: not begun */
	int64	   *before;			/* walks, by step: what its row must come before */
	struct UnusedRows *unused;	/* or NULL */

	ChainBlock	block;
	int		   *seen;			/* by class: rows in the block */
	int16	   *only_step;		/* by class: the one step it meets; -1 if not one, or excluded */
	int64	   *start;			/* by step; start[-1] is for step 0 */
	int64	   *fresh;			/* by step */
	struct General *general;
	struct AnyOrder *any;
};

/* The first of the rows from a row on that is at or after a time. */
static inline int64
first_row_at(const ChainEngine *engine, int64 from, int64 at)
{
	return lower_bound_time(engine->at, from, engine->n, at);
}

/* The end of the rows that share the instant of a row. */
static inline int64
instant_end(const ChainEngine *engine, int64 row, int64 to)
{
	int64		at = engine->at[row];

	for (row++; row < to && engine->at[row] == at; row++)
		continue;
	return row;
}

/* The earliest start of a chain that may complete at a time. */
static inline int64
earliest_start(const ChainEngine *engine, int64 at, int64 excluded_at)
{
	int64		within = engine->rules->within;
	int64		start = NOT_STARTED + 1;

	if (within != CHAIN_NEVER && at > start + within)
		start = at - within;
	return Max(start, excluded_at);
}

/* plain.c */
extern void default_sweep(ChainEngine *engine, const Search *search, Found *found);
extern void default_times(ChainEngine *engine, const Search *search, const Found *found, Chain *chain);

/* block.c */
extern void block_clear(ChainBlock *block);
extern void block_add(ChainEngine *engine, int64 from, int64 to, const StepSet *allowed);
extern void block_add_row(ChainEngine *engine, int64 row, const StepSet *allowed);
extern void block_add_unused(ChainEngine *engine, int64 from, int64 to);
extern void block_unmatch(ChainBlock *block);
extern bool block_match(ChainBlock *block, int step);
extern bool block_can_use_all(ChainBlock *block, int first, int last);
extern int	compare_step_sets(const StepSet *x, const StepSet *y);
extern void block_sort(ChainBlock *block);
extern void use_up_row(ChainEngine *engine, int64 row);
extern void use_up_rows(ChainEngine *engine, const Chain *chain);

/* passes.c */
extern bool passes_by_walk(const ChainEngine *engine);
extern bool next_pass(ChainEngine *engine, Chain *chain);

/* unused.c */
extern void unused_begin(ChainEngine *engine);
extern int64 unused_of_class_before(ChainEngine *engine, uint32 class, int64 row);
extern int64 unused_of_class_from(ChainEngine *engine, uint32 class, int64 row);
extern int64 unused_before(ChainEngine *engine, int step, int64 row);
extern int64 unused_from(ChainEngine *engine, int step, int64 row);
extern int64 excluded_before(const ChainEngine *engine, int64 row);
extern void unused_take(ChainEngine *engine, int64 row);

/* general.c */
extern void general_sweep(ChainEngine *engine, const Search *search, Found *found);

/* between.c */
extern void find_times_between(ChainEngine *engine, const Search *search, Chain *chain);

/* times.c */
extern bool keeps_step_limits(const ChainRules *rules, const Chain *chain);
extern void find_times(ChainEngine *engine, Search *search, const Found *found, Chain *chain);
extern void times_between(ChainEngine *engine, Chain *chain);

/* any.c */
extern bool any_next_pass(ChainEngine *engine, Chain *chain);
extern void any_take_pass(ChainEngine *engine, Chain *chain);
extern void any_sweep(ChainEngine *engine, const Search *search, Found *found);
extern void any_times(ChainEngine *engine, const Search *search, const Found *found, Chain *chain);

static inline int
count_steps(const StepSet *set)
{
	return __builtin_popcountll(set->word[0]) + __builtin_popcountll(set->word[1]);
}

static inline bool
no_steps(const StepSet *set)
{
	return (set->word[0] | set->word[1]) == 0;
}

/* The first step of a set at or after a step; CHAIN_MAX_STEPS if there is none. */
static inline int
next_step(const StepSet *set, int step)
{
	for (int i = step >> 6; i < 2; i++)
	{
		uint64		word = set->word[i];

		if (i == step >> 6)
			word &= ~UINT64CONST(0) << (step & 63);
		if (word != 0)
			return i * 64 + __builtin_ctzll(word);
	}
	return CHAIN_MAX_STEPS;
}

/* The last step of a set before a step; -1 if there is none. */
static inline int
previous_step(const StepSet *set, int step)
{
	while (--step >= 0)
	{
		if (step_in_set(set, step))
			return step;
	}
	return -1;
}

#endif							/* PLG_CORE_CHAIN_ENGINE_H */
