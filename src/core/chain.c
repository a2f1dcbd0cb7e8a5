/*
 * The engine of chains: the default mode, and attempts; chain.h defines what is
 * computed, chain_engine.h says how.
 *
 * The default mode goes instant by instant.  A row alone at its instant that
 * meets step s carries the start of the chain at s - 1 over to s; steps in
 * descending order, so that the row never follows itself.  Several rows at one
 * instant, each with one step, go in ascending order of steps.  If some meet
 * several steps, then from every step i that has been reached the chain grows
 * to i + 1, i + 2 ... as long as these can be matched to rows of their own.
 */
#include "chain_engine.h"

#define MARK_ROWS 64			/* between marks of the sweep for passes */

/* The first of the rows from a row on that is at or after a time. */
int64
first_row_at(const ChainEngine *engine, int64 from, int64 at)
{
	int64		low = from;
	int64		high = engine->n;

	while (low < high)
	{
		int64		middle = low + (high - low) / 2;

		if (engine->at[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

ChainEngine *
chain_engine(const ChainRules *rules, const RowClass *classes, uint32 n_classes)
{
	ChainEngine *engine = palloc0(sizeof(ChainEngine));

	engine->rules = rules;
	engine->is_default = rules->mode == CHAIN_ORDERED && rules->grace == 0 &&
		rules->step_within == NULL && rules->optional == NULL;
	engine->only_loses = rules->mode == CHAIN_ORDERED || rules->mode == CHAIN_ANY;
	engine->n_classes = n_classes + 1;
	engine->used_class = n_classes;
	engine->classes = palloc0(engine->n_classes * sizeof(ClassInfo));
	for (uint32 i = 0; i < n_classes; i++)
	{
		ClassInfo  *class = &engine->classes[i];

		class->steps = classes[i].steps;
		class->n_steps = count_steps(&class->steps);
		class->only = class->n_steps == 1 ? next_step(&class->steps, 0) : -1;
		class->excluded = classes[i].excluded;
		class->in_the_way = rules->mode == CHAIN_EXACT ||
			(rules->mode == CHAIN_STRICT && class->n_steps > 0);
		class->is_entry = rules->mode == CHAIN_ANY ? class->n_steps > 0 : step_in_set(&class->steps, 0);
		if (class->excluded && class->n_steps > 0)
			engine->only_loses = false;
	}
	engine->classes[n_classes].only = -1;
	engine->classes[n_classes].used = true;
	engine->block.capacity = 64;
	engine->block.rows = palloc(engine->block.capacity * sizeof(BlockRow));
	engine->seen = palloc0(engine->n_classes * sizeof(int));
	engine->lone_step = palloc(engine->n_classes);
	for (uint32 i = 0; i < engine->n_classes; i++)
		engine->lone_step[i] = (int8) (engine->classes[i].excluded ? -1 : engine->classes[i].only);
	engine->start = (int64 *) palloc((rules->n_steps + 1) * sizeof(int64)) + 1;
	engine->fresh = palloc(rules->n_steps * sizeof(int64));
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
	engine->n_marks = 0;
	while (first < n && !engine->classes[row_class[first]].is_entry)
		first++;
	engine->done = first == n;
	engine->entry = first < n ? at[first] : CHAIN_NEVER;
	if (engine->rules->attempt == CHAIN_EACH && !engine->done)
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
	return engine->entry;
}

/* What is known of a group of rows at one instant. */
typedef struct Group
{
	StepSet		steps;
	bool		excluded;
	bool		needs_matching; /* a row meets several steps, and is not alone */
} Group;

static inline Group
read_group(const ChainEngine *engine, int64 from, int64 to)
{
	Group		group;
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
advance_group(ChainEngine *engine, int64 from, int64 to, int64 fresh, int64 earliest, const Group *group, Found *found)
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

static void
set_mark(ChainEngine *engine, int64 row, int64 excluded_at)
{
	int			n_steps = engine->rules->n_steps;

	if (engine->n_marks == engine->max_marks)
	{
		engine->max_marks = Max(64, engine->max_marks * 2);
		if (engine->marks == NULL)
		{
			engine->marks = palloc(engine->max_marks * sizeof(SweepMark));
			engine->mark_starts = palloc(engine->max_marks * n_steps * sizeof(int64));
		}
		else
		{
			engine->marks = repalloc_huge(engine->marks, engine->max_marks * sizeof(SweepMark));
			engine->mark_starts = repalloc_huge(engine->mark_starts, engine->max_marks * n_steps * sizeof(int64));
		}
	}
	engine->marks[engine->n_marks].row = row;
	engine->marks[engine->n_marks].excluded_at = excluded_at;
	memcpy(engine->mark_starts + engine->n_marks * n_steps, engine->start, n_steps * sizeof(int64));
	engine->n_marks++;
}

/* Where to set out: at the last mark, or at the beginning. */
static int64
restore_mark(ChainEngine *engine, int64 from, int64 *excluded_at)
{
	int			n_steps = engine->rules->n_steps;
	int64		last = engine->n_marks - 1;

	if (last >= 0)
	{
		memcpy(engine->start, engine->mark_starts + last * n_steps, n_steps * sizeof(int64));
		*excluded_at = engine->marks[last].excluded_at;
		return engine->marks[last].row;
	}
	for (int step = 0; step < n_steps; step++)
		engine->start[step] = NOT_STARTED;
	*excluded_at = NOT_STARTED + 1;
	return from;
}

/* The default mode's sweep. */
static void
default_sweep(ChainEngine *engine, const Search *search, Found *found)
{
	const int64 *times = engine->at;
	int64	   *start = engine->start;
	int64		excluded_at;
	int64		end;
	int64		from = restore_mark(engine, search->from, &excluded_at);
	int64		next_mark = engine->rules->attempt == CHAIN_EACH && engine->only_loses ? from + MARK_ROWS : PG_INT64_MAX;

	found->level = 0;
	for (int64 i = from; i < search->to && found->level < search->target; i = end)
	{
		int64		at = times[i];
		int			step = engine->lone_step[engine->row_class[i]];

		if ((i & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		if (i >= next_mark)
		{
			set_mark(engine, i, excluded_at);
			next_mark = i + MARK_ROWS;
		}
		start[-1] = at <= search->first_by ? at : NOT_STARTED;
		end = i + 1;
		if (step >= 0 && (end == search->to || times[end] != at))
		{
			/* most rows by far */
			if (start[step - 1] != NOT_STARTED)
				advance(engine, step, at, start[step - 1], earliest_start(engine, at, excluded_at), found);
		}
		else
		{
			Group		group;

			CHECK_FOR_INTERRUPTS();
			end = instant_end(engine, i, search->to);
			group = read_group(engine, i, end);
			advance_group(engine, i, end, start[-1], earliest_start(engine, at, excluded_at), &group, found);
			if (group.excluded)
				excluded_at = at;
		}
	}
}

/*
 * The rows that a chain takes between its start and its completion: going as
 * far as possible at every instant takes each step as early as possible, since
 * a chain that is further stays further.
 */
static void
default_times(ChainEngine *engine, const Search *search, const Found *found, Chain *chain)
{
	int64		end;
	int			level = 0;

	for (int64 i = search->from; i < search->to && level < found->level; i = end)
	{
		int64		at = engine->at[i];
		Group		group;
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

/* Whether a chain keeps to the limit of each step. */
static bool
keeps_step_limits(const ChainRules *rules, const Chain *chain)
{
	for (int step = 1; step < chain->level; step++)
	{
		if (rules->step_within[step] != CHAIN_NEVER &&
			chain->at[step] - chain->at[step - 1] > rules->step_within[step])
			return false;
	}
	return true;
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

static void
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
		general_times(engine, search, found, chain);
	}
}

/*
 * Whether no pass can need a row at the front: it is used up, or it would have
 * to follow a start that is not there any more.
 */
static bool
can_be_left_behind(const ChainEngine *engine, int64 row)
{
	const ClassInfo *class = &engine->classes[engine->row_class[row]];

	return class->used ||
		(!class->is_entry && engine->rules->grace == 0 &&
		 (row + 1 == engine->n || engine->at[row + 1] != engine->at[row]));
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
	memset(&search, 0, sizeof(search));
	search.to = engine->n;
	search.optional = rules->optional;
	search.first_by = rules->attempt == CHAIN_FIRST ? engine->entry : CHAIN_NEVER;
	for (;;)
	{
		search.target = engine->level;
		search.from = engine->base;
		if (engine->resume != NOT_STARTED)
			search.from = first_row_at(engine, engine->base, earliest_start(engine, engine->resume, NOT_STARTED));
		sweep(engine, &search, &found);
		if (engine->resume == NOT_STARTED || found.level == engine->level)
			break;
		/* passes of this level are over; others may have begun before */
		engine->level--;
		engine->resume = NOT_STARTED;
		engine->n_marks = 0;
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
		if (engine->only_loses)
		{
			engine->level = found.level;
			engine->resume = found.completed;
			/* rows from the pass's start on are not as they were */
			while (engine->n_marks > 0 && engine->at[engine->marks[engine->n_marks - 1].row] > found.started)
				engine->n_marks--;
		}
		if (rules->mode != CHAIN_ANY)
			use_up_rows(engine, chain);
		while (engine->base < engine->n && can_be_left_behind(engine, engine->base))
			engine->base++;
	}
	return true;
}
