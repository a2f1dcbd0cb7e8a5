/* Amounts at the limits, and keys of pending ledgers in no other form than their own. */
#include "core/history/ledger_form.h"
#include "tap.h"

static bool
reads(const char *bytes, uint32 length)
{
	Money		money;

	return money_read(&money, (const uint8 *) bytes, length);
}

static bool
survives(int128 mantissa, int scale)
{
	uint8		bytes[MONEY_MAX_BYTES];
	Money		money = {mantissa, scale};
	Money		again;

	return money_read(&again, bytes, money_write(bytes, money)) &&
		again.mantissa == mantissa && again.scale == scale;
}

static bool
comes_apart(EntityKind account, int subscription, const char *bytes, uint32 length)
{
	EntityKey	key = {0, (const uint8 *) bytes, length};
	EntityKey	a;
	EntityKey	s;

	return pending_key_read(pending_flags(account, subscription), &key, &a, &s);
}

#define TEXT(s) s, sizeof(s) - 1

int
main(void)
{
	int128		one = 1;
	bool		good = true;
	Money		money;

	for (int bits = 0; bits < 122; bits++)
		good &= survives((one << bits) | 1, bits % 25) && survives(-((one << bits) | 1), bits % 25) &&
			survives((one << bits) - 1, 0);
	ok(good, "amounts of any size survive as bytes");
	ok(survives(MONEY_LIMIT - 1, 24) && survives(1 - MONEY_LIMIT, 0) && !survives(MONEY_LIMIT, 0) && !survives(-MONEY_LIMIT, 0), "up to the limit");
	ok(reads(TEXT("\0\1")) && !reads(TEXT("\0\0\1")) && !reads(TEXT("\0\377\377")) && !reads(TEXT("\0\0")) && reads(TEXT("\0")),
	   "no more bytes than an amount needs");
	ok(!reads(TEXT("\1\12")) && reads(TEXT("\1\13")) && !reads(TEXT("\1")) && !reads(TEXT("\31\1")) && !reads("", 0),
	   "no zeros behind the point, no scale beyond the largest");
	money = (Money) {7, 0};
	ok(money_rescale(&money, 24) && money.scale == 24 && !money_rescale(&(Money) {MONEY_LIMIT / 10, 0}, 1), "amounts are rescaled where they fit");

	ok(comes_apart(ENTITY_TEXT, ENTITY_TEXT + 1, TEXT("\2abcd")) && comes_apart(ENTITY_TEXT, ENTITY_TEXT + 1, TEXT("\0")) &&
	   comes_apart(ENTITY_BIGINT, ENTITY_BIGINT + 1, TEXT("1234567812345678")) && comes_apart(ENTITY_UUID, ENTITY_TEXT + 1, TEXT("1234567812345678")),
	   "keys come apart");
	ok(!comes_apart(ENTITY_TEXT, ENTITY_TEXT + 1, TEXT("\202\0abcd")), "a length has one form");
	ok(!comes_apart(ENTITY_TEXT, ENTITY_TEXT + 1, TEXT("\5abcd")) && !comes_apart(ENTITY_TEXT, ENTITY_TEXT + 1, TEXT("")) &&
	   !comes_apart(ENTITY_TEXT, ENTITY_TEXT + 1, TEXT("\377\377\377\377\377\377\377\377\377\1a")) && !comes_apart(ENTITY_UUID, ENTITY_TEXT + 1, TEXT("12345678")) &&
	   !comes_apart(ENTITY_BIGINT, ENTITY_BIGINT + 1, TEXT("123456781234567")) && !comes_apart(ENTITY_BIGINT, ENTITY_UUID + 1, TEXT("1234567812345678")),
	   "keys that are too short, or too long, do not");
	return tap_status();
}
