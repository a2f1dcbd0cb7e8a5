/* Stored values: detoasted, whole or in parts. */
#ifndef PLG_PG_TOAST_H
#define PLG_PG_TOAST_H

#include "core/base/platform.h"
#include "pg/compat.h"

/* A value detoasted. */
extern struct varlena *fetch_value(struct varlena *value);

/* From this size on it matters in which memory a value lies. */
#define LARGE_VALUE MEGABYTE

/* Parts of a large value. */
extern Size large_stored_size(const struct varlena *value, Size least, struct varatt_external *pointer);
extern void fetch_slice(const struct varatt_external *pointer, Size from, Size size, struct varlena *result);

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
