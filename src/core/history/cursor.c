/* Reading histories entity by entity; see cursor.h. */
#include "core/history/cursor.h"

static void
open_cursor(HistoryCursor *cursor, const History *history, const uint8 *classes, bool times_only)
{
	BlockFilter *filter = NULL;

	if (history->pieces == NULL)
	{
		if (classes != NULL)
		{
			filter = palloc(sizeof(BlockFilter));
			filter_begin(filter, history, classes);
		}
		single_open(cursor, history, filter, times_only);
		return;
	}
	memset(cursor, 0, offsetof(HistoryCursor, keys));
	cursor->classes = classes;
	cursor->merge = palloc(sizeof(HistoryMerge));
	merge_open(cursor->merge, cursor, history, classes, times_only);
}

void
cursor_open(HistoryCursor *cursor, const History *history, const uint8 *classes)
{
	open_cursor(cursor, history, classes, false);
}

void
cursor_open_times(HistoryCursor *cursor, const History *history)
{
	open_cursor(cursor, history, NULL, true);
}

void
cursor_any_order(HistoryCursor *cursor)
{
	if (cursor->merge != NULL)
		merge_any_order(cursor->merge);
}

static bool
fill(HistoryCursor *cursor)
{
	return cursor->merge == NULL ? single_fill(cursor) : cursor->merge->fill(cursor->merge);
}

bool
cursor_next(HistoryCursor *cursor)
{
	ReadyEntities *ready = &cursor->ready;

	do
	{
		if (unlikely(ready->next == ready->end) && !fill(cursor))
			return false;
		cursor->key = ready->keys[ready->next];
		cursor->n = ready->counts[ready->next];
		cursor->at = ready->at + ready->row;
		cursor->code = ready->code + ready->row;
		pass_ready(ready, 1, cursor->n);
	} while (cursor->n == 0);
	return true;
}

void
cursor_seek(HistoryCursor *cursor, const EntityKey *key)
{
	if (cursor->merge == NULL)
		single_seek(cursor, key);
}

void
cursor_close(HistoryCursor *cursor)
{
	if (cursor->merge != NULL)
	{
		merge_close(cursor->merge);
		pfree(cursor->merge);
		return;
	}
	single_close(cursor);
	if (cursor->filter != NULL)
		pfree(cursor->filter);
}
