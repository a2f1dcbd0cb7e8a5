/*
 * Any column that opens can be read in every way, with one result.  The input
 * is the number of values, in two bytes, and the column with its slack.
 */
#include "target.h"

#define HEAD 2

bool
try_bytes(const uint8 *bytes, Size size)
{
	static int64 values[1024];
	static int64 again[1024];
	static uint32 codes[1024];
	ByteReader	r = {bytes + HEAD, bytes + size};
	Column		column;
	uint32		largest;
	bool		found = false;
	uint8	   *copy;
	uint8	   *end;
	int			n;

	if (size < HEAD)
		return false;
	n = 1 + (bytes[0] | bytes[1] << 8) % 1024;
	if (!column_open(&column, &r, n))
		return false;
	must(r.p <= r.end && r.end - r.p >= COLUMN_SLACK, "a column ends before its slack");
	column_unpack(&column, n, values);
	largest = column_unpack32(&column, n, codes);
	for (int i = 0; i < n; i++)
	{
		must(column_get(&column, i) == values[i], "values are the same one by one");
		must(codes[i] == (uint32) values[i], "and in 32 bits");
		must(codes[i] <= largest, "of which none is larger than the largest");
		found |= codes[i] == largest;
	}
	must(found, "which is one of them");

	copy = palloc(COLUMN_BOUND(n));
	end = column_write(copy, values, n);
	must(end - copy <= (ptrdiff_t) (COLUMN_BOUND(n) - COLUMN_SLACK), "a column stays within its bound");
	memset(end, 0, COLUMN_SLACK);
	r.p = copy;
	r.end = end + COLUMN_SLACK;
	must(column_open(&column, &r, n) && r.p == end, "what was written opens");
	column_unpack(&column, n, again);
	must(memcmp(values, again, n * sizeof(int64)) == 0, "values survive");
	pfree(copy);
	return true;
}

Bytes
valid_bytes(int n)
{
	static const int counts[] = {1, 2, 7, 64, 500, 1024};
	uint64		seed = n + 1;
	int64		values[1024];
	Bytes		result;
	int			count;
	int			width = n * 5 % 65;
	int64		unit = n % 4 == 0 ? 1000 : 1;

	if (n >= 60)
		return (Bytes) {NULL, 0};
	count = counts[n % lengthof(counts)];
	for (int i = 0; i < count; i++)
		values[i] = (int64) (width == 0 ? 9 : next_random(&seed) >> (64 - width)) / unit * unit;
	result.bytes = palloc(HEAD + COLUMN_BOUND(count));
	result.bytes[0] = (uint8) (count - 1);
	result.bytes[1] = (uint8) ((count - 1) >> 8);
	result.size = column_write(result.bytes + HEAD, values, count) - result.bytes;
	memset(result.bytes + result.size, 0, COLUMN_SLACK);
	result.size += COLUMN_SLACK;
	return result;
}
