/*
 * A table of amounts of money, each once, numbered in order of appearance: the
 * codes of a ledger's rows while it is built.
 */
#ifndef PLG_AMOUNTS_H
#define PLG_AMOUNTS_H

#include "core/dict.h"
#include "ledger/money.h"

#define NO_OPPOSITE PG_UINT32_MAX

typedef struct Amounts
{
	Dict		dict;			/* of the amounts' bytes */
	Money	   *money;			/* by number */
	uint32	   *opposite;		/* number of its opposite, or NO_OPPOSITE */
	uint32		capacity;
} Amounts;

/* An amount and its opposite, as an interval adds one and later the other. */
typedef struct AmountPair
{
	bool		zero;
	uint32		plus;
	uint32		minus;
} AmountPair;

/*
 * Amounts met lately, by the bytes of the numeric as it came: prices are few,
 * and taking a numeric apart costs more than all else that a row needs.
 */
#define SEEN_BYTES 15

typedef struct SeenAmount
{
	uint8		key[SEEN_BYTES + 1];	/* zero-padded, the length last */
	AmountPair	pair;
} SeenAmount;

#define SEEN_AMOUNTS 256

typedef struct SeenAmounts
{
	SeenAmount	seen[SEEN_AMOUNTS];
} SeenAmounts;

/* Memory comes from the context current at the time of the call. */
extern uint32 amounts_intern(Amounts *amounts, Money money);
extern uint32 amounts_intern_sum(Amounts *amounts, int128 mantissa, int scale);
extern const char *amounts_of_numeric(AmountPair *pair, Amounts *amounts, SeenAmounts *seen,
									  struct varlena *numeric);

#endif							/* PLG_AMOUNTS_H */
