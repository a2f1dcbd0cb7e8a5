/* Which part of all entities a history has; see buckets.h. */
#include "core/history/buckets.h"

#include "common/hashfn.h"

#define MAX_DIGITS 20
#define UUID_TEXT 36

/* The digits of a number, which end where the room does; returns where they begin. */
static uint8 *
write_digits(uint8 *end, int64 number)
{
	uint64		rest = number < 0 ? -(uint64) number : (uint64) number;
	uint8	   *digit = end;

	do
	{
		*--digit = (uint8) ('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (number < 0)
		*--digit = '-';
	return digit;
}

static void
write_uuid(uint8 text[UUID_TEXT], const uint8 *bytes)
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < UUID_BYTES; i++)
	{
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*text++ = '-';
		*text++ = (uint8) digits[bytes[i] >> 4];
		*text++ = (uint8) digits[bytes[i] & 15];
	}
}

uint64
hash_entity(EntityKind kind, const EntityKey *key)
{
	uint8		text[UUID_TEXT];
	uint8	   *from;

	switch (kind)
	{
		case ENTITY_BIGINT:
			from = write_digits(text + MAX_DIGITS, key->number);
			return hash_bytes_extended(from, (int) (text + MAX_DIGITS - from), 0);
		case ENTITY_UUID:
			write_uuid(text, key->bytes);
			return hash_bytes_extended(text, UUID_TEXT, 0);
		case ENTITY_TEXT:
			break;
	}
	return hash_bytes_extended(key->bytes, (int) key->length, 0);
}

static uint64
common_divisor(uint64 a, uint64 b)
{
	while (b != 0)
	{
		uint64		rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

void
modulus_add_entity(Modulus *modulus, EntityKind kind, const EntityKey *key)
{
	uint64		hash = hash_entity(kind, key);
	uint64		difference;

	if (!modulus->any)
		*modulus = (Modulus) {true, hash, 0};
	difference = hash > modulus->first ? hash - modulus->first : modulus->first - hash;
	if (modulus->divisor == 0 || difference % modulus->divisor != 0)
		modulus->divisor = common_divisor(difference, modulus->divisor);
}

/* The first entity of a packed history, which stays as long as the stretch. */
static EntityKey
first_entity(const History *history, HistoryStretch *stretch)
{
	HistoryBlock block;
	EntityKey	keys[BLOCK_ROWS];
	int64		counts[BLOCK_ROWS];
	const char *reason = block_open(&block, history, 0, stretch);

	if (reason == NULL)
		reason = block_runs(&block, history, keys, counts);
	if (reason != NULL)
		report_damaged_value(reason);
	return keys[0];
}

bool
are_apart(const History *histories, int n)
{
	uint64		divisor = 0;
	HistoryStretch stretch = {0};
	uint64		seen[MAX_MODULUS / 64 + 1] = {0};
	bool		apart;

	for (int i = 0; i < n; i++)
		divisor = common_divisor(divisor, Max(histories[i].modulus, 1));
	apart = divisor > 1 && divisor >= (uint64) n;
	for (int i = 0; i < n && apart; i++)
	{
		EntityKey	key = first_entity(&histories[i], &stretch);
		uint64		remainder = hash_entity(histories[i].kind, &key) % divisor;

		apart = (seen[remainder / 64] >> (remainder % 64) & 1) == 0;
		seen[remainder / 64] |= UINT64CONST(1) << (remainder % 64);
	}
	stretch_end(&stretch);
	return apart;
}
