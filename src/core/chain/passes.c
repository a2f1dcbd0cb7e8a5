/*
 * Passes, one after the other, without a new search of all rows for each.
 *
 * Using up rows never makes a chain valid that was not.  So for each level, from
 * the highest down, the instants at which its last step can be taken are tried
 * once, in order of time.  Trying means to walk back from there: take each step
 * as late as it can be; of two chains that end together, the one that is later
 * at one step can stay later at all steps before.  So the walk finds the latest
 * start, and the instant is given up for this level if that is too early.  Then
 * a walk forward from the start takes each step as early as it can be.  Each
 * step of a walk is a question to the lists of unused rows.  Rows of an instant
 * of which some meet several steps are matched to steps as in the sweeps.
 *
 * step_within	The later row may be the one that leads nowhere, since the step
 *				before it is too long ago.  Then nothing will ever lead there:
 *				the row is struck off, and the walk goes back to where it came
 *				from.
 * optional		The walk back passes over these steps; the walk forward takes
 *				those that come before the latest time of the next step that must
 *				be taken.
 *
 * So a million rows with k steps cost O(n k log n), however many passes there
 * are and however they overlap.
 */
#include "core/chain/engine.h"

#include "core/base/elapsed.h"

/* Whether passes can be found by walks. */
bool
passes_by_walk(const ChainEngine *engine)
{
	const ChainRules *rules = engine->rules;

	return rules->attempt == CHAIN_EACH && rules->mode == CHAIN_ORDERED && rules->grace == 0 &&
		(rules->step_within == NULL || rules->optional == NULL) &&
		(engine->one_step_each || engine->is_default);
}

static int64
instant_begin(const ChainEngine *engine, int64 row)
{
	if (row == 0 || engine->at[row - 1] != engine->at[row])
		return row;
	return first_row_at(engine, 0, engine->at[row]);
}

static int64
next_instant(const ChainEngine *engine, int64 row)
{
	if (row + 1 == engine->n || engine->at[row + 1] != engine->at[row])
		return row + 1;
	return first_row_at(engine, row, engine->at[row] + 1);
}

static bool
is_optional(const ChainRules *rules, int step)
{
	return rules->optional != NULL && rules->optional[step];
}

/* Whether several rows of an instant compete for its steps. */
static bool
needs_matching(const ChainEngine *engine, int64 from, int64 to)
{
	return !engine->one_step_each && !engine->rules->strictly_increasing && to > from + 1;
}

/* The walk back from a row of the last step: the latest row for each step; false if there are none. */
static bool
walk_back(ChainEngine *engine, int level, int64 last, int64 *rows)
{
	const ChainRules *rules = engine->rules;
	int64		before = next_instant(engine, last);
	int64		earliest = earliest_start(engine, engine->at[last], excluded_before(engine, instant_begin(engine, last)));
	int			step = level - 1;

	CHECK_FOR_INTERRUPTS();
	while (step >= 0)
	{
		int64		row = unused_before(engine, step, before);
		int64		from;
		int64		to;

		if (rules->step_within != NULL && step < level - 1 &&
			(row < 0 || elapsed(engine->at[row], engine->at[rows[step + 1]]) > rules->step_within[step + 1]))
		{
			/* nothing leads to the row that was taken for the step behind */
			step++;
			unused_take(engine, rows[step]);
			if (step == level - 1)
				return false;
			before = engine->before[step];
			continue;
		}
		if (row < 0 || engine->at[row] < earliest)
			return false;
		engine->before[step] = before;
		from = instant_begin(engine, row);
		to = next_instant(engine, row);
		rows[step--] = row;
		if (needs_matching(engine, from, to))
		{
			block_clear(&engine->block);
			block_add_unused(engine, from, to);
			block_unmatch(&engine->block);
			block_match(&engine->block, step + 1);
			while (step >= 0 && block_match(&engine->block, step))
				rows[step--] = row;
			before = from;
		}
		else
		{
			while (step > 0 && is_optional(rules, step))
				step--;
			before = rules->strictly_increasing || !engine->one_step_each ? from : to;
		}
	}
	return true;
}

/* The next step behind one that must be taken. */
static int
next_required(const ChainRules *rules, int level, int step)
{
	do
		step++;
	while (step < level - 1 && is_optional(rules, step));
	return step;
}

/* The walk forward: each step as early as it can be. */
static void
walk_forward(ChainEngine *engine, int64 *rows, Chain *chain)
{
	const ChainRules *rules = engine->rules;
	int64		from = instant_begin(engine, rows[0]);
	int			step = 0;

	while (step < chain->level)
	{
		int64		row = unused_from(engine, step, from);
		int64		to;

		if (step < chain->level - 1 && is_optional(rules, step))
		{
			int64		latest = engine->at[rows[next_required(rules, chain->level, step)]];

			if (row < 0 || engine->at[row] > latest || (rules->strictly_increasing && engine->at[row] == latest))
			{
				rows[step++] = -1;
				continue;
			}
		}
		from = instant_begin(engine, row);
		to = next_instant(engine, row);
		rows[step] = row;
		chain->at[step++] = engine->at[row];
		if (needs_matching(engine, from, to))
		{
			block_clear(&engine->block);
			block_add_unused(engine, from, to);
			block_unmatch(&engine->block);
			block_match(&engine->block, step - 1);
			while (step < chain->level && block_match(&engine->block, step))
				chain->at[step++] = engine->at[row];
			from = to;
		}
		else if (rules->strictly_increasing || !engine->one_step_each)
			from = to;
	}
}

/* The next pass. */
bool
next_pass(ChainEngine *engine, Chain *chain)
{
	int64		rows[CHAIN_MAX_STEPS];

	while (engine->level > 0)
	{
		int64		row = unused_from(engine, engine->level - 1, engine->next_try);

		if (row < 0)
		{
			engine->level--;
			engine->next_try = 0;
			continue;
		}
		engine->next_try = instant_begin(engine, row);
		if (!walk_back(engine, engine->level, row, rows))
		{
			engine->next_try = next_instant(engine, row);
			continue;
		}
		for (int step = 0; step < engine->rules->n_steps; step++)
			chain->at[step] = CHAIN_NEVER;
		chain->level = engine->level;
		chain->started = engine->at[rows[0]];
		chain->completed = engine->at[row];
		walk_forward(engine, rows, chain);
		if (!keeps_step_limits(engine->rules, chain))
			times_between(engine, chain);
		use_up_rows(engine, chain);
		return true;
	}
	return false;
}
