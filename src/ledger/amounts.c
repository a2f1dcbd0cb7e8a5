/* Codes of amounts; see amounts.h. */
#include "ledger/amounts.h"

void
refuse_amounts(int64 limit)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("too many different amounts, the limit is %lld", (long long) limit),
			 errhint("Build several ledgers, with GROUP BY plg.bucket(account, n).")));
}

/* The number of an amount that is not its own code. */
static uint32
intern_absolute(Amounts *amounts, Money money)
{
	uint8		bytes[MONEY_MAX_BYTES];
	uint32		length = money_write(bytes, money);
	uint32		id;

	if (amounts->dict.n >= AMOUNT_LIMIT - 1)
		refuse_amounts(AMOUNT_LIMIT - 1);
	id = dict_intern(&amounts->dict, bytes, length);
	if (id == amounts->capacity)
	{
		amounts->capacity = Max(8, amounts->capacity * 2);
		if (amounts->money == NULL)
			amounts->money = palloc(amounts->capacity * sizeof(Money));
		else
			amounts->money = repalloc_huge(amounts->money, amounts->capacity * sizeof(Money));
	}
	amounts->money[id] = money;
	return id;
}

/* The amount has no zeros to drop. */
uint32
amounts_code(Amounts *amounts, Money money)
{
	bool		negative = money.mantissa < 0;

	money.mantissa = money_absolute(money.mantissa);
	if (money.scale <= CENTS_SCALE && money.mantissa < AMOUNT_LIMIT)
	{
		int64		cents = (int64) money.mantissa;

		for (int scale = money.scale; scale < CENTS_SCALE; scale++)
			cents *= 10;
		if (cents < AMOUNT_LIMIT)
			return amount_of_cents(negative ? -cents : cents);
	}
	return intern_absolute(amounts, money) << AMOUNT_SHIFT | AMOUNT_IN_TABLE |
		(negative ? AMOUNT_NEGATIVE : 0);
}

/* The same for the result of a sum, which may have zeros to drop. */
uint32
amounts_code_of_sum(Amounts *amounts, int128 mantissa, int scale)
{
	Money		money = {mantissa, scale};

	if (scale == CENTS_SCALE && money_absolute(mantissa) < AMOUNT_LIMIT)
		return amount_of_cents((int64) mantissa);
	money_drop_zeros(&money);
	return amounts_code(amounts, money);
}

Money
amounts_money(const Amounts *amounts, uint32 code)
{
	Money		money;

	if (amount_is_in_table(code))
	{
		money = amounts->money[code >> AMOUNT_SHIFT];
		if (code & AMOUNT_NEGATIVE)
			money.mantissa = -money.mantissa;
	}
	else
	{
		int64		cents = amount_cents(code);

		money.scale = CENTS_SCALE;
		for (; money.scale > 0 && cents % 10 == 0; money.scale--)
			cents /= 10;
		money.mantissa = cents;
	}
	return money;
}

static const char *
code_of_numeric(uint32 *code, Amounts *amounts, struct varlena *numeric)
{
	Money		money;
	const char *reason = money_of_numeric(&money, PointerGetDatum(numeric));

	if (reason == NULL)
		*code = amounts_code(amounts, money);
	return reason;
}

/*
 * The numeric is not toasted; it may have a short header.  NULL, or what is
 * wrong with it, as the end of a sentence.
 */
const char *
amounts_of_numeric(uint32 *code, Amounts *amounts, SeenAmounts *seen, struct varlena *numeric)
{
	Size		length = VARSIZE_ANY_EXHDR(numeric);
	uint8		key[SEEN_BYTES + 1] = {0};
	int64		cents;
	uint64		hash;
	SeenAmount *place;

	if (money_cents_of_numeric(&cents, numeric) && cents < AMOUNT_LIMIT && cents > -AMOUNT_LIMIT)
	{
		*code = amount_of_cents(cents);
		return NULL;
	}
	if (length == 0 || length > SEEN_BYTES)
		return code_of_numeric(code, amounts, numeric);

	memcpy(key, VARDATA_ANY(numeric), length);
	key[SEEN_BYTES] = (uint8) length;
	hash = (load_uint64(key) * UINT64CONST(0x9e3779b97f4a7c15)) ^ load_uint64(key + 8);
	hash *= UINT64CONST(0xbf58476d1ce4e5b9);
	place = &seen->seen[hash >> 56];
	if (memcmp(place->key, key, sizeof(key)) != 0)
	{
		const char *reason = code_of_numeric(code, amounts, numeric);

		if (reason != NULL)
			return reason;
		memcpy(place->key, key, sizeof(key));
		place->code = *code;
	}
	*code = place->code;
	return NULL;
}
