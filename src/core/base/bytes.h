/*
 * Reading and writing the stored formats.  All numbers are little-endian
 * whatever the machine, at any alignment; ByteReader is the one place that
 * checks bounds while untrusted bytes are taken apart.
 */
#ifndef PLG_CORE_BASE_BYTES_H
#define PLG_CORE_BASE_BYTES_H

#include "core/base/platform.h"
#include "port/pg_bswap.h"

/*
 * No value is larger.  Text output is base64, a third longer, and must leave
 * some of PostgreSQL's 1 GB limit for the rest of a row.
 */
#define MAX_VALUE_SIZE (764 * MEGABYTE)

static inline uint64
load_uint64(const uint8 *p)
{
	uint64		v;

	memcpy(&v, p, sizeof(v));
#ifdef WORDS_BIGENDIAN
	v = pg_bswap64(v);
#endif
	return v;
}

static inline void
store_uint64(uint8 *p, uint64 v)
{
#ifdef WORDS_BIGENDIAN
	v = pg_bswap64(v);
#endif
	memcpy(p, &v, sizeof(v));
}

static inline uint32
load_uint32(const uint8 *p)
{
	uint32		v;

	memcpy(&v, p, sizeof(v));
#ifdef WORDS_BIGENDIAN
	v = pg_bswap32(v);
#endif
	return v;
}

static inline void
store_uint32(uint8 *p, uint32 v)
{
#ifdef WORDS_BIGENDIAN
	v = pg_bswap32(v);
#endif
	memcpy(p, &v, sizeof(v));
}

/* Up to eight bytes as a number, by loads that may overlap rather than a loop. */
static inline uint64
load_few_bytes(const uint8 *bytes, uint32 length)
{
	if (length >= 4)
		return load_uint32(bytes) | (uint64) load_uint32(bytes + length - 4) << 32;
	if (length > 0)
		return bytes[0] | (uint64) bytes[length / 2] << 8 | (uint64) bytes[length - 1] << 16;
	return 0;
}

/* The first eight bytes of a string as a number that is in the order of strings; zeros follow a shorter one. */
static inline uint64
first_eight_bytes(const uint8 *bytes, uint32 length)
{
	uint64		number = 0;

	if (length >= 8)
		return pg_bswap64(load_uint64(bytes));
	for (uint32 i = 0; i < length; i++)
		number |= (uint64) bytes[i] << (56 - 8 * i);
	return number;
}

/*
 * Labels and most entities have no more than SHORT_STRING bytes: two loads,
 * which may overlap, hold all of them, and with the length tell strings apart.
 */
#define SHORT_STRING 16

static inline void
load_short(const uint8 *bytes, uint32 length, uint64 *head, uint64 *tail)
{
	*head = length > 8 ? load_uint64(bytes) : load_few_bytes(bytes, length);
	*tail = length > 8 ? load_uint64(bytes + length - 8) : 0;
}

/* Varints: seven bits a byte, low bits first; ten bytes hold any uint64. */
#define MAX_VARINT 10

static inline uint8 *
put_varint(uint8 *p, uint64 v)
{
	while (v >= 0x80)
	{
		*p++ = (uint8) v | 0x80;
		v >>= 7;
	}
	*p++ = (uint8) v;
	return p;
}

/* Zigzag: small numbers of either sign become small unsigned ones. */
static inline uint64
zigzag(int64 v)
{
	return ((uint64) v << 1) ^ (uint64) (v >> 63);
}

static inline int64
unzigzag(uint64 v)
{
	return (int64) ((v >> 1) ^ (~(v & 1) + 1));
}

typedef struct ByteReader
{
	const uint8 *p;
	const uint8 *end;
} ByteReader;

static inline Size
bytes_left(const ByteReader *r)
{
	return (Size) (r->end - r->p);
}

/* Steps over n bytes and returns their start, or NULL if there are fewer. */
static inline const uint8 *
take_bytes(ByteReader *r, Size n)
{
	const uint8 *p = r->p;

	if (bytes_left(r) < n)
		return NULL;
	r->p += n;
	return p;
}

static inline bool
take_varint(ByteReader *r, uint64 *value)
{
	uint64		v = 0;

	for (int shift = 0; shift < 64 && r->p < r->end; shift += 7)
	{
		uint8		byte = *r->p++;

		if (shift == 63 && byte > 1)
			return false;
		v |= (uint64) (byte & 0x7f) << shift;
		if (!(byte & 0x80))
		{
			*value = v;
			return true;
		}
	}
	return false;
}

/* Whether n bytes are all zero. */
static inline bool
all_zero(const uint8 *bytes, int n)
{
	for (int i = 0; i < n; i++)
	{
		if (bytes[i] != 0)
			return false;
	}
	return true;
}

#endif							/* PLG_CORE_BASE_BYTES_H */
