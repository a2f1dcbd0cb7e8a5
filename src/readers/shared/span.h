/*
 * The calendar units from the first event to the last or to as_of, and those
 * of them in which an entity was active.
 */
#ifndef PLG_READERS_SHARED_SPAN_H
#define PLG_READERS_SHARED_SPAN_H

#include "pg/units.h"
#include "readers/shared/observed.h"

typedef struct Span
{
	Units		units;			/* from the first event up to as_of */
	TimestampTz as_of;
	int			shown;			/* units to report, known after all entities */

	/* the entity at hand: its rows up to as_of, and the units in which it was active, ascending */
	int64		rows;
	int			n_active;
	int32	   *active;
	int64		max_active;
} Span;

/* False if there is no event by as_of.  For an error: what the units are, and what to do about too many. */
extern bool span_begin(Span *span, Calendar *calendar, const History *journeys, TimestampTz as_of,
					   const char *units, const char *hint);

/* Goes to the next entity that was active; false after the last. */
extern bool span_next(Span *span, HistoryCursor *cursor);

/* Whether a unit of a calendar was over at as_of. */
static inline bool
unit_is_over(Calendar *calendar, int32 index, TimestampTz as_of)
{
	return as_of == DT_NOEND || calendar_end(calendar, index) <= as_of;
}

#endif							/* PLG_READERS_SHARED_SPAN_H */
