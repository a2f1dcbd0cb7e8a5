/*
 * Cutting journeys; see cut.h.
 *
 * A row's number tells its block, and columns are of fixed width, so that a range
 * is unpacked alone.  Rows are gone through twice, first for their codes, because
 * the labels in use stand at the head of the new value.
 */
#include "journeys/cut.h"

#include "state/history_value.h"

#define ST_SORT sort_codes
#define ST_ELEMENT_TYPE uint32
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

Cutter *
cutter_begin(const History *journeys)
{
	Cutter	   *cutter = palloc(sizeof(Cutter));
	Size		n_strings = Max(journeys->n_strings, 1);

	Assert(journeys->bytes != NULL && journeys->source == NULL);
	cutter->journeys = journeys;
	cutter->codes = palloc_extended(n_strings * sizeof(uint32), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	cutter->used = palloc_huge(n_strings * sizeof(uint32));
	cutter->strings = palloc_huge(n_strings * sizeof(HistoryString));
	return cutter;
}

static void
open_block(Cutter *cutter, int64 index)
{
	const char *reason;

	if (index == cutter->index)
		return;
	CHECK_FOR_INTERRUPTS();
	reason = block_open(&cutter->block, cutter->journeys, (uint32) index, NULL);
	if (reason != NULL)
		report_damaged_value(reason);
	cutter->index = index;
}

/* The same, and what tells entities in it. */
static void
open_runs(Cutter *cutter, int64 index)
{
	const char *reason;

	if (index == cutter->index)
		return;
	open_block(cutter, index);
	reason = block_runs(&cutter->block, cutter->journeys, cutter->keys, cutter->counts);
	if (reason != NULL)
		report_damaged_value(reason);
	cutter->run = 0;
	cutter->run_end = (int) cutter->counts[0];
}

/* How many rows of a range from a row on lie in its block. */
static inline int
rows_in_block(const Cutter *cutter, uint64 row, const RowRange *range)
{
	return (int) Min(range->first + range->n - row, (uint64) (cutter->block.n - (int) (row % BLOCK_ROWS)));
}

/* A column from a value on that fills its bytes: eight values do. */
static inline Column
column_from(const Column *column, int from)
{
	Column		rest = *column;

	Assert(from % 8 == 0);
	rest.bits += (Size) (from / 8) * column->width;
	return rest;
}

/* Unpacks codes of the block at hand from a row on; they are in the result, and a few before them. */
static inline uint32 *
unpack_some_codes(const Cutter *cutter, int from, int n, uint32 *codes)
{
	Column		column = column_from(&cutter->block.code, from & ~7);

	if (column_unpack32(&column, n + (from & 7), codes) >= cutter->journeys->n_strings)
		report_unknown_code();
	return codes + (from & 7);
}

/* Finds the labels in use, which the new value will have, until all are; counts the rows. */
static uint32
find_codes(Cutter *cutter, const RowRange *ranges, int64 n, uint64 *rows)
{
	uint32		buffer[BLOCK_ROWS + 8];
	uint32		n_labels = cutter->journeys->n_strings;
	uint32		n_used = 0;

	*rows = 0;
	cutter->index = -1;
	for (int64 i = 0; i < n; i++)
	{
		const RowRange *range = &ranges[i];
		int			some;

		*rows += range->n;
		for (uint64 row = range->first; row < range->first + range->n && n_used < n_labels; row += some)
		{
			const uint32 *codes;

			open_block(cutter, (int64) (row / BLOCK_ROWS));
			some = rows_in_block(cutter, row, range);
			codes = unpack_some_codes(cutter, (int) (row % BLOCK_ROWS), some, buffer);
			for (int k = 0; k < some; k++)
			{
				if (unlikely(cutter->codes[codes[k]] == 0))
				{
					cutter->codes[codes[k]] = 1;
					cutter->used[n_used++] = codes[k];
				}
			}
		}
	}
	sort_codes(cutter->used, n_used);
	for_many(k, n_used)
	{
		cutter->codes[cutter->used[k]] = (uint32) k + 1;
		cutter->strings[k] = cutter->journeys->strings[cutter->used[k]];
	}
	return n_used;
}

/* Adds rows of an entity, of which some may have been added before. */
static void
add_rows(Cutter *cutter, const EntityKey *key, int n, const int64 *at, uint32 *codes)
{
	for (int i = 0; i < n; i++)
		codes[i] = cutter->codes[codes[i]] - 1;
	if (cutter->has_entity && compare_entities(cutter->journeys->kind, key, &cutter->key) == 0)
		history_add_more(&cutter->writer, key, n, at, codes);
	else
		history_add(&cutter->writer, key, n, at, codes);
	cutter->has_entity = true;
	cutter->key = *key;
}

/* Adds rows of the block at hand, entity by entity. */
static void
add_from_block(Cutter *cutter, int from, int n)
{
	int64		times[BLOCK_ROWS + 8];
	uint32		buffer[BLOCK_ROWS + 8];
	Column		column = column_from(&cutter->block.at, from & ~7);
	const int64 *at = times + (from & 7);
	uint32	   *codes = unpack_some_codes(cutter, from, n, buffer);
	int			some;

	column_unpack(&column, n + (from & 7), times);
	for (int done = 0; done < n; done += some)
	{
		while (cutter->run_end <= from + done)
			cutter->run_end += (int) cutter->counts[++cutter->run];
		some = Min(n - done, cutter->run_end - (from + done));
		add_rows(cutter, &cutter->keys[cutter->run], some, at + done, codes + done);
	}
}

struct varlena *
cut(Cutter *cutter, const RowRange *ranges, int64 n)
{
	const History *journeys = cutter->journeys;
	uint64		rows;
	uint32		n_used = find_codes(cutter, ranges, n, &rows);
	uint8	   *bytes;
	Size		size = 0;

	history_begin(&cutter->writer, VARHDRSZ, journeys_kind.magic, journeys->kind, journeys->flags,
				  rows, cutter->strings, n_used);
	cutter->index = -1;
	cutter->has_entity = false;
	for (int64 i = 0; i < n; i++)
	{
		const RowRange *range = &ranges[i];
		int			some;

		for (uint64 row = range->first; row < range->first + range->n; row += some)
		{
			open_runs(cutter, (int64) (row / BLOCK_ROWS));
			some = rows_in_block(cutter, row, range);
			add_from_block(cutter, (int) (row % BLOCK_ROWS), some);
		}
	}
	for_many(k, n_used)
		cutter->codes[cutter->used[k]] = 0;
	bytes = history_finish(&cutter->writer, &size);
	return history_as_value(bytes, size, &journeys_kind);
}
