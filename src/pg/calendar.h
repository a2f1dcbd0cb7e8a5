/*
 * Calendar units in a time zone: days, Monday weeks, months, quarters, years.
 *
 * Units are numbered, so that k units later is index + k; the unit that holds
 * 2000-01-01 has number 0, and the day numbers are DateADT's own.
 *
 * A unit holds the instants whose LOCAL date lies in it, and starts at the
 * first instant whose local date is its first date or a later one.  So where
 * midnight comes twice the unit starts at the earlier one, where midnight is
 * skipped it starts when the clock has been put forward, and a day that a zone
 * skipped altogether is empty.
 */
#ifndef PLG_CALENDAR_H
#define PLG_CALENDAR_H

#include "pg/compat.h"
#include "datatype/timestamp.h"
#include "pg/even_units.h"
#include "utils/date.h"

typedef enum CalendarUnit
{
	UNIT_DAY,
	UNIT_WEEK,
	UNIT_MONTH,
	UNIT_QUARTER,
	UNIT_YEAR
} CalendarUnit;

typedef struct Calendar Calendar;

/* The unit of that name, in any case; false, or an error with the valid ones, if there is none. */
extern bool find_calendar_unit(const char *name, CalendarUnit *unit);
extern CalendarUnit calendar_unit(const char *name);

extern Calendar *make_calendar(const char *unit, const char *tz);
extern int32 calendar_index(Calendar *c, TimestampTz t);

/* The same, and a time up to which all from t on lie in that unit. */
extern int32 calendar_find(Calendar *c, TimestampTz t, TimestampTz *until);

extern const EvenUnits *calendar_even_units(const Calendar *c);
extern DateADT calendar_date(const Calendar *c, int32 index);
extern TimestampTz calendar_start(Calendar *c, int32 index);

/*
 * When the unit is over for good: no later time lies in it.  That is the start
 * of the next one, but where the clock is put back across midnight.
 */
extern TimestampTz calendar_end(Calendar *c, int32 index);
extern const char *calendar_unit_name(const Calendar *c);

/* The unit's length on an entity's own clock, in us; quarter, year: error. */
extern int64 calendar_rolling(const Calendar *c);

/* The unit that begins at the date; error, naming the argument, if none does. */
extern int32 calendar_begins(const Calendar *c, DateADT date, const char *argument);

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

#endif							/* PLG_CALENDAR_H */
