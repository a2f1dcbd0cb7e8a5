/* Amounts of money, and their bytes; see money.h. */
#include "core/base/money.h"

/* Drops trailing zeros after the decimal point. */
void
money_drop_zeros(Money *money)
{
	int64		few = (int64) money->mantissa;

	/* dividing 128 bits takes long */
	if (few == money->mantissa)
	{
		for (; money->scale > 0 && few % 10 == 0; money->scale--)
			few /= 10;
		money->mantissa = few;
	}
	else
	{
		for (; money->scale > 0 && money->mantissa % 10 == 0; money->scale--)
			money->mantissa /= 10;
	}
}

/* A power of ten up to the largest scale. */
static inline int128
power_of_ten(int n)
{
	static const int64 powers[] = {
		1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
		INT64CONST(10000000000), INT64CONST(100000000000), INT64CONST(1000000000000)
	};
	StaticAssertStmt(2 * (lengthof(powers) - 1) >= MONEY_MAX_SCALE, "too few powers");

	return n < (int) lengthof(powers) ? powers[n] :
		(int128) powers[lengthof(powers) - 1] * powers[n - (lengthof(powers) - 1)];
}

bool
money_rescale(Money *money, int scale)
{
	Assert(scale >= money->scale);
	if (scale == money->scale)
		return true;
	if (__builtin_mul_overflow(money->mantissa, power_of_ten(scale - money->scale), &money->mantissa) ||
		money_absolute(money->mantissa) >= MONEY_LIMIT)
		return false;
	money->scale = scale;
	return true;
}

/* The bytes that a mantissa needs. */
static int
mantissa_bytes(int128 mantissa)
{
	int			n = 0;

	for (; mantissa != 0 && mantissa != -1; mantissa >>= 8)
		n++;
	return n;
}

/* The number of all its bytes. */
static uint32
money_length(Money money)
{
	int			n = mantissa_bytes(money.mantissa);

	/* one more where the first bit would give the wrong sign */
	if (n == 0 ? money.mantissa != 0 :
		((money.mantissa >> (8 * n - 1)) & 1) != (money.mantissa < 0))
		n++;
	return 1 + n;
}

uint32
money_write(uint8 *out, Money money)
{
	uint32		length = money_length(money);
	int			n = (int) length - 1;

	out[0] = (uint8) money.scale;
	for (int i = 0; i < n; i++)
		out[1 + i] = (uint8) (money.mantissa >> (8 * (n - 1 - i)));
	return length;
}

/* False unless the bytes are just what money_write makes of some amount. */
bool
money_read(Money *money, const uint8 *bytes, uint32 length)
{
	uint128		mantissa;
	Money		shortest;

	if (length < 1 || length > MONEY_MAX_BYTES || bytes[0] > MONEY_MAX_SCALE)
		return false;
	mantissa = length > 1 && (bytes[1] & 0x80) ? ~(uint128) 0 : 0;
	for (uint32 i = 1; i < length; i++)
		mantissa = mantissa << 8 | bytes[i];

	money->scale = bytes[0];
	money->mantissa = (int128) mantissa;
	if (money->mantissa <= -MONEY_LIMIT || money->mantissa >= MONEY_LIMIT)
		return false;
	shortest = *money;
	money_drop_zeros(&shortest);
	return shortest.scale == money->scale && money_length(*money) == length;
}
