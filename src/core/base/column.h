/*
 * A column: up to a few thousand int64 packed at the smallest fixed width.
 *
 * Values are stored as (value - smallest) / grain, every one in the same number
 * of bits.  grain is the largest of 1 us, 1 ms, 1 s, 1 min, 1 h and 1 day that
 * divides all of them, so times kept to the second cost a third less.  Fixed
 * width, rather than a varint a value, lets a reader fetch the i-th value
 * alone and unpack without a branch.
 *
 * The same values always give the same bytes.
 */
#ifndef PLG_CORE_BASE_COLUMN_H
#define PLG_CORE_BASE_COLUMN_H

#include "core/base/bytes.h"

typedef struct Column
{
	const uint8 *bits;
	uint64		base;			/* in grains */
	uint64		grain;
	uint64		mask;
	int			width;			/* 0 to 57, or 64 */
} Column;

/*
 * Unpacking loads eight bytes at a time, so a buffer that holds columns must
 * end with this many spare bytes.
 */
#define COLUMN_SLACK 8

/* The most bytes that column_write can need for n values. */
#define COLUMN_BOUND(n) ((Size) (n) * 8 + MAX_VARINT + 2 + COLUMN_SLACK)

extern void column_range(const int64 *values, int n, int64 *min, int64 *max);
extern uint8 *column_write(uint8 *out, const int64 *values, int n);
extern uint8 *column_write_range(uint8 *out, const int64 *values, int n, int64 min, int64 max, int known);
extern bool column_open(Column *column, ByteReader *r, int n);
extern void column_unpack(const Column *column, int n, int64 *out);
extern uint32 column_unpack32(const Column *column, int n, uint32 *out);
extern uint32 column_unpack32_some(const Column *column, int from, int n, uint32 *out);
extern void column_unpack_some(const Column *column, int from, int n, int64 *out);

static inline int64
column_get(const Column *column, uint64 i)
{
	uint64		bit = i * column->width;
	uint64		q;

	q = load_uint64(column->bits + (bit >> 3)) >> (bit & 7) & column->mask;
	return (int64) ((column->base + q) * column->grain);
}

#endif							/* PLG_CORE_BASE_COLUMN_H */
