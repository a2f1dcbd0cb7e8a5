/*
 * The times of a chain, from its level, its start and its completion: each step
 * as early as it can be, in the rows between alone.
 *
 * With grace they are found by asking the sweep again: is the level still reached
 * if step 1 must be taken by this time, then step 2, and so on.
 */
#include "core/chain/engine.h"

#include "core/base/elapsed.h"

static bool
still_reaches(ChainEngine *engine, const Search *search)
{
	Found		found;

	general_sweep(engine, search, &found);
	return found.level == search->target;
}

/* The steps' times, one after the other, as early as they can be. */
static void
grace_times(ChainEngine *engine, const Search *whole, const Found *found, Chain *chain)
{
	const ChainRules *rules = engine->rules;
	Search		search = *whole;
	int64		latest[CHAIN_MAX_STEPS];
	bool		optional[CHAIN_MAX_STEPS];

	for (int step = 0; step < rules->n_steps; step++)
	{
		latest[step] = step < found->level ? CHAIN_NEVER : PG_INT64_MIN;
		optional[step] = step < found->level - 1 && rules->optional != NULL && rules->optional[step];
	}
	search.target = found->level;
	search.latest = latest;
	search.optional = optional;
	for (int step = 0; step < found->level; step++)
	{
		int64		low = whole->from;
		int64		high = whole->to - 1;

		if (optional[step])
		{
			optional[step] = false;
			if (!still_reaches(engine, &search))
			{
				optional[step] = true;
				latest[step] = PG_INT64_MIN;
				continue;
			}
		}
		/* the first row by whose time the step can be taken */
		while (low < high)
		{
			int64		middle = low + (high - low) / 2;

			latest[step] = engine->at[middle];
			if (still_reaches(engine, &search))
				high = middle;
			else
				low = middle + 1;
		}
		latest[step] = chain->at[step] = engine->at[low];
	}
}

/* Whether a chain without optional steps keeps to the limit of each step. */
bool
keeps_step_limits(const ChainRules *rules, const Chain *chain)
{
	if (rules->step_within == NULL)
		return true;
	for (int step = 1; step < chain->level; step++)
	{
		if (rules->step_within[step] != CHAIN_NEVER &&
			elapsed(chain->at[step - 1], chain->at[step]) > rules->step_within[step])
			return false;
	}
	return true;
}

void
find_times(ChainEngine *engine, Search *search, const Found *found, Chain *chain)
{
	const ChainRules *rules = engine->rules;

	for (int step = 0; step < rules->n_steps; step++)
		chain->at[step] = CHAIN_NEVER;
	chain->level = found->level;
	chain->started = found->started;
	chain->completed = found->completed;
	if (engine->is_default && found->level <= 2)
	{
		chain->at[0] = found->started;
		chain->at[found->level - 1] = found->completed;
		return;
	}
	search->from = first_row_at(engine, search->from, found->started);
	search->to = first_row_at(engine, search->from, found->completed);
	search->to = instant_end(engine, search->to, engine->n);
	if (rules->mode == CHAIN_ANY)
		any_times(engine, search, found, chain);
	else if (engine->is_default)
		default_times(engine, search, found, chain);
	else
	{
		/* as early as can be is right if it is right */
		if (rules->mode == CHAIN_ORDERED && rules->grace == 0 && rules->optional == NULL)
		{
			default_times(engine, search, found, chain);
			if (keeps_step_limits(rules, chain))
				return;
		}
		if (rules->grace == 0)
			find_times_between(engine, search, chain);
		else
			grace_times(engine, search, found, chain);
	}
}

/* The times of a chain whose level, start and completion are known, from the rows between. */
void
times_between(ChainEngine *engine, Chain *chain)
{
	Found		found = {chain->level, chain->started, chain->completed};
	Search		search = {
		.from = engine->base,
		.first_by = CHAIN_NEVER,
		.optional = engine->rules->optional
	};

	find_times(engine, &search, &found, chain);
}
