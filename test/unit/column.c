/* Columns give back what was put in, at every width and unit. */
#include "core/base/column.h"
#include "tap.h"

#define MAX_VALUES 3000

static int64 values[MAX_VALUES];
static int64 got[MAX_VALUES];
static uint64 seed = 1;

/* Writes and reads back n values, all at once and one by one. */
static bool
survives(int n, Size *bytes)
{
	uint8	   *buffer = palloc0(COLUMN_BOUND(n));
	uint8	   *end = column_write(buffer, values, n);
	ByteReader	r = {buffer, end + COLUMN_SLACK};
	Column		column;
	bool		good = column_open(&column, &r, n) && r.p == end;

	*bytes = end - buffer;
	if (good)
	{
		column_unpack(&column, n, got);
		good = memcmp(values, got, n * sizeof(int64)) == 0;
		for (int i = 0; i < n; i++)
			good &= column_get(&column, i) == values[i];
	}

	/* every shorter buffer is refused */
	for (Size cut = 0; cut < *bytes; cut++)
	{
		ByteReader	shorter = {buffer, buffer + cut + COLUMN_SLACK};

		good &= !column_open(&column, &shorter, n);
	}
	pfree(buffer);
	return good;
}

static bool
all_widths_survive(int64 unit)
{
	Size		bytes;
	bool		good = true;

	for (int width = 0; width < 64; width++)
	{
		uint64		mask = (UINT64CONST(1) << width) - 1;
		int			n = 1 + (int) (next_random(&seed) % 200);

		for (int i = 0; i < n; i++)
			values[i] = (int64) (next_random(&seed) & mask) / unit * unit - (int64) (mask / 2) / unit * unit;
		good &= survives(n, &bytes);
	}
	return good;
}

int
main(void)
{
	Size		bytes;

	ok(all_widths_survive(1), "any width survives");
	ok(all_widths_survive(1000), "milliseconds survive");
	ok(all_widths_survive(INT64CONST(86400000000)), "days survive");

	values[0] = PG_INT64_MIN;
	values[1] = PG_INT64_MAX;
	values[2] = 0;
	ok(survives(3, &bytes), "the extremes survive");

	for (int i = 0; i < MAX_VALUES; i++)
		values[i] = 42;
	ok(survives(MAX_VALUES, &bytes) && bytes <= MAX_VARINT + 2, "equal values take no room");

	for (int i = 0; i < MAX_VALUES; i++)
		values[i] = i * INT64CONST(60000000);
	ok(survives(MAX_VALUES, &bytes) && bytes < MAX_VALUES * 12 / 8 + 32, "a minute is one unit");
	return tap_status();
}
