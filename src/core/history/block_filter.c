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

/* The places and classes of the rows chosen, by the table; how many. */
static int
choose_by_table(BlockFilter *filter, const HistoryBlock *block, uint32 *code)
{
	const uint8 *bits = block->code.bits;
	uint64		width = block->code.width;
	uint64		low = block->code.mask;
	bool		valid = true;
	int			chosen = 0;

	for (int from = 0; from < block->n; from += 64)
	{
		int			n = Min(block->n - from, 64);
		uint64		mask = chosen_mask(filter, bits + from / 8 * width, n);

		if (n < 64)
			mask &= (UINT64CONST(1) << n) - 1;
		filter->masks[from / 64] = mask;
		for (; mask != 0; mask &= mask - 1)
		{
			int			row = from + __builtin_ctzll(mask);
			uint64		bit = row * width;
			uint64		q = load_uint64(bits + (bit >> 3)) >> (bit & 7) & low;
			uint32		class = filter->class_of[q];

			filter->rows[chosen] = (uint16) row;
			code[chosen++] = class;
			/* without a class it was chosen to be found out */
			valid &= class != 0;
		}
	}
	if (!valid)
		report_unknown_code();
	return chosen;
}

/* The same where all labels have a class. */
static int
take_all(BlockFilter *filter, const HistoryBlock *block, uint32 *code)
{
	const Column *column = &block->code;
	const uint8 *class_of = filter->class_of;
	uint64		bit = 0;
	bool		valid = true;

	for (int i = 0; i < block->n; i++, bit += column->width)
	{
		code[i] = class_of[load_uint64(column->bits + (bit >> 3)) >> (bit & 7) & column->mask];
		valid &= code[i] != 0;
	}
	if (!valid)
		report_unknown_code();
	return block->n;
}

/* The same for more labels than the table has room for. */
static int
choose_by_code(BlockFilter *filter, const HistoryBlock *block, uint32 *code)
{
	int			chosen = 0;

	unpack_codes(block, filter->n_codes, code);
	memset(filter->masks, 0, sizeof(filter->masks));
	for (int row = 0; row < block->n; row++)
	{
		uint32		class = filter->classes[code[row]];

		/* stored whether chosen or not, and only then counted: no branch */
		filter->rows[chosen] = (uint16) row;
		code[chosen] = class;
		chosen += class != 0;
		filter->masks[row / 64] |= (uint64) (class != 0) << (row & 63);
	}
	return chosen;
}

static inline int
bits_set(uint64 word)
{
	word -= word >> 1 & UINT64CONST(0x5555555555555555);
	word = (word & UINT64CONST(0x3333333333333333)) + (word >> 2 & UINT64CONST(0x3333333333333333));
	word = (word + (word >> 4)) & UINT64CONST(0x0f0f0f0f0f0f0f0f);
	return (int) (word * UINT64CONST(0x0101010101010101) >> 56);
}

/* Of each run only the rows chosen count: how many are before its end, less those before its start. */
static void
count_runs(const BlockFilter *filter, int n_runs, int64 *counts)
{
	const uint64 *masks = filter->masks;
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
	const Column *column = &block->code;
	bool		by_table = column->width <= MAX_TABLE_WIDTH;
	int			chosen;

	if (by_table && (filter->width != column->width || filter->base != column->base ||
					 filter->grain != column->grain))
		make_table(filter, column);
	if (by_table && filter->all)
		chosen = take_all(filter, block, code);
	else
		chosen = by_table ? choose_by_table(filter, block, code) : choose_by_code(filter, block, code);
	if (chosen == block->n)
	{
		column_unpack(&block->at, block->n, at);
		return;
	}
	for (int i = 0; i < chosen; i++)
		at[i] = column_get(&block->at, filter->rows[i]);
	count_runs(filter, block->n_runs, counts);
}
