/* Tables of amounts; see amounts.h. */
#include "ledger/amounts.h"

uint32
amounts_intern(Amounts *amounts, Money money)
{
	uint8		bytes[MONEY_MAX_BYTES];
	uint32		length = money_write(bytes, money);
	uint32		id;

	if (amounts->dict.n >= DICT_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many different amounts, the limit is %d", DICT_MAX),
				 errhint("Build several ledgers, with GROUP BY plg.bucket(account, n).")));

	id = dict_intern(&amounts->dict, bytes, length);
	if (id == amounts->capacity)
	{
		amounts->capacity = Max(8, amounts->capacity * 2);
		if (amounts->money == NULL)
		{
			amounts->money = palloc(amounts->capacity * sizeof(Money));
			amounts->opposite = palloc(amounts->capacity * sizeof(uint32));
		}
		else
		{
			amounts->money = repalloc_huge(amounts->money, amounts->capacity * sizeof(Money));
			amounts->opposite = repalloc_huge(amounts->opposite, amounts->capacity * sizeof(uint32));
		}
		for (uint32 i = id; i < amounts->capacity; i++)
			amounts->opposite[i] = NO_OPPOSITE;
	}
	amounts->money[id] = money;
	return id;
}

/* The same for the result of a sum, which may have zeros to drop. */
uint32
amounts_intern_sum(Amounts *amounts, int128 mantissa, int scale)
{
	Money		money = {mantissa, scale};

	for (; money.scale > 0 && money.mantissa % 10 == 0; money.scale--)
		money.mantissa /= 10;
	return amounts_intern(amounts, money);
}

static const char *
intern_pair(AmountPair *pair, Amounts *amounts, struct varlena *numeric)
{
	Money		money;
	const char *reason = money_of_numeric(&money, PointerGetDatum(numeric));

	if (reason != NULL)
		return reason;
	pair->zero = money.mantissa == 0;
	pair->plus = amounts_intern(amounts, money);

	/* where prices are many, a look into the dictionary is a cache miss */
	pair->minus = amounts->opposite[pair->plus];
	if (pair->minus == NO_OPPOSITE)
	{
		money.mantissa = -money.mantissa;
		pair->minus = amounts_intern(amounts, money);
		amounts->opposite[pair->plus] = pair->minus;
		amounts->opposite[pair->minus] = pair->plus;
	}
	return NULL;
}

/*
 * The numeric is not toasted; it may have a short header.  NULL, or what is
 * wrong with it, as the end of a sentence.
 */
const char *
amounts_of_numeric(AmountPair *pair, Amounts *amounts, SeenAmounts *seen, struct varlena *numeric)
{
	Size		length = VARSIZE_ANY_EXHDR(numeric);
	uint8		key[SEEN_BYTES + 1] = {0};
	uint64		hash;
	SeenAmount *place;

	if (length == 0 || length > SEEN_BYTES)
		return intern_pair(pair, amounts, numeric);

	memcpy(key, VARDATA_ANY(numeric), length);
	key[SEEN_BYTES] = (uint8) length;
	hash = (load_uint64(key) * UINT64CONST(0x9e3779b97f4a7c15)) ^ load_uint64(key + 8);
	hash *= UINT64CONST(0xbf58476d1ce4e5b9);
	place = &seen->seen[hash >> 56];
	if (memcmp(place->key, key, sizeof(key)) != 0)
	{
		const char *reason = intern_pair(pair, amounts, numeric);

		if (reason != NULL)
			return reason;
		memcpy(place->key, key, sizeof(key));
		place->pair = *pair;
	}
	*pair = place->pair;
	return NULL;
}
