/*
 * The rows that no pass has used yet, to be asked for the nearest one before or
 * after a place that meets a step.
 *
 * The rows of each class stand in a list of their own, in order of time, between
 * two sentinels.  For every place in a list earlier and later lead towards the
 * nearest unused row on that side; a path that has been walked is shortened, so
 * that rows used up long ago cost nothing (Tarjan's disjoint sets).
 */
#include "core/chain/engine.h"

struct UnusedRows
{
	int64		capacity;
	uint32	   *row;			/* by place */
	uint32	   *earlier;		/* by place: itself if unused, else one before it */
	uint32	   *later;
	uint32	   *first;			/* by class: the place of its first sentinel */
	int64		n_excluded;
	uint32	   *excluded;		/* all excluded rows, used or not */
};

#define SENTINEL PG_UINT32_MAX

void
unused_begin(ChainEngine *engine)
{
	struct UnusedRows *unused = engine->unused;
	uint32		n_classes = engine->n_kinds;
	int64		places = engine->n + 2 * (int64) n_classes;
	uint32		place = 0;

	if (unused == NULL)
	{
		unused = engine->unused = palloc0(sizeof(struct UnusedRows));
		unused->first = palloc((n_classes + 1) * sizeof(uint32));
	}
	if (unused->capacity < places)
	{
		if (unused->row != NULL)
		{
			pfree(unused->row);
			pfree(unused->earlier);
			pfree(unused->later);
			pfree(unused->excluded);
		}
		unused->capacity = Max(places, unused->capacity * 2);
		unused->row = palloc_huge(unused->capacity * sizeof(uint32));
		unused->earlier = palloc_huge(unused->capacity * sizeof(uint32));
		unused->later = palloc_huge(unused->capacity * sizeof(uint32));
		unused->excluded = palloc_huge(unused->capacity * sizeof(uint32));
	}
	memset(unused->first, 0, (n_classes + 1) * sizeof(uint32));
	unused->n_excluded = 0;
	for (int64 i = 0; i < engine->n; i++)
	{
		const ClassInfo *class = &engine->classes[engine->row_class[i]];

		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		unused->first[engine->row_class[i]]++;
		if (class->excluded)
			unused->excluded[unused->n_excluded++] = (uint32) i;
	}
	for (uint32 class = 0; class <= n_classes; class++)
	{
		uint32		n = unused->first[class];

		unused->first[class] = place;
		if (class == n_classes)
			break;
		unused->row[place] = unused->row[place + n + 1] = SENTINEL;
		/* the last sentinel counts the rows that have come */
		unused->earlier[place + n + 1] = place;
		place += n + 2;
	}
	for (int64 i = 0; i < engine->n; i++)
	{
		uint32		last = unused->first[engine->row_class[i] + 1] - 1;

		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		unused->row[++unused->earlier[last]] = (uint32) i;
	}
	for (uint32 i = 0; i < place; i++)
		unused->earlier[i] = unused->later[i] = i;
}

/* The end of the path that leads from a place, which is shortened. */
static uint32
follow(uint32 *next, uint32 place)
{
	uint32		end = place;

	while (next[end] != end)
		end = next[end];
	while (next[place] != end)
	{
		uint32		passed = place;

		place = next[place];
		next[passed] = end;
	}
	return end;
}

/* The place of the first row of a class, used or not, at or after a row. */
static uint32
place_of(const struct UnusedRows *unused, uint32 class, int64 row)
{
	uint32		low = unused->first[class] + 1;
	uint32		high = unused->first[class + 1] - 1;

	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;

		if (unused->row[middle] < row)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The last unused row of a class before a row; -1 if there is none. */
int64
unused_of_class_before(ChainEngine *engine, uint32 class, int64 row)
{
	struct UnusedRows *unused = engine->unused;
	uint32		found = unused->row[follow(unused->earlier, place_of(unused, class, row) - 1)];

	return found == SENTINEL ? -1 : (int64) found;
}

/* The first unused row of a class at or after a row; -1 if there is none. */
int64
unused_of_class_from(ChainEngine *engine, uint32 class, int64 row)
{
	struct UnusedRows *unused = engine->unused;
	uint32		found = unused->row[follow(unused->later, place_of(unused, class, row))];

	return found == SENTINEL ? -1 : (int64) found;
}

/* The last unused row before a row that meets a step; -1 if there is none. */
int64
unused_before(ChainEngine *engine, int step, int64 row)
{
	int64		last = -1;

	for (const int *class = engine->classes_of_step[step]; *class >= 0; class++)
		last = Max(last, unused_of_class_before(engine, (uint32) *class, row));
	return last;
}

/* The first unused row at or after a row that meets a step; -1 if there is none. */
int64
unused_from(ChainEngine *engine, int step, int64 row)
{
	int64		first = -1;

	for (const int *class = engine->classes_of_step[step]; *class >= 0; class++)
	{
		int64		found = unused_of_class_from(engine, (uint32) *class, row);

		if (found >= 0 && (first < 0 || found < first))
			first = found;
	}
	return first;
}

/* The time of the last excluded row before a row. */
int64
excluded_before(const ChainEngine *engine, int64 row)
{
	const struct UnusedRows *unused = engine->unused;
	int64		low = 0;
	int64		high = unused->n_excluded;

	while (low < high)
	{
		int64		middle = low + (high - low) / 2;

		if (unused->excluded[middle] < row)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? engine->at[unused->excluded[low - 1]] : NOT_STARTED + 1;
}

/* Uses up a row. */
void
unused_take(ChainEngine *engine, int64 row)
{
	struct UnusedRows *unused = engine->unused;
	uint32		place = place_of(unused, engine->row_class[row], row);

	unused->earlier[place] = place - 1;
	unused->later[place] = place + 1;
}
