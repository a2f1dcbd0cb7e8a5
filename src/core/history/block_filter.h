/*
 * The rows of a block whose label has a class, for the cursor; block_filter.c
 * says how.
 */
#ifndef PLG_CORE_HISTORY_BLOCK_FILTER_H
#define PLG_CORE_HISTORY_BLOCK_FILTER_H

#include "core/history/history.h"

typedef struct BlockFilter
{
	const uint8 *classes;		/* by code */
	uint32		n_codes;
	int			width;			/* of codes as the blocks pack them; -1: no table yet */
	uint64		base;
	uint64		grain;
	bool		all;			/* every code has a class */
	uint8		class_of[256];	/* by packed code */
	uint8		has_class[256]; /* by packed codes of one row or two: a bit for each */
} BlockFilter;

extern void filter_begin(BlockFilter *filter, const History *history, const uint8 *classes);

/* Chooses rows, a bit in masks for each; returns how many, and if they are all leaves the masks. */
extern int	filter_block(BlockFilter *filter, const HistoryBlock *block, uint64 *masks);

/* Of runs' lengths in a block leaves how many of their rows are chosen. */
extern void count_runs(const uint64 *masks, int n_runs, int64 *counts);

/* The next n rows chosen from one on, fewer if the block ends; masks NULL: all are chosen, and there are so many. */
extern int	filter_rows(BlockFilter *filter, const Column *codes, const Column *times, const uint64 *masks,
						int from, int n, int64 *at, uint32 *code);
extern void unpack_filtered(BlockFilter *filter, const HistoryBlock *block, int64 *counts, int64 *at, uint32 *code);
extern void unpack_codes(const HistoryBlock *block, uint32 n_codes, uint32 *code);

#endif							/* PLG_CORE_HISTORY_BLOCK_FILTER_H */
