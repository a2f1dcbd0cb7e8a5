/*
 * Calendar units in a time zone; what a unit is, calendar.h explains.
 *
 * Local time is UTC plus an offset that changes at the zone's transitions.
 * For the local midnight at which a unit begins there are two instants:
 *
 *   opens   the first at which the local clock shows midnight or later
 *   settled from which on it never shows earlier than midnight again
 *
 * They differ only where the clock is put back across midnight (St. John's
 * did so at 00:01 for many years).  An instant from the settled time of unit i
 * up to the opening of unit i + 1 belongs to unit i for certain; the few
 * others are decided by asking for their local date.
 *
 * Both instants are kept in a small table for every unit met.  To look up a
 * time, its unit is guessed as though it were UTC and moved until the table
 * agrees, which takes a step or two.  Where all units are even, a division does.
 */
#include "pg/calendar.h"

#include "pg/args.h"
#include "pgtime.h"
#include "utils/datetime.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

static const char *const unit_names[] = {"day", "week", "month", "quarter", "year"};

typedef struct Boundary
{
	int32		index;
	bool		known;
	TimestampTz opens;
	TimestampTz settled;
} Boundary;

struct Calendar
{
	CalendarUnit unit;
	pg_tz	   *zone;
	EvenUnits	even;
	/* the unit found last, and the times that are certain to lie in it */
	int32		last;
	TimestampTz last_from;
	TimestampTz last_to;
	/* a direct-mapped table, which grows when two units want one place */
	Boundary   *table;
	uint32		size;
};

#define MIN_TABLE 64
#define MAX_TABLE 16384

/* 2000-01-01 was a Saturday. */
#define FIRST_MONDAY (-5)

/* No zone is that far from UTC, in days and in seconds. */
#define FAR_DAYS 8
#define FAR ((pg_time_t) FAR_DAYS * SECS_PER_DAY)

/* Days so far out that no timestamp reaches them. */
#define MIN_DAY (DATETIME_MIN_JULIAN - POSTGRES_EPOCH_JDATE - 2 * FAR_DAYS)
#define MAX_DAY (TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE)

static int64
floor_div(int64 a, int64 b)
{
	return a >= 0 ? a / b : -((-a + b - 1) / b);
}

const EvenUnits *
calendar_even_units(const Calendar *c)
{
	return &c->even;
}

/* Units of so many days, of which the unit 0 begins on that day of 2000; length stays 0 if there are none. */
static void
find_even_units(EvenUnits *even, const pg_tz *zone, int days, int first_day)
{
	long		offset;

	if (!pg_get_timezone_offset(zone, &offset))
		return;
	even->length = days * USECS_PER_DAY;
	even->by_length = divisor_of(even->length);
	even->first = (int32) (-EVEN_LIMIT / even->length) - 2;
	even->origin = even->first * even->length + first_day * USECS_PER_DAY - offset * USECS_PER_SEC;
}

bool
find_calendar_unit(const char *name, CalendarUnit *unit)
{
	for (int u = 0; u < (int) lengthof(unit_names); u++)
	{
		*unit = (CalendarUnit) u;
		if (pg_strcasecmp(name, unit_names[u]) == 0)
			return true;
	}
	return false;
}

CalendarUnit
calendar_unit(const char *name)
{
	CalendarUnit unit;

	if (!find_calendar_unit(name, &unit))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unit \"%s\" is not valid", describe_text(name, strlen(name))),
				 errhint("Valid units are day, week, month, quarter and year.")));
	return unit;
}

Calendar *
make_calendar(const char *unit, const char *tz)
{
	Calendar   *c = palloc0(sizeof(Calendar));

	c->unit = calendar_unit(unit);

	/*
	 * Only full names and POSIX rules: what an abbreviation means depends on
	 * a setting of the session.
	 */
	c->zone = pg_tzset(tz);
	if (c->zone == NULL || !pg_tz_acceptable(c->zone))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time zone \"%s\" is not valid", describe_text(tz, strlen(tz))),
				 errhint("See pg_timezone_names for the valid names, such as UTC or Europe/Berlin.")));

	if (c->unit <= UNIT_WEEK)
		find_even_units(&c->even, c->zone, c->unit == UNIT_DAY ? 1 : 7, c->unit == UNIT_DAY ? 0 : FIRST_MONDAY);
	c->size = MIN_TABLE;
	c->table = palloc0(c->size * sizeof(Boundary));
	return c;
}

const char *
calendar_unit_name(const Calendar *c)
{
	return unit_names[c->unit];
}

int64
calendar_rolling(const Calendar *c)
{
	switch (c->unit)
	{
		case UNIT_DAY:
			return USECS_PER_DAY;
		case UNIT_WEEK:
			return 7 * USECS_PER_DAY;
		case UNIT_MONTH:
			return 30 * USECS_PER_DAY;
		case UNIT_QUARTER:
		case UNIT_YEAR:
			break;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unit \"%s\" has no fixed length", calendar_unit_name(c)),
			 errhint("Rolling periods are counted in units of day (24 hours), week (7 days) or month (30 days).")));
}

static int
unit_months(const Calendar *c)
{
	return c->unit == UNIT_MONTH ? 1 : c->unit == UNIT_QUARTER ? 3 : 12;
}

/* First day of a unit; far out it may be one that no date can be. */
static int64
first_day(const Calendar *c, int64 index)
{
	int64		month;
	int64		year;

	if (c->unit == UNIT_DAY)
		return index;
	if (c->unit == UNIT_WEEK)
		return index * 7 + FIRST_MONDAY;

	month = index * unit_months(c);
	year = 2000 + floor_div(month, 12);
	if (year <= JULIAN_MINYEAR)
		return PG_INT32_MIN;
	if (year >= JULIAN_MAXYEAR)
		return PG_INT32_MAX;
	return date2j((int) year, (int) (month - (year - 2000) * 12) + 1, 1) - POSTGRES_EPOCH_JDATE;
}

static int32
index_of_day(const Calendar *c, int64 day)
{
	int			year;
	int			month;
	int			mday;

	if (c->unit == UNIT_DAY)
		return (int32) day;
	if (c->unit == UNIT_WEEK)
		return (int32) floor_div(day - FIRST_MONDAY, 7);
	j2date((int) day + POSTGRES_EPOCH_JDATE, &year, &month, &mday);
	return (int32) floor_div((year - 2000) * 12 + month - 1, unit_months(c));
}

/* About the unit of a day, without taking the date apart. */
static int32
guess_index(const Calendar *c, int64 day)
{
	switch (c->unit)
	{
		case UNIT_DAY:
			return (int32) day;
		case UNIT_WEEK:
			return (int32) floor_div(day - FIRST_MONDAY, 7);
		case UNIT_MONTH:
			return (int32) floor_div(day * 4800, 146097);
		case UNIT_QUARTER:
			return (int32) floor_div(day * 1600, 146097);
		case UNIT_YEAR:
			break;
	}
	return (int32) floor_div(day * 400, 146097);
}

static void
refuse_out_of_range(const Calendar *c, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("%s of a %s is out of range", what, unit_names[c->unit]),
			 errhint("Times must lie, with the whole of their %s, between 4713 BC and 294276 AD.",
					 unit_names[c->unit])));
}

static TimestampTz
check_time(const Calendar *c, TimestampTz t)
{
	if (!IS_VALID_TIMESTAMP(t))
		refuse_out_of_range(c, "time");
	return t;
}

DateADT
calendar_date(const Calendar *c, int32 index)
{
	int64		day = first_day(c, index);

	if (!IS_VALID_DATE(day))
		refuse_out_of_range(c, "date");
	return (DateADT) day;
}

/* The two instants of local midnight, going through the transitions near it. */
static void
find_boundary(const Calendar *c, Boundary *b)
{
	int64		day = first_day(c, b->index);
	pg_time_t	midnight;
	pg_time_t	from;
	bool		open = false;

	if (day < MIN_DAY || day > MAX_DAY)
	{
		b->opens = b->settled = day < MIN_DAY ? PG_INT64_MIN : PG_INT64_MAX;
		return;
	}

	midnight = (day + POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY;
	from = midnight - FAR;
	b->opens = b->settled = 0;
	while (from < midnight + FAR)
	{
		pg_time_t	to = midnight + FAR;
		pg_time_t	at;
		pg_time_t	next;
		long		offset_before;
		long		offset_after;
		int			dst_before;
		int			dst_after;

		if (pg_next_dst_boundary(&from, &offset_before, &dst_before, &next,
								 &offset_after, &dst_after, c->zone) == 1)
			to = Min(to, next);

		/* when the clock would show midnight, were this offset for ever */
		at = midnight - pg_localtime(&from, c->zone)->tm_gmtoff;
		if (!open && at < to)
		{
			b->opens = Max(at, from);
			open = true;
		}
		if (at > from)
			b->settled = Min(at, to);
		from = to;
	}

#define to_timestamp(unix_time) \
	(((unix_time) - (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (int64) SECS_PER_DAY) * USECS_PER_SEC)
	b->opens = to_timestamp(b->opens);
	b->settled = to_timestamp(b->settled);
}

static void
grow_table(Calendar *c)
{
	Boundary   *old = c->table;
	uint32		old_size = c->size;

	c->size *= 2;
	c->table = MemoryContextAllocZero(GetMemoryChunkContext(c), c->size * sizeof(Boundary));
	for (uint32 i = 0; i < old_size; i++)
		if (old[i].known)
			c->table[(uint32) old[i].index & (c->size - 1)] = old[i];
	pfree(old);
}

static Boundary
get_boundary(Calendar *c, int32 index)
{
	Boundary   *b = &c->table[(uint32) index & (c->size - 1)];

	if (likely(b->known && b->index == index))
		return *b;

	while (b->known && c->size < MAX_TABLE)
	{
		grow_table(c);
		b = &c->table[(uint32) index & (c->size - 1)];
	}
	b->index = index;
	b->known = true;
	find_boundary(c, b);
	return *b;
}

TimestampTz
calendar_start(Calendar *c, int32 index)
{
	return check_time(c, get_boundary(c, index).opens);
}

TimestampTz
calendar_end(Calendar *c, int32 index)
{
	return check_time(c, get_boundary(c, index + 1).settled);
}

/* The exact answer, by asking for the local date. */
static int32
index_of_local_date(const Calendar *c, TimestampTz t)
{
	struct pg_tm tm;
	fsec_t		fsec;
	int			offset;

	if (timestamp2tm(t, &offset, &tm, &fsec, NULL, c->zone) != 0)
		refuse_out_of_range(c, "time");
	return index_of_day(c, date2j(tm.tm_year, tm.tm_mon, tm.tm_mday) - POSTGRES_EPOCH_JDATE);
}

int32
calendar_find(Calendar *c, TimestampTz t, TimestampTz *until)
{
	int32		index;
	Boundary	this;
	Boundary	next;

	if (t >= c->last_from && t < c->last_to)
	{
		*until = c->last_to;
		return c->last;
	}
	if (is_even_at(&c->even, t))
	{
		index = even_unit(&c->even, t);
		*until = c->even.origin + (int64) (index - c->even.first + 1) * c->even.length;
		return index;
	}
	index = guess_index(c, floor_div(check_time(c, t), USECS_PER_DAY));
	this = get_boundary(c, index);
	while (t < this.opens)
		this = get_boundary(c, --index);
	next = get_boundary(c, index + 1);
	while (t >= next.opens)
	{
		this = next;
		index++;
		next = get_boundary(c, index + 1);
	}
	if (t < this.settled)
	{
		*until = t + 1;
		return index_of_local_date(c, t);
	}

	c->last = index;
	c->last_from = this.settled;
	c->last_to = next.opens;
	*until = next.opens;
	return index;
}

int32
calendar_index(Calendar *c, TimestampTz t)
{
	TimestampTz until;

	return calendar_find(c, t, &until);
}

int32
calendar_begins(const Calendar *c, DateADT date, const char *argument)
{
	int32		index;

	if (DATE_NOT_FINITE(date) || date < MIN_DAY || date > MAX_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("%s must be a date that a timestamp can hold, not %s",
						argument, describe_date(date)),
				 errhint("Give a date from 4714-11-24 BC to 294276-12-31.")));

	index = index_of_day(c, date);
	if (first_day(c, index) != date)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s %s does not begin a %s", argument, describe_date(date),
						calendar_unit_name(c)),
				 errhint("The nearest dates that do are %s and %s.",
						 describe_date(calendar_date(c, index)),
						 describe_date(calendar_date(c, index + 1)))));
	return index;
}
