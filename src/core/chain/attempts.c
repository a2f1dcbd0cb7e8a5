/*
 * The engine of chains: what is known of a funnel, of an entity, and its
 * attempts; rules.h defines what is computed, engine.h says how.
 */
#include "core/chain/engine.h"

#include "core/base/elapsed.h"

static void
list_steps(ChainEngine *engine)
{
	engine->only_step = palloc((Size) 2 * engine->n_kinds * sizeof(int16));
	for (uint32 i = 0; i < 2 * engine->n_kinds; i++)
	{
		const ClassInfo *class = &engine->classes[i];

		engine->only_step[i] = (int16) (class->n_steps == 1 && !class->excluded ? next_step(&class->steps, 0) : -1);
	}
}

static void
list_classes(ChainEngine *engine)
{
	int			n_steps = engine->rules->n_steps;

	engine->classes_of_step = palloc(n_steps * sizeof(int *));
	for (int step = 0; step < n_steps; step++)
	{
		int		   *list = engine->classes_of_step[step] = palloc((engine->n_kinds + 1) * sizeof(int));

		for (uint32 i = 0; i < engine->n_kinds; i++)
		{
			if (step_in_set(&engine->classes[i].steps, step))
				*list++ = (int) i;
		}
		*list = -1;
	}
}

ChainEngine *
chain_engine(const ChainRules *rules, const RowClass *classes, uint32 n_classes)
{
	ChainEngine *engine = palloc0(sizeof(ChainEngine));

	engine->rules = rules;
	engine->is_default = rules->mode == CHAIN_ORDERED && rules->grace == 0 &&
		rules->step_within == NULL && rules->optional == NULL;
	engine->one_step_each = true;
	engine->n_kinds = n_classes;
	engine->classes = palloc0((Size) 2 * n_classes * sizeof(ClassInfo));
	for (uint32 i = 0; i < n_classes; i++)
	{
		ClassInfo  *class = &engine->classes[i];

		class->steps = classes[i].steps;
		class->n_steps = count_steps(&class->steps);
		class->excluded = classes[i].excluded;
		class->in_the_way = rules->mode == CHAIN_EXACT ||
			(rules->mode == CHAIN_STRICT && class->n_steps > 0);
		class->is_entry = rules->mode == CHAIN_ANY ? class->n_steps > 0 : step_in_set(&class->steps, 0);
		/* used up it meets no step, but it did happen */
		engine->classes[n_classes + i].excluded = class->excluded;
		engine->classes[n_classes + i].in_the_way = class->in_the_way;
		if (class->n_steps > 1)
			engine->one_step_each = false;
		engine->most_useful += (int64) class->n_steps * class->n_steps;
	}
	engine->block.capacity = 64;
	engine->block.rows = palloc(engine->block.capacity * sizeof(BlockRow));
	engine->seen = palloc0((Size) 2 * n_classes * sizeof(int));
	list_steps(engine);
	engine->start = (int64 *) palloc((rules->n_steps + 1) * sizeof(int64)) + 1;
	engine->fresh = palloc(rules->n_steps * sizeof(int64));
	engine->by_walk = passes_by_walk(engine);
	engine->asks_for_rows = engine->by_walk ||
		(rules->mode == CHAIN_ANY ? has_passes(rules->attempt) : rules->mode == CHAIN_ORDERED && rules->grace > 0);
	engine->candidates = palloc(n_classes * sizeof(int64));
	if (engine->by_walk)
	{
		list_classes(engine);
		engine->before = palloc(rules->n_steps * sizeof(int64));
	}
	return engine;
}

int64
chain_rows(ChainEngine *engine, int64 n, const int64 *at, const uint32 *row_class)
{
	int64		first = 0;

	engine->n = n;
	engine->at = at;
	engine->row_class = row_class;
	engine->base = 0;
	engine->resume = NOT_STARTED;
	engine->level = engine->rules->n_steps;
	engine->next_try = 0;
	engine->next_excluded = 0;
	engine->most = -1;
	engine->resumed = false;
	while (first < n && !engine->classes[row_class[first]].is_entry)
		first++;
	engine->done = first == n;
	engine->entry = first < n ? at[first] : CHAIN_NEVER;
	if (has_passes(engine->rules->attempt) && !engine->done)
	{
		if (engine->own_capacity < n)
		{
			if (engine->own_class != NULL)
				pfree(engine->own_class);
			engine->own_capacity = Max(n, engine->own_capacity * 2);
			engine->own_class = palloc_huge(engine->own_capacity * sizeof(uint32));
		}
		memcpy(engine->own_class, row_class, n * sizeof(uint32));
		engine->row_class = engine->own_class;
	}
	/* without grace nothing before the first entry can matter */
	else if (engine->rules->grace == 0 && !engine->done)
	{
		while (first > 0 && at[first - 1] == at[first])
			first--;
		engine->base = first;
	}
	if (engine->asks_for_rows && !engine->done)
		unused_begin(engine);
	return engine->entry;
}

static void
sweep(ChainEngine *engine, const Search *search, Found *found)
{
	if (engine->is_default)
		default_sweep(engine, search, found);
	else if (engine->rules->mode == CHAIN_ANY)
		any_sweep(engine, search, found);
	else
		general_sweep(engine, search, found);
}

/*
 * Where to look for the next pass: at the first row of a chain that completes
 * at the earliest instant still possible.  A strict or exact chain owns all rows
 * in its way, so it reaches back over no more instants with such rows than there
 * are steps; and no chain reaches back beyond an excluded row.
 */
static int64
first_row_of_passes(const ChainEngine *engine)
{
	int64		window = first_row_at(engine, engine->base, earliest_start(engine, engine->resume, NOT_STARTED));
	int64		row;
	int			instants = engine->rules->n_steps;

	if (engine->rules->grace > 0 || (engine->rules->mode != CHAIN_STRICT && engine->rules->mode != CHAIN_EXACT))
		return window;
	row = first_row_at(engine, window, engine->resume);
	while (row > window && instants > 0)
	{
		int64		at = engine->at[row - 1];
		bool		in_the_way = false;

		for (; row > window && engine->at[row - 1] == at; row--)
		{
			const ClassInfo *class = &engine->classes[engine->row_class[row - 1]];

			in_the_way |= class->in_the_way;
			if (class->excluded)
				instants = 0;
		}
		instants -= in_the_way;
	}
	return row;
}

/*
 * Whether no pass can need a row at the front: it is used up, or it would have
 * to follow a start that is not there any more.
 */
static bool
can_be_left_behind(const ChainEngine *engine, int64 row)
{
	const ClassInfo *class = &engine->classes[engine->row_class[row]];

	return engine->row_class[row] >= engine->n_kinds ||
		(!class->is_entry && engine->rules->grace == 0 &&
		 (row + 1 == engine->n || engine->at[row + 1] != engine->at[row]));
}

/* The first row of which a chain that starts at the entry may take none, nor any later. */
static int64
end_of_window(ChainEngine *engine)
{
	const ChainRules *rules = engine->rules;
	int64		last = later_by(engine->entry, rules->within);
	int64		end = last < PG_INT64_MAX ? first_row_at(engine, engine->base, last + 1) : engine->n;

	while (engine->next_excluded < end)
	{
		int64		at = engine->at[engine->next_excluded];

		if (engine->classes[engine->row_class[engine->next_excluded]].excluded && at > engine->entry &&
			elapsed(engine->entry, at) >= rules->grace)
			return Min(end, first_row_at(engine, engine->next_excluded, later_by(at, rules->grace + 1)));
		engine->next_excluded++;
	}
	return end;
}

/* From which row on the next pass may begin. */
static int64
end_of_pass(const ChainEngine *engine, const Chain *chain)
{
	int64		last = later_by(chain->started, engine->rules->within);
	int64		excluded = engine->next_excluded;	/* or a row that is too late */

	if (chain->level == engine->rules->n_steps)
		return first_row_at(engine, engine->base, chain->completed);
	if (excluded < engine->n && engine->at[excluded] <= last)
		return first_row_at(engine, engine->base, Max(engine->at[excluded], chain->completed));
	return last < PG_INT64_MAX ? first_row_at(engine, engine->base, last + 1) : engine->n;
}

/* Attempt next: from the first start that is left on. */
static bool
pass_in_turn(ChainEngine *engine, Chain *chain)
{
	Search		search = {.target = engine->level, .optional = engine->rules->optional};
	Found		found;
	int64		row = engine->base;

	while (row < engine->n && !engine->classes[engine->row_class[row]].is_entry)
		row++;
	engine->done = row == engine->n;
	if (engine->done)
		return false;
	engine->entry = search.first_by = engine->at[row];
	if (engine->rules->grace == 0)
		engine->base = first_row_at(engine, engine->base, engine->entry);
	search.from = engine->base;
	search.to = end_of_window(engine);
	sweep(engine, &search, &found);
	if (engine->rules->mode == CHAIN_ANY)
	{
		chain->level = found.level;
		chain->started = found.started;
		chain->completed = found.completed;
		any_take_pass(engine, chain);
	}
	else
	{
		find_times(engine, &search, &found, chain);
		use_up_rows(engine, chain);
	}
	engine->base = end_of_pass(engine, chain);
	return true;
}

bool
chain_next(ChainEngine *engine, Chain *chain)
{
	const ChainRules *rules = engine->rules;
	Search		search;
	Found		found;

	CHECK_FOR_INTERRUPTS();
	if (engine->done)
		return false;
	if (engine->by_walk)
		return next_pass(engine, chain);
	if (rules->attempt == CHAIN_NEXT)
		return pass_in_turn(engine, chain);
	if (rules->mode == CHAIN_ANY && rules->attempt == CHAIN_EACH)
		return any_next_pass(engine, chain);
	memset(&search, 0, sizeof(search));
	search.to = engine->n;
	search.optional = rules->optional;
	search.first_by = rules->attempt == CHAIN_FIRST ? engine->entry : CHAIN_NEVER;
	for (;;)
	{
		search.target = engine->level;
		search.from = engine->base;
		if (engine->resume != NOT_STARTED)
			search.from = first_row_of_passes(engine);
		sweep(engine, &search, &found);
		if (engine->resume == NOT_STARTED || found.level == engine->level)
			break;
		/* passes of this level are over; others may have begun before */
		engine->level--;
		engine->resume = NOT_STARTED;
		if (engine->level == 0)
			break;
	}
	if (found.level == 0 || engine->level == 0)
	{
		engine->done = true;
		return false;
	}
	find_times(engine, &search, &found, chain);
	if (rules->attempt != CHAIN_EACH)
		engine->done = true;
	else
	{
		engine->level = found.level;
		engine->resume = found.completed;
		use_up_rows(engine, chain);
		while (engine->base < engine->n && can_be_left_behind(engine, engine->base))
			engine->base++;
	}
	return true;
}
