/*
 * Order statistics by quickselect (Hoare 1961): partition around the median of
 * three and go on in the part that holds the rank.  Should the parts shrink too
 * slowly, the rest is sorted, so no input takes quadratic time.
 */
#include "select.h"

#include <math.h>

static int
compare_int64(const void *a, const void *b)
{
	int64		x = *(const int64 *) a;
	int64		y = *(const int64 *) b;

	return x < y ? -1 : x > y;
}

static int64
median_of_three(int64 a, int64 b, int64 c)
{
	return Max(Min(a, b), Min(Max(a, b), c));
}

/* Puts the value of a rank at its place, smaller ones before, larger ones behind. */
static void
select_rank(int64 *values, int64 n, int64 rank)
{
	int64		low = 0;
	int64		high = n - 1;
	int			rounds = 0;

	while (low < high)
	{
		int64		pivot = median_of_three(values[low], values[low + (high - low) / 2], values[high]);
		int64		i = low;
		int64		j = high;

		CHECK_FOR_INTERRUPTS();
		if (++rounds > 100)
		{
			qsort(values + low, high - low + 1, sizeof(int64), compare_int64);
			return;
		}
		while (i <= j)
		{
			while (values[i] < pivot)
				i++;
			while (values[j] > pivot)
				j--;
			if (i <= j)
			{
				int64		swapped = values[i];

				values[i++] = values[j];
				values[j--] = swapped;
			}
		}
		if (rank <= j)
			high = j;
		else if (rank >= i)
			low = i;
		else
			return;
	}
}

double
percentile_of(int64 *values, int64 n, int64 zeros, double p)
{
	double		place = p * (double) (n + zeros - 1);
	int64		rank = (int64) floor(place) - zeros;
	double		part = place - floor(place);
	int64		value = 0;
	int64		next;

	if (rank >= 0)
	{
		select_rank(values, n, rank);
		value = values[rank];
	}
	if (part == 0 || rank < -1 || rank + 1 >= n)
		return (double) value;
	next = values[rank + 1];
	for (int64 i = rank + 2; i < n; i++)
		next = Min(next, values[i]);
	return (double) value + part * ((double) next - (double) value);
}
