/* Packing and unpacking of columns; the format is described in column.h. */
#include "column.h"
#include "port/pg_bitutils.h"

/* Every unit divides the next. */
static const uint64 units[] = {
	1, 1000, UINT64CONST(1000000), UINT64CONST(60000000),
	UINT64CONST(3600000000), UINT64CONST(86400000000)
};

#define MAX_UNIT ((int) lengthof(units) - 1)

/* Values wider than this cannot be fetched by one eight-byte load. */
#define MAX_PACKED_WIDTH 57

static inline bool
all_divisible_by(const int64 *values, int n, int64 unit)
{
	for (int i = 0; i < n; i++)
		if (values[i] % unit != 0)
			return false;
	return true;
}

/* Written out for each unit, for the compiler to turn division into less. */
static bool
all_divisible(const int64 *values, int n, int unit)
{
	switch (unit)
	{
		case 1:
			return all_divisible_by(values, n, INT64CONST(1000));
		case 2:
			return all_divisible_by(values, n, INT64CONST(1000000));
		case 3:
			return all_divisible_by(values, n, INT64CONST(60000000));
		case 4:
			return all_divisible_by(values, n, INT64CONST(3600000000));
		case 5:
			return all_divisible_by(values, n, INT64CONST(86400000000));
	}
	return true;
}

static int
common_unit(const int64 *values, int n)
{
	int			unit = MAX_UNIT;

	/* the first value alone tells for nearly all data */
	while (unit > 0 && values[0] % (int64) units[unit] != 0)
		unit--;
	while (unit > 0 && !all_divisible(values, n, unit))
		unit--;
	return unit;
}

static uint64
low_bits(int width)
{
	return width == 64 ? PG_UINT64_MAX : (UINT64CONST(1) << width) - 1;
}

/* Writes n > 0 values and returns the end of what was written. */
uint8 *
column_write(uint8 *out, const int64 *values, int n)
{
	int64		min = values[0];
	int64		max = values[0];

	for (int i = 1; i < n; i++)
	{
		min = Min(min, values[i]);
		max = Max(max, values[i]);
	}
	return column_write_range(out, values, n, min, max);
}

/* The same where the smallest and the largest value are known. */
uint8 *
column_write_range(uint8 *out, const int64 *values, int n, int64 min, int64 max)
{
	int			unit = common_unit(values, n);
	uint64		range;
	int			width;

	range = ((uint64) max - (uint64) min) / units[unit];
	width = range == 0 ? 0 : pg_leftmost_one_pos64(range) + 1;
	if (width > MAX_PACKED_WIDTH)
		width = 64;

	*out++ = (uint8) width;
	*out++ = (uint8) unit;
	out = put_varint(out, zigzag(min / (int64) units[unit]));

	if (width == 64)
	{
		for (int i = 0; i < n; i++, out += 8)
			store_uint64(out, ((uint64) values[i] - (uint64) min) / units[unit]);
	}
	else if (width > 0)
	{
		uint64		word = 0;
		int			used = 0;

		for (int i = 0; i < n; i++)
		{
			uint64		q = (uint64) values[i] - (uint64) min;

			if (unit > 0)
				q /= units[unit];
			word |= q << used;
			used += width;
			if (used >= 64)
			{
				store_uint64(out, word);
				out += 8;
				used -= 64;
				word = used > 0 ? q >> (width - used) : 0;
			}
		}
		for (; used > 0; used -= 8, word >>= 8)
			*out++ = (uint8) word;
	}
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
		head[1] > MAX_UNIT ||
		!take_varint(r, &base))
		return false;

	column->width = head[0];
	column->unit = units[head[1]];
	column->base = (uint64) unzigzag(base);
	column->mask = low_bits(column->width);
	column->bits = take_bytes(r, ((Size) n * column->width + 7) / 8);
	return column->bits != NULL && bytes_left(r) >= COLUMN_SLACK;
}

void
column_unpack(const Column *column, int from, int n, int64 *out)
{
	const uint8 *bits = column->bits;
	uint64		width = column->width;
	uint64		mask = column->mask;
	uint64		base = column->base * column->unit;
	uint64		unit = column->unit;
	uint64		bit = from * width;

	if (unit == 1)
	{
		for (int i = 0; i < n; i++, bit += width)
			out[i] = (int64) (base + (load_uint64(bits + (bit >> 3)) >> (bit & 7) & mask));
	}
	else
	{
		for (int i = 0; i < n; i++, bit += width)
			out[i] = (int64) (base + unit * (load_uint64(bits + (bit >> 3)) >> (bit & 7) & mask));
	}
}

/* The same for values known to fit, such as codes of a dictionary. */
void
column_unpack32(const Column *column, int from, int n, uint32 *out)
{
	const uint8 *bits = column->bits;
	uint64		width = column->width;
	uint64		mask = column->mask;
	uint64		base = column->base * column->unit;
	uint64		bit = from * width;

	for (int i = 0; i < n; i++, bit += width)
		out[i] = (uint32) (base + column->unit * (load_uint64(bits + (bit >> 3)) >> (bit & 7) & mask));
}
