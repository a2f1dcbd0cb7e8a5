/*
 * Money: exact decimals, a whole number (the mantissa) and the number of its
 * digits that stand after the decimal point (the scale).
 *
 * An amount is kept at the smallest scale that can hold it, so 10.50 and 10.5
 * are one amount.  What is added up is first brought to one scale, the finest
 * of all amounts concerned; sums are then sums of whole numbers, and nothing
 * is rounded.  What would need more than 37 digits is an error.
 */
#ifndef PLG_MONEY_H
#define PLG_MONEY_H

#include "compat.h"
#include "common/int.h"

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

#define MONEY_LIMIT_DETAIL "All changes of a ledger together are limited to 37 digits, counted down to the last decimal place of the most precise amount."
#define MONEY_LIMIT_HINT "Round the amounts to fewer decimal places."

/*
 * An amount as bytes: its scale, then its mantissa in two's complement, most
 * significant byte first, in as few bytes as can be (none for 0).
 */
#define MONEY_MAX_BYTES 17

extern const char *money_of_numeric(Money *money, Datum numeric);
extern bool money_cents_of_numeric(int64 *cents, const struct varlena *numeric);
extern void money_drop_zeros(Money *money);
extern Datum numeric_of_money(int128 mantissa, int scale);
extern char *describe_money(int128 mantissa, int scale);

extern uint32 money_write(uint8 *out, Money money);
extern bool money_read(Money *money, const uint8 *bytes, uint32 length);

/* The mantissa of the amount at a finer scale; error if it does not fit. */
extern int128 money_at_scale(Money money, int scale);
extern bool money_fits(Money money, int scale);
pg_noreturn extern void money_out_of_range(void);

static inline int128
money_absolute(int128 a)
{
	return a < 0 ? -a : a;
}

static inline int128
money_add(int128 a, int128 b)
{
	int128		sum;

	if (unlikely(__builtin_add_overflow(a, b, &sum)))
		money_out_of_range();
	return sum;
}

static inline int128
money_subtract(int128 a, int128 b)
{
	int128		difference;

	if (unlikely(__builtin_sub_overflow(a, b, &difference)))
		money_out_of_range();
	return difference;
}

#endif							/* PLG_MONEY_H */
