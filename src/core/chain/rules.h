/*
 * Chains of steps: the engine of funnels and milestones.
 *
 * An entity has rows, each with a time, the set of steps it meets, and perhaps
 * a mark that it is excluded.  A CHAIN gives distinct rows to step 1 and to
 * further steps in ascending order, one row each; only optional steps may be
 * left out in between.  Its level is the number of its last step.  A chain is
 * valid if
 *
 *	order		no row is earlier than the row before it in the chain.  So rows at
 *				one instant may be taken in any order.
 *	within		its latest row is at most this much later than its earliest.
 *	strictly_increasing
 *				every row is later than the row before it.
 *	grace		if not 0, time may be cut into slices, each less than grace from
 *				its first to its last row, and rows of one slice count as
 *				simultaneous for every rule about order: the ones named order,
 *				excluded and mode here.  The cuts lie where they serve the chain
 *				best.  within, and which row is the first, go by the clock.
 *	step_within	its row for step i is at most step_within[i] later than the row
 *				before it in the chain.
 *	excluded	no excluded row lies after its first and before its last instant
 *				(or slice).
 *	mode		strict: in some order of simultaneous rows its rows follow each
 *				other with no other row between them that meets a step.  As the
 *				chain's neighbours at its first and last instant can be ordered
 *				out of it, this means: all such rows after its first and before
 *				its last instant (or slice) are its own.  exact: the same for all
 *				rows, whether they meet a step or not.
 *
 * The BEST chain gets furthest; of those the one that completes earliest; of
 * those the one that starts latest (its earliest row counts); of those the one
 * with the earliest row for step 1, for step 2, and so on, where a step left
 * out counts as latest.
 *
 * In mode any the steps have no order: a chain is any set of distinct rows,
 * each given to another step, all within; its level is their number.  Its times
 * are listed in ascending order, whatever the steps.  excluded holds as above;
 * the other options do not apply.
 *
 * attempt
 *	best		the best chain.
 *	first		the best of the chains whose row for step 1 (in mode any: whose
 *				earliest row) is as early as the entity's first such row.
 *	each		passes: the best chain, then the best chain of the rows that are
 *				left, and so on.  Rows that a pass has used meet no step any
 *				more, but they did happen: they stay excluded and in the way.
 *				Where a chain could take several rows of one instant for a step,
 *				it takes the one that meets the fewest steps, then the one with
 *				the smaller set read as a number; in the order of steps.
 *	next		passes, one after the other: what first gives, then what first gives
 *				of the rows that are left from the end of that pass on, and so on.
 *				A pass ends when it completes the last step; or else after within
 *				from its start, and no row up to then begins another; or else at
 *				the first excluded row after its start that cannot count as
 *				simultaneous with its row for step 1, but not before its own rows.
 *				Rows are used up as above.
 */
#ifndef PLG_CORE_CHAIN_RULES_H
#define PLG_CORE_CHAIN_RULES_H

#include "core/base/platform.h"

#define CHAIN_MAX_STEPS 128
#define CHAIN_NEVER PG_INT64_MAX	/* not reached; no limit */

typedef enum ChainMode
{
	CHAIN_ORDERED,
	CHAIN_ANY,
	CHAIN_STRICT,
	CHAIN_EXACT
} ChainMode;

typedef enum ChainAttempt
{
	CHAIN_BEST,
	CHAIN_FIRST,
	CHAIN_EACH,
	CHAIN_NEXT
} ChainAttempt;

/* Whether an entity may have several chains. */
static inline bool
has_passes(ChainAttempt attempt)
{
	return attempt == CHAIN_EACH || attempt == CHAIN_NEXT;
}

/*
 * grace does not go with strictly_increasing or step_within; none of these and
 * no optional step with mode any.  Step 1 is never optional.
 */
typedef struct ChainRules
{
	int			n_steps;
	ChainMode	mode;
	ChainAttempt attempt;
	int64		within;			/* CHAIN_NEVER: no limit */
	int64		grace;
	bool		strictly_increasing;
	const int64 *step_within;	/* by step, CHAIN_NEVER: no limit; or NULL */
	const bool *optional;		/* by step, or NULL */
} ChainRules;

/* The steps a row meets: step i is bit i, counted from 0. */
typedef struct StepSet
{
	uint64		word[2];
} StepSet;

/* What rows can be; many rows share one. */
typedef struct RowClass
{
	StepSet		steps;
	bool		excluded;
} RowClass;

typedef struct Chain
{
	int			level;
	int64		started;		/* its earliest row */
	int64		completed;		/* its latest row */
	int64		at[CHAIN_MAX_STEPS];	/* by step; CHAIN_NEVER: not reached */
} Chain;

typedef struct ChainEngine ChainEngine;

/* Rules and classes must stay. */
extern ChainEngine *chain_engine(const ChainRules *rules, const RowClass *classes, uint32 n_classes);

/*
 * Begins an entity: rows by time, with the number of each row's class.  Returns
 * the time of its first row that meets step 1 (mode any: a step), or
 * CHAIN_NEVER.  The rows must stay until the last chain_next().
 */
extern int64 chain_rows(ChainEngine *engine, int64 n, const int64 *at, const uint32 *row_class);

/* The best chain, or with CHAIN_EACH and CHAIN_NEXT the next pass; false when there is none left. */
extern bool chain_next(ChainEngine *engine, Chain *chain);

static inline bool
step_in_set(const StepSet *set, int step)
{
	return set->word[step >> 6] >> (step & 63) & 1;
}

static inline void
add_step(StepSet *set, int step)
{
	set->word[step >> 6] |= UINT64CONST(1) << (step & 63);
}

#endif							/* PLG_CORE_CHAIN_RULES_H */
