/* Money in the server: from numeric and to numeric, and its errors (core/base/money.h). */
#ifndef PLG_LEDGER_MONEY_H
#define PLG_LEDGER_MONEY_H

#include "pg/compat.h"
#include "common/int.h"
#include "core/base/money.h"

#define MONEY_LIMIT_DETAIL "All changes of a ledger together are limited to 37 digits, counted down to the last decimal place of the most precise amount."
#define MONEY_LIMIT_HINT "Round the amounts to fewer decimal places, or give them in a larger unit."

extern const char *money_of_numeric(Money *money, Datum numeric);
extern bool money_cents_of_numeric(int64 *cents, const struct varlena *numeric);
extern Datum numeric_of_money(int128 mantissa, int scale);

/* numeric * numerator / denominator, to as many decimal places as money can have. */
extern Datum numeric_fraction(Datum numeric, int64 numerator, int64 denominator);
extern char *describe_money(int128 mantissa, int scale);

/* The mantissa of the amount at a finer scale; error if it does not fit. */
extern int128 money_at_scale(Money money, int scale);
pg_noreturn extern void money_out_of_range(void);

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

#endif							/* PLG_LEDGER_MONEY_H */
