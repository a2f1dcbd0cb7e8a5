/*
 * The work room of the sweep by blocks (general.c) and its slices (slices.c), and
 * what both do with a block of rows: chains come into it out of a state before it.
 */
#ifndef PLG_CORE_CHAIN_VISIT_H
#define PLG_CORE_CHAIN_VISIT_H

#include "core/chain/engine.h"

typedef struct FrontPoint
{
	int64		last;
	int64		start;
} FrontPoint;

typedef struct Front
{
	int64		head;
	int64		n;
	int64		capacity;
	FrontPoint *points;
} Front;

/* An instant, and the state behind it. */
typedef struct Cut
{
	int64		at;
	int64		from;			/* rows */
	int64		to;
	int64		excluded_before;	/* the last instant before it with an excluded row; NOT_STARTED */
	bool		excluded;		/* has such a row itself */
	int64	   *start;			/* by level, 1 to n_steps; NOT_STARTED */
} Cut;

typedef struct General
{
	Cut		   *cuts;			/* those that a slice may still reach back to */
	int			head;
	int			n;
	int			capacity;
	int64	   *none;			/* the state before all */
	int64	   *start;			/* the state without grace */
	int64		before_at;		/* its instant */
	int64		excluded_at;	/* the last instant so far with an excluded row; NOT_STARTED */
	bool		block_excluded; /* the block has such a row */
	int		   *live;			/* strict, exact: levels in it that have started */
	int			n_live;
	int64	   *reached;		/* by level: in this instant */
	int64	   *open;			/* by level: of chains that may go on */
	int		   *touched;		/* the levels that were reached */
	int			n_touched;
	int64	   *useful;			/* rows */
	Front	   *fronts;			/* by level, for step_within */
} General;

extern const StepSet *allowed_steps(ChainEngine *engine, const Search *search, int64 at, StepSet *allowed);
extern void visit_block(ChainEngine *engine, const Search *search, const int64 *state, int64 state_at,
						int64 first_at, int64 earliest);
extern void visit_instant(ChainEngine *engine, const Search *search, int64 from, int64 to, int64 earliest);

/* slices.c */
extern void visit_slices(ChainEngine *engine, const Search *search, int64 from, int64 to, bool matters, bool excluded);

#endif							/* PLG_CORE_CHAIN_VISIT_H */
