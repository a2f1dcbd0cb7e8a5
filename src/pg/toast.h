/* Stored values: detoasted, whole or in parts. */
#ifndef PLG_PG_TOAST_H
#define PLG_PG_TOAST_H

#include "core/base/platform.h"
#include "pg/compat.h"

/* A value detoasted. */
extern struct varlena *fetch_value(struct varlena *value);

/* From this size on it matters in which memory a value lies. */
#define LARGE_VALUE MEGABYTE

/* A value that lies in a TOAST table as it is, in chunks. */
typedef struct StoredValue
{
	Oid			table;
	Oid			id;
	Size		size;

	/* where its next chunk may be, after those fetched last */
	int32		chunk;			/* which that is; 0: none has been fetched */
	TransactionId xmin;
	BlockNumber block;
	OffsetNumber offset;		/* of the one before */
	int			buffer;			/* that had the page */
	bool		scattered;		/* chunks do not follow each other */
} StoredValue;

/* Whether a value is one, and at least so large. */
extern bool is_stored_value(StoredValue *stored, const struct varlena *value, Size least);

/* Fetches bytes from the start of a chunk on, or to the end of the value; before them is room for a header. */
extern void fetch_bytes(StoredValue *stored, Size from, Size size, uint8 *bytes);

/* A text argument, detoasted only if it has to be. */
static inline struct varlena *
packed_varlena(Datum datum)
{
	struct varlena *value = (struct varlena *) DatumGetPointer(datum);

	if (unlikely(VARATT_IS_EXTERNAL(value) || VARATT_IS_COMPRESSED(value)))
		return pg_detoast_datum_packed(value);
	return value;
}

#endif							/* PLG_PG_TOAST_H */
