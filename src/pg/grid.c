/* The calendar's grid; see grid.h. */
#include "pg/grid.h"

#include "pg/args.h"
#include "utils/datetime.h"

static const char *const unit_names[] = {"day", "week", "month", "quarter", "year", "hour"};
static const int unit_seconds[] = {SECS_PER_DAY, 7 * SECS_PER_DAY, 0, 0, 0, SECS_PER_HOUR};
static const int unit_months[] = {0, 0, 1, 3, 12, 0};

#define MAX_COUNT 10000

/* 2000-01-01 was a Saturday. */
#define FIRST_MONDAY 2

/* Months begin on a day that every month has. */
#define LAST_DAY 28

/* Averages, in days. */
#define DAYS_OF_MONTH (DAYS_PER_YEAR / 12)

static bool
find_unit(const char *name, Size length, CalendarUnit *unit)
{
	for (int u = 0; u < (int) lengthof(unit_names); u++)
	{
		*unit = (CalendarUnit) u;
		if (strlen(unit_names[u]) == length && pg_strncasecmp(name, unit_names[u], length) == 0)
			return true;
	}
	return false;
}

/* The number in front of a unit, and what follows it; 0 if there is none. */
static int
leading_number(const char **text)
{
	const char *digits = *text;
	int			n = 0;

	for (; **text >= '0' && **text <= '9'; (*text)++)
		n = Min(n * 10 + **text - '0', MAX_COUNT + 1);
	if (*text == digits || **text != ' ')
		return 0;
	while (**text == ' ')
		(*text)++;
	return n;
}

static int
common_divisor(int a, int b)
{
	return b == 0 ? a : common_divisor(b, a % b);
}

/* After how many days units begin with a date again; units of hours when they have filled days. */
static int64
days_between_dates(const Grid *grid)
{
	return grid->unit == UNIT_HOUR ? grid->n / common_divisor(grid->n, HOURS_PER_DAY) : grid->length / SECS_PER_DAY;
}

/* Takes the first date from 2000 on that is as good an origin, so that numbers stay small. */
static void
set_origin(Grid *grid, DateADT origin)
{
	int64		days = days_between_dates(grid);
	int			year;
	int			month;

	if (days > 0)
	{
		grid->origin = (DateADT) (origin - floor_div(origin, days) * days);
		return;
	}
	j2date((int) origin + POSTGRES_EPOCH_JDATE, &year, &month, &grid->origin_day);
	grid->origin_month = (int64) (year - 2000) * 12 + month - 1;
	grid->origin_month -= floor_div(grid->origin_month, grid->months) * grid->months;
	grid->origin = (DateADT) (grid_start(grid, 0) / SECS_PER_DAY);
}

bool
find_grid(const char *text, Grid *grid)
{
	const char *name = text;
	bool		counted = *text >= '0' && *text <= '9';
	Size		length;

	memset(grid, 0, sizeof(*grid));
	grid->n = counted ? leading_number(&name) : 1;
	length = strlen(name);
	if (counted && length > 1 && (name[length - 1] == 's' || name[length - 1] == 'S'))
		length--;
	if (grid->n == 0 || grid->n > MAX_COUNT || !find_unit(name, length, &grid->unit))
		return false;
	grid->length = (int64) grid->n * unit_seconds[grid->unit];
	grid->months = (int64) grid->n * unit_months[grid->unit];
	set_origin(grid, grid->months > 0 ? 0 : FIRST_MONDAY);
	return true;
}

static void
refuse_unit(const char *text, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unit \"%s\" is not valid", describe_text(text, strlen(text))),
			 errhint(hint, MAX_COUNT)));
}

CalendarUnit
calendar_unit(const char *name)
{
	CalendarUnit unit;

	if (!find_unit(name, strlen(name), &unit) || unit == UNIT_HOUR)
		refuse_unit(name, "Valid units are day, week, month, quarter and year.");
	return unit;
}

static void
check_origin(const Grid *grid, DateADT origin)
{
	if (DATE_NOT_FINITE(origin))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("\"origin\" must be finite, not %s", describe_date(origin)),
				 errhint("Give a date that begins a unit, for example '2026-01-04' for weeks from Sunday.")));
	if (grid->months > 0 && grid->origin_day > LAST_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"origin\" %s cannot begin a %s", describe_date(origin), unit_names[grid->unit]),
				 errhint("Not every month has a day %d; give one up to the %dth.", grid->origin_day, LAST_DAY)));
}

Grid
arg_grid(FunctionCallInfo fcinfo, int unit_arg, int origin_arg)
{
	char	   *unit = arg_name(fcinfo, unit_arg, "unit");
	Grid		grid;

	if (!find_grid(unit, &grid))
		refuse_unit(unit, "Valid units are hour, day, week, month, quarter and year, and up to %d of them, such as '2 weeks'.");
	if (!PG_ARGISNULL(origin_arg))
	{
		DateADT		origin = PG_GETARG_DATEADT(origin_arg);

		if (!DATE_NOT_FINITE(origin))
			set_origin(&grid, origin);
		check_origin(&grid, origin);
	}
	return grid;
}

Grid
grid_of_days(void)
{
	Grid		grid;

	find_grid("day", &grid);
	return grid;
}

char *
grid_name(const Grid *grid)
{
	return grid->n == 1 ? pstrdup(unit_names[grid->unit]) : psprintf("%d %ss", grid->n, unit_names[grid->unit]);
}

double
grid_days(const Grid *grid)
{
	return (double) grid->length / SECS_PER_DAY + (double) grid->months * DAYS_OF_MONTH;
}

int64
grid_start(const Grid *grid, int64 index)
{
	int64		month;
	int64		year;
	int64		day;

	if (grid->length > 0)
		return (int64) grid->origin * SECS_PER_DAY + index * grid->length;

	month = grid->origin_month + index * grid->months;
	year = 2000 + floor_div(month, 12);
	if (year <= JULIAN_MINYEAR)
		day = PG_INT32_MIN;
	else if (year >= JULIAN_MAXYEAR)
		day = PG_INT32_MAX;
	else
		day = date2j((int) year, (int) (month - (year - 2000) * 12) + 1, grid->origin_day) - POSTGRES_EPOCH_JDATE;
	return day * SECS_PER_DAY;
}

int32
grid_index(const Grid *grid, int64 second)
{
	int			year;
	int			month;
	int			day;

	if (grid->length > 0)
		return (int32) floor_div(second - (int64) grid->origin * SECS_PER_DAY, grid->length);
	j2date((int) floor_div(second, SECS_PER_DAY) + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	return (int32) floor_div((int64) (year - 2000) * 12 + month - 1 - (day < grid->origin_day) - grid->origin_month, grid->months);
}

int32
grid_guess(const Grid *grid, int64 second)
{
	if (grid->length > 0)
		return grid_index(grid, second);
	return (int32) floor_div((floor_div(second, SECS_PER_DAY) - grid->origin) * 4800, 146097 * grid->months);
}

void
grid_dates(const Grid *grid, DateADT date, int64 *before, int64 *after)
{
	int64		days = days_between_dates(grid);
	int32		index;

	if (days > 0)
	{
		*before = grid->origin + floor_div((int64) date - grid->origin, days) * days;
		*after = *before + days;
		return;
	}
	index = grid_index(grid, (int64) date * SECS_PER_DAY);
	*before = grid_start(grid, index) / SECS_PER_DAY;
	*after = grid_start(grid, (int64) index + 1) / SECS_PER_DAY;
}
