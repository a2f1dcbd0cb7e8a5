/*
 * The calendar's grid: units of some hours, days, weeks, months, quarters or
 * years on a local clock, counted from an origin.  What a zone makes of it is
 * the calendar's (calendar.h).
 *
 * The origin begins a unit.  It is the date that was given, or Monday 2000-01-03
 * for hours, days and weeks, and 2000-01-01 for months, quarters and years; so
 * '7 days' are weeks, '24 hours' days, '3 months' quarters.
 *
 * Units are numbered, so that k units later is index + k.  Unit 0 begins with
 * the first date from 2000 on with which one does; the numbers of single days
 * are DateADT's own.
 */
#ifndef PLG_PG_GRID_H
#define PLG_PG_GRID_H

#include "pg/compat.h"
#include "utils/date.h"

/* Those that a price can be for stand first. */
typedef enum CalendarUnit
{
	UNIT_DAY,
	UNIT_WEEK,
	UNIT_MONTH,
	UNIT_QUARTER,
	UNIT_YEAR,
	UNIT_HOUR
} CalendarUnit;

typedef struct Grid
{
	CalendarUnit unit;
	int			n;				/* how many are one of the grid's */
	int64		length;			/* in seconds; 0: months differ */
	int64		months;			/* or so many months */
	DateADT		origin;			/* with which unit 0 begins */
	int64		origin_month;	/* its month, since January 2000 */
	int			origin_day;		/* of that month */
} Grid;

/* The grid of 'week' or '2 weeks', in any case, from its usual origin; false if there is none. */
extern bool find_grid(const char *text, Grid *grid);

/* The arguments unit and origin. */
extern Grid arg_grid(FunctionCallInfo fcinfo, int unit_arg, int origin_arg);
extern Grid grid_of_days(void);

/* How a message calls a unit. */
extern char *grid_name(const Grid *grid);

/* The unit of a price. */
extern CalendarUnit calendar_unit(const char *name);

/* So many days it has, about. */
extern double grid_days(const Grid *grid);

/*
 * Where a unit begins, in seconds of the local clock since 2000; far out it may
 * be one that no clock shows.
 */
extern int64 grid_start(const Grid *grid, int64 index);

/* The unit that holds a second, and about that unit, without taking the date apart. */
extern int32 grid_index(const Grid *grid, int64 second);
extern int32 grid_guess(const Grid *grid, int64 second);

/* The last date not after one, and the first after it, with which a unit begins. */
extern void grid_dates(const Grid *grid, DateADT date, int64 *before, int64 *after);

static inline int64
floor_div(int64 a, int64 b)
{
	return a >= 0 ? a / b : -((-a + b - 1) / b);
}

#endif							/* PLG_PG_GRID_H */
