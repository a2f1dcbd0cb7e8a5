/* Units in which entities were active; see span.h. */
#include "readers/shared/span.h"

bool
span_begin(Span *span, Calendar *calendar, const History *journeys, TimestampTz as_of,
		   const char *units, const char *hint)
{
	TimestampTz end = as_of == DT_NOEND ? journeys->last_at : as_of;
	int32		before_end;
	int32		first;
	int32		last;
	int			n;

	memset(span, 0, sizeof(*span));
	if (journeys->rows == 0 || journeys->first_at > as_of)
		return false;
	span->as_of = as_of;
	units_between(calendar, journeys->first_at, end, &first, &last);
	n = last - first + 1;
	if (n > MAX_UNITS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many %s: %d from the first event to %s", units, n, describe_time(end)),
				 errhint("The limit is %d %s; %s.", MAX_UNITS, units, hint)));
	units_begin(&span->units, calendar, first, n);

	/* a unit of which only the first instant was watched is shown if it has an event */
	before_end = calendar_index(calendar, as_of == DT_NOEND ? end : end - 1);
	span->shown = Max(before_end - first + 1, 1);
	return true;
}

static int
compare_units(const void *a, const void *b)
{
	int32		x = *(const int32 *) a;
	int32		y = *(const int32 *) b;

	return x < y ? -1 : x > y;
}

/*
 * Finds the units of n times, of even ones without asking whether the span has
 * them; false if they do not ascend.  Whether a time is in the unit of the one
 * before is no branch, for it is hard to foretell.
 */
static inline bool
collect_units(Span *span, const int64 *at, int64 n, bool even)
{
	EvenUnits	even_units = span->units.even_units;
	int32	   *active = span->active;
	int32		last = PG_INT32_MIN;
	int64		kept = 0;
	bool		ascending = true;

	even_units.first -= span->units.first;
	for (int64 i = 0; i < n; i++)
	{
		int32		unit = even ? even_unit(&even_units, at[i]) : unit_of(&span->units, at[i]);

		active[kept] = unit;
		kept += unit != last;
		ascending &= unit >= last;
		last = unit;
	}
	span->n_active = (int) kept;
	return ascending;
}

/* The usual case has a loop of its own, in which nothing is read twice. */
static bool
find_units(Span *span, const int64 *at, int64 n)
{
	return span->units.even ? collect_units(span, at, n, true) : collect_units(span, at, n, false);
}

/*
 * Where a clock is put back across midnight a later time may have an earlier
 * local date.  And only a damaged value has times that are not in the span.
 */
static void
sort_units(Span *span)
{
	int			kept = 0;

	for (int i = 0; i < span->n_active; i++)
		span->active[i] = Min(Max(span->active[i], 0), span->units.n - 1);
	qsort(span->active, span->n_active, sizeof(int32), compare_units);
	for (int i = 1; i < span->n_active; i++)
	{
		if (span->active[i] != span->active[kept])
			span->active[++kept] = span->active[i];
	}
	span->n_active = kept + 1;
}

bool
span_next(Span *span, HistoryCursor *cursor)
{
	while (cursor_next(cursor))
	{
		int64		n = rows_observed(cursor->at, cursor->n, span->as_of);

		if (n == 0)
			continue;
		span->rows = n;
		if (n > span->max_active)
		{
			span->max_active = Max(n, span->max_active * 2);
			if (span->active != NULL)
				pfree(span->active);
			span->active = palloc_huge(span->max_active * sizeof(int32));
		}
		if (!find_units(span, cursor->at, n) || span->active[0] < 0 || span->active[span->n_active - 1] >= span->units.n)
			sort_units(span);
		span->shown = Max(span->shown, span->active[span->n_active - 1] + 1);
		return true;
	}
	return false;
}
