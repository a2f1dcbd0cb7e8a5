/*
 * Division by a number that is used many times, as a multiplication (Granlund
 * and Montgomery 1994): with l bits in d - 1 and m = 2^(63 + l) / d rounded up,
 * n / d is m n / 2^(63 + l) rounded down, for all n below 2^63.
 */
#ifndef PLG_CORE_BASE_DIVIDE_H
#define PLG_CORE_BASE_DIVIDE_H

#include "core/base/platform.h"

typedef struct Divisor
{
	uint64		factor;
	int			shift;			/* beyond the lower 64 bits of the product */
} Divisor;

/* d is at least 2. */
static inline Divisor
divisor_of(int64 d)
{
	int			bits = pg_leftmost_one_pos64((uint64) d - 1) + 1;
	Divisor		divisor;

	divisor.factor = (uint64) ((((unsigned __int128) 1 << (63 + bits)) + (uint64) d - 1) / (uint64) d);
	divisor.shift = bits - 1;
	return divisor;
}

/* n is not negative. */
static inline int64
quotient(int64 n, Divisor by)
{
	return (int64) ((uint64) ((unsigned __int128) by.factor * (uint64) n >> 64) >> by.shift);
}

#endif							/* PLG_CORE_BASE_DIVIDE_H */
