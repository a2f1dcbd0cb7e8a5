/* Ranges of calendar units between two dates, as arguments. */
#ifndef PLG_PG_CALENDAR_RANGE_H
#define PLG_PG_CALENDAR_RANGE_H

#include "pg/calendar.h"

typedef struct CalendarRange
{
	int32		first;
	int			n;
	TimestampTz *starts;		/* n + span */
} CalendarRange;

/*
 * The time from the date since up to the date until, from window[0] up to window[1].
 * Both must begin a unit, and there must be at least one unit, or it is an error.
 */
extern void calendar_window(Calendar *c, DateADT since, DateADT until, TimestampTz *window);

/*
 * The windows of span units that end with each unit of that time, of which there
 * must be at most limit: n of them, window i from starts[i] up to starts[i + span],
 * the first of its units being first + i.
 */
extern void calendar_sliding(Calendar *c, DateADT since, DateADT until, int limit, int span,
							 CalendarRange *range);

#endif							/* PLG_PG_CALENDAR_RANGE_H */
