/*
 * A growing buffer of bytes.  Reserve the most that the next piece may need,
 * write it there, and say where it ended.
 */
#ifndef PLG_CORE_BASE_WRITER_H
#define PLG_CORE_BASE_WRITER_H

#include "core/base/bytes.h"

typedef struct Writer
{
	uint8	   *start;
	Size		used;
	Size		size;
} Writer;

static inline void
writer_begin(Writer *w)
{
	w->size = 256;
	w->used = 0;
	w->start = palloc(w->size);
}

/* Where to write next; room for n bytes. */
static inline uint8 *
writer_reserve(Writer *w, Size n)
{
	if (w->size - w->used < n)
	{
		w->size = Max(w->size * 2, w->used + n);
		w->start = repalloc_huge(w->start, w->size);
	}
	return w->start + w->used;
}

static inline void
writer_advance(Writer *w, const uint8 *end)
{
	w->used = end - w->start;
}

static inline void
write_bytes(Writer *w, const void *bytes, Size n)
{
	memcpy(writer_reserve(w, n), bytes, n);
	w->used += n;
}

static inline void
write_varint(Writer *w, uint64 value)
{
	writer_advance(w, put_varint(writer_reserve(w, MAX_VARINT), value));
}

#endif							/* PLG_CORE_BASE_WRITER_H */
