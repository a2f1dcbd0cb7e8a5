/*
 * Calendar units in a time zone: the grid (pg/grid.h) on the zone's clock.
 *
 * A unit holds the instants at which the LOCAL clock shows a time in it, and
 * starts at the first instant at which it shows the unit's first second or a
 * later one.  So where midnight comes twice a day starts at the earlier one,
 * where midnight is skipped it starts when the clock has been put forward, and a
 * day that a zone skipped altogether is empty.
 *
 * By that rule a single hour would be none where the clock is put forward, and
 * two where it is put back.  A unit of one hour is therefore 60 minutes of real
 * time, which begin where the local clock shows a full hour: of the offset from
 * UTC only what is beyond full hours counts.  A day has 23 or 25 of them.  Where
 * a clock is put by part of an hour, one of them is so much longer or shorter.
 */
#ifndef PLG_PG_CALENDAR_H
#define PLG_PG_CALENDAR_H

#include "core/base/divide.h"
#include "datatype/timestamp.h"
#include "pg/grid.h"
#include "pg/result.h"

/*
 * Hours, days and weeks in a zone whose offset never changes are all of one length,
 * so that one division finds the unit of a time; far enough from both ends of time,
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

/* The arguments unit, tz and origin; and days in tz. */
extern Calendar *arg_calendar(FunctionCallInfo fcinfo, int unit_arg, int tz_arg, int origin_arg);
extern Calendar *arg_days(FunctionCallInfo fcinfo, int tz_arg);

/* The same units on the clock of UTC: to look up local dates. */
extern Calendar *calendar_of_dates(const Calendar *c);

extern const Grid *calendar_grid(const Calendar *c);
extern int32 calendar_index(Calendar *c, TimestampTz t);

/* The same, and a time up to which all from t on lie in that unit. */
extern int32 calendar_find(Calendar *c, TimestampTz t, TimestampTz *until);

extern const EvenUnits *calendar_even_units(const Calendar *c);

/* The local date on which the unit begins; and how a result has it, and the start. */
extern DateADT calendar_date(Calendar *c, int32 index);
extern void put_unit_date(ResultRow *row, Calendar *c, int32 index);
extern void put_unit_start(ResultRow *row, Calendar *c, int32 index);

extern TimestampTz calendar_start(Calendar *c, int32 index);

/* The last unit that has started by then, which is not always the one that it lies in. */
extern int32 calendar_started(Calendar *c, TimestampTz t);

/*
 * When the unit is over for good: no later time lies in it.  That is the start
 * of the next one, but where the clock is put back across midnight.
 */
extern TimestampTz calendar_end(Calendar *c, int32 index);

/* The same, or a time after all others where no timestamp is that late. */
extern TimestampTz calendar_settled(Calendar *c, int32 index);

/* How long after another unit one begins by the local clock, in us. */
extern int64 calendar_distance(Calendar *c, int32 from, int32 to);

/* The unit's length on an entity's own clock, in us; quarter, year: error. */
extern int64 calendar_rolling(const Calendar *c);

/* The unit that begins with the date; error, naming the argument, if none does. */
extern int32 calendar_begins(Calendar *c, DateADT date, const char *argument);

#endif							/* PLG_PG_CALENDAR_H */
