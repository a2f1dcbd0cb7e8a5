/*
 * Grace: rows that are closer together than it may be taken in any order.
 *
 * A block is any run of instants that fits into a slice ending here, so the
 * state behind every instant within the grace is kept.  In mode ordered the
 * rows of a slice that a chain could need are few: the last n of each class that
 * meets n steps.  Only slices that begin with one of them are looked at, and so
 * the work does not grow with the rows within the grace.  In strict and exact
 * order a longer slice takes more rows out of the way, so there every slice
 * counts.
 *
 * An excluded row may lie in a chain's first and in its last slice.  The first can
 * be cut so long that it takes in all that is less than the grace after the
 * chain's start, so the last excluded row before a slice must be there, or before
 * the chain.  The last may begin before the first of the chain's rows in it, so an
 * excluded row begins slices, too.  And no chain goes on from a slice between that
 * has an excluded row.
 */
#include "core/chain/visit.h"

#include "core/base/elapsed.h"

/* A cut for the next instant; forgets those that no slice reaches any more. */
static Cut *
next_cut(ChainEngine *engine, int64 at, int64 from, int64 to, bool excluded)
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
			general->cuts = repalloc_huge(general->cuts, (Size) 2 * general->capacity * sizeof(Cut));
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
	cut->excluded_before = general->excluded_at;
	cut->excluded = excluded;
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

/* The earliest start of a chain that may come into a slice after the last excluded row before it. */
static int64
earliest_into(const ChainEngine *engine, int64 excluded_before, int64 earliest)
{
	if (excluded_before <= NOT_STARTED + engine->rules->grace)
		return earliest;
	return Max(earliest, excluded_before - engine->rules->grace + 1);
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
		general->block_excluded |= first->excluded;
		block_add(engine, first->from, first->to, allowed_steps(engine, search, first->at, &allowed));
		visit_block(engine, search, has_state ? first[-1].start : general->none,
					has_state ? first[-1].at : NOT_STARTED, first->at,
					earliest_into(engine, first->excluded_before, earliest));
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

/*
 * The same slices where many rows lie within the grace, but none of them is
 * excluded: only those that begin with a row of use.
 */
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

/* All slices that end with an instant, if it matters to chains, and the state behind it. */
void
visit_slices(ChainEngine *engine, const Search *search, int64 from, int64 to, bool matters, bool excluded)
{
	General    *general = engine->general;
	int64		at = engine->at[from];
	Cut		   *here = next_cut(engine, at, from, to, excluded);
	const Cut  *before = general->n - general->head > 1 ? here - 1 : NULL;
	int64		earliest = earliest_start(engine, at, NOT_STARTED);
	bool		any_excluded = excluded || (general->excluded_at != NOT_STARTED &&
											elapsed(general->excluded_at, at) < engine->rules->grace);

	block_clear(&engine->block);
	general->block_excluded = false;
	if (!matters)
		;
	else if (engine->rules->mode == CHAIN_ORDERED && !any_excluded &&
			 to - general->cuts[general->head].from > engine->most_useful)
		visit_useful_slices(engine, search, earliest_into(engine, general->excluded_at, earliest));
	else
		visit_all_slices(engine, search, earliest);
	for (int level = 1; level <= engine->rules->n_steps; level++)
	{
		here->start[level] = general->open[level];
		if ((engine->rules->mode == CHAIN_ORDERED || !matters) && before != NULL &&
			before->start[level] > here->start[level])
			here->start[level] = before->start[level];
	}
}
