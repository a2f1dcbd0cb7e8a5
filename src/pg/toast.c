/*
 * Large values out of their TOAST tables; see toast.h.
 *
 * The server looks up each chunk, of which four fill a page, in an index, its page
 * in a hash table, and locks it: for a large value that takes longer than to copy
 * it.  But chunks are written one after the other.  So only the first is looked up;
 * behind a chunk, on the same page or the next, lies the one that follows, which its
 * value, its number and its writer prove, and the next page is likely to be in the
 * next buffer.  Where that ends the server goes on.
 */
#include "pg/toast.h"

#include "access/detoast.h"
#include "access/genam.h"
#include "access/heaptoast.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/toast_internals.h"
#include "catalog/pg_am.h"
#include "storage/bufmgr.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

/* A look-up takes as long as the server takes for half as many bytes, and so pays only before more. */
#define SHORT_RUN ((Size) 16 * TOAST_MAX_CHUNK_SIZE)

bool
is_stored_value(StoredValue *stored, const struct varlena *value, Size least)
{
	struct varatt_external pointer;
	int32		size;

	if (!VARATT_IS_EXTERNAL_ONDISK(value))
		return false;
	VARATT_EXTERNAL_GET_POINTER(pointer, value);
	size = (int32) VARATT_EXTERNAL_GET_EXTSIZE(pointer);
	if (size < pointer.va_rawsize - VARHDRSZ || (Size) size < least)
		return false;
	*stored = (StoredValue) {.table = pointer.va_toastrelid, .id = pointer.va_valueid, .size = (Size) size};
	return true;
}

/* Finds a chunk by the index; false if it is not there. */
static bool
look_up(StoredValue *stored, Relation table, int32 chunk)
{
	Relation   *indexes;
	int			n;
	int			valid = toast_open_indexes(table, AccessShareLock, &indexes, &n);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	found;

	ScanKeyInit(&keys[0], 1, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(stored->id));
	ScanKeyInit(&keys[1], 2, BTEqualStrategyNumber, F_INT4EQ, Int32GetDatum(chunk));
	/* no two values that may be seen have one id */
	scan = systable_beginscan_ordered(table, indexes[valid], SnapshotAny, 2, keys);
	found = systable_getnext_ordered(scan, ForwardScanDirection);
	if (found != NULL)
	{
		stored->chunk = chunk;
		stored->xmin = HeapTupleHeaderGetRawXmin(found->t_data);
		stored->block = ItemPointerGetBlockNumber(&found->t_self);
		stored->offset = OffsetNumberPrev(ItemPointerGetOffsetNumber(&found->t_self));
		stored->buffer = InvalidBuffer;
	}
	systable_endscan_ordered(scan);
	toast_close_indexes(indexes, n, AccessShareLock);
	return found != NULL;
}

/* A page, pinned and locked; none if the table ends before it. */
static Buffer
open_page(const StoredValue *stored, Relation table, BlockNumber n_blocks)
{
	Buffer		buffer = stored->buffer;

	if (buffer <= 0 || buffer > NBuffers ||
		!ReadRecentBuffer(plg_file_of(table), MAIN_FORKNUM, stored->block, buffer))
	{
		if (stored->block >= n_blocks)
			return InvalidBuffer;
		buffer = ReadBuffer(table, stored->block);
	}
	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	return buffer;
}

/* The bytes of the chunk at a place of a page, if it is the next one; else NULL. */
static const char *
chunk_at(const StoredValue *stored, Relation table, Page page, OffsetNumber offset, Size *size)
{
	ItemId		item = PageGetItemId(page, offset);
	TupleDesc	desc = RelationGetDescr(table);
	HeapTupleData tuple;
	struct varlena *bytes;
	bool		is_null;

	if (!ItemIdIsNormal(item))
		return NULL;
	tuple.t_data = (HeapTupleHeader) PageGetItem(page, item);
	tuple.t_len = ItemIdGetLength(item);
	/* what lies there in the next buffer will be asked for soon */
	for (Size i = 0; i < TOAST_MAX_CHUNK_SIZE; i += CACHE_LINE)
		__builtin_prefetch((char *) tuple.t_data + BLCKSZ + i, 0, 2);
	if (HeapTupleHeaderGetRawXmin(tuple.t_data) != stored->xmin ||
		(tuple.t_data->t_infomask & HEAP_HASNULL) != 0 ||
		DatumGetObjectId(fastgetattr(&tuple, 1, desc, &is_null)) != stored->id ||
		DatumGetInt32(fastgetattr(&tuple, 2, desc, &is_null)) != stored->chunk)
		return NULL;
	bytes = (struct varlena *) DatumGetPointer(fastgetattr(&tuple, 3, desc, &is_null));
	*size = Min(stored->size - (Size) stored->chunk * TOAST_MAX_CHUNK_SIZE, TOAST_MAX_CHUNK_SIZE);
	return VARSIZE_ANY_EXHDR(bytes) == *size ? VARDATA_ANY(bytes) : NULL;
}

/* Copies the chunks of a page from the next place on; returns how many bytes. */
static Size
copy_page(StoredValue *stored, Relation table, Page page, Size size, uint8 *bytes)
{
	Size		copied = 0;

	while (copied < size && stored->offset < PageGetMaxOffsetNumber(page))
	{
		Size		n;
		const char *chunk = chunk_at(stored, table, page, OffsetNumberNext(stored->offset), &n);

		if (chunk == NULL)
			break;
		n = Min(n, size - copied);
		memcpy(bytes + copied, chunk, n);
		copied += n;
		stored->chunk++;
		stored->offset++;
	}
	return copied;
}

/* Copies chunks from the next place on for as long as they follow each other; returns how many bytes. */
static Size
copy_pages(StoredValue *stored, Relation table, Size size, uint8 *bytes)
{
	BlockNumber n_blocks = RelationGetNumberOfBlocks(table);
	Size		copied = 0;
	Size		n = size;

	while (copied < size && n > 0)
	{
		Buffer		buffer = open_page(stored, table, n_blocks);

		if (!BufferIsValid(buffer))
			break;
		n = copy_page(stored, table, BufferGetPage(buffer), size - copied, bytes + copied);
		copied += n;
		stored->buffer = buffer;
		if (stored->offset == PageGetMaxOffsetNumber(BufferGetPage(buffer)))
		{
			stored->block++;
			stored->offset = InvalidOffsetNumber;
			stored->buffer++;
		}
		UnlockReleaseBuffer(buffer);
		CHECK_FOR_INTERRUPTS();
	}
	if (copied < size)
		stored->chunk = 0;
	return copied;
}

void
fetch_bytes(StoredValue *stored, Size from, Size size, uint8 *bytes)
{
	Relation	table = table_open(stored->table, AccessShareLock);
	Size		done = 0;

	stored->scattered |= table->rd_rel->relam != HEAP_TABLE_AM_OID;
	while (done < size && !stored->scattered)
	{
		int32		chunk = (int32) ((from + done) / TOAST_MAX_CHUNK_SIZE);
		bool		follows = chunk > 0 && chunk == stored->chunk;
		Size		n;

		if (!follows && !look_up(stored, table, chunk))
			break;
		n = copy_pages(stored, table, size - done, bytes + done);
		stored->scattered = !follows && n < Min(size - done, SHORT_RUN);
		done += n;
	}
	/* bytes begin behind a header for whose size nobody asks */
	if (done < size)
		table_relation_fetch_toast_slice(table, stored->id, (int32) stored->size, (int32) (from + done),
										 (int32) (size - done), (struct varlena *) (bytes + done - VARHDRSZ));
	table_close(table, AccessShareLock);
}

/*
 * A large value is fetched into huge pages: in small ones the page faults take
 * as long as the copy.
 */
struct varlena *
fetch_value(struct varlena *value)
{
	StoredValue stored;
	struct varlena *result;

	if (!is_stored_value(&stored, value, LARGE_VALUE))
		return pg_detoast_datum(value);
	result = in_huge_pages(palloc(stored.size + VARHDRSZ), stored.size + VARHDRSZ);
	SET_VARSIZE(result, stored.size + VARHDRSZ);
	fetch_bytes(&stored, 0, stored.size, (uint8 *) VARDATA(result));
	return result;
}
