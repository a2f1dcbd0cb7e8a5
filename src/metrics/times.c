/* Durations; see times.h. */
#include "metrics/times.h"

#include <math.h>

#include "core/select.h"
#include "datatype/timestamp.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#define ST_SORT sort_int64
#define ST_ELEMENT_TYPE int64
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

void
times_add(Times *times, int64 us)
{
	if (times->n == times->capacity)
	{
		times->capacity = Max(8, times->capacity * 2);
		if (times->us == NULL)
			times->us = palloc(times->capacity * sizeof(int64));
		else
			times->us = repalloc_huge(times->us, times->capacity * sizeof(int64));
	}
	times->us[times->n++] = us;
}

void
times_sort(Times *times)
{
	if (times->n > 1)
		sort_int64(times->us, times->n);
}

int64
times_find(const Times *times, int64 from, int64 us)
{
	int64		step = 1;
	int64		to;

	while (from + step < times->n && times->us[from + step] < us)
	{
		from += step;
		step *= 2;
	}
	to = Min(from + step, times->n);
	while (from < to)
	{
		int64		middle = from + (to - from) / 2;

		if (times->us[middle] < us)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

double
times_percentile(Times *times, double p)
{
	return rint(percentile_of(times->us, times->n, p)) / USECS_PER_SEC;
}
