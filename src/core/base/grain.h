/*
 * The grains that times may be multiples of; every one divides the next.
 *
 * A grain is an odd number shifted left.  Multiplying by the odd number's inverse
 * modulo 2^64 divides what it divides, and sends everything else above the
 * largest quotient there can be: a test and a division for one multiplication.
 */
#ifndef PLG_CORE_BASE_GRAIN_H
#define PLG_CORE_BASE_GRAIN_H

#include "core/base/platform.h"

typedef struct Grain
{
	uint64		size;
	uint64		inverse;		/* of the odd part */
	int			shift;
} Grain;

#define N_GRAINS 6

extern const Grain grains[N_GRAINS];	/* column.c; the first is 1 */

/* The quotient; larger than any there can be where the grain does not divide. */
static inline uint64
divide(uint64 value, const Grain *grain)
{
	uint64		q = value * grain->inverse;

	return q >> grain->shift | q << (-grain->shift & 63);
}

static inline bool
divides(const Grain *grain, uint64 value)
{
	return divide(value, grain) <= PG_UINT64_MAX / grain->size;
}

static inline uint64
magnitude(int64 value)
{
	return value < 0 ? -(uint64) value : (uint64) value;
}

#endif							/* PLG_CORE_BASE_GRAIN_H */
