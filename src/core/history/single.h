/*
 * The rows of one history, packed or still in a sorter: what cursors are made of
 * (cursor.h says what they deliver).
 */
#ifndef PLG_SINGLE_H
#define PLG_SINGLE_H

#include "core/history/block_filter.h"

typedef struct HistoryCursor
{
	/* the entity at hand */
	EntityKey	key;
	int64		n;
	int64	   *at;
	uint32	   *code;

	const History *history;
	const uint8 *classes;		/* by code, or NULL */
	BlockFilter *filter;		/* of these */
	bool		times_only;		/* code[] stays empty */
	bool		is_sorted;		/* rows are not packed */
	struct HistoryMerge *merge; /* of a history of several pieces; what follows is not used then */
	uint32		block;			/* to read next */
	HistoryStretch stretches[2];	/* in turns, for a key that stays may lie in one */
	int			turn;

	/*
	 * Runs in the arrays, of which the last may go on in the next block: it is
	 * ready only when all has been read.
	 */
	int			run;			/* to deliver next */
	int			n_ready;
	int			n_runs;
	int64		next;			/* first row of that run */
	bool		ended;			/* all is read */
	int64		loaded;			/* rows in the arrays, unless a filter chooses */
	int64		capacity;
	int64	   *all_at;
	uint32	   *all_code;
	EntityKey	keys[BLOCK_ROWS + 1];
	int64		counts[BLOCK_ROWS + 1];
} HistoryCursor;

/* A filter has begun, for strings like these, and stays; cursors may share it. */
extern void single_open(HistoryCursor *cursor, const History *history, BlockFilter *filter, bool times_only);
extern void single_seek(HistoryCursor *cursor, const EntityKey *key);

extern void single_close(HistoryCursor *cursor);

extern bool single_fill(HistoryCursor *cursor);
extern bool single_next_sorted(HistoryCursor *cursor, HistoryCursor *into);

/* Goes to the next entity, which is put at another cursor's hand; false after the last. */
static inline bool
single_next_into(HistoryCursor *cursor, HistoryCursor *into)
{
	if (unlikely(cursor->is_sorted))
		return single_next_sorted(cursor, into);
	do
	{
		if (unlikely(cursor->run == cursor->n_ready) && !single_fill(cursor))
			return false;
		into->key = cursor->keys[cursor->run];
		into->n = cursor->counts[cursor->run++];
		into->at = cursor->all_at + cursor->next;
		into->code = cursor->all_code + cursor->next;
		cursor->next += into->n;
	} while (into->n == 0);
	return true;
}

static inline bool
single_next(HistoryCursor *cursor)
{
	return single_next_into(cursor, cursor);
}

#endif							/* PLG_SINGLE_H */
