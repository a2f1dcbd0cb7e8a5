/* Ranges of calendar units between two dates, as arguments. */
#ifndef PLG_PG_CALENDAR_RANGE_H
#define PLG_PG_CALENDAR_RANGE_H

#include "pg/calendar.h"

/*
 * The units from the date since up to the date until.  Both must begin a unit,
 * and there must be at least one unit and at most limit, or it is an error.
 * starts[i] is where unit first + i starts, starts[n] where the last one ends.
 * A window is the same time as a whole, from window[0] up to window[1].
 */
typedef struct CalendarRange
{
	int32		first;
	int			n;
	TimestampTz *starts;		/* n + 1 */
} CalendarRange;

extern void calendar_window(Calendar *c, DateADT since, DateADT until, TimestampTz *window);
extern void calendar_range(Calendar *c, DateADT since, DateADT until, int limit,
						   CalendarRange *range);

/*
 * The windows of span units that end with each of those units: n of them, window i
 * from starts[i] up to starts[i + span], the first of its units being first + i.
 */
extern void calendar_sliding(Calendar *c, DateADT since, DateADT until, int limit, int span,
							 CalendarRange *range);

#endif							/* PLG_PG_CALENDAR_RANGE_H */
