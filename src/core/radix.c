/*
 * Radix sort, lowest digit first (Knuth, The Art of Computer Programming 3,
 * 5.2.5): each pass deals the rows out by one digit of their keys, and keeps
 * the order of equal ones.  Comparing sorts mispredict a branch for every other
 * comparison, which costs several passes each; only keys that fill more than
 * six digits, and few rows, would be better off with them.
 */
#include "radix.h"

#include "port/pg_bitutils.h"

#define FEW 64					/* sorted by insertion */
#define MANY 4096				/* worth larger digits */
#define MAX_DIGIT 11
#define INTERRUPT_ROWS 0xffff

/* Written once for rows of one word and of two; callers pass constants. */
static inline void
insert_all(int64 *rows, int64 n, int words, int key)
{
	for (int64 i = 1; i < n; i++)
	{
		int64		row[2] = {rows[i * words], rows[i * words + words - 1]};
		int64		value = rows[i * words + key];
		int64		k = i;

		for (; k > 0 && rows[(k - 1) * words + key] > value; k--)
			memcpy(rows + k * words, rows + (k - 1) * words, words * sizeof(int64));
		memcpy(rows + k * words, row, words * sizeof(int64));
	}
}

static inline void
deal(const int64 *from, int64 *to, int64 n, int words, int key, int64 min, int shift, int digit)
{
	int64		places[1 << MAX_DIGIT];
	uint64		mask = (UINT64CONST(1) << digit) - 1;
	int64		place = 0;

	memset(places, 0, sizeof(int64) << digit);
	for (int64 i = 0; i < n; i++)
		places[((uint64) from[i * words + key] - (uint64) min) >> shift & mask]++;
	for (int i = 0; i < 1 << digit; i++)
	{
		int64		count = places[i];

		places[i] = place;
		place += count;
	}
	for (int64 i = 0; i < n; i++)
	{
		int64		at = places[((uint64) from[i * words + key] - (uint64) min) >> shift & mask]++;

		if ((i & INTERRUPT_ROWS) == 0)
			CHECK_FOR_INTERRUPTS();
		memcpy(to + at * words, from + i * words, words * sizeof(int64));
	}
}

static inline void
radix_sort(int64 *rows, int64 n, int words, int key)
{
	int64		min = n == 0 ? 0 : rows[key];
	int64		max = min;
	bool		sorted = true;
	int			bits;
	int			digit;
	int64	   *from = rows;
	int64	   *scratch;
	int64	   *to;

	if (n <= FEW)
	{
		insert_all(rows, n, words, key);
		return;
	}
	for (int64 i = 1; i < n; i++)
	{
		int64		value = rows[i * words + key];

		sorted &= value >= rows[(i - 1) * words + key];
		min = Min(min, value);
		max = Max(max, value);
	}
	if (sorted)
		return;
	bits = pg_leftmost_one_pos64((uint64) max - (uint64) min) + 1;
	digit = n < MANY ? 8 : MAX_DIGIT;
	to = scratch = palloc_huge((Size) n * words * sizeof(int64));
	for (int shift = 0; shift < bits; shift += digit)
	{
		int64	   *other = from;

		deal(from, to, n, words, key, min, shift, Min(digit, 64 - shift));
		from = to;
		to = other;
	}
	if (from != rows)
		memcpy(rows, from, (Size) n * words * sizeof(int64));
	pfree(scratch);
}

void
sort_int64(int64 *values, int64 n)
{
	radix_sort(values, n, 1, 0);
}

void
sort_pairs(int64 *pairs, int64 n, int half)
{
	if (half == 0)
		radix_sort(pairs, n, 2, 0);
	else
		radix_sort(pairs, n, 2, 1);
}
