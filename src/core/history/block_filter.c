/*
 * Choosing the rows of a block whose label has a class; see history.h.
 *
 * Most readers want a few labels, so most rows are to be passed over, and they
 * must not cost a branch each.  Where a code takes at most eight bits, which is
 * to say up to 256 labels, a table tells of its packed bits whether the row is
 * chosen; of at most four, of two rows at once.  That makes a mask of 64 rows
 * without unpacking one; then only the rows chosen are looked at.  The table
 * holds as long as blocks pack their codes alike, which they nearly always do.
 */
#include "core/history/history.h"

#define MAX_TABLE_WIDTH 8

/* Makes the table for blocks that pack their codes like this one. */
static void
make_table(HistoryCursor *cursor, const Column *code)
{
	RowChoice  *choice = &cursor->choice;
	int			n = 1 << code->width;
	bool		pairs = code->width * 2 <= MAX_TABLE_WIDTH;
	bool		valid[1 << MAX_TABLE_WIDTH];

	choice->width = code->width;
	choice->base = code->base;
	choice->unit = code->unit;
	choice->all = true;
	for (int q = 0; q < n; q++)
	{
		uint64		value = (code->base + (uint64) q) * code->unit;

		/* a row whose code is not in the dictionary is chosen, to be found out */
		valid[q] = value < cursor->history->n_strings;
		choice->class_of[q] = valid[q] ? cursor->classes[value] : 0;
		choice->all &= choice->class_of[q] != 0 || !valid[q];
	}
	for (int q = 0; q < n; q++)
	{
		uint8		chosen = choice->class_of[q] != 0 || !valid[q];

		if (!pairs)
			choice->chosen[q] = chosen;
		for (int next = 0; pairs && next < n; next++)
			choice->chosen[next << code->width | q] =
				(uint8) (chosen | (choice->class_of[next] != 0 || !valid[next]) << 1);
	}
}

/*
 * Which of n rows are chosen, at most 64 of them, whose codes begin with a byte;
 * bits beyond are garbage.  The width is a constant wherever this is called from.
 */
static inline uint64
mask_of_width(const RowChoice *choice, const uint8 *bits, int n, int width)
{
	int			rows = width * 2 <= MAX_TABLE_WIDTH ? 2 : 1;
	unsigned	step = (unsigned) (width * rows);
	uint64		key = (UINT64CONST(1) << step) - 1;
	unsigned	bit = 0;
	uint64		mask = 0;

	for (int i = 0; i < n; i += rows, bit += step)
		mask |= (uint64) choice->chosen[load_uint64(bits + (bit >> 3)) >> (bit & 7) & key] << i;
	return mask;
}

static uint64
chosen_mask(const RowChoice *choice, const uint8 *bits, int n)
{
	switch (choice->width)
	{
		case 1:
			return mask_of_width(choice, bits, n, 1);
		case 2:
			return mask_of_width(choice, bits, n, 2);
		case 3:
			return mask_of_width(choice, bits, n, 3);
		case 4:
			return mask_of_width(choice, bits, n, 4);
		case 5:
			return mask_of_width(choice, bits, n, 5);
		case 6:
			return mask_of_width(choice, bits, n, 6);
		case 7:
			return mask_of_width(choice, bits, n, 7);
		case 8:
			return mask_of_width(choice, bits, n, 8);
	}
	/* all codes are the same, and take no bits */
	return choice->chosen[0] ? PG_UINT64_MAX : 0;
}

/* The places and classes of the rows chosen, by the table; how many. */
static int
choose_by_table(HistoryCursor *cursor, const Block *block, uint32 *code)
{
	const RowChoice *choice = &cursor->choice;
	const uint8 *bits = block->code.bits;
	uint64		width = block->code.width;
	uint64		low = block->code.mask;
	bool		valid = true;
	int			chosen = 0;

	for (int from = 0; from < block->n; from += 64)
	{
		int			n = Min(block->n - from, 64);
		uint64		mask = chosen_mask(choice, bits + from / 8 * width, n);

		if (n < 64)
			mask &= (UINT64CONST(1) << n) - 1;
		cursor->choice.masks[from / 64] = mask;
		for (; mask != 0; mask &= mask - 1)
		{
			int			row = from + __builtin_ctzll(mask);
			uint64		bit = row * width;
			uint64		q = load_uint64(bits + (bit >> 3)) >> (bit & 7) & low;
			uint32		class = choice->class_of[q];

			cursor->chosen[chosen] = (uint16) row;
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
take_all(HistoryCursor *cursor, const Block *block, uint32 *code)
{
	const Column *column = &block->code;
	const uint8 *class_of = cursor->choice.class_of;
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
choose_by_code(HistoryCursor *cursor, const Block *block, uint32 *code)
{
	int			chosen = 0;

	unpack_codes(cursor->history, block, code);
	memset(cursor->choice.masks, 0, sizeof(cursor->choice.masks));
	for (int row = 0; row < block->n; row++)
	{
		uint32		class = cursor->classes[code[row]];

		/* stored whether chosen or not, and only then counted: no branch */
		cursor->chosen[chosen] = (uint16) row;
		code[chosen] = class;
		chosen += class != 0;
		cursor->choice.masks[row / 64] |= (uint64) (class != 0) << (row & 63);
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
count_runs(HistoryCursor *cursor, int n_runs)
{
	const uint64 *masks = cursor->choice.masks;
	int			before[BLOCK_ROWS / 64 + 1] = {0};
	int			end = 0;
	int			counted = 0;

	for (int i = 0; i < BLOCK_ROWS / 64; i++)
		before[i + 1] = before[i] + bits_set(masks[i]);
	for (int run = 0; run < n_runs; run++)
	{
		int			up_to;

		end += (int) cursor->counts[run];
		up_to = before[end / 64];
		if (end % 64 != 0)
			up_to += bits_set(masks[end / 64] & ((UINT64CONST(1) << (end % 64)) - 1));
		cursor->counts[run] = up_to - counted;
		counted = up_to;
	}
}

void
unpack_chosen(HistoryCursor *cursor, const Block *block, int64 *at, uint32 *code)
{
	const RowChoice *choice = &cursor->choice;
	const Column *column = &block->code;
	bool		by_table = column->width <= MAX_TABLE_WIDTH;
	int			chosen;

	if (by_table && (choice->width != column->width || choice->base != column->base ||
					 choice->unit != column->unit))
		make_table(cursor, column);
	if (by_table && choice->all)
		chosen = take_all(cursor, block, code);
	else
		chosen = by_table ? choose_by_table(cursor, block, code) : choose_by_code(cursor, block, code);
	if (chosen == block->n)
	{
		column_unpack(&block->at, block->n, at);
		return;
	}
	for (int i = 0; i < chosen; i++)
		at[i] = column_get(&block->at, cursor->chosen[i]);
	count_runs(cursor, block->n_runs);
}
