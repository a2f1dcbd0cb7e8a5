/*
 * Chains with further rules: strict and exact order, grace, limits for single
 * steps, steps that may be left out.
 *
 * The sweep goes by blocks: an instant, or with grace a slice (slices.c); visit.c
 * says how a chain comes through a block.  The state behind one is the latest
 * start by level:
 *
 *	ordered			of all chains so far
 *	strict, exact	of chains that may go on, because they used all rows in the
 *					way since their first block
 *	step_within		a later start may come with an earlier last row, so for each
 *					level a front: the last rows ascend, the starts descend
 *
 * An example, mode strict, steps a b c, time from left to right, (ab) one instant:
 *
 *	rows	a1 a2 b3 (ab)4 c5
 *
 *	at 1	a starts: level 1 from 1
 *	at 2	a starts: level 1 from 2.  The chain of 1 has a row in its way and is gone
 *	at 3	b takes the chain over: level 2 from 2.  Level 1 is gone
 *	at 4	a starts, and b follows at the same instant: levels 1 and 2 from 4; the b
 *			of the chain from 2 is passed, and nothing can follow it any more
 *	at 5	c: level 3 from 4
 *
 * In mode ordered nothing is ever gone: at 3 the levels 1 and 2 are both from 2,
 * at 4 from 4.
 */
#include "core/chain/visit.h"

/* The work room, emptied. */
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
	general->before_at = general->excluded_at = NOT_STARTED;
	general->block_excluded = false;
	for (int level = 0; level < levels; level++)
	{
		general->start[level] = NOT_STARTED;
		general->fronts[level].head = general->fronts[level].n = 0;
	}
	return general;
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
	bool		slices = engine->rules->grace > 0;
	int64		end;

	found->level = 0;
	for (int64 i = search->from; i < search->to && found->level < search->target; i = end)
	{
		int64		at = engine->at[i];
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
		if (slices && (matters || excluded))
			visit_slices(engine, search, i, end, matters, excluded);
		else if (matters)
			visit_instant(engine, search, i, end, earliest_start(engine, at, general->excluded_at));
		take_reached(general, at, found);
		if (excluded)
			general->excluded_at = at;
	}
}
