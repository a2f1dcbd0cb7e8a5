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
#include "chain_engine.h"

typedef struct BasisRow
{
	StepSet		steps;
	int64		at;
} BasisRow;

struct AnyOrder
{
	int			n;				/* rows in the set */
	bool		held[CHAIN_MAX_STEPS];	/* whether a row is matched to the step */
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
		any->held[step] = true;
		step = any->path[step];
	}
	any->row[step] = *row;
	any->held[step] = true;
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

		if (!any->held[from])
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
	memset(engine->any->held, 0, sizeof(engine->any->held));
	return engine->any;
}

/* Drops the rows before a time; the time of the first that is left. */
static int64
drop_before(ChainEngine *engine, int64 earliest)
{
	struct AnyOrder *any = engine->any;
	int64		first = CHAIN_NEVER;

	for (int step = 0; step < engine->rules->n_steps; step++)
	{
		if (any->held[step] && any->row[step].at < earliest)
		{
			any->held[step] = false;
			any->n--;
		}
		if (any->held[step])
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
			if (chain != NULL && engine->own_class != NULL)
				use_up_row(engine, row->row);
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
	if (engine->rules->attempt == CHAIN_FIRST)
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
