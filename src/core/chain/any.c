/*
 * Mode any: the most distinct steps within a window.
 *
 * Sets of rows that can be matched to steps of their own are the independent
 * sets of a matroid.  The sweep keeps a largest such set whose rows are as late
 * as possible: when a new row cannot be added, it replaces the oldest row that
 * it can.  Cut off at any time, what is left of that set is again a largest one
 * of the rows since, so its rows within the window are the level there; and it
 * never holds more rows than there are steps.
 */
#include "core/chain/engine.h"

typedef struct BasisRow
{
	StepSet		steps;
	int64		at;
} BasisRow;

struct AnyOrder
{
	int			n;				/* rows in the set */
	StepSet		held;			/* the steps that a row is matched to */
	BasisRow	row[CHAIN_MAX_STEPS];	/* by step */
	int			path[CHAIN_MAX_STEPS];	/* the step whose row leads here; -1: the new row */
	int			queue[CHAIN_MAX_STEPS];
};

/* Moves rows along the path that ends at a step, which takes in the new row. */
static void
shift(struct AnyOrder *any, int step, const BasisRow *row)
{
	while (any->path[step] >= 0)
	{
		any->row[step] = any->row[any->path[step]];
		add_step(&any->held, step);
		step = any->path[step];
	}
	any->row[step] = *row;
	add_step(&any->held, step);
}

/*
 * Adds a row, if need be and wanted in place of the oldest row that can go.
 * Whether the set grew.
 */
static bool
add_row(struct AnyOrder *any, const StepSet *steps, int64 at, bool replace)
{
	BasisRow	row = {*steps, at};
	StepSet		visited = {{0, 0}};
	int			n = 0;
	int			oldest = -1;

	for (int step = next_step(steps, 0); step < CHAIN_MAX_STEPS; step = next_step(steps, step + 1))
	{
		any->path[step] = -1;
		add_step(&visited, step);
		any->queue[n++] = step;
	}
	for (int i = 0; i < n; i++)
	{
		int			from = any->queue[i];
		const StepSet *further = &any->row[from].steps;

		if (!step_in_set(&any->held, from))
		{
			shift(any, from, &row);
			any->n++;
			return true;
		}
		if (oldest < 0 || any->row[from].at < any->row[oldest].at)
			oldest = from;
		for (int step = next_step(further, 0); step < CHAIN_MAX_STEPS; step = next_step(further, step + 1))
		{
			if (step_in_set(&visited, step))
				continue;
			any->path[step] = from;
			add_step(&visited, step);
			any->queue[n++] = step;
		}
	}
	if (replace && any->row[oldest].at < at)
		shift(any, oldest, &row);
	return false;
}

static struct AnyOrder *
empty_set(ChainEngine *engine)
{
	if (engine->any == NULL)
		engine->any = palloc(sizeof(struct AnyOrder));
	engine->any->n = 0;
	memset(&engine->any->held, 0, sizeof(engine->any->held));
	return engine->any;
}

/* Drops the rows before a time; the time of the first that is left. */
static int64
drop_before(ChainEngine *engine, int64 earliest)
{
	struct AnyOrder *any = engine->any;
	int64		first = CHAIN_NEVER;

	for (int step = next_step(&any->held, 0); step < CHAIN_MAX_STEPS; step = next_step(&any->held, step + 1))
	{
		if (any->row[step].at < earliest)
		{
			any->held.word[step >> 6] &= ~(UINT64CONST(1) << (step & 63));
			any->n--;
		}
		else
			first = Min(first, any->row[step].at);
	}
	return first;
}

/*
 * The rows that a set takes from a start on are those that let it grow as time
 * goes on.  Stops at a level, at the window's end or at an excluded row.
 */
static void
take_in_order(ChainEngine *engine, int64 from, int level, Found *found, Chain *chain)
{
	struct AnyOrder *any = empty_set(engine);
	int64		started = engine->at[from];
	int64		excluded_at = NOT_STARTED + 1;
	int64		end;

	for (int64 i = from; i < engine->n && any->n < level; i = end)
	{
		int64		at = engine->at[i];
		bool		excluded = false;

		CHECK_FOR_INTERRUPTS();
		if (started < earliest_start(engine, at, excluded_at))
			break;
		end = instant_end(engine, i, engine->n);
		for (int64 j = i; j < end; j++)
			excluded |= engine->classes[engine->row_class[j]].excluded;
		block_clear(&engine->block);
		block_add(engine, i, end, NULL);
		block_sort(&engine->block);
		for (int j = 0; j < engine->block.n && any->n < level; j++)
		{
			const BlockRow *row = &engine->block.rows[j];

			if (!add_row(any, &row->steps, at, false))
				continue;
			found->completed = at;
			if (chain != NULL)
				chain->at[any->n - 1] = at;
		}
		if (excluded)
			excluded_at = at;
	}
	found->level = any->n;
	found->started = started;
}

void
any_sweep(ChainEngine *engine, const Search *search, Found *found)
{
	struct AnyOrder *any = empty_set(engine);
	int64		excluded_at = NOT_STARTED + 1;
	int64		end;

	found->level = 0;
	if (engine->rules->attempt == CHAIN_FIRST || engine->rules->attempt == CHAIN_NEXT)
	{
		take_in_order(engine, first_row_at(engine, 0, engine->entry), engine->rules->n_steps, found, NULL);
		return;
	}
	for (int64 i = search->from; i < search->to && found->level < search->target; i = end)
	{
		int64		at = engine->at[i];
		bool		excluded = false;
		int64		started;

		CHECK_FOR_INTERRUPTS();
		end = instant_end(engine, i, search->to);
		for (int64 j = i; j < end; j++)
		{
			const ClassInfo *class = &engine->classes[engine->row_class[j]];

			if (class->n_steps > 0)
				add_row(any, &class->steps, at, true);
			excluded |= class->excluded;
		}
		started = drop_before(engine, earliest_start(engine, at, excluded_at));
		if (any->n > found->level)
		{
			found->level = any->n;
			found->started = started;
			found->completed = at;
		}
		if (excluded)
			excluded_at = at;
	}
}

void
any_times(ChainEngine *engine, const Search *search, const Found *found, Chain *chain)
{
	Found		same;

	take_in_order(engine, search->from, found->level, &same, chain);
}

/*
 * Unused rows from a row on, or back from it, that let the set grow.  At each
 * instant those come first that meet the fewest steps.  A class of which a row
 * does not let it grow is done with: the set only grows.
 */
typedef struct Candidates
{
	bool		back;
	uint32		n_kinds;
	int64	   *row;			/* by class, the next row; -1: none, or done with */
} Candidates;

static void
candidates_begin(ChainEngine *engine, Candidates *candidates, bool back, int64 row)
{
	candidates->back = back;
	candidates->n_kinds = engine->n_kinds;
	candidates->row = engine->candidates;
	for (uint32 i = 0; i < engine->n_kinds; i++)
		candidates->row[i] = engine->classes[i].n_steps == 0 ? -1 :
			back ? unused_of_class_before(engine, i, row) : unused_of_class_from(engine, i, row);
}

/* The class whose next row comes first; -1 if there is none. */
static int
next_candidate(const ChainEngine *engine, const Candidates *candidates)
{
	int			best = -1;

	for (uint32 i = 0; i < candidates->n_kinds; i++)
	{
		int64		row = candidates->row[i];

		if (row < 0)
			continue;
		if (best >= 0)
		{
			int64		at = engine->at[row];
			int64		best_at = engine->at[candidates->row[best]];

			if (at == best_at ? compare_step_sets(&engine->classes[i].steps, &engine->classes[best].steps) >= 0 :
				(at < best_at) == candidates->back)
				continue;
		}
		best = (int) i;
	}
	return best;
}

/* Adds the next row to the set; the row, or -1 if it does not let it grow. */
static int64
take_candidate(ChainEngine *engine, Candidates *candidates, int number)
{
	int64		row = candidates->row[number];
	const ClassInfo *class = &engine->classes[number];

	if (!add_row(engine->any, &class->steps, engine->at[row], false))
	{
		candidates->row[number] = -1;
		return -1;
	}
	if (class->n_steps == 1)
		candidates->row[number] = -1;
	else if (candidates->back)
		candidates->row[number] = unused_of_class_before(engine, (uint32) number, row);
	else
		candidates->row[number] = unused_of_class_from(engine, (uint32) number, row + 1);
	return row;
}

/* The set of the latest unused rows before a row, not earlier than a time. */
static void
latest_set(ChainEngine *engine, int64 before, int64 earliest)
{
	Candidates	candidates;
	int			number;

	empty_set(engine);
	candidates_begin(engine, &candidates, true, before);
	while ((number = next_candidate(engine, &candidates)) >= 0 && engine->at[candidates.row[number]] >= earliest)
		take_candidate(engine, &candidates, number);
}

/* Uses up the rows of a pass: from its start on, those that let the set grow. */
void
any_take_pass(ChainEngine *engine, Chain *chain)
{
	Candidates	candidates;
	int64		taken[CHAIN_MAX_STEPS];
	int			number;

	for (int i = 0; i < engine->rules->n_steps; i++)
		chain->at[i] = CHAIN_NEVER;
	empty_set(engine);
	candidates_begin(engine, &candidates, false, first_row_at(engine, 0, chain->started));
	while (engine->any->n < chain->level && (number = next_candidate(engine, &candidates)) >= 0)
	{
		int64		row = take_candidate(engine, &candidates, number);

		if (row < 0)
			continue;
		taken[engine->any->n - 1] = row;
		chain->at[engine->any->n - 1] = engine->at[row];
	}
	for (int i = 0; i < chain->level; i++)
		use_up_row(engine, taken[i]);
}

/*
 * The next pass.  The sweep stays at the instant where the last one completed,
 * and goes on from there with the set of the rows that are left.
 */
bool
any_next_pass(ChainEngine *engine, Chain *chain)
{
	if (engine->most < 0)
	{
		empty_set(engine);
		engine->most = 0;
	}
	while (engine->level > 0)
	{
		int64		end;

		for (; engine->next_try < engine->n; engine->next_try = end)
		{
			int64		i = engine->next_try;
			int64		at = engine->at[i];
			int64		earliest = earliest_start(engine, at, excluded_before(engine, i));
			int64		started;

			if ((i & 0xfff) == 0)
				CHECK_FOR_INTERRUPTS();
			end = instant_end(engine, i, engine->n);
			for (int64 j = i; !engine->resumed && j < end; j++)
			{
				const ClassInfo *class = &engine->classes[engine->row_class[j]];

				if (class->n_steps > 0)
					add_row(engine->any, &class->steps, at, true);
			}
			engine->resumed = false;
			started = drop_before(engine, earliest);
			if (engine->any->n == engine->level)
			{
				chain->level = engine->level;
				chain->started = started;
				chain->completed = at;
				any_take_pass(engine, chain);
				latest_set(engine, end, earliest);
				engine->resumed = true;
				return true;
			}
			engine->most = Max(engine->most, engine->any->n);
		}
		/* no pass of a higher level is left than the sweep has seen */
		engine->level = engine->most;
		engine->most = 0;
		engine->next_try = 0;
		empty_set(engine);
	}
	return false;
}
