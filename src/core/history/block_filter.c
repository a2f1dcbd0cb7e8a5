/*
 * Filtering the rows of a block whose label has a class.
 *
 * Most readers want a few labels, so most rows are to be passed over, and they
 * must not cost a branch each.  Where a code takes at most eight bits, which is
 * to say up to 256 labels, a table tells of its packed bits whether the row is
 * chosen; of at most four, of two rows at once.  That makes a mask of 64 rows
 * without unpacking one; then only the rows it names are looked at.  The table
 * holds as long as blocks pack their codes alike, which they nearly always do.
 */
#include "core/history/block_filter.h"

#define MAX_TABLE_WIDTH 8

void
filter_begin(BlockFilter *filter, const History *history, const uint8 *classes)
{
	filter->classes = classes;
	filter->n_codes = history->n_strings;
	filter->width = -1;
}

/* Codes index arrays, so even a damaged value must not hold larger ones. */
void
unpack_codes(const HistoryBlock *block, uint32 n_codes, uint32 *code)
{
	if (column_unpack32(&block->code, block->n, code) >= n_codes)
		report_unknown_code();
}

/* Makes the table for blocks that pack their codes like this one. */
static void
make_table(BlockFilter *filter, const Column *code)
{
	int			n = 1 << code->width;
	bool		pairs = code->width * 2 <= MAX_TABLE_WIDTH;
	bool		valid[1 << MAX_TABLE_WIDTH];

	filter->width = code->width;
	filter->base = code->base;
	filter->grain = code->grain;
	filter->all = true;
	for (int q = 0; q < n; q++)
	{
		uint64		value = (code->base + (uint64) q) * code->grain;

		/* a row whose code is not in the dictionary is chosen, to be found out */
		valid[q] = value < filter->n_codes;
		filter->class_of[q] = valid[q] ? filter->classes[value] : 0;
		filter->all &= filter->class_of[q] != 0 || !valid[q];
	}
	for (int q = 0; q < n; q++)
	{
		uint8		chosen = filter->class_of[q] != 0 || !valid[q];

		if (!pairs)
			filter->has_class[q] = chosen;
		for (int next = 0; pairs && next < n; next++)
			filter->has_class[next << code->width | q] =
				(uint8) (chosen | (filter->class_of[next] != 0 || !valid[next]) << 1);
	}
}

/*
 * Which of n rows are chosen, at most 64 of them, whose codes begin with a byte;
 * bits beyond are garbage.  The width is a constant wherever this is called from.
 */
static inline uint64
mask_of_width(const BlockFilter *filter, const uint8 *bits, int n, int width)
{
	int			rows = width * 2 <= MAX_TABLE_WIDTH ? 2 : 1;
	unsigned	step = (unsigned) (width * rows);
	uint64		key = (UINT64CONST(1) << step) - 1;
	unsigned	bit = 0;
	uint64		mask = 0;

	for (int i = 0; i < n; i += rows, bit += step)
		mask |= (uint64) filter->has_class[load_uint64(bits + (bit >> 3)) >> (bit & 7) & key] << i;
	return mask;
}

static uint64
chosen_mask(const BlockFilter *filter, const uint8 *bits, int n)
{
	switch (filter->width)
	{
		case 1:
			return mask_of_width(filter, bits, n, 1);
		case 2:
			return mask_of_width(filter, bits, n, 2);
		case 3:
			return mask_of_width(filter, bits, n, 3);
		case 4:
			return mask_of_width(filter, bits, n, 4);
		case 5:
			return mask_of_width(filter, bits, n, 5);
		case 6:
			return mask_of_width(filter, bits, n, 6);
		case 7:
			return mask_of_width(filter, bits, n, 7);
		case 8:
			return mask_of_width(filter, bits, n, 8);
	}
	/* all codes are the same, and take no bits */
	return filter->has_class[0] ? PG_UINT64_MAX : 0;
}

static inline int
bits_set(uint64 word)
{
	word -= word >> 1 & UINT64CONST(0x5555555555555555);
	word = (word & UINT64CONST(0x3333333333333333)) + (word >> 2 & UINT64CONST(0x3333333333333333));
	word = (word + (word >> 4)) & UINT64CONST(0x0f0f0f0f0f0f0f0f);
	return (int) (word * UINT64CONST(0x0101010101010101) >> 56);
}

/* Which rows are chosen, by the table; how many. */
static int
choose_by_table(const BlockFilter *filter, const HistoryBlock *block, uint64 *masks)
{
	const uint8 *bits = block->code.bits;
	uint64		width = block->code.width;
	int			chosen = 0;

	for (int from = 0; from < block->n; from += 64)
	{
		int			n = Min(block->n - from, 64);
		uint64		mask = chosen_mask(filter, bits + from / 8 * width, n);

		if (n < 64)
			mask &= (UINT64CONST(1) << n) - 1;
		masks[from / 64] = mask;
		chosen += bits_set(mask);
	}
	return chosen;
}

/* The same for more labels than the table has room for. */
static int
choose_by_code(const BlockFilter *filter, const HistoryBlock *block, uint64 *masks)
{
	uint32		codes[BLOCK_ROWS];
	int			chosen = 0;

	unpack_codes(block, filter->n_codes, codes);
	for (int row = 0; row < block->n; row++)
	{
		bool		has_class = filter->classes[codes[row]] != 0;

		chosen += has_class;
		masks[row / 64] |= (uint64) has_class << (row & 63);
	}
	return chosen;
}

/* Makes the table tell of codes packed like these; false if they have none. */
static bool
find_table(BlockFilter *filter, const Column *code)
{
	if (code->width > MAX_TABLE_WIDTH)
		return false;
	if (filter->width != code->width || filter->base != code->base || filter->grain != code->grain)
		make_table(filter, code);
	return true;
}

int
filter_block(BlockFilter *filter, const HistoryBlock *block, uint64 *masks)
{
	bool		by_table = find_table(filter, &block->code);

	if (by_table && filter->all)
		return block->n;
	memset(masks, 0, BLOCK_ROWS / 64 * sizeof(uint64));
	return by_table ? choose_by_table(filter, block, masks) : choose_by_code(filter, block, masks);
}

static inline uint32
class_of_row(const BlockFilter *filter, const Column *column, uint64 row, bool by_table)
{
	uint64		bit = row * column->width;

	if (by_table)
		return filter->class_of[load_uint64(column->bits + (bit >> 3)) >> (bit & 7) & column->mask];
	/* there is such a code, choose_by_code has seen to it */
	return filter->classes[(uint32) column_get(column, row)];
}

/* The rows in masks, from one on; callers pass a constant for by_table. */
static pg_attribute_always_inline int
take_chosen(const BlockFilter *filter, const Column *codes, const Column *times, const uint64 *masks,
			int from, int n, int64 *at, uint32 *code, bool by_table)
{
	int			word = from / 64;
	uint64		mask = masks[word] & PG_UINT64_MAX << (from & 63);
	int			taken = 0;
	bool		valid = true;

	for (;;)
	{
		for (; mask != 0; mask &= mask - 1)
		{
			int			row = word * 64 + __builtin_ctzll(mask);

			if (taken == n)
				break;
			at[taken] = column_get(times, row);
			code[taken] = class_of_row(filter, codes, row, by_table);
			/* without a class it was chosen to be found out */
			valid &= code[taken++] != 0;
		}
		if (taken == n || ++word == BLOCK_ROWS / 64)
			break;
		mask = masks[word];
	}
	if (!valid)
		report_unknown_code();
	return taken;
}

/* So many rows that are all chosen. */
static pg_attribute_always_inline void
take_all(const BlockFilter *filter, const Column *codes, int from, int n, uint32 *code, bool by_table)
{
	bool		valid = true;

	for (int i = 0; i < n; i++)
	{
		code[i] = class_of_row(filter, codes, from + i, by_table);
		valid &= code[i] != 0;
	}
	if (!valid)
		report_unknown_code();
}

int
filter_rows(BlockFilter *filter, const Column *codes, const Column *times, const uint64 *masks,
			int from, int n, int64 *at, uint32 *code)
{
	bool		by_table = find_table(filter, codes);

	if (masks != NULL)
		return by_table ? take_chosen(filter, codes, times, masks, from, n, at, code, true) :
			take_chosen(filter, codes, times, masks, from, n, at, code, false);
	if (by_table)
		take_all(filter, codes, from, n, code, true);
	else
		take_all(filter, codes, from, n, code, false);
	column_unpack_some(times, from, n, at);
	return n;
}

void
count_runs(const uint64 *masks, int n_runs, int64 *counts)
{
	int			before[BLOCK_ROWS / 64 + 1] = {0};
	int			end = 0;
	int			counted = 0;

	for (int i = 0; i < BLOCK_ROWS / 64; i++)
		before[i + 1] = before[i] + bits_set(masks[i]);
	for (int run = 0; run < n_runs; run++)
	{
		int			up_to;

		end += (int) counts[run];
		up_to = before[end / 64];
		if (end % 64 != 0)
			up_to += bits_set(masks[end / 64] & ((UINT64CONST(1) << (end % 64)) - 1));
		counts[run] = up_to - counted;
		counted = up_to;
	}
}

void
unpack_filtered(BlockFilter *filter, const HistoryBlock *block, int64 *counts, int64 *at, uint32 *code)
{
	uint64		masks[BLOCK_ROWS / 64];
	int			chosen = filter_block(filter, block, masks);

	filter_rows(filter, &block->code, &block->at, chosen == block->n ? NULL : masks, 0, chosen, at, code);
	if (chosen < block->n)
		count_runs(masks, block->n_runs, counts);
}
