/* Reading one history entity by entity; see single.h. */
#include "core/history/single.h"

#include "core/history/sorter.h"

void
single_open(HistoryCursor *cursor, const History *history, BlockFilter *filter, bool times_only)
{
	memset(cursor, 0, offsetof(HistoryCursor, keys));
	cursor->history = history;
	cursor->classes = filter == NULL ? NULL : filter->classes;
	cursor->filter = filter;
	cursor->times_only = times_only;
	if (history->sorter != NULL)
		sorter_rewind(history->sorter);
}

void
single_close(HistoryCursor *cursor)
{
	stretch_end(&cursor->stretches[0]);
	stretch_end(&cursor->stretches[1]);
	if (cursor->all_at == NULL)
		return;
	pfree(cursor->all_at);
	pfree(cursor->all_code);
}

static void
make_room(HistoryCursor *cursor, int64 rows)
{
	if (rows + ROWS_BEHIND <= cursor->capacity)
		return;
	rows = Max(rows, (int64) Min(cursor->history->rows, (uint64) 2 * BLOCK_ROWS)) + ROWS_BEHIND;
	cursor->capacity = Max(rows, cursor->capacity * 2);
	cursor->all_at = resize_huge(cursor->all_at, cursor->capacity * sizeof(int64));
	cursor->all_code = resize_huge(cursor->all_code, cursor->capacity * sizeof(uint32));
}

/* A number does not lie in the bytes, and needs no second stretch. */
static const char *
open_next(HistoryCursor *cursor, HistoryBlock *block)
{
	const History *history = cursor->history;
	HistoryStretch *stretch = &cursor->stretches[cursor->turn];
	Size		start;
	Size		end;
	const char *reason = blocks_place(history, cursor->block, 1, &start, &end);

	if (reason != NULL)
		return reason;
	if (history->kind != ENTITY_BIGINT && history->source != NULL && end > stretch->to)
	{
		cursor->turn = 1 - cursor->turn;
		stretch = &cursor->stretches[cursor->turn];
	}
	return block_open_at(block, history, cursor->block++, history_bytes(history, stretch, start, end), end - start);
}

/* Unpacks the next block behind the first kept rows, its runs behind the first place. */
static void
load_block(HistoryCursor *cursor, int64 kept)
{
	const History *history = cursor->history;
	EntityKey  *keys = cursor->keys + 1;
	int64	   *counts = cursor->counts + 1;
	HistoryBlock block;
	const char *reason;

	CHECK_FOR_INTERRUPTS();
	reason = open_next(cursor, &block);
	if (reason == NULL)
		reason = block_runs(&block, history, keys, counts);
	if (reason != NULL)
		report_damaged_value(reason);

	make_room(cursor, kept + block.n);
	if (cursor->filter != NULL)
		unpack_filtered(cursor->filter, &block, counts, cursor->all_at + kept, cursor->all_code + kept);
	else
	{
		if (!cursor->times_only)
			unpack_codes(&block, history->n_strings, cursor->all_code + kept);
		column_unpack(&block.at, block.n, cursor->all_at + kept);
	}
	cursor->loaded = kept + block.n;
	cursor->n_runs = 1 + block.n_runs;
}

static inline bool
all_loaded(const HistoryCursor *cursor)
{
	return cursor->block == cursor->history->n_blocks;
}

/* The run that is not ready goes to the front; returns how many rows it has. */
static int64
keep_last_run(HistoryCursor *cursor)
{
	int64		n;

	if (!cursor->waits)
		return 0;
	n = cursor->counts[cursor->n_runs - 1];
	if (cursor->ready.row > 0)
	{
		memmove(cursor->all_at, cursor->all_at + cursor->ready.row, n * sizeof(int64));
		if (!cursor->times_only)
			memmove(cursor->all_code, cursor->all_code + cursor->ready.row, n * sizeof(uint32));
	}
	cursor->keys[0] = cursor->keys[cursor->n_runs - 1];
	cursor->counts[0] = n;
	return n;
}

/* Of rows that are not packed one entity is ready at a time. */
static bool
fill_sorted(HistoryCursor *cursor)
{
	RowSorter  *sorter = cursor->history->sorter;

	CHECK_FOR_INTERRUPTS();
	if (!sorter_next_entity(sorter))
		return false;
	cursor->counts[0] = sorter_filter_rows(sorter, cursor->classes, cursor->times_only);
	check_entity_rows(cursor->counts[0]);
	cursor->ready = (ReadyEntities) {0, 1, &sorter->key, cursor->counts, 0, sorter->at, sorter->code};
	return true;
}

bool
single_fill(HistoryCursor *cursor)
{
	int			first;

	if (cursor->history->sorter != NULL)
		return fill_sorted(cursor);
	do
	{
		bool		keeps = cursor->waits;
		int64		kept;

		if (all_loaded(cursor))
			return false;
		kept = keep_last_run(cursor);
		load_block(cursor, kept);

		/* it goes on, or stands before the others */
		first = keeps ? 0 : 1;
		if (keeps && compare_entities(cursor->history->kind, &cursor->keys[0], &cursor->keys[1]) == 0)
		{
			cursor->counts[1] += kept;
			check_entity_rows(cursor->counts[1]);
			first = 1;
		}
		cursor->waits = !all_loaded(cursor);
		cursor->ready = (ReadyEntities) {
			first, cursor->n_runs - cursor->waits, cursor->keys, cursor->counts, 0, cursor->all_at, cursor->all_code
		};
	} while (first == cursor->ready.end);
	return true;
}

/* Whether all entities of a block come before one. */
static bool
ends_before(HistoryCursor *cursor, uint32 index, const EntityKey *key)
{
	const History *history = cursor->history;
	HistoryBlock block;
	EntityKey	last = {0};
	const char *reason = block_open(&block, history, index, &cursor->stretches[cursor->turn]);

	CHECK_FOR_INTERRUPTS();
	if (reason != NULL)
		report_damaged_value(reason);
	last.bytes = block.key_bytes;
	switch (history->kind)
	{
		case ENTITY_BIGINT:
			last.number = column_get(&block.numbers, block.n_runs - 1);
			break;
		case ENTITY_UUID:
			last.bytes += (Size) (block.n_runs - 1) * UUID_BYTES;
			last.length = UUID_BYTES;
			break;
		case ENTITY_TEXT:
			for (int i = 0; i < block.n_runs - 1; i++)
				last.bytes += column_get(&block.numbers, i);
			last.length = (uint32) column_get(&block.numbers, block.n_runs - 1);
			break;
	}
	return compare_entities(history->kind, &last, key) < 0;
}

/* Rows that are not packed are sorted partition by partition, and so go by one by one. */
void
single_seek(HistoryCursor *cursor, const EntityKey *key)
{
	const History *history = cursor->history;
	ReadyEntities *ready = &cursor->ready;

	if (history->sorter != NULL)
		return;
	while (ready->next < ready->end && compare_entities(history->kind, &ready->keys[ready->next], key) < 0)
		pass_ready(ready, 1, ready->counts[ready->next]);
	if (ready->next < ready->end ||
		(cursor->waits && compare_entities(history->kind, &cursor->keys[cursor->n_runs - 1], key) >= 0))
		return;
	cursor->waits = false;
	while (cursor->block < history->n_blocks && ends_before(cursor, cursor->block, key))
		cursor->block++;
}
