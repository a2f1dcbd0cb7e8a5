/* Large values out of their TOAST tables; see toast.h. */
#include "pg/toast.h"

#include "access/detoast.h"
#include "access/table.h"
#include "access/tableam.h"

/* The size of a value that lies in a TOAST table as it is, if that is at least so large; else 0. */
Size
large_stored_size(const struct varlena *value, Size least, struct varatt_external *pointer)
{
	int32		size;

	if (!VARATT_IS_EXTERNAL_ONDISK(value))
		return 0;
	VARATT_EXTERNAL_GET_POINTER(*pointer, value);
	size = (int32) VARATT_EXTERNAL_GET_EXTSIZE(*pointer);
	return size < pointer->va_rawsize - VARHDRSZ || (Size) size < least ? 0 : (Size) size;
}

/* Fetches part of such a value; the result has room for it. */
void
fetch_slice(const struct varatt_external *pointer, Size from, Size size, struct varlena *result)
{
	Relation	toast = table_open(pointer->va_toastrelid, AccessShareLock);

	SET_VARSIZE(result, size + VARHDRSZ);
	table_relation_fetch_toast_slice(toast, pointer->va_valueid, (int32) VARATT_EXTERNAL_GET_EXTSIZE(*pointer),
									 (int32) from, (int32) size, result);
	table_close(toast, AccessShareLock);
}

/*
 * A large value is fetched into huge pages: in small ones the page faults take
 * as long as the copy.
 */
struct varlena *
fetch_value(struct varlena *value)
{
	struct varatt_external pointer;
	Size		size = large_stored_size(value, LARGE_VALUE, &pointer);
	struct varlena *result;

	if (size == 0)
		return pg_detoast_datum(value);
	result = in_huge_pages(palloc(size + VARHDRSZ), size + VARHDRSZ);
	fetch_slice(&pointer, 0, size, result);
	return result;
}
