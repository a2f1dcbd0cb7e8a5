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
#ifndef PLG_PG_CALENDAR_H
#define PLG_PG_CALENDAR_H

#include "core/base/divide.h"
#include "datatype/timestamp.h"
#include "pg/compat.h"
#include "utils/date.h"

typedef enum CalendarUnit
{
	UNIT_DAY,
	UNIT_WEEK,
	UNIT_MONTH,
	UNIT_QUARTER,
	UNIT_YEAR
} CalendarUnit;

/*
 * Days and weeks in a zone whose offset never changes are all of one length, so
 * that one division finds the unit of a time; far enough from both ends of time,
 * which is about 3,000 years around 2000.
 */
#define EVEN_LIMIT INT64CONST(100000000000000000)

typedef struct EvenUnits
{
	int64		length;			/* 0: units are not even */
	Divisor		by_length;
	int64		origin;			/* start of a unit before -EVEN_LIMIT */
	int32		first;			/* its index */
} EvenUnits;

static inline bool
is_even_at(const EvenUnits *even, int64 at)
{
	return even->length > 0 && at >= -EVEN_LIMIT && at < EVEN_LIMIT;
}

/* Only where is_even_at. */
static inline int32
even_unit(const EvenUnits *even, int64 at)
{
	return even->first + (int32) quotient(at - even->origin, even->by_length);
}

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

#endif							/* PLG_PG_CALENDAR_H */
