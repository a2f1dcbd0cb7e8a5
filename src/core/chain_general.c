/*
 * Chains with further rules: strict and exact order, grace, limits for single
 * steps, steps that may be left out.
 *
 * The sweep goes by blocks: an instant, or with grace any run of instants that
 * fits into a slice ending here.  Into a block of rows a chain comes from a
 * state before it, takes step f as its first there and q as its last, and all
 * steps in between that are not optional; they must be matched to rows of their
 * own.  A state is the latest start by level:
 *
 *	ordered			of all chains so far
 *	strict, exact	of chains that may go on, because they used all rows in the
 *					way since their first block
 *	step_within		a later start may come with an earlier last row, so for each
 *					level a front: the last rows ascend, the starts descend
 *
 * Which rows a chain takes in between is found by asking the sweep again: is
 * the level still reached if step 1 must be taken by this time, then step 2,
 * and so on.
 */
#include "chain_engine.h"

#include "elapsed.h"

typedef struct FrontPoint
{
	int64		last;
	int64		start;
} FrontPoint;

typedef struct Front
{
	int64		head;
	int64		n;
	int64		capacity;
	FrontPoint *points;
} Front;

/* An instant, and the state behind it. */
typedef struct Cut
{
	int64		at;
	int64		from;			/* rows */
	int64		to;
	int64	   *start;			/* by level, 1 to n_steps; NOT_STARTED */
} Cut;

typedef struct General
{
	Cut		   *cuts;			/* those that a slice may still reach back to */
	int			head;
	int			n;
	int			capacity;
	int64	   *none;			/* the state before all */
	int64	   *start;			/* the state without grace */
	int64		before_at;		/* its instant */
	int		   *live;			/* strict, exact: levels in it that have started */
	int			n_live;
	int64	   *reached;		/* by level: in this instant */
	int64	   *open;			/* by level: of chains that may go on */
	int		   *touched;		/* the levels that were reached */
	int			n_touched;
	int64	   *useful;			/* rows */
	Front	   *fronts;			/* by level, for step_within */
} General;

static General *
begin(ChainEngine *engine)
{
	int			levels = engine->rules->n_steps + 1;
	General    *general = engine->general;

	if (general == NULL)
	{
		general = engine->general = palloc0(sizeof(General));
		general->capacity = 8;
		general->cuts = palloc0(general->capacity * sizeof(Cut));
		general->none = palloc(levels * sizeof(int64));
		general->start = palloc(levels * sizeof(int64));
		general->live = palloc(levels * sizeof(int));
		general->reached = palloc(levels * sizeof(int64));
		general->open = palloc(levels * sizeof(int64));
		general->touched = palloc(levels * sizeof(int));
		general->fronts = palloc0(levels * sizeof(Front));
		for (int level = 0; level < levels; level++)
			general->none[level] = general->reached[level] = general->open[level] = NOT_STARTED;
	}
	general->head = general->n = general->n_live = 0;
	general->before_at = NOT_STARTED;
	for (int level = 0; level < levels; level++)
	{
		general->start[level] = NOT_STARTED;
		general->fronts[level].head = general->fronts[level].n = 0;
	}
	return general;
}

/* A cut for the next instant; forgets those that no slice reaches any more. */
static Cut *
next_cut(ChainEngine *engine, int64 at, int64 from, int64 to)
{
	General    *general = engine->general;
	Cut		   *cut;

	/* the state before the first instant of a slice is needed too */
	while (general->head + 1 < general->n && elapsed(general->cuts[general->head + 1].at, at) >= engine->rules->grace)
		general->head++;
	if (general->n == general->capacity)
	{
		int			kept = general->n - general->head;

		if (kept > general->capacity / 2)
		{
			general->cuts = repalloc(general->cuts, (Size) 2 * general->capacity * sizeof(Cut));
			memset(general->cuts + general->capacity, 0, general->capacity * sizeof(Cut));
			general->capacity *= 2;
		}
		for (int i = 0; general->head > 0 && i < kept; i++)
		{
			Cut			swapped = general->cuts[i];

			general->cuts[i] = general->cuts[general->head + i];
			general->cuts[general->head + i] = swapped;
		}
		general->head = 0;
		general->n = kept;
	}
	cut = &general->cuts[general->n++];
	if (cut->start == NULL)
		cut->start = palloc((engine->rules->n_steps + 1) * sizeof(int64));
	cut->at = at;
	cut->from = from;
	cut->to = to;
	return cut;
}

static const Cut *
cut_of_row(const General *general, int64 row)
{
	int			low = general->head;
	int			high = general->n - 1;

	while (low < high)
	{
		int			middle = high - (high - low) / 2;

		if (general->cuts[middle].from > row)
			high = middle - 1;
		else
			low = middle;
	}
	return &general->cuts[low];
}

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
			reach(engine->general, last + 1, start, ordered || first == 0 || block_can_use_all(block, first, last));
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
static const StepSet *
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
static void
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

/* The slices that end with an instant: with all its rows, and further and further back. */
static void
visit_all_slices(ChainEngine *engine, const Search *search, int64 earliest)
{
	General    *general = engine->general;
	const Cut  *here = &general->cuts[general->n - 1];
	StepSet		allowed;

	for (int i = general->n - 1; i >= general->head; i--)
	{
		const Cut  *first = &general->cuts[i];
		bool		has_state = i > general->head;

		CHECK_FOR_INTERRUPTS();
		if (first < here && elapsed(first->at, here->at) >= engine->rules->grace)
			break;
		block_add(engine, first->from, first->to, allowed_steps(engine, search, first->at, &allowed));
		visit_block(engine, search, has_state ? first[-1].start : general->none,
					has_state ? first[-1].at : NOT_STARTED, first->at, earliest);
	}
}

#define ST_SORT sort_rows_down
#define ST_ELEMENT_TYPE int64
#define ST_COMPARE(a, b) (*(a) > *(b) ? -1 : *(a) < *(b))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * The rows of a slice ending here that a chain could need.  Of a class that
 * meets n steps these are the last n rows; where the search limits the time of a
 * step, the last n up to there, too.
 */
static int64
useful_rows(ChainEngine *engine, const Search *search, const Cut *here, int64 since, int64 **rows)
{
	General    *general = engine->general;
	int64		n = 0;

	if (general->useful == NULL)
		general->useful = palloc(2 * engine->most_useful * sizeof(int64));
	for (uint32 number = 0; number < engine->n_kinds; number++)
	{
		const ClassInfo *class = &engine->classes[number];
		int64		before = here->to;
		int			step = -1;

		while (step < CHAIN_MAX_STEPS && class->n_steps > 0)
		{
			int64		row = before;

			for (int i = 0; i < class->n_steps; i++)
			{
				row = unused_of_class_before(engine, number, row);
				if (row < since)
					break;
				general->useful[n++] = row;
			}
			if (search->latest == NULL && here->at <= search->first_by)
				break;
			step = next_step(&class->steps, step + 1);
			if (step < CHAIN_MAX_STEPS)
			{
				int64		latest = search->latest == NULL ? CHAIN_NEVER : search->latest[step];

				if (step == 0)
					latest = Min(latest, search->first_by);
				before = latest >= here->at ? here->to : first_row_at(engine, 0, latest + 1);
			}
		}
	}
	sort_rows_down(general->useful, n);
	*rows = general->useful;
	return n;
}

/* The same slices where many rows lie within the grace: only those that begin with a row of use. */
static void
visit_useful_slices(ChainEngine *engine, const Search *search, int64 earliest)
{
	General    *general = engine->general;
	const Cut  *here = &general->cuts[general->n - 1];
	const Cut  *first;
	int64	   *rows;
	int64		n = useful_rows(engine, search, here, general->cuts[general->head].from, &rows);
	StepSet		allowed;

	CHECK_FOR_INTERRUPTS();
	for (int64 i = 0; i < n;)
	{
		int64		at = engine->at[rows[i]];
		const StepSet *steps = allowed_steps(engine, search, at, &allowed);
		bool		has_state;

		if (at < here->at && elapsed(at, here->at) >= engine->rules->grace)
			break;
		first = cut_of_row(general, rows[i]);
		has_state = first > &general->cuts[general->head];
		for (; i < n && engine->at[rows[i]] == at; i++)
		{
			if (i == 0 || rows[i] != rows[i - 1])
				block_add_row(engine, rows[i], steps);
		}
		visit_block(engine, search, has_state ? first[-1].start : general->none,
					has_state ? first[-1].at : NOT_STARTED, at, earliest);
	}
}

/* All slices that end with an instant, and the state behind it. */
static void
visit_slices(ChainEngine *engine, const Search *search, int64 from, int64 to, int64 earliest)
{
	General    *general = engine->general;
	Cut		   *here = next_cut(engine, engine->at[from], from, to);
	const Cut  *before = general->n - general->head > 1 ? here - 1 : NULL;

	block_clear(&engine->block);
	if (engine->rules->mode == CHAIN_ORDERED && to - general->cuts[general->head].from > engine->most_useful)
		visit_useful_slices(engine, search, earliest);
	else
		visit_all_slices(engine, search, earliest);
	for (int level = 1; level <= engine->rules->n_steps; level++)
	{
		here->start[level] = general->open[level];
		if (engine->rules->mode == CHAIN_ORDERED && before != NULL && before->start[level] > here->start[level])
			here->start[level] = before->start[level];
	}
}

/* Without grace an instant is a slice. */
static void
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

/* What the instant's chains have reached. */
static void
take_reached(General *general, int64 at, Found *found)
{
	while (general->n_touched > 0)
	{
		int			level = general->touched[--general->n_touched];

		if (level > found->level)
		{
			found->level = level;
			found->started = general->reached[level];
			found->completed = at;
		}
		general->reached[level] = general->open[level] = NOT_STARTED;
	}
}

/* The sweep. */
void
general_sweep(ChainEngine *engine, const Search *search, Found *found)
{
	General    *general = begin(engine);
	int64		excluded_at = NOT_STARTED + 1;
	int64		end;

	found->level = 0;
	for (int64 i = search->from; i < search->to && found->level < search->target; i = end)
	{
		int64		at = engine->at[i];
		int64		earliest = earliest_start(engine, at, excluded_at);
		bool		matters = false;
		bool		excluded = false;

		CHECK_FOR_INTERRUPTS();
		end = instant_end(engine, i, search->to);
		for (int64 j = i; j < end; j++)
		{
			const ClassInfo *class = &engine->classes[engine->row_class[j]];

			matters |= class->in_the_way || class->n_steps > 0;
			excluded |= class->excluded;
		}
		if (matters)
		{
			if (engine->rules->grace > 0)
				visit_slices(engine, search, i, end, earliest);
			else
				visit_instant(engine, search, i, end, earliest);
			take_reached(general, at, found);
		}
		if (excluded)
			excluded_at = at;
	}
}

static bool
still_reaches(ChainEngine *engine, const Search *search)
{
	Found		found;

	general_sweep(engine, search, &found);
	return found.level == search->target;
}

/* The steps' times, one after the other, as early as they can be. */
void
general_times(ChainEngine *engine, const Search *whole, const Found *found, Chain *chain)
{
	const ChainRules *rules = engine->rules;
	Search		search = *whole;
	int64		latest[CHAIN_MAX_STEPS];
	bool		optional[CHAIN_MAX_STEPS];
	int64		from = whole->from;

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
		int64		low = from;
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
		if (rules->grace == 0)
			from = low;
	}
}
