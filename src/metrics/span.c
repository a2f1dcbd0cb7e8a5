/* Units in which entities were active; see span.h. */
#include "metrics/span.h"

#define MAX_UNITS 100000

bool
span_begin(Span *span, Calendar *calendar, const History *journeys, TimestampTz as_of)
{
	TimestampTz end = as_of == DT_NOEND ? journeys->last_at : as_of;
	int32		before_end;

	memset(span, 0, sizeof(*span));
	if (journeys->rows == 0 || journeys->first_at > as_of)
		return false;
	span->calendar = calendar;
	span->as_of = as_of;
	span->first = calendar_index(calendar, journeys->first_at);
	span->n = calendar_index(calendar, end) - span->first + 1;
	if (span->n > MAX_UNITS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many periods: %d from the first event to %s",
						span->n, describe_time(end)),
				 errhint("The limit is %d periods; use a longer unit, or leave out older events with plg.slice.",
						 MAX_UNITS)));

	/* a unit of which only the first instant was watched is shown if it has an event */
	before_end = calendar_index(calendar, as_of == DT_NOEND ? end : end - 1);
	span->shown = Max(before_end - span->first + 1, 1);
	return true;
}

static int
compare_units(const void *a, const void *b)
{
	int32		x = *(const int32 *) a;
	int32		y = *(const int32 *) b;

	return x < y ? -1 : x > y;
}

static void
add_unit(Span *span, int32 unit)
{
	if (span->n_active == span->max_active)
	{
		span->max_active = Max(64, span->max_active * 2);
		if (span->active == NULL)
			span->active = palloc(span->max_active * sizeof(int32));
		else
			span->active = repalloc_huge(span->active, span->max_active * sizeof(int32));
	}
	span->active[span->n_active++] = unit;
}

bool
span_next(Span *span, HistoryCursor *cursor)
{
	while (cursor_next(cursor))
	{
		int64		n = rows_watched(cursor->at, cursor->n, span->as_of);
		bool		ascending = true;
		int64		i = 0;

		span->n_active = 0;
		while (i < n)
		{
			TimestampTz until;
			int32		unit = calendar_find(span->calendar, cursor->at[i], &until) - span->first;

			while (++i < n && cursor->at[i] < until)
				;

			/*
			 * Where a clock is put back across midnight a later time may have
			 * an earlier local date, even one before that of the first event.
			 */
			unit = Min(Max(unit, 0), span->n - 1);
			if (span->n_active > 0 && unit <= span->active[span->n_active - 1])
			{
				if (unit == span->active[span->n_active - 1])
					continue;
				ascending = false;
			}
			add_unit(span, unit);
		}
		if (span->n_active == 0)
			continue;
		if (!ascending)
		{
			int			kept = 0;

			qsort(span->active, span->n_active, sizeof(int32), compare_units);
			for (int unit = 1; unit < span->n_active; unit++)
			{
				if (span->active[unit] != span->active[kept])
					span->active[++kept] = span->active[unit];
			}
			span->n_active = kept + 1;
		}
		span->shown = Max(span->shown, span->active[span->n_active - 1] + 1);
		return true;
	}
	return false;
}
