/*
 * Rows that may be taken in any order.
 *
 * One row fills one step, so steps are matched to rows by augmenting paths.  Of
 * rows that meet the same n steps no chain needs more than n, which keeps
 * blocks small however many rows share an instant.
 */
#include "core/chain/engine.h"

void
block_clear(ChainBlock *block)
{
	memset(&block->steps, 0, sizeof(block->steps));
	block->n = 0;
	block->in_the_way = 0;
}

static BlockRow *
new_row(ChainBlock *block)
{
	if (block->n == block->capacity)
	{
		block->capacity *= 2;
		block->rows = repalloc(block->rows, block->capacity * sizeof(BlockRow));
	}
	return &block->rows[block->n++];
}

/* Adds rows of one instant; they may be taken for the allowed steps, NULL: all. */
void
block_add(ChainEngine *engine, int64 from, int64 to, const StepSet *allowed)
{
	ChainBlock *block = &engine->block;
	int			first = block->n;

	for (int64 i = from; i < to; i++)
	{
		uint32		number = engine->row_class[i];
		const ClassInfo *class = &engine->classes[number];
		BlockRow   *row;

		block->in_the_way += class->in_the_way;
		if (class->n_steps == 0 || engine->seen[number] == class->n_steps)
			continue;
		engine->seen[number]++;
		row = new_row(block);
		row->steps = class->steps;
		row->row = i;
	}
	for (int i = first; i < block->n; i++)
	{
		BlockRow   *row = &block->rows[i];

		engine->seen[engine->row_class[row->row]] = 0;
		for (int w = 0; w < 2; w++)
		{
			if (allowed != NULL)
				row->steps.word[w] &= allowed->word[w];
			block->steps.word[w] |= row->steps.word[w];
		}
	}
}

/* Adds one row, as block_add does. */
void
block_add_row(ChainEngine *engine, int64 row, const StepSet *allowed)
{
	ChainBlock *block = &engine->block;
	BlockRow   *added = new_row(block);

	added->row = row;
	added->steps = engine->classes[engine->row_class[row]].steps;
	for (int w = 0; w < 2; w++)
	{
		if (allowed != NULL)
			added->steps.word[w] &= allowed->word[w];
		block->steps.word[w] |= added->steps.word[w];
	}
}

/* Adds rows of one instant that no pass has used. */
void
block_add_unused(ChainEngine *engine, int64 from, int64 to)
{
	ChainBlock *block = &engine->block;

	for (uint32 number = 0; number < engine->n_kinds; number++)
	{
		const ClassInfo *class = &engine->classes[number];
		int64		i = to;

		for (int n = 0; n < class->n_steps; n++)
		{
			BlockRow   *row;

			i = unused_of_class_before(engine, number, i);
			if (i < from)
				break;
			row = new_row(block);
			row->steps = class->steps;
			row->row = i;
			block->steps.word[0] |= class->steps.word[0];
			block->steps.word[1] |= class->steps.word[1];
		}
	}
}

void
block_unmatch(ChainBlock *block)
{
	for (int i = 0; i < block->n; i++)
		block->rows[i].step = -1;
}

static bool
augment(ChainBlock *block, int step)
{
	for (int i = 0; i < block->n; i++)
	{
		BlockRow   *row = &block->rows[i];

		if (row->step < 0 && step_in_set(&row->steps, step))
		{
			row->step = step;
			return true;
		}
	}
	for (int i = 0; i < block->n; i++)
	{
		BlockRow   *row = &block->rows[i];

		if (row->visited || !step_in_set(&row->steps, step))
			continue;
		row->visited = true;
		if (augment(block, row->step))
		{
			row->step = step;
			return true;
		}
	}
	return false;
}

/* Matches one more step to a row of its own, if that can be done. */
bool
block_match(ChainBlock *block, int step)
{
	if (!step_in_set(&block->steps, step))
		return false;
	/* an instant may hold many rows, and each step may be matched again for each other step */
	CHECK_FOR_INTERRUPTS();
	for (int i = 0; i < block->n; i++)
		block->rows[i].visited = false;
	return augment(block, step);
}

static bool
augment_row(ChainBlock *block, BlockRow *row)
{
	row->visited = true;
	for (int step = next_step(&row->steps, 0); step < CHAIN_MAX_STEPS; step = next_step(&row->steps, step + 1))
	{
		int			other = block->row_of_step[step];

		if (other < 0 || (!block->rows[other].visited && augment_row(block, &block->rows[other])))
		{
			row->step = step;
			block->row_of_step[step] = (int) (row - block->rows);
			return true;
		}
	}
	return false;
}

/* Matches one more row to a step of its own, if that can be done. */
static bool
block_match_row(ChainBlock *block, BlockRow *row)
{
	for (int i = 0; i < block->n; i++)
		block->rows[i].visited = false;
	return augment_row(block, row);
}

/*
 * Whether all rows that are in the way can be taken for steps first to last.
 * If besides some of these steps can be matched, then one matching does both
 * (Mendelsohn and Dulmage 1958).
 */
bool
block_can_use_all(ChainBlock *block, int first, int last)
{
	StepSet		kept[CHAIN_MAX_STEPS];
	bool		good = true;

	if (block->in_the_way != block->n || block->n > last - first + 1)
		return false;
	for (int i = 0; i < block->n; i++)
	{
		kept[i] = block->rows[i].steps;
		for (int step = next_step(&kept[i], 0); step < CHAIN_MAX_STEPS; step = next_step(&kept[i], step + 1))
		{
			if (step < first || step > last)
				block->rows[i].steps.word[step >> 6] &= ~(UINT64CONST(1) << (step & 63));
		}
	}
	block_unmatch(block);
	memset(block->row_of_step, -1, sizeof(block->row_of_step));
	for (int i = 0; good && i < block->n; i++)
		good = block_match_row(block, &block->rows[i]);
	for (int i = 0; i < block->n; i++)
		block->rows[i].steps = kept[i];
	return good;
}

/* The fewest steps first, then by the set as a number. */
int
compare_step_sets(const StepSet *x, const StepSet *y)
{
	if (count_steps(x) != count_steps(y))
		return count_steps(x) < count_steps(y) ? -1 : 1;
	for (int w = 1; w >= 0; w--)
	{
		if (x->word[w] != y->word[w])
			return x->word[w] < y->word[w] ? -1 : 1;
	}
	return 0;
}

static int
compare_block_rows(const void *a, const void *b)
{
	return compare_step_sets(&((const BlockRow *) a)->steps, &((const BlockRow *) b)->steps);
}

void
block_sort(ChainBlock *block)
{
	qsort(block->rows, block->n, sizeof(BlockRow), compare_block_rows);
}

/* Whether the steps of a chain at an instant, but those taken, have rows left. */
static bool
rest_fits(ChainBlock *block, const Chain *chain, int after, int64 at)
{
	for (int i = 0; i < block->n; i++)
	{
		if (block->rows[i].step >= 0)
			block->rows[i].steps.word[0] = block->rows[i].steps.word[1] = 0;
	}
	for (int step = after + 1; step < chain->level; step++)
	{
		if (chain->at[step] == at && !block_match(block, step))
			return false;
	}
	return true;
}

void
use_up_row(ChainEngine *engine, int64 row)
{
	if (engine->unused != NULL)
		unused_take(engine, row);
	engine->own_class[row] += engine->n_kinds;
}

/* Takes the rows of a chain at one instant out of the entity's rows. */
static void
use_up_instant(ChainEngine *engine, const Chain *chain, int first, int64 at)
{
	ChainBlock *block = &engine->block;
	int64		from = first_row_at(engine, engine->base, at);
	int			n;
	BlockRow   *sorted;
	bool	   *taken;

	block_clear(block);
	if (engine->unused != NULL)
		block_add_unused(engine, from, first_row_at(engine, from, at + 1));
	else
		block_add(engine, from, instant_end(engine, from, engine->n), NULL);
	block_sort(block);
	n = block->n;
	sorted = palloc(n * sizeof(BlockRow));
	taken = palloc0(n * sizeof(bool));
	memcpy(sorted, block->rows, n * sizeof(BlockRow));
	for (int step = first; step < chain->level; step++)
	{
		if (chain->at[step] != at)
			continue;
		for (int i = 0; i < n; i++)
		{
			if (taken[i] || !step_in_set(&sorted[i].steps, step))
				continue;
			taken[i] = true;
			memcpy(block->rows, sorted, n * sizeof(BlockRow));
			block_unmatch(block);
			for (int j = 0; j < n; j++)
				block->rows[j].step = taken[j] ? CHAIN_MAX_STEPS : -1;
			if (rest_fits(block, chain, step, at))
				break;
			taken[i] = false;
		}
	}
	for (int i = 0; i < n; i++)
	{
		if (taken[i])
			use_up_row(engine, sorted[i].row);
	}
	pfree(sorted);
	pfree(taken);
}

void
use_up_rows(ChainEngine *engine, const Chain *chain)
{
	for (int step = 0; step < chain->level; step++)
	{
		int64		at = chain->at[step];
		bool		is_first = at != CHAIN_NEVER;

		for (int before = 0; is_first && before < step; before++)
			is_first = chain->at[before] != at;
		if (is_first)
			use_up_instant(engine, chain, step, at);
	}
}
