/*
 * Order statistics by digits: count the values by their highest bits, go on
 * with those that share the bits of the value looked for.  Each round reads all
 * that is left from end to end, and no branch in it is hard to foretell; no
 * input takes more rounds than a value has digits.
 */
#include "core/base/select.h"

#include <math.h>

#include "core/base/radix.h"

#define FEW 64					/* sorted */
#define MANY 4096				/* worth larger digits */
#define MAX_DIGIT 11

/* Values by their highest digit. */
typedef struct Digits
{
	int64		min;
	int			shift;
} Digits;

static inline uint64
digit_of(Digits digits, int64 value)
{
	return ((uint64) value - (uint64) digits.min) >> digits.shift;
}

static Digits
digits_of(const int64 *values, int64 n)
{
	int			digit = n < MANY ? MAX_DIGIT - 3 : MAX_DIGIT;
	int64		min = values[0];
	int64		max = values[0];
	uint64		range;

	for_many(i, n)
	{
		min = Min(min, values[i]);
		max = Max(max, values[i]);
	}
	range = (uint64) max - (uint64) min;
	return (Digits) {min, range >> digit == 0 ? 0 : pg_leftmost_one_pos64(range) + 1 - digit};
}

/* The digit of a rank, which becomes the rank among the values of that digit; how many these are. */
static uint64
digit_at(const int64 *values, int64 n, Digits digits, int64 *rank, int64 *count)
{
	int64		counts[1 << MAX_DIGIT] = {0};
	uint64		digit = 0;

	for_many(i, n)
		counts[digit_of(digits, values[i])]++;
	for (; *rank >= counts[digit]; digit++)
		*rank -= counts[digit];
	*count = counts[digit];
	return digit;
}

/* Takes out the values of a digit, one more place is written to; returns the smallest of those behind, or next. */
static int64
take_digit(const int64 *values, int64 n, Digits digits, uint64 digit, int64 *taken, int64 next)
{
	int64		count = 0;

	for_many(i, n)
	{
		uint64		other = digit_of(digits, values[i]);

		taken[count] = values[i];
		count += other == digit;
		next = other > digit ? Min(next, values[i]) : next;
	}
	return next;
}

int64
nth_smallest(const int64 *values, int64 n, int64 rank, int64 *next)
{
	int64		behind = PG_INT64_MAX;	/* the smallest of those behind what is left */
	int64	   *rest = NULL;
	int64		few[FEW];

	while (n > FEW)
	{
		Digits		digits = digits_of(values, n);
		int64		count;
		uint64		digit = digit_at(values, n, digits, &rank, &count);
		int64	   *taken = palloc_huge((count + 1) * sizeof(int64));

		CHECK_FOR_INTERRUPTS();
		behind = take_digit(values, n, digits, digit, taken, behind);
		if (rest != NULL)
			pfree(rest);
		values = rest = taken;
		n = count;
		if (digits.shift == 0)
		{
			/* all that are left are equal */
			n = Min(n, FEW);
			rank = rank + 1 < count ? 0 : n - 1;
		}
	}
	memcpy(few, values, n * sizeof(int64));
	if (rest != NULL)
		pfree(rest);
	sort_int64(few, n);
	if (next != NULL)
		*next = rank + 1 < n ? few[rank + 1] : behind;
	return few[rank];
}

double
percentile_of(const int64 *values, int64 n, int64 zeros, double p)
{
	double		place = p * (double) (n + zeros - 1);
	int64		rank = (int64) floor(place) - zeros;
	double		part = place - floor(place);
	int64		value = 0;
	int64		next = 0;

	if (rank >= 0)
		value = nth_smallest(values, n, rank, &next);
	else if (rank == -1 && n > 0)
		next = nth_smallest(values, n, 0, NULL);
	if (part == 0 || rank < -1 || rank + 1 >= n)
		return (double) value;
	return (double) value + part * ((double) next - (double) value);
}
