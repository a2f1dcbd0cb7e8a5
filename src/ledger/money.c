/*
 * Conversion of money from numeric and to numeric.
 *
 * Numerics are taken apart and put together through their binary wire format,
 * which is public, whatever their inside may become: number of digits (in base
 * 10000), weight of the first digit, sign, digits shown after the decimal
 * point, then the digits, each a big-endian int16.
 */
#include "ledger/money.h"

#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#define WIRE_POSITIVE 0x0000
#define WIRE_NEGATIVE 0x4000
#define WIRE_BASE 10000
#define WIRE_BASE_DIGITS 4

/* Digits in base 10000 that hold any mantissa, wherever the point stands. */
#define WIRE_MAX_DIGITS 12

void
money_out_of_range(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("total of money is out of range"),
			 errdetail(MONEY_LIMIT_DETAIL), errhint(MONEY_LIMIT_HINT)));
}

/* value * factor + digit; false if that, or the value already, is too large. */
static inline bool
append_digits(int128 *value, int factor, int digit)
{
	return !__builtin_mul_overflow(*value, factor, value) &&
		!__builtin_add_overflow(*value, digit, value) &&
		money_absolute(*value) < MONEY_LIMIT;
}

/*
 * Takes a numeric as money.  NULL, or what is wrong with it, as the end of a
 * sentence.
 */
const char *
money_of_numeric(Money *money, Datum numeric)
{
	bytea	   *wire = DatumGetByteaPP(DirectFunctionCall1(numeric_send, numeric));
	StringInfoData buf;
	int			n;
	int			weight;
	int			sign;
	int			missing;

	initStringInfo(&buf);
	appendBinaryStringInfo(&buf, VARDATA_ANY(wire), VARSIZE_ANY_EXHDR(wire));
	n = (int) pq_getmsgint(&buf, 2);
	weight = (int16) pq_getmsgint(&buf, 2);
	sign = (int) pq_getmsgint(&buf, 2);
	pq_getmsgint(&buf, 2);
	if (sign != WIRE_POSITIVE && sign != WIRE_NEGATIVE)
		return "must be a finite number";

	/* zeros that the wire leaves out before the point; below 0, digits after it */
	missing = (weight - (n - 1)) * WIRE_BASE_DIGITS;
	money->mantissa = 0;
	for (int i = 0; i < n; i++)
	{
		int			digit = (int) pq_getmsgint(&buf, 2);
		int			factor = WIRE_BASE;

		/* of the last digit drop the zeros */
		for (; i == n - 1 && digit != 0 && digit % 10 == 0; digit /= 10)
		{
			factor /= 10;
			missing++;
		}
		if (!append_digits(&money->mantissa, factor, digit))
			return "has more than 37 digits";
	}
	if (money->mantissa == 0)
		missing = 0;
	for (; missing > 0; missing--)
	{
		if (!append_digits(&money->mantissa, 10, 0))
			return "has more than 37 digits";
	}
	if (-missing > MONEY_MAX_SCALE)
		return "has more than " CppAsString2(MONEY_MAX_SCALE) " decimal places";
	money->scale = -missing;
	if (sign == WIRE_NEGATIVE)
		money->mantissa = -money->mantissa;
	pfree(buf.data);
	pfree(wire);
	return NULL;
}

/*
 * The same at once for small amounts of at most two decimal places, as most
 * prices are; false for any other.  This one reads what lies in tables, which
 * cannot change without breaking pg_upgrade: where the first two bits are 10,
 * the first two bytes say sign, digits shown after the point and weight, and the
 * digits follow.  It takes a tenth of the time.
 */
#define SHORT_MASK 0xc000
#define SHORT_NUMERIC 0x8000
#define SHORT_NEGATIVE 0x2000
#define SHORT_WEIGHT 0x007f	/* in two's complement */
#define SHORT_WEIGHT_SIGN 0x0040

bool
money_cents_of_numeric(int64 *cents, const struct varlena *numeric)
{
	const char *in = VARDATA_ANY(numeric);
	int			n = (int) (VARSIZE_ANY_EXHDR(numeric) / sizeof(int16)) - 1;
	uint16		head;
	int			weight;
	int64		value = 0;

	if (n < 0 || n > 3)
		return false;
	memcpy(&head, in, sizeof(head));
	weight = ((head & SHORT_WEIGHT) ^ SHORT_WEIGHT_SIGN) - SHORT_WEIGHT_SIGN;
	if ((head & SHORT_MASK) != SHORT_NUMERIC || weight < -1 || weight > 1)
		return false;
	for (int place = weight; place > weight - n; place--)
	{
		int16		digit;

		in += sizeof(digit);
		memcpy(&digit, in, sizeof(digit));
		if (place >= 0)
			value += (int64) digit * (place == 0 ? 100 : 100 * WIRE_BASE);
		else if (place == -1 && digit % 100 == 0)
			value += digit / 100;
		else
			return false;
	}
	*cents = head & SHORT_NEGATIVE ? -value : value;
	return true;
}

Datum
numeric_of_money(int128 mantissa, int scale)
{
	Money		money = {mantissa, scale};
	bool		negative = mantissa < 0;
	int16		digits[WIRE_MAX_DIGITS];
	int			n = 0;
	int			odd;
	StringInfoData buf;
	Datum		result;

	money_drop_zeros(&money);
	mantissa = money.mantissa;
	scale = money.scale;

	/* base-10000 digits, the last first; the point must stand between two */
	odd = scale % WIRE_BASE_DIGITS;
	if (odd != 0)
	{
		int			unit = odd == 1 ? 10 : odd == 2 ? 100 : 1000;
		int			last = (int) (mantissa % unit);

		digits[n++] = (int16) ((last < 0 ? -last : last) * (WIRE_BASE / unit));
		mantissa /= unit;
	}
	for (; mantissa != 0; mantissa /= WIRE_BASE)
	{
		int			digit = (int) (mantissa % WIRE_BASE);

		digits[n++] = (int16) (digit < 0 ? -digit : digit);
	}

	initStringInfo(&buf);
	pq_sendint16(&buf, n);
	pq_sendint16(&buf, (int16) (n - 1 - (scale + WIRE_BASE_DIGITS - 1) / WIRE_BASE_DIGITS));
	pq_sendint16(&buf, negative ? WIRE_NEGATIVE : WIRE_POSITIVE);
	pq_sendint16(&buf, scale);
	while (n > 0)
		pq_sendint16(&buf, digits[--n]);
	result = DirectFunctionCall3(numeric_recv, PointerGetDatum(&buf),
								 ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	pfree(buf.data);
	return result;
}

Datum
numeric_fraction(Datum numeric, int64 numerator, int64 denominator)
{
	Datum		result;

	if (numeric_is_nan(DatumGetNumeric(numeric)) || numeric_is_inf(DatumGetNumeric(numeric)))
		return numeric;
	result = DirectFunctionCall2(numeric_div,
								 DirectFunctionCall2(numeric_mul, numeric, NumericGetDatum(int64_to_numeric(numerator))),
								 NumericGetDatum(int64_to_numeric(denominator)));
	if (DatumGetInt32(DirectFunctionCall1(numeric_scale, result)) > MONEY_MAX_SCALE)
		result = DirectFunctionCall2(numeric_round, result, Int32GetDatum(MONEY_MAX_SCALE));
	return DirectFunctionCall1(numeric_trim_scale, result);
}

char *
describe_money(int128 mantissa, int scale)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, numeric_of_money(mantissa, scale)));
}

int128
money_at_scale(Money money, int scale)
{
	if (!money_rescale(&money, scale))
		money_out_of_range();
	return money.mantissa;
}
