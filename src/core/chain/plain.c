/*
 * Chains in the default mode, with strict increase and excluded rows.
 *
 * The sweep goes instant by instant.  A row alone at its instant that meets
 * step s carries the start of the chain at s - 1 over to s; steps in descending
 * order, so that the row never follows itself.  Several rows at one instant,
 * each with one step, go in ascending order of steps.  If some meet several
 * steps, then from every step i that has been reached the chain grows to i + 1,
 * i + 2 ... as long as these can be matched to rows of their own.
 */
#include "core/chain/engine.h"

/* What is known of a group of rows at one instant. */
typedef struct StepGroup
{
	StepSet		steps;
	bool		excluded;
	bool		needs_matching; /* a row meets several steps, and is not alone */
} StepGroup;

static inline StepGroup
read_group(const ChainEngine *engine, int64 from, int64 to)
{
	StepGroup		group;
	bool		several = false;

	memset(&group, 0, sizeof(group));
	for (int64 i = from; i < to; i++)
	{
		const ClassInfo *class = &engine->classes[engine->row_class[i]];

		group.steps.word[0] |= class->steps.word[0];
		group.steps.word[1] |= class->steps.word[1];
		group.excluded |= class->excluded;
		several |= class->n_steps > 1;
	}
	group.needs_matching = several && to > from + 1;
	return group;
}

/* The furthest level within a block of rows, for a chain at a level. */
static int
grow(ChainEngine *engine, int level)
{
	block_unmatch(&engine->block);
	while (level < engine->rules->n_steps && block_match(&engine->block, level))
		level++;
	return level;
}

/* Takes over the start of the chain before a step, if it is late enough. */
static inline void
advance(ChainEngine *engine, int step, int64 at, int64 start, int64 earliest, Found *found)
{
	if (start < earliest)
		return;
	engine->start[step] = start;
	if (step >= found->level)
	{
		found->level = step + 1;
		found->started = start;
		found->completed = at;
	}
}

/* A group of several rows of which some meet several steps. */
static void
advance_by_matching(ChainEngine *engine, int64 from, int64 to, int64 fresh, int64 earliest, Found *found)
{
	int64		at = engine->at[from];
	int			n_steps = engine->rules->n_steps;
	int			taken = 0;		/* steps up to this have their new start */

	block_clear(&engine->block);
	block_add(engine, from, to, NULL);
	memcpy(engine->fresh, engine->start, n_steps * sizeof(int64));
	for (int level = 0; level < n_steps; level++)
	{
		int64		start = level == 0 ? fresh : engine->fresh[level - 1];
		int			reach;

		if (start < earliest)
		{
			/* all further chains started even earlier */
			if (level > 0)
				break;
			continue;
		}
		if (!step_in_set(&engine->block.steps, level))
			continue;
		reach = grow(engine, level);
		/* the fewer steps a chain had, the later it started */
		for (int step = Max(level, taken); step < reach; step++)
			advance(engine, step, at, start, earliest, found);
		taken = Max(taken, reach);
	}
}

/* All rows of one instant, whatever they are. */
static void
advance_group(ChainEngine *engine, int64 from, int64 to, int64 fresh, int64 earliest, const StepGroup *group, Found *found)
{
	int64		at = engine->at[from];
	const int64 *start = engine->start;

	if (group->needs_matching && !engine->rules->strictly_increasing)
		advance_by_matching(engine, from, to, fresh, earliest, found);
	else if (to == from + 1 || engine->rules->strictly_increasing)
	{
		for (int step = previous_step(&group->steps, engine->rules->n_steps); step >= 0;
			 step = previous_step(&group->steps, step))
			advance(engine, step, at, step == 0 ? fresh : start[step - 1], earliest, found);
	}
	else
	{
		for (int step = next_step(&group->steps, 0); step < CHAIN_MAX_STEPS;
			 step = next_step(&group->steps, step + 1))
			advance(engine, step, at, step == 0 ? fresh : start[step - 1], earliest, found);
	}
}

/*
 * Most rows are alone at their instant, meet one step and are not excluded.
 * Such a row carries the start of the chain before its step over, in time or
 * not: a chain has reached the step before it, too, so its own start is not
 * later, and out of time with it.  Only a level not reached before must be
 * reached in time, which happens once for each; so no branch is hard to foretell.
 * Returns the first row that is not so, or at which the search has reached its
 * target.
 */
static inline int64
sweep_plain_rows(ChainEngine *engine, const Search *search, int64 from, int64 excluded_at, Found *found)
{
	const int64 *times = engine->at;
	const uint32 *row_class = engine->row_class;
	const int16 *only_step = engine->only_step;
	int64	   *start = engine->start;
	int64		within = engine->rules->within;
	int64		oldest = NOT_STARTED + 1;	/* of starts; that of a time is not before it */
	int64		full = within == CHAIN_NEVER ? PG_INT64_MAX : oldest + within;
	int64		first_by = search->first_by;
	int64		to = search->to;
	int			target = search->target;
	int			level = found->level;
	int64		i;

	for (i = from; i < to && level < target; i++)
	{
		int64		at = times[i];
		int			step = only_step[row_class[i]];
		int64		earliest = at > full ? at - within : oldest;
		int64		carried;
		int			reached;

		if ((i & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		if (step < 0 || (i + 1 < to && times[i + 1] == at))
			break;
		start[-1] = at <= first_by ? at : start[0];
		start[step] = carried = start[step - 1];
		reached = carried >= Max(earliest, excluded_at) ? step : -1;
		if (reached >= level)
		{
			level = step + 1;
			found->started = carried;
			found->completed = at;
		}
	}
	found->level = level;
	return i;
}

/* The default mode's sweep. */
void
default_sweep(ChainEngine *engine, const Search *search, Found *found)
{
	const int64 *times = engine->at;
	int64	   *start = engine->start;
	int64		excluded_at = NOT_STARTED + 1;
	int64		end;

	found->level = 0;
	for (int step = 0; step < engine->rules->n_steps; step++)
		start[step] = NOT_STARTED;
	for (int64 i = search->from;; i = end)
	{
		StepGroup		group;
		int64		at;

		i = sweep_plain_rows(engine, search, i, excluded_at, found);
		if (i == search->to || found->level == search->target)
			break;
		CHECK_FOR_INTERRUPTS();
		at = times[i];
		end = instant_end(engine, i, search->to);
		group = read_group(engine, i, end);
		advance_group(engine, i, end, at <= search->first_by ? at : NOT_STARTED,
					  earliest_start(engine, at, excluded_at), &group, found);
		if (group.excluded)
			excluded_at = at;
	}
}

/*
 * The rows that a chain takes between its start and its completion: going as
 * far as possible at every instant takes each step as early as possible, since
 * a chain that is further stays further.
 */
void
default_times(ChainEngine *engine, const Search *search, const Found *found, Chain *chain)
{
	int64		end;
	int			level = 0;

	for (int64 i = search->from; i < search->to && level < found->level; i = end)
	{
		int64		at = engine->at[i];
		StepGroup		group;
		int			reach = level;

		if ((i & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		end = instant_end(engine, i, search->to);
		group = read_group(engine, i, end);
		if (group.needs_matching && !engine->rules->strictly_increasing)
		{
			if (!step_in_set(&group.steps, level))
				continue;
			block_clear(&engine->block);
			block_add(engine, i, end, NULL);
			reach = grow(engine, level);
		}
		else
		{
			int			most = end == i + 1 || engine->rules->strictly_increasing ? 1 : found->level;

			while (reach < Min(level + most, found->level) && step_in_set(&group.steps, reach))
				reach++;
		}
		for (; level < Min(reach, found->level); level++)
			chain->at[level] = at;
	}
}
