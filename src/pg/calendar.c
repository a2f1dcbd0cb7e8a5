/*
 * Calendar units in a time zone; what a unit is, calendar.h explains.
 *
 * Local time is UTC plus an offset that changes at the zone's transitions.
 * For the local second at which a unit begins, mostly a midnight, there are two
 * instants:
 *
 *   opens   the first at which the local clock shows it or later
 *   settled from which on it never shows earlier again
 *
 * They differ only where the clock is put back across it (St. John's
 * did so at 00:01 for many years).  An instant from the settled time of unit i
 * up to the opening of unit i + 1 belongs to unit i for certain; the few
 * others are decided by asking for their local time.
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

typedef struct Boundary
{
	int32		index;
	bool		known;
	TimestampTz opens;
	TimestampTz settled;
} Boundary;

struct Calendar
{
	Grid		grid;
	bool		hourly;			/* units are single hours */
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

/* No zone is that far from UTC, in days and in seconds. */
#define FAR_DAYS 8
#define FAR ((pg_time_t) FAR_DAYS * SECS_PER_DAY)

/* Days so far out that no timestamp reaches them. */
#define MIN_DAY (DATETIME_MIN_JULIAN - POSTGRES_EPOCH_JDATE - 2 * FAR_DAYS)
#define MAX_DAY (TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE)

/* An hour's number has to be one of 32 bits. */
#define MAX_HOUR ((INT64CONST(200000) - 2000) * 8766 * USECS_PER_HOUR)

/* What a time's unit depends on, of the offset from UTC in seconds. */
static int64
clock_offset(const Calendar *c, int64 offset)
{
	return c->hourly ? offset - floor_div(offset, SECS_PER_HOUR) * SECS_PER_HOUR : offset;
}

const EvenUnits *
calendar_even_units(const Calendar *c)
{
	return &c->even;
}

/* The length stays 0 if there are none. */
static void
find_even_units(Calendar *c)
{
	EvenUnits  *even = &c->even;
	long		offset;

	if (c->grid.length == 0 || !pg_get_timezone_offset(c->zone, &offset))
		return;
	even->length = c->grid.length * USECS_PER_SEC;
	even->by_length = divisor_of(even->length);
	even->first = (int32) (-EVEN_LIMIT / even->length) - 2;
	even->origin = (grid_start(&c->grid, even->first) - clock_offset(c, offset)) * USECS_PER_SEC;
}

static Calendar *
make_calendar(Grid grid, pg_tz *zone)
{
	Calendar   *c = palloc0(sizeof(Calendar));

	c->grid = grid;
	c->hourly = grid.unit == UNIT_HOUR && grid.n == 1;
	c->zone = zone;
	find_even_units(c);
	c->size = MIN_TABLE;
	c->table = palloc0(c->size * sizeof(Boundary));
	return c;
}

/* Only full names and POSIX rules: what an abbreviation means depends on a setting of the session. */
static pg_tz *
arg_zone(FunctionCallInfo fcinfo, int argno)
{
	char	   *tz = arg_name(fcinfo, argno, "tz");
	pg_tz	   *zone = pg_tzset(tz);

	if (zone == NULL || !pg_tz_acceptable(zone))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time zone \"%s\" is not valid", describe_text(tz, strlen(tz))),
				 errhint("See pg_timezone_names for the valid names, such as UTC or Europe/Berlin.")));
	return zone;
}

Calendar *
arg_calendar(FunctionCallInfo fcinfo, int unit_arg, int tz_arg, int origin_arg)
{
	Grid		grid = arg_grid(fcinfo, unit_arg, origin_arg);

	return make_calendar(grid, arg_zone(fcinfo, tz_arg));
}

Calendar *
arg_days(FunctionCallInfo fcinfo, int tz_arg)
{
	return make_calendar(grid_of_days(), arg_zone(fcinfo, tz_arg));
}

Calendar *
calendar_of_dates(const Calendar *c)
{
	return make_calendar(c->grid, pg_tzset("UTC"));
}

const Grid *
calendar_grid(const Calendar *c)
{
	return &c->grid;
}

int64
calendar_rolling(const Calendar *c)
{
	if (c->grid.length > 0)
		return c->grid.length * USECS_PER_SEC;
	if (c->grid.unit == UNIT_MONTH)
		return (int64) c->grid.n * 30 * USECS_PER_DAY;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unit \"%s\" has no fixed length", grid_name(&c->grid)),
			 errhint("Rolling periods are counted in units of hour, day (24 hours), week (7 days) or month (30 days).")));
}

static void
refuse_out_of_range(const Calendar *c, const char *what)
{
	char	   *name = grid_name(&c->grid);

	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("%s is out of range for units of %s", what, name),
			 errhint("Times must lie, with the whole of their %s, between 4713 BC and %d AD.",
					 name, c->grid.unit == UNIT_HOUR ? 200000 : 294276)));
}

static TimestampTz
check_time(const Calendar *c, TimestampTz t)
{
	if (!IS_VALID_TIMESTAMP(t) || (c->grid.unit == UNIT_HOUR && t > MAX_HOUR))
		refuse_out_of_range(c, "time");
	return t;
}

/* The two instants of the local second at which a unit begins, going through the transitions near it. */
static void
find_boundary(const Calendar *c, Boundary *b)
{
	int64		second = grid_start(&c->grid, b->index);
	pg_time_t	begin;
	pg_time_t	from;
	bool		open = false;

	if (second < MIN_DAY * INT64CONST(86400) || second > MAX_DAY * INT64CONST(86400))
	{
		b->opens = b->settled = second < 0 ? PG_INT64_MIN : PG_INT64_MAX;
		return;
	}

	begin = second + (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (int64) SECS_PER_DAY;
	from = begin - FAR;
	b->opens = b->settled = 0;
	while (from < begin + FAR)
	{
		pg_time_t	to = begin + FAR;
		pg_time_t	at;
		pg_time_t	next;
		long		offset_before;
		long		offset_after;
		int			dst_before;
		int			dst_after;

		if (pg_next_dst_boundary(&from, &offset_before, &dst_before, &next,
								 &offset_after, &dst_after, c->zone) == 1)
			to = Min(to, next);

		/* when the clock would show it, were this offset for ever */
		at = begin - clock_offset(c, pg_localtime(&from, c->zone)->tm_gmtoff);
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
calendar_settled(Calendar *c, int32 index)
{
	return get_boundary(c, index + 1).settled;
}

TimestampTz
calendar_end(Calendar *c, int32 index)
{
	return check_time(c, calendar_settled(c, index));
}

/* The exact answer, by asking for the local time. */
static int32
index_of_local_time(const Calendar *c, TimestampTz t)
{
	struct pg_tm tm;
	fsec_t		fsec;
	int			west;

	if (timestamp2tm(t, &west, &tm, &fsec, NULL, c->zone) != 0)
		refuse_out_of_range(c, "time");
	return grid_index(&c->grid, floor_div(t, USECS_PER_SEC) + clock_offset(c, -west));
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
	index = grid_guess(&c->grid, floor_div(check_time(c, t), USECS_PER_SEC));
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
		return index_of_local_time(c, t);
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
calendar_started(Calendar *c, TimestampTz t)
{
	int32		index = calendar_index(c, t);

	return t >= get_boundary(c, index + 1).opens ? index + 1 : index;
}

/* When a unit begins by the local clock; single hours are told by those that have been. */
static int64
local_start(Calendar *c, int32 index)
{
	return c->hourly ? (int64) index * SECS_PER_HOUR : grid_start(&c->grid, index);
}

int64
calendar_distance(Calendar *c, int32 from, int32 to)
{
	return (local_start(c, to) - local_start(c, from)) * USECS_PER_SEC;
}

/* An hour's number tells no date: the clock does. */
static int64
date_of_hour(Calendar *c, int32 index)
{
	struct pg_tm tm;
	fsec_t		fsec;
	int			west;

	if (timestamp2tm(calendar_start(c, index), &west, &tm, &fsec, NULL, c->zone) != 0)
		refuse_out_of_range(c, "date");
	return date2j(tm.tm_year, tm.tm_mon, tm.tm_mday) - POSTGRES_EPOCH_JDATE;
}

DateADT
calendar_date(Calendar *c, int32 index)
{
	int64		day = c->hourly ? date_of_hour(c, index) : floor_div(grid_start(&c->grid, index), SECS_PER_DAY);

	if (!IS_VALID_DATE(day))
		refuse_out_of_range(c, "date");
	return (DateADT) day;
}

void
put_unit_date(ResultRow *row, Calendar *c, int32 index)
{
	put_datum(row, DateADTGetDatum(calendar_date(c, index)));
}

/* NULL where no timestamp is that early. */
void
put_unit_start(ResultRow *row, Calendar *c, int32 index)
{
	TimestampTz start = get_boundary(c, index).opens;

	put_if(row, IS_VALID_TIMESTAMP(start), TimestampTzGetDatum(start));
}

/* The hour in which the date begins. */
static int32
first_hour(Calendar *c, DateADT date)
{
	Calendar   *days = make_calendar(grid_of_days(), c->zone);

	return calendar_index(c, calendar_start(days, date));
}

int32
calendar_begins(Calendar *c, DateADT date, const char *argument)
{
	int64		before;
	int64		after;

	if (DATE_NOT_FINITE(date) || date < MIN_DAY || date > MAX_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("%s must be a date that a timestamp can hold, not %s",
						argument, describe_date(date)),
				 errhint("Give a date from 4714-11-24 BC to 294276-12-31.")));
	if (c->hourly)
		return first_hour(c, date);

	grid_dates(&c->grid, date, &before, &after);
	if (before != date)
	{
		if (!IS_VALID_DATE(before) || !IS_VALID_DATE(after))
			refuse_out_of_range(c, argument);
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s %s does not begin a %s%s", argument, describe_date(date),
						c->grid.n > 1 ? "unit of " : "", grid_name(&c->grid)),
				 errhint("The nearest dates that do are %s and %s.",
						 describe_date((DateADT) before), describe_date((DateADT) after))));
	}
	if (c->grid.unit == UNIT_HOUR && date > MAX_HOUR / USECS_PER_DAY)
		refuse_out_of_range(c, argument);
	return grid_index(&c->grid, (int64) date * SECS_PER_DAY);
}
