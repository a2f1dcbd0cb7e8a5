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

	/* the block at hand */
	uint64		masks[BLOCK_ROWS / 64]; /* a bit for each row */
	uint16		rows[BLOCK_ROWS];	/* that have a class */
} BlockFilter;

extern void filter_begin(BlockFilter *filter, const History *history, const uint8 *classes);
extern void unpack_filtered(BlockFilter *filter, const HistoryBlock *block, int64 *counts, int64 *at, uint32 *code);
extern void unpack_codes(const HistoryBlock *block, uint32 n_codes, uint32 *code);

#endif							/* PLG_CORE_HISTORY_BLOCK_FILTER_H */
