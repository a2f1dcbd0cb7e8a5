/*
 * Codes of amounts of money: what a ledger's rows hold of them while it is built.
 *
 * An amount has one code.  Prices as they mostly are, of at most two decimal
 * places and not too large, are their own code, as a number of cents: no table
 * is asked for them, which where prices are many would cost more than all else
 * that a row needs.  Other amounts are numbered in order of appearance.
 */
#ifndef PLG_LEDGER_AMOUNTS_H
#define PLG_LEDGER_AMOUNTS_H

#include "core/base/dict.h"
#include "core/history/ledger_form.h"
#include "ledger/money.h"

/*
 * A code's lowest bit is set if the amount is negative, the next one if it has a
 * number in the table; the others are that number or the cents.  Small amounts
 * have small codes, which take less room in the row log.
 */
#define AMOUNT_NEGATIVE ((uint32) 1)
#define AMOUNT_IN_TABLE ((uint32) 2)
#define AMOUNT_SHIFT 2
#define AMOUNT_ZERO ((uint32) 0)
#define AMOUNT_LIMIT ((int64) 1 << (32 - AMOUNT_SHIFT))

/* The number that no amount gets makes the codes of marks (ledger_form.h). */
#define CUSTOMER_FROM ((uint32) (AMOUNT_LIMIT - 1) << AMOUNT_SHIFT | AMOUNT_IN_TABLE)
#define CUSTOMER_UNTIL (CUSTOMER_FROM | AMOUNT_NEGATIVE)

#define CENTS_SCALE 2

typedef struct Amounts
{
	Dict		dict;			/* of the absolute amounts' bytes */
	Money	   *money;			/* by number */
	uint32		capacity;
} Amounts;

/*
 * Amounts met lately that are in the table, by the bytes of the numeric as it
 * came: taking it apart costs more than all else that a row needs.
 */
#define SEEN_BYTES 15

typedef struct SeenAmount
{
	uint8		key[SEEN_BYTES + 1];	/* zero-padded, the length last */
	uint32		code;
} SeenAmount;

#define SEEN_AMOUNTS 256

typedef struct SeenAmounts
{
	SeenAmount	seen[SEEN_AMOUNTS];
} SeenAmounts;

static inline bool
amount_is_in_table(uint32 code)
{
	return (code & AMOUNT_IN_TABLE) != 0;
}

static inline uint32
amount_of_cents(int64 cents)
{
	return cents < 0 ? (uint32) -cents << AMOUNT_SHIFT | AMOUNT_NEGATIVE :
		(uint32) cents << AMOUNT_SHIFT;
}

static inline bool
code_is_mark(uint32 code)
{
	return (code | AMOUNT_NEGATIVE) == CUSTOMER_UNTIL;
}

/* Of an amount that is not in the table. */
static inline int64
amount_cents(uint32 code)
{
	int64		cents = code >> AMOUNT_SHIFT;

	return code & AMOUNT_NEGATIVE ? -cents : cents;
}

/* As an interval adds an amount and later takes it off. */
static inline uint32
amount_opposite(uint32 code)
{
	return code == AMOUNT_ZERO ? code : code ^ AMOUNT_NEGATIVE;
}

/* Memory comes from the context current at the time of the call. */
extern uint32 amounts_code(Amounts *amounts, Money money);
extern uint32 amounts_code_of_sum(Amounts *amounts, int128 mantissa, int scale);
extern const char *amounts_of_numeric(uint32 *code, Amounts *amounts, SeenAmounts *seen,
									  struct varlena *numeric);
pg_noreturn extern void refuse_amounts(int64 limit);
extern Money amounts_money(const Amounts *amounts, uint32 code);

/* amount_strings.c: turning codes into places among the amounts in use. */
extern HistoryString *amounts_to_dictionary(const Amounts *amounts, uint32 *codes, int64 n_codes,
									uint32 *n_strings);

#endif							/* PLG_LEDGER_AMOUNTS_H */
