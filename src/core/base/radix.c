/*
 * Radix sort, lowest digit first (Knuth, The Art of Computer Programming 3,
 * 5.2.5): each pass deals the rows out by one digit of their keys, and keeps
 * the order of equal ones.  Comparing sorts mispredict a branch for every other
 * comparison, which costs several passes each; only few rows would be better off
 * with them.  Of long keys only the high digits are dealt by: what they leave
 * out of order is little, and next to its place.  More rows than the cache holds
 * are dealt by their highest digit first, and each part is sorted by itself.
 */
#include "core/base/radix.h"


#define FEW 64					/* sorted by insertion */
#define MANY 4096				/* worth larger digits */
#define MAX_DIGIT 11
#define MORE_BITS 3				/* than tell all keys apart, if they are spread evenly */
#define NEAR ((Size) 512 * 1024)	/* bytes that stay in the cache */

/*
 * Sorts rows that are nearly in order, by insertion; false if they are not, and
 * it would take more than so many moves.  Written once, like all that follows,
 * for rows of one word and of two; callers pass constants.
 */
static pg_attribute_always_inline bool
insert_all(int64 *rows, int64 n, int words, int key, int64 moves)
{
	for (int64 i = 1; i < n; i++)
	{
		int64		row[2] = {rows[i * words], rows[i * words + words - 1]};
		int64		value = rows[i * words + key];
		int64		k = i;

		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		for (; k > 0 && rows[(k - 1) * words + key] > value; k--)
			memcpy(rows + k * words, rows + (k - 1) * words, words * sizeof(int64));
		memcpy(rows + k * words, row, words * sizeof(int64));
		moves -= i - k;
		if (moves < 0)
			return false;
	}
	return true;
}

/* Deals rows out by one digit; leaves in places where the rows of each end. */
static pg_attribute_always_inline void
deal(const int64 *from, int64 *to, int64 n, int words, int key, int64 min, int shift, int digit, int64 *places)
{
	uint64		mask = (UINT64CONST(1) << digit) - 1;
	int64		place = 0;

	memset(places, 0, sizeof(int64) << digit);
	for_many(i, n)
		places[((uint64) from[i * words + key] - (uint64) min) >> shift & mask]++;
	for (int i = 0; i < 1 << digit; i++)
	{
		int64		count = places[i];

		places[i] = place;
		place += count;
	}
	for_many(i, n)
	{
		int64		at = places[((uint64) from[i * words + key] - (uint64) min) >> shift & mask]++;

		memcpy(to + at * words, from + i * words, words * sizeof(int64));
	}
}

/* Sorts by the bits of the keys, less the smallest, from shift to end. */
static pg_attribute_always_inline void
sort_bits(int64 *rows, int64 *scratch, int64 n, int words, int key, int64 min, int shift, int end, int digit)
{
	int64		places[1 << MAX_DIGIT];
	int64	   *from = rows;
	int64	   *to = scratch;

	for (; shift < end; shift += digit)
	{
		int64	   *other = from;

		deal(from, to, n, words, key, min, shift, Min(digit, 64 - shift), places);
		from = to;
		to = other;
	}
	if (from != rows)
		memcpy(rows, from, (Size) n * words * sizeof(int64));
}

/*
 * Rows that fit the cache.  The high bits alone, some more than it takes to tell
 * n keys apart, bring them nearly into order.  Where keys lie too close together
 * for that, all bits do.
 */
static pg_attribute_always_inline void
sort_near(int64 *rows, int64 *scratch, int64 n, int words, int key, int64 min, int bits)
{
	int			digit = n < MANY ? MAX_DIGIT - 3 : MAX_DIGIT;
	int			high = (pg_leftmost_one_pos64((uint64) n) + MORE_BITS + digit - 1) / digit * digit;

	if (high < bits)
	{
		sort_bits(rows, scratch, n, words, key, min, bits - high, bits, digit);
		if (insert_all(rows, n, words, key, n))
			return;
	}
	sort_bits(rows, scratch, n, words, key, min, 0, bits, digit);
}

/* Returns how many bits the keys differ in; 0 if they are sorted. */
static pg_attribute_always_inline int
find_range(const int64 *rows, int64 n, int words, int key, int64 *min)
{
	int64		max = rows[key];
	bool		sorted = true;

	*min = max;
	for_many(i, n)
	{
		int64		value = rows[i * words + key];

		sorted &= value >= rows[(i - (i > 0)) * words + key];
		*min = Min(*min, value);
		max = Max(max, value);
	}
	return sorted ? 0 : bits_of((uint64) max - (uint64) *min);
}

/* Sorts some of the rows. */
static pg_attribute_always_inline void
sort_some(int64 *rows, int64 *scratch, int64 n, int words, int key)
{
	int64		min;
	int			bits;

	if (n <= FEW)
		insert_all(rows, n, words, key, n * n);
	else if ((bits = find_range(rows, n, words, key, &min)) > 0)
		sort_near(rows, scratch, n, words, key, min, bits);
}

static pg_attribute_always_inline void
radix_sort(int64 *rows, int64 n, int words, int key)
{
	Size		size = (Size) n * words * sizeof(int64);
	int64	   *scratch;
	int64		min;
	int			bits;

	if (n <= FEW)
	{
		insert_all(rows, n, words, key, n * n);
		return;
	}
	bits = find_range(rows, n, words, key, &min);
	if (bits == 0)
		return;
	scratch = palloc_huge_pages(size);
	if (size <= NEAR || bits <= FAR_DIGIT)
		sort_near(rows, scratch, n, words, key, min, bits);
	else
	{
		int64		ends[1 << FAR_DIGIT];
		int64		from = 0;

		deal(rows, scratch, n, words, key, min, bits - FAR_DIGIT, FAR_DIGIT, ends);
		for (int i = 0; i < 1 << FAR_DIGIT; i++)
		{
			sort_some(scratch + from * words, rows + from * words, ends[i] - from, words, key);
			from = ends[i];
		}
		memcpy(rows, scratch, size);
	}
	free_huge_pages(scratch);
}

void
split_by_high_digit(const int64 *values, int64 n, int64 *dealt, Parts *parts)
{
	int64		max = values[0];

	parts->min = max;
	for_many(i, n)
	{
		parts->min = Min(parts->min, values[i]);
		max = Max(max, values[i]);
	}
	parts->shift = Max(bits_of((uint64) max - (uint64) parts->min) - FAR_DIGIT, 0);
	deal(values, dealt, n, 1, 0, parts->min, parts->shift, FAR_DIGIT, parts->ends);
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
