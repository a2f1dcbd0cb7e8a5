/* Packing and unpacking of columns; the format is described in column.h. */
#include "core/base/column.h"

#include "core/base/grain.h"

const Grain grains[N_GRAINS] = {
	{1, 1, 0},
	{1000, UINT64CONST(0x1cac083126e978d5), 3},
	{UINT64CONST(1000000), UINT64CONST(0x790fb65668c26139), 6},
	{UINT64CONST(60000000), UINT64CONST(0xf7010c27e4d9c237), 8},
	{UINT64CONST(3600000000), UINT64CONST(0xdd445624cafd7359), 10},
	{UINT64CONST(86400000000), UINT64CONST(0x9f16c76198ff2673), 13}
};

#define MAX_GRAIN (N_GRAINS - 1)

/* So few values are unpacked one by one. */
#define FEW_VALUES 24

/* Values wider than this cannot be fetched by one eight-byte load. */
#define MAX_PACKED_WIDTH 57

static bool
divides_all(const Grain *grain, const int64 *values, int n, int64 min)
{
	Grain		by = *grain;
	uint64		largest = 0;

	for (int i = 0; i < n; i++)
	{
		uint64		q = divide((uint64) values[i] - (uint64) min, &by);

		largest = Max(largest, q);
	}
	return largest <= PG_UINT64_MAX / by.size;
}

/* The largest grain that divides all values; the smallest is known, and a grain that does. */
static const Grain *
common_grain(const int64 *values, int n, int64 min, int known)
{
	const Grain *grain = &grains[MAX_GRAIN];

	/* two values alone tell for nearly all data */
	while (!divides(grain, magnitude(values[0])) || !divides(grain, magnitude(min)))
		grain--;
	while (grain > &grains[known] && !divides_all(grain, values, n, min))
		grain--;
	return grain;
}

static uint64
low_bits(int width)
{
	return width == 64 ? PG_UINT64_MAX : (UINT64CONST(1) << width) - 1;
}

/* The smallest and the largest of n > 0 values; two at a time do not wait for each other. */
void
column_range(const int64 *values, int n, int64 *min, int64 *max)
{
	int64		low = values[0];
	int64		high = low;
	int64		low_odd = low;
	int64		high_odd = low;

	for (int i = n & 1; i < n; i += 2)
	{
		low = Min(low, values[i]);
		high = Max(high, values[i]);
		low_odd = Min(low_odd, values[i + 1]);
		high_odd = Max(high_odd, values[i + 1]);
	}
	*min = Min(low, low_odd);
	*max = Max(high, high_odd);
}

/* Writes n > 0 values and returns the end of what was written. */
uint8 *
column_write(uint8 *out, const int64 *values, int n)
{
	int64		min;
	int64		max;

	column_range(values, n, &min, &max);
	return column_write_range(out, values, n, min, max, 0);
}

/* Eight values of less than eight bits are whole bytes. */
static void
pack_narrow(uint8 *out, const int64 *values, int n, int64 min, int width)
{
	for (; n > 0; n -= 8, values += 8, out += width)
	{
		uint64		bits = 0;

		if (n >= 8)
		{
			for (int k = 0; k < 8; k++)
				bits |= ((uint64) values[k] - (uint64) min) << k * width;
		}
		else
		{
			for (int k = 0; k < n; k++)
				bits |= ((uint64) values[k] - (uint64) min) << k * width;
		}
		store_uint64(out, bits);
	}
}

/*
 * Wider ones are stored eight bytes at once from the byte on in which they
 * begin, with what the value before has in that byte: no value waits for the
 * place that another one ends at.
 */
static pg_attribute_always_inline void
pack_wide(uint8 *out, const int64 *values, int n, int64 min, const Grain *grain, int width)
{
	uint64		before = 0;
	uint64		bit = 0;

	for (int i = 0; i < n; i++, bit += width)
	{
		uint64		q = (uint64) values[i] - (uint64) min;
		int			used = (int) (bit & 7);

		if (grain != NULL)
			q = divide(q, grain);
		store_uint64(out + (bit >> 3), q << used | before >> (width - used));
		before = q;
	}
}

static uint8 *
pack_values(uint8 *out, const int64 *values, int n, int64 min, const Grain *grain, int width)
{
	Grain		by = *grain;

	if (width >= 8 && by.size > 1)
		pack_wide(out, values, n, min, &by, width);
	else if (width >= 8)
		pack_wide(out, values, n, min, NULL, width);
	else if (by.size > 1)
	{
		int64		quotients[8];

		for (int i = 0; i < n; i += 8)
		{
			int			some = Min(8, n - i);

			for (int k = 0; k < some; k++)
				quotients[k] = (int64) divide((uint64) values[i + k] - (uint64) min, &by);
			pack_narrow(out + (Size) (i / 8) * width, quotients, some, 0, width);
		}
	}
	else
		pack_narrow(out, values, n, min, width);
	return out + ((Size) n * width + 7) / 8;
}

/* The same where the smallest and the largest value are known, and a grain that divides all. */
uint8 *
column_write_range(uint8 *out, const int64 *values, int n, int64 min, int64 max, int known)
{
	const Grain *grain = common_grain(values, n, min, known);
	uint64		range = divide((uint64) max - (uint64) min, grain);
	uint64		base = divide(magnitude(min), grain);
	int			width = bits_of(range);

	if (width > MAX_PACKED_WIDTH)
		width = 64;

	*out++ = (uint8) width;
	*out++ = (uint8) (grain - grains);
	out = put_varint(out, zigzag((int64) (min < 0 ? -base : base)));

	if (width == 64)
	{
		for (int i = 0; i < n; i++, out += 8)
			store_uint64(out, divide((uint64) values[i] - (uint64) min, grain));
	}
	else if (width > 0)
		out = pack_values(out, values, n, min, grain, width);
	return out;
}

/*
 * Opens the column of n values at the reader's place and steps over it.  False
 * if it is cut short or not well formed; it may still not be canonical, which
 * only writing it again can tell.
 */
bool
column_open(Column *column, ByteReader *r, int n)
{
	const uint8 *head = take_bytes(r, 2);
	uint64		base;

	if (head == NULL ||
		(head[0] > MAX_PACKED_WIDTH && head[0] != 64) ||
		head[1] > MAX_GRAIN ||
		!take_varint(r, &base))
		return false;

	column->width = head[0];
	column->grain = grains[head[1]].size;
	column->base = (uint64) unzigzag(base);
	column->mask = low_bits(column->width);
	column->bits = take_bytes(r, ((Size) n * column->width + 7) / 8);
	return column->bits != NULL && bytes_left(r) >= COLUMN_SLACK;
}

/*
 * Eight values fill as many bytes as each of them has bits, so where any eight
 * lie in their bytes is worked out once.  They go to one of two arrays, callers
 * pass NULL for the other; returns the largest that went to the narrow one.
 */
static pg_attribute_always_inline uint32
unpack(const Column *column, int n, int64 *wide, uint32 *narrow)
{
	const uint8 *bits = column->bits;
	uint64		mask = column->mask;
	uint64		grain = column->grain;
	uint64		base = column->base * grain;
	uint32		largest = 0;
	uint32		byte[8];
	uint32		shift[8];

	for (int i = 0; i < 8; i++)
	{
		byte[i] = (uint32) (i * column->width) >> 3;
		shift[i] = (uint32) (i * column->width) & 7;
	}

#define UNPACK(i) \
	do { \
		uint64		value = base + grain * (load_uint64(bits + byte[i]) >> shift[i] & mask); \
		if (narrow == NULL) \
			wide[i] = (int64) value; \
		else \
		{ \
			narrow[i] = (uint32) value; \
			largest = Max(largest, (uint32) value); \
		} \
	} while (0)

	for (; n >= 8; n -= 8, bits += column->width)
	{
		UNPACK(0);
		UNPACK(1);
		UNPACK(2);
		UNPACK(3);
		UNPACK(4);
		UNPACK(5);
		UNPACK(6);
		UNPACK(7);
		if (narrow == NULL)
			wide += 8;
		else
			narrow += 8;
	}
	for (int i = 0; i < n; i++)
		UNPACK(i);
#undef UNPACK
	return largest;
}

void
column_unpack(const Column *column, int n, int64 *out)
{
	(void) unpack(column, n, out, NULL);
}

/* The same for values known to fit, such as codes of a dictionary; returns the largest. */
uint32
column_unpack32(const Column *column, int n, uint32 *out)
{
	return unpack(column, n, NULL, out);
}

/*
 * The same for n values from one on.  Eight fill whole bytes, so what begins with an
 * eighth is a column of its own.
 */
void
column_unpack_some(const Column *column, int from, int n, int64 *out)
{
	Column		rest = *column;

	for (; n > 0 && (n < FEW_VALUES || (from & 7) != 0); n--)
		*out++ = column_get(column, from++);
	if (n == 0)
		return;
	rest.bits += (Size) (from / 8) * column->width;
	column_unpack(&rest, n, out);
}

uint32
column_unpack32_some(const Column *column, int from, int n, uint32 *out)
{
	Column		rest = *column;
	uint32		largest = 0;

	for (; n > 0 && (n < FEW_VALUES || (from & 7) != 0); n--, out++)
	{
		*out = (uint32) column_get(column, from++);
		largest = Max(largest, *out);
	}
	if (n == 0)
		return largest;
	rest.bits += (Size) (from / 8) * column->width;
	return Max(largest, column_unpack32(&rest, n, out));
}
