/*
 * A visit to a block of rows, for the sweep of general.c.  A chain comes in from
 * a state before the block, takes step f as its first there and q as its last,
 * and all steps in between that are not optional; they must be matched to rows
 * of their own.
 */
#include "core/chain/visit.h"

/* The latest start on a front of a chain whose last row is not before a time. */
static int64
front_start(const Front *front, int64 since)
{
	int64		low = front->head;
	int64		high = front->n;

	while (low < high)
	{
		int64		middle = low + (high - low) / 2;

		if (front->points[middle].last < since)
			low = middle + 1;
		else
			high = middle;
	}
	return low < front->n ? front->points[low].start : NOT_STARTED;
}

static void
front_add(Front *front, int64 last, int64 start, int64 earliest)
{
	while (front->head < front->n && front->points[front->head].start < earliest)
		front->head++;
	while (front->head < front->n && front->points[front->n - 1].start <= start)
		front->n--;
	if (front->n == front->capacity)
	{
		if (front->head > front->capacity / 2)
		{
			memmove(front->points, front->points + front->head, (front->n - front->head) * sizeof(FrontPoint));
			front->n -= front->head;
			front->head = 0;
		}
		else
		{
			front->capacity = Max(8, front->capacity * 2);
			front->points = front->points == NULL ? palloc(front->capacity * sizeof(FrontPoint)) :
				repalloc_huge(front->points, front->capacity * sizeof(FrontPoint));
		}
	}
	front->points[front->n].last = last;
	front->points[front->n].start = start;
	front->n++;
}

/*
 * The latest start of a chain that may take a step next, out of a state before
 * a block of which this is the first instant.
 */
static int64
source_of(ChainEngine *engine, const Search *search, int step, const int64 *state, int64 state_at, int64 first_at)
{
	const ChainRules *rules = engine->rules;
	int64		limit = rules->step_within == NULL ? CHAIN_NEVER : rules->step_within[step];
	int64		since = limit == CHAIN_NEVER || first_at < NOT_STARTED + limit ? NOT_STARTED : first_at - limit;
	int64		latest = NOT_STARTED;

	if (step == 0)
		return first_at;
	for (int level = step; level > 0; level--)
	{
		if (rules->step_within != NULL && rules->mode == CHAIN_ORDERED)
			latest = Max(latest, front_start(&engine->general->fronts[level], since));
		else if (state_at >= since)
			latest = Max(latest, state[level]);
		/* the step below is taken, unless it may be left out */
		if (search->optional == NULL || !search->optional[level - 1])
			break;
	}
	return latest;
}

/* A chain with a start reaches a level, and perhaps may go on from there. */
static inline void
reach(General *general, int level, int64 start, bool open)
{
	if (general->reached[level] == NOT_STARTED)
		general->touched[general->n_touched++] = level;
	general->reached[level] = Max(general->reached[level], start);
	if (open)
		general->open[level] = Max(general->open[level], start);
}

/* Chains that take a step of the block first: where can they get? */
static void
extend(ChainEngine *engine, const Search *search, int first, int64 start)
{
	const ChainRules *rules = engine->rules;
	ChainBlock *block = &engine->block;
	bool		ordered = rules->mode == CHAIN_ORDERED;

	block_unmatch(block);
	if (!block_match(block, first))
		return;
	for (int last = first; last < rules->n_steps; last++)
	{
		bool		may_skip = last > first && search->optional != NULL && search->optional[last];
		bool		good = true;

		if (last > first)
			good = block_match(block, last);
		if (good)
		{
			/* what starts here may leave other rows before it */
			bool		open = first == 0 ||
				(!engine->general->block_excluded && (ordered || block_can_use_all(block, first, last)));

			reach(engine->general, last + 1, start, open);
		}
		if (!good && !may_skip)
			break;
		if (may_skip || (!ordered && first > 0))
		{
			/* match again what all further chains take */
			block_unmatch(block);
			block_match(block, first);
			for (int step = first + 1; step <= last; step++)
			{
				if (search->optional == NULL || !search->optional[step])
					block_match(block, step);
			}
		}
		if (rules->strictly_increasing)
			break;
	}
}

/* The steps that rows of an instant may be taken for. */
const StepSet *
allowed_steps(ChainEngine *engine, const Search *search, int64 at, StepSet *allowed)
{
	bool		all = true;

	if (search->latest == NULL && at <= search->first_by)
		return NULL;
	memset(allowed, 0, sizeof(*allowed));
	for (int step = 0; step < engine->rules->n_steps; step++)
	{
		if ((step == 0 && at > search->first_by) ||
			(search->latest != NULL && at > search->latest[step]))
			all = false;
		else
			add_step(allowed, step);
	}
	return all ? NULL : allowed;
}

/* Chains that come into the block out of a state before it. */
void
visit_block(ChainEngine *engine, const Search *search, const int64 *state, int64 state_at, int64 first_at, int64 earliest)
{
	const StepSet *steps = &engine->block.steps;

	for (int step = next_step(steps, 0); step < CHAIN_MAX_STEPS; step = next_step(steps, step + 1))
	{
		int64		start = source_of(engine, search, step, state, state_at, first_at);

		if (start >= earliest)
			extend(engine, search, step, start);
	}
}

/* Without grace an instant is a slice. */
void
visit_instant(ChainEngine *engine, const Search *search, int64 from, int64 to, int64 earliest)
{
	General    *general = engine->general;
	int64		at = engine->at[from];
	StepSet		allowed;

	block_clear(&engine->block);
	block_add(engine, from, to, allowed_steps(engine, search, at, &allowed));
	visit_block(engine, search, general->start, general->before_at, at, earliest);
	general->before_at = at;
	if (engine->rules->mode != CHAIN_ORDERED)
	{
		while (general->n_live > 0)
			general->start[general->live[--general->n_live]] = NOT_STARTED;
	}
	for (int i = 0; i < general->n_touched; i++)
	{
		int			level = general->touched[i];
		int64		start = general->open[level];

		if (start == NOT_STARTED)
			continue;
		general->start[level] = Max(general->start[level], start);
		if (engine->rules->mode != CHAIN_ORDERED)
			general->live[general->n_live++] = level;
		else if (engine->rules->step_within != NULL)
			front_add(&general->fronts[level], at, start, earliest);
	}
}
