/* Durations; see times.h. */
#include "metrics/times.h"

#include <math.h>

#include "core/radix.h"
#include "core/select.h"
#include "datatype/timestamp.h"
#include "utils/memutils.h"

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
	sort_int64(times->us, times->n);
}

double
times_percentile(Times *times, double p)
{
	return rint(percentile_of(times->us, times->n, times->zeros, p)) / USECS_PER_SEC;
}
