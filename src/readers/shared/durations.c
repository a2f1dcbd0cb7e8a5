/* Durations; see durations.h. */
#include "readers/shared/durations.h"

#include <math.h>

#include "core/base/select.h"
#include "datatype/timestamp.h"

void
durations_grow(Durations *times)
{
	times->capacity = Max(8, times->capacity * 2);
	times->us = grow_huge_pages(times->us, times->n * sizeof(int64), times->capacity * sizeof(int64));
}

void
put_percentile(ResultRow *row, const Durations *times, double p)
{
	if (times->n + times->zeros == 0)
		put_null(row);
	else
		put_float(row, rint(percentile_of(times->us, times->n, times->zeros, p)) / USECS_PER_SEC);
}
