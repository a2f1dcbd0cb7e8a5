/* Calendar units of many times; see units.h. */
#include "pg/units.h"

void
units_between(Calendar *c, TimestampTz from, TimestampTz to, int32 *first, int32 *last)
{
	int32		at_from = calendar_index(c, from);
	int32		at_to = calendar_index(c, to);
	TimestampTz settled = calendar_settled(c, at_from - 1);

	/* where a clock is put back across the start of a unit, the one before goes on after it */
	*first = from < settled && (to >= settled || at_to < at_from) ? at_from - 1 : at_from;
	*last = calendar_started(c, to) > at_to && (calendar_started(c, from) <= at_to || at_from > at_to) ? at_to + 1 : at_to;
}

void
units_begin(Units *units, Calendar *calendar, int32 first, int n)
{
	Assert(n > 0 && n <= MAX_UNITS);
	units->calendar = calendar;
	units->first = first;
	units->n = n;
	units->even_units = *calendar_even_units(calendar);
	units->even = units->even_units.length > 0 && first > units->even_units.first &&
		(int64) first + n < (int64) units->even_units.first + 2 * (EVEN_LIMIT / units->even_units.length);
	if (units->even)
		return;
	units->starts = palloc((n + 1) * sizeof(TimestampTz));
	units->settled = palloc(n * sizeof(TimestampTz));
	units->starts[0] = units->settled[0] = PG_INT64_MIN;
	for (int i = 1; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		units->starts[i] = calendar_start(calendar, first + i);
		units->settled[i] = calendar_end(calendar, first + i - 1);
	}
	units->starts[n] = PG_INT64_MAX;

	/* with fewer than three units there is nothing to guess */
	units->base = n > 1 ? units->starts[1] : 0;
	units->per_us = n > 2 ? (double) (n - 2) / (double) (units->starts[n - 1] - units->starts[1]) : 0;
}

int32
unsettled_unit(const Units *units, TimestampTz at)
{
	int64		unit = (int64) calendar_index(units->calendar, at) - units->first;

	return (int32) Min(Max(unit, 0), units->n - 1);
}
