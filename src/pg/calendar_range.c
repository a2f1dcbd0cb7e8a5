/* Ranges of calendar units; see calendar_range.h. */
#include "pg/calendar_range.h"

#include "pg/args.h"

/* The units that begin at both ends, checked. */
static void
range_ends(Calendar *c, DateADT since, DateADT until, int32 *first, int32 *last)
{
	*first = calendar_begins(c, since, "since");
	*last = calendar_begins(c, until, "until");
	if (since >= until)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("since %s is not before until %s",
						describe_date(since), describe_date(until)),
				 errhint("The window starts with the day since and ends before the day until.")));
}

void
calendar_window(Calendar *c, DateADT since, DateADT until, TimestampTz *window)
{
	int32		first;
	int32		last;

	range_ends(c, since, until, &first, &last);
	window[0] = calendar_start(c, first);
	window[1] = calendar_start(c, last);
}

void
calendar_sliding(Calendar *c, DateADT since, DateADT until, int limit, int span, CalendarRange *range)
{
	int32		last;

	range_ends(c, since, until, &range->first, &last);
	range->n = last - range->first;
	if (range->n > limit)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("from %s until %s are %d periods, the limit is %d",
						describe_date(since), describe_date(until), range->n, limit),
				 errhint("Ask for a shorter window or a longer unit.")));
	if (span > limit)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("span %d is too large, the limit is %d", span, limit),
				 errhint("Ask for a shorter span or a longer unit.")));

	range->first -= span - 1;
	range->starts = palloc((range->n + span) * sizeof(TimestampTz));
	for (int i = 0; i < range->n + span; i++)
		range->starts[i] = calendar_start(c, range->first + i);
}
