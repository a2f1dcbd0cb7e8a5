/* Reading one history entity by entity; see single.h. */
#include "core/history/single.h"

#include "core/history/sorter.h"

void
single_open(HistoryCursor *cursor, const History *history, const uint8 *classes, bool times_only)
{
	memset(cursor, 0, offsetof(HistoryCursor, keys));
	cursor->history = history;
	cursor->classes = classes;
	cursor->times_only = times_only;
	if (history->sorter != NULL)
	{
		sorter_rewind(history->sorter);
		return;
	}
	if (classes != NULL)
		filter_begin(&cursor->filter, history, classes);
	cursor->capacity = Min(history->rows, (Size) 2 * BLOCK_ROWS);
	cursor->all_at = palloc(Max(cursor->capacity, 1) * sizeof(int64));
	cursor->all_code = palloc(Max(cursor->capacity, 1) * sizeof(uint32));
}

void
single_close(HistoryCursor *cursor)
{
	if (cursor->history->sorter != NULL)
		return;
	pfree(cursor->all_at);
	pfree(cursor->all_code);
}

static void
make_room(HistoryCursor *cursor, int64 rows)
{
	if (rows <= cursor->capacity)
		return;
	if (rows > MAX_ENTITY_ROWS + BLOCK_ROWS)
		report_crowded_entity();
	cursor->capacity = Max(rows, cursor->capacity * 2);
	cursor->all_at = repalloc_huge(cursor->all_at, cursor->capacity * sizeof(int64));
	cursor->all_code = repalloc_huge(cursor->all_code, cursor->capacity * sizeof(uint32));
}

/* Unpacks the next block behind the first kept rows. */
static void
load_block(HistoryCursor *cursor, int64 kept)
{
	const History *history = cursor->history;
	HistoryBlock block;
	const char *reason;

	CHECK_FOR_INTERRUPTS();
	reason = block_open(&block, history, cursor->block++);
	if (reason == NULL)
		reason = block_runs(&block, history, cursor->keys, cursor->counts);
	if (reason != NULL)
		report_damaged_value(reason);

	make_room(cursor, kept + block.n);
	if (cursor->classes != NULL)
		unpack_filtered(&cursor->filter, &block, cursor->counts, cursor->all_at + kept, cursor->all_code + kept);
	else
	{
		if (!cursor->times_only)
			unpack_codes(&block, history->n_strings, cursor->all_code + kept);
		column_unpack(&block.at, block.n, cursor->all_at + kept);
	}
	cursor->n_runs = block.n_runs;
	cursor->run = 0;
	cursor->next = kept;
	cursor->loaded = kept + block.n;
}

/* Goes to the next entity of rows that are not packed. */
static bool
next_sorted(HistoryCursor *cursor)
{
	RowSorter  *sorter = cursor->history->sorter;

	do
	{
		CHECK_FOR_INTERRUPTS();
		if (!sorter_next_entity(sorter))
			return false;
		cursor->n = sorter_filter_rows(sorter, cursor->classes, cursor->times_only);
	} while (cursor->n == 0);
	cursor->key = sorter->key;
	cursor->at = sorter->at;
	cursor->code = sorter->code;
	return true;
}

/* Goes to the next entity; false after the last. */
bool
single_next(HistoryCursor *cursor)
{
	const History *history = cursor->history;

	if (history->sorter != NULL)
		return next_sorted(cursor);
	do
	{
		int64		from;

		if (cursor->run == cursor->n_runs)
		{
			if (cursor->block == history->n_blocks)
				return false;
			load_block(cursor, 0);
		}
		from = cursor->next;
		cursor->key = cursor->keys[cursor->run];
		cursor->n = cursor->counts[cursor->run++];
		cursor->next += cursor->n;

		/* the last run of a block may go on in the next block */
		while (cursor->run == cursor->n_runs && cursor->block < history->n_blocks)
		{
			if (from > 0)
			{
				memmove(cursor->all_at, cursor->all_at + from, cursor->n * sizeof(int64));
				if (!cursor->times_only)
					memmove(cursor->all_code, cursor->all_code + from, cursor->n * sizeof(uint32));
				from = 0;
			}
			load_block(cursor, cursor->n);
			if (compare_entities(history->kind, &cursor->keys[0], &cursor->key) != 0)
				break;
			cursor->key = cursor->keys[0];
			cursor->n += cursor->counts[0];
			cursor->next += cursor->counts[0];
			cursor->run = 1;
		}
		cursor->at = cursor->all_at + from;
		cursor->code = cursor->all_code + from;
	} while (cursor->n == 0);
	return true;
}

/* Whether all entities of a block come before one. */
static bool
ends_before(const History *history, uint32 index, const EntityKey *key)
{
	HistoryBlock block;
	EntityKey	last = {0};
	const char *reason = block_open(&block, history, index);

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

	if (history->sorter != NULL)
		return;
	while (cursor->run < cursor->n_runs && compare_entities(history->kind, &cursor->keys[cursor->run], key) < 0)
		cursor->next += cursor->counts[cursor->run++];
	if (cursor->run < cursor->n_runs)
		return;
	while (cursor->block < history->n_blocks && ends_before(history, cursor->block, key))
		cursor->block++;
}
