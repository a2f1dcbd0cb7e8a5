/*
 * The rows that a chain takes between its start and its completion, where
 * taking each step as early as it can be may lead into a dead end: with strict
 * or exact order, limits for single steps, steps that may be left out.
 *
 * First back from the completion: for each instant, which steps can be taken
 * first there so that the chain still completes in time (leads), and which can
 * be the last ones taken there (leaves).  For that it is enough to know, for each
 * step, the next instant at which it leads on.  Then forward from the start:
 * each step at the earliest instant that still leads to the completion.  Both
 * look at every row once.
 */
#include "core/chain/engine.h"

#include "core/base/elapsed.h"

typedef struct Instant
{
	int64		at;
	int64		from;			/* rows */
	int64		to;
	StepSet		leads;
	StepSet		leaves;
} Instant;

typedef struct Times
{
	ChainEngine *engine;
	int			level;
	int64		n;
	Instant    *instants;
	int64		next[CHAIN_MAX_STEPS];	/* by step, CHAIN_NEVER: none */
} Times;

static bool
may_skip(const Times *times, int step)
{
	return step < times->level - 1 && times->engine->rules->optional != NULL && times->engine->rules->optional[step];
}

static bool
in_time(const Times *times, int step, int64 before, int64 at)
{
	const int64 *limits = times->engine->rules->step_within;

	return limits == NULL || limits[step] == CHAIN_NEVER || elapsed(before, at) <= limits[step];
}

/* Those instants of the range whose rows can matter. */
static void
list_instants(Times *times, int64 from, int64 to)
{
	ChainEngine *engine = times->engine;
	int64		end;

	times->instants = palloc_huge((to - from) * sizeof(Instant));
	times->n = 0;
	for (int64 i = from; i < to; i = end)
	{
		Instant    *instant = &times->instants[times->n];
		bool		matters = false;

		if ((i & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		end = instant_end(engine, i, to);
		for (int64 j = i; j < end && !matters; j++)
		{
			const ClassInfo *class = &engine->classes[engine->row_class[j]];

			matters = class->in_the_way || class->n_steps > 0;
		}
		if (!matters)
			continue;
		memset(instant, 0, sizeof(*instant));
		instant->at = engine->at[i];
		instant->from = i;
		instant->to = end;
		times->n++;
	}
}

static void
load_block(const Times *times, const Instant *instant)
{
	ChainBlock *block = &times->engine->block;

	block_clear(block);
	block_add(times->engine, instant->from, instant->to, NULL);
}

/* Whether all rows that are in the way of a chain are its own if it takes these steps. */
static bool
clears_way(const Times *times, const Instant *instant, int first, int last)
{
	if (times->engine->rules->mode == CHAIN_ORDERED ||
		instant == times->instants || instant == times->instants + times->n - 1)
		return true;
	return block_can_use_all(&times->engine->block, first, last);
}

static bool
match_all(ChainBlock *block, const bool *taken, int first, int last)
{
	block_unmatch(block);
	for (int step = first; step <= last; step++)
	{
		if (taken[step] && !block_match(block, step))
			return false;
	}
	return true;
}

/* Whether a chain that takes some steps at an instant, and perhaps more there, completes. */
static bool
goes_on(const Times *times, const Instant *instant, bool *taken, int first, int last)
{
	ChainBlock *block = &times->engine->block;
	bool		found = false;
	int			end = last + 1;

	if (!match_all(block, taken, first, last))
		return false;
	if (step_in_set(&instant->leaves, last) && clears_way(times, instant, first, last))
		return true;
	if (times->engine->rules->strictly_increasing)
		return false;
	for (; end < times->level && !found; end++)
	{
		/* all between are taken too, but for those that may be skipped */
		taken[end] = true;
		if (!step_in_set(&block->steps, end) || !match_all(block, taken, first, end))
		{
			taken[end] = false;
			if (!may_skip(times, end))
				break;
			continue;
		}
		found = step_in_set(&instant->leaves, end) && clears_way(times, instant, first, end);
		if (may_skip(times, end))
			taken[end] = false;
	}
	for (int step = last + 1; step < times->level; step++)
		taken[step] = false;
	return found;
}

/* Whether a step taken last at an instant can be followed at a later one. */
static bool
is_followed(const Times *times, int64 at, int step)
{
	for (step++; step < times->level; step++)
	{
		if (times->next[step] != CHAIN_NEVER && in_time(times, step, at, times->next[step]))
			return true;
		if (!may_skip(times, step))
			break;
	}
	return false;
}

static void
look_back(Times *times)
{
	ChainEngine *engine = times->engine;
	bool		taken[CHAIN_MAX_STEPS] = {false};
	StepSet		next = {{0, 0}};

	for (int step = 0; step < times->level; step++)
		times->next[step] = CHAIN_NEVER;
	for (int64 i = times->n - 1; i >= 0; i--)
	{
		Instant    *instant = &times->instants[i];
		const StepSet *steps = &engine->block.steps;

		CHECK_FOR_INTERRUPTS();
		load_block(times, instant);
		if (i == times->n - 1)
			add_step(&instant->leaves, times->level - 1);
		else
		{
			for (int step = next_step(steps, 0); step < times->level - 1; step = next_step(steps, step + 1))
			{
				if (is_followed(times, instant->at, step))
					add_step(&instant->leaves, step);
			}
		}
		if (engine->rules->mode != CHAIN_ORDERED)
		{
			/* no instant can be passed over */
			for (int step = next_step(&next, 0); step < CHAIN_MAX_STEPS; step = next_step(&next, step + 1))
				times->next[step] = CHAIN_NEVER;
		}
		if (!no_steps(&instant->leaves))
		{
			for (int step = next_step(steps, 0); step < times->level; step = next_step(steps, step + 1))
			{
				taken[step] = true;
				if (goes_on(times, instant, taken, step, step))
				{
					add_step(&instant->leads, step);
					times->next[step] = instant->at;
				}
				taken[step] = false;
			}
		}
		next = instant->leads;
	}
}

/* The next instant at which a step can be taken after another instant, or NULL. */
static const Instant *
instant_of(const Times *times, const Instant *after, int step)
{
	const Instant *end = times->instants + times->n;

	if (times->engine->rules->mode != CHAIN_ORDERED)
		end = Min(end, after + 2);
	for (const Instant *instant = after + 1; instant < end; instant++)
	{
		if (step_in_set(&instant->leads, step))
			return in_time(times, step, after->at, instant->at) ? instant : NULL;
	}
	return NULL;
}

static void
look_forward(Times *times, Chain *chain)
{
	const Instant *instant = times->instants;
	bool		taken[CHAIN_MAX_STEPS] = {false};
	int			first = 0;
	int			last = 0;

	taken[0] = true;
	chain->at[0] = instant->at;
	load_block(times, instant);
	for (int step = 1; step < times->level; step++)
	{
		const Instant *later;

		CHECK_FOR_INTERRUPTS();
		taken[step] = true;
		if (!times->engine->rules->strictly_increasing && goes_on(times, instant, taken, first, step))
		{
			chain->at[step] = instant->at;
			last = step;
			continue;
		}
		taken[step] = false;
		/* a chain that leaves the instant now must have cleared the way */
		later = match_all(&times->engine->block, taken, first, last) && clears_way(times, instant, first, last) ?
			instant_of(times, instant, step) : NULL;
		if (later == NULL)
			continue;			/* it can be left out, or there would be no chain */
		instant = later;
		memset(taken, 0, sizeof(taken));
		taken[step] = true;
		first = last = step;
		chain->at[step] = instant->at;
		load_block(times, instant);
	}
}

void
find_times_between(ChainEngine *engine, const Search *search, Chain *chain)
{
	Times		times;

	times.engine = engine;
	times.level = chain->level;
	list_instants(&times, search->from, search->to);
	look_back(&times);
	look_forward(&times, chain);
	pfree(times.instants);
}
