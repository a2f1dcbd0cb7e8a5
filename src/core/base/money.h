/*
 * Money: exact decimals, a whole number (the mantissa) and the number of its
 * digits that stand after the decimal point (the scale).
 *
 * An amount is kept at the smallest scale that can hold it, so 10.50 and 10.5
 * are one amount.  What is added up is first brought to one scale, the finest
 * of all amounts concerned; sums are then sums of whole numbers, and nothing
 * is rounded.  What would need more than 37 digits is an error.
 */
#ifndef PLG_CORE_BASE_MONEY_H
#define PLG_CORE_BASE_MONEY_H

#include "core/base/platform.h"

/*
 * PostgreSQL's int128, where palloc's alignment is enough; a plain __int128
 * would have to be aligned to sixteen bytes.
 */
#ifndef HAVE_INT128
#error plg needs a compiler with 128-bit integers
#endif

typedef struct Money
{
	int128		mantissa;
	int			scale;
} Money;

/*
 * Digits after the decimal point: enough for an amount divided by 12 and
 * multiplied by an exchange rate, and still room for 10^13 before the point.
 */
#define MONEY_MAX_SCALE 24

/*
 * Amounts, and the sum of the absolute values of a ledger's changes, are below
 * this at their scale: 37 digits.  Whatever a reader adds up stays below a few
 * times that sum, and so within an int128.
 */
#define MONEY_LIMIT ((int128) INT64CONST(1000000000000000000) * INT64CONST(1000000000000000000) * 10)

/*
 * An amount as bytes: its scale, then its mantissa in two's complement, most
 * significant byte first, in as few bytes as can be (none for 0).
 */
#define MONEY_MAX_BYTES 17

extern void money_drop_zeros(Money *money);
extern uint32 money_write(uint8 *out, Money money);
extern bool money_read(Money *money, const uint8 *bytes, uint32 length);

/* Brings an amount to a finer scale; false if it is too large for that. */
extern bool money_rescale(Money *money, int scale);

static inline int128
money_absolute(int128 a)
{
	return a < 0 ? -a : a;
}

#endif							/* PLG_CORE_BASE_MONEY_H */
