/*
 * The units that times may be multiples of; every one divides the next.
 *
 * A unit is an odd number shifted left.  Multiplying by the odd number's inverse
 * modulo 2^64 divides what it divides, and sends everything else above the
 * largest quotient there can be: a test and a division for one multiplication.
 */
#ifndef PLG_UNIT_H
#define PLG_UNIT_H

#include "core/base/platform.h"

typedef struct Unit
{
	uint64		size;
	uint64		inverse;		/* of the odd part */
	int			shift;
} Unit;

#define N_UNITS 6

extern const Unit units[N_UNITS];	/* column.c; the first is 1 */

/* The quotient; larger than any there can be where the unit does not divide. */
static inline uint64
divide(uint64 value, const Unit *unit)
{
	uint64		q = value * unit->inverse;

	return q >> unit->shift | q << (-unit->shift & 63);
}

static inline bool
divides(const Unit *unit, uint64 value)
{
	return divide(value, unit) <= PG_UINT64_MAX / unit->size;
}

static inline uint64
magnitude(int64 value)
{
	return value < 0 ? -(uint64) value : (uint64) value;
}

#endif							/* PLG_UNIT_H */
