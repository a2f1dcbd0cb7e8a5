/*
 * Calendar units of many times, fast: the starts of all units in a span of
 * time in one array.  A time's unit is guessed from its distance to the first
 * start, units being about as long as one another, and corrected.
 */
#ifndef PLG_PG_UNITS_H
#define PLG_PG_UNITS_H

#include "pg/calendar.h"

#define MAX_UNITS 100000

typedef struct Units
{
	Calendar   *calendar;
	bool		even;			/* all units are: the rest is not needed */
	EvenUnits	even_units;
	int32		first;			/* the calendar's index of unit 0 */
	int			n;
	TimestampTz base;			/* start of unit 1 */
	double		per_us;			/* units, about */
	TimestampTz *starts;		/* n + 1; the outermost are far away */
	TimestampTz *settled;		/* n: from here on times lie in the unit for certain */
} Units;

/* The first and the last of the units in which times from one to another lie. */
extern void units_between(Calendar *c, TimestampTz from, TimestampTz to, int32 *first, int32 *last);

/* The n units from index first on; other times are taken for the outermost ones. */
extern void units_begin(Units *units, Calendar *calendar, int32 first, int n);

/* Where the clock is put back across midnight, the calendar is asked. */
extern int32 unsettled_unit(const Units *units, TimestampTz at);

static inline int32
unit_of(const Units *units, TimestampTz at)
{
	double		guess;
	int32		unit;

	if (units->even)
		return Min(Max(even_unit(&units->even_units, at) - units->first, 0), units->n - 1);
	guess = ((double) at - (double) units->base) * units->per_us + 1;
	unit = (int32) Min(Max(guess, 0), (double) (units->n - 1));

	while (at >= units->starts[unit + 1])
		unit++;
	while (at < units->starts[unit])
		unit--;
	return likely(at >= units->settled[unit]) ? unit : unsettled_unit(units, at);
}

#endif							/* PLG_PG_UNITS_H */
