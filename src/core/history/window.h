/*
 * A part of one of several histories that are read as one: some entities, and blocks
 * whose rows are unpacked when it is their turn, so that a window takes no more than
 * its blocks do.  Where few rows are asked for these take less, and blocks are let go.
 */
#ifndef PLG_CORE_HISTORY_WINDOW_H
#define PLG_CORE_HISTORY_WINDOW_H

#include "core/history/block_filter.h"

typedef struct WindowBlock
{
	int			n;
	bool		all;			/* all rows are asked for, and masks tell nothing */
	Column		at;
	Column		code;
	uint64		masks[BLOCK_ROWS / 64];
} WindowBlock;

/* An entity that has rows which are asked for. */
typedef struct WindowRun
{
	int64		number;			/* if it is one */
	uint32		row;			/* where its rows begin, and how many are asked for */
	uint32		count;
} WindowRun;

typedef struct HistoryWindow
{
	const History *history;		/* NULL: nothing is asked for */
	BlockFilter *filter;		/* windows may share it */
	bool		times_only;
	Size		size;			/* of blocks, unless one entity has more */
	HistoryStretch own;
	HistoryStretch *common;		/* for blocks that are let go */

	int			run;			/* to deliver next */
	int			n_runs;			/* one more, unless it has ended, may go on */
	int			n_filled;		/* so many they were */
	int			max_runs;
	WindowRun  *runs;
	EntityKey  *keys;			/* of runs, unless they are numbers; they lie in the blocks */
	bool		ended;			/* what is left is at hand */
	uint64		entities;

	uint32		block;			/* to read next */
	int			n_blocks;		/* at hand */
	int			max_blocks;
	WindowBlock *blocks;

	/* or, of few rows asked for and of a sorter, rows unpacked */
	bool		unpacks;
	int64		n_rows;
	int64		max_rows;
	int64	   *all_at;
	uint32	   *all_code;
} HistoryWindow;

/* The window is zeros, but for memory that its stretch may have. */
extern void window_open(HistoryWindow *window, const History *history, BlockFilter *filter, bool times_only, Size size,
						HistoryStretch *common);
extern void window_close(HistoryWindow *window);

/* Goes on if most has been delivered; false if the window stays as it is. */
extern bool window_fill(HistoryWindow *window);

/* The rows asked for from one on, n of them, which are there. */
extern void window_rows(const HistoryWindow *window, uint32 row, int64 n, int64 *at, uint32 *code);

static inline EntityKey
window_key(const HistoryWindow *window, int run)
{
	if (window->keys != NULL)
		return window->keys[run];
	return (EntityKey) {window->runs[run].number, NULL, 0};
}

#endif							/* PLG_CORE_HISTORY_WINDOW_H */
