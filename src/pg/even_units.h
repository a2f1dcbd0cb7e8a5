/*
 * Days and weeks in a zone whose offset never changes are all of one length, so
 * that one division finds the unit of a time.
 */
#ifndef PLG_EVEN_UNITS_H
#define PLG_EVEN_UNITS_H

#include "core/base/divide.h"
#include "pgtime.h"

/* Far enough from both ends of time; about 3,000 years around 2000. */
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

/* Units of so many days, the unit 0 begins on that day of 2000; length stays 0 if there are none. */
extern void find_even_units(EvenUnits *even, const pg_tz *zone, int days, int first_day);

/* Only where is_even_at. */
static inline int32
even_unit(const EvenUnits *even, int64 at)
{
	return even->first + (int32) quotient(at - even->origin, even->by_length);
}

#endif							/* PLG_EVEN_UNITS_H */
