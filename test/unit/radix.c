/* Sorting, dividing and selecting durations, against the plainest ways. */
#include "core/base/divide.h"
#include "core/base/radix.h"
#include "core/base/select.h"
#include "tap.h"

#include <math.h>

#define MOST 200000

static int
compare(const void *a, const void *b)
{
	int64		x = *(const int64 *) a;
	int64		y = *(const int64 *) b;

	return x < y ? -1 : x > y;
}

/* Values of so many bits, with sign if there are 64. */
static void
fill(int64 *values, int n, int bits, uint64 *seed)
{
	for (int i = 0; i < n; i++)
		values[i] = (int64) (next_random(seed) >> (64 - bits));
}

static bool
sorts(int64 *values, int n)
{
	int64	   *want = palloc((n + 1) * sizeof(int64));
	bool		good;

	memcpy(want, values, n * sizeof(int64));
	qsort(want, n, sizeof(int64), compare);
	sort_int64(values, n);
	good = memcmp(want, values, n * sizeof(int64)) == 0;
	pfree(want);
	return good;
}

/* Stable: of equal keys the other half, which counts up, must ascend. */
static bool
sorts_pairs(int64 *values, int n, int half)
{
	int64	   *pairs = palloc((n + 1) * 2 * sizeof(int64));
	bool		good = true;

	for (int i = 0; i < n; i++)
	{
		pairs[2 * i + half] = values[i];
		pairs[2 * i + 1 - half] = i;
	}
	sort_pairs(pairs, n, half);
	for (int i = 0; i < n; i++)
	{
		good &= pairs[2 * i + half] == values[pairs[2 * i + 1 - half]];
		if (i > 0)
			good &= pairs[2 * i - 2 + half] < pairs[2 * i + half] ||
				(pairs[2 * i - 2 + half] == pairs[2 * i + half] && pairs[2 * i - 1 - half] < pairs[2 * i + 1 - half]);
	}
	pfree(pairs);
	return good;
}

static double
plain_percentile(const int64 *values, int64 n, int64 zeros, double p)
{
	int64	   *all = palloc0((n + zeros) * sizeof(int64));
	double		place = p * (double) (n + zeros - 1);
	int64		rank = (int64) floor(place);
	double		result;

	memcpy(all, values, n * sizeof(int64));
	qsort(all, n + zeros, sizeof(int64), compare);
	result = (double) all[rank];
	if (rank + 1 < n + zeros)
		result += (place - floor(place)) * ((double) all[rank + 1] - (double) all[rank]);
	pfree(all);
	return result;
}

int
main(void)
{
	static const int sizes[] = {0, 1, 2, 63, 64, 65, 700, 4095, 4096, 9000};
	static int64 values[MOST];
	uint64		seed = 1;
	bool		good = true;
	bool		good_pairs = true;

	for (int s = 0; s < (int) lengthof(sizes); s++)
	{
		for (int bits = 1; bits <= 64; bits++)
		{
			fill(values, sizes[s], bits, &seed);
			good_pairs &= sorts_pairs(values, sizes[s], bits & 1);
			good &= sorts(values, sizes[s]);
			good &= sorts(values, sizes[s]);
		}
	}
	for (int bits = 3; bits <= 64; bits += 11)
	{
		fill(values, MOST, bits, &seed);
		/* most lie close together, a few far off */
		for (int i = 0; bits > 40 && i < MOST; i++)
			values[i] >>= i % 100 == 0 ? 0 : 24;
		good_pairs &= sorts_pairs(values, MOST, bits & 1);
		good &= sorts(values, MOST);
	}
	ok(good, "numbers of every width are sorted");
	ok(good_pairs, "so are pairs by either half, and equal ones keep their order");

	good = true;
	for (int i = 0; i < 1000000; i++)
	{
		int64		n = (int64) (next_random(&seed) >> (1 + next_random(&seed) % 63));
		int64		d = (int64) (next_random(&seed) >> (1 + next_random(&seed) % 61)) | 2;
		int64		q = n / d;

		good &= quotient(n, divisor_of(d)) == q;
		good &= quotient(q * d, divisor_of(d)) == q;
		good &= q == 0 || quotient(q * d - 1, divisor_of(d)) == q - 1;
	}
	good &= quotient(PG_INT64_MAX, divisor_of(PG_INT64_MAX)) == 1;
	good &= quotient(PG_INT64_MAX - 1, divisor_of(PG_INT64_MAX)) == 0;
	good &= quotient(PG_INT64_MAX, divisor_of(2)) == PG_INT64_MAX / 2;
	ok(good, "a multiplication divides");

	good = true;
	for (int i = 0; i < 20000; i++)
	{
		int64		n = (int64) (next_random(&seed) % 12);
		int64		zeros = (int64) (next_random(&seed) % 12);
		double		p = (double) (next_random(&seed) % 101) / 100;

		if (n + zeros == 0)
			continue;
		fill(values, (int) n, 1 + i % 40, &seed);
		good &= fabs(plain_percentile(values, n, zeros, p) - percentile_of(values, n, zeros, p)) < 1e-3;
	}
	ok(good, "percentiles with zeros besides");

	good = true;
	for (int i = 0; i < 2000; i++)
	{
		static int64 sorted[MOST];
		int64		n = 1 + (int64) (next_random(&seed) % (i % 50 == 0 ? MOST : 400));
		int64		rank = (int64) (next_random(&seed) % (uint64) n);
		int64		next = -1;

		fill(values, (int) n, 1 + i % 64, &seed);
		for (int64 k = 0; i % 3 == 0 && k < n; k++)
			values[k] >>= k % 100 == 0 ? 0 : i % 64;
		memcpy(sorted, values, n * sizeof(int64));
		sort_int64(sorted, n);
		good &= nth_smallest(values, n, rank, &next) == sorted[rank];
		good &= rank + 1 == n || next == sorted[rank + 1];
	}
	ok(good, "a value is found by its rank, and the next");
	return tap_status();
}
