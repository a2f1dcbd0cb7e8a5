/*
 * The cursor, the one way to read a history.  It goes entity by entity;
 * at[0..n-1] and code[0..n-1] are the entity's rows in order.
 *
 * With classes, an array with a byte for each code, only rows whose class is
 * not 0 are delivered, code[] holds the classes, and entities without such a
 * row are left out.  The times of other rows are not even unpacked.
 *
 * A cursor opened for times delivers all rows, and no codes.
 *
 * The key of an entity stays until the next one is asked for.
 */
#ifndef PLG_CORE_HISTORY_CURSOR_H
#define PLG_CORE_HISTORY_CURSOR_H

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
	bool		times_only;		/* code[] stays empty */
	uint32		block;			/* to read next */
	int			run;			/* of the block, to deliver next */
	int			n_runs;
	int64		next;			/* first row of that run, in the arrays below */
	int64		loaded;			/* rows in the arrays, unless classes choose */
	int64		capacity;
	int64	   *all_at;
	uint32	   *all_code;
	EntityKey	keys[BLOCK_ROWS];
	int64		counts[BLOCK_ROWS];
	BlockFilter filter;
} HistoryCursor;

extern void cursor_open(HistoryCursor *cursor, const History *history, const uint8 *classes);
extern void cursor_open_times(HistoryCursor *cursor, const History *history);
extern bool cursor_next(HistoryCursor *cursor);
extern void cursor_close(HistoryCursor *cursor);

#endif							/* PLG_CORE_HISTORY_CURSOR_H */
