/* Rows of results; see result.h. */
#include "pg/result.h"

#include "access/htup_details.h"
#include "access/tupmacs.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#define MOST_ROOM ((Size) 512 * 1024 * 1024)

/* Of columns that take no more than that each, for tuple and store. */
#define COLUMN_ROOM 16
#define TUPLE_ROOM 64

/*
 * Rows wait in memory until the executor asks for them, and most of what that
 * costs are pages that are new to the process.  So the store gets a context
 * whose first block has room for all rows, in huge pages.  Since PostgreSQL 17
 * it has one of its own.
 */
static void
make_room(ReturnSetInfo *result, int64 rows)
{
#if PG_VERSION_NUM < 170000
	double		wanted = (double) rows * (TUPLE_ROOM + COLUMN_ROOM * result->setDesc->natts);
	Size		size = (Size) Min(wanted, (double) Min((Size) work_mem * 1024, MOST_ROOM));
	MemoryContext caller;

	if (size < HUGE_PAGE)
		return;
	size = TYPEALIGN(HUGE_PAGE, size + HUGE_PAGE);
	tuplestore_end(result->setResult);
	caller = MemoryContextSwitchTo(AllocSetContextCreate(result->econtext->ecxt_per_query_memory, "plg rows", size, size, size));
	in_huge_pages(palloc(1), size - HUGE_PAGE / 2);
	result->setResult = tuplestore_begin_heap((result->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
	MemoryContextSwitchTo(caller);
#else
	(void) result;
	(void) rows;
#endif
}

void
expect_rows(ReturnSetInfo *result, ResultRow *row, int64 rows)
{
	TupleDesc	desc = result->setDesc;
	Size		size = MAXALIGN(SizeofMinimalTupleHeader + BITMAPLEN(desc->natts));

	make_room(result, rows);
	for (int i = 0; i < desc->natts; i++)
	{
		if (TupleDescAttr(desc, i)->attlen < 0)
			return;
		size = MAXALIGN(size + TupleDescAttr(desc, i)->attlen);
	}
	row->tuple = palloc0(size);
	row->slot = MakeSingleTupleTableSlot(desc, &TTSOpsMinimalTuple);
}

/* The tuple of columns of fixed size, in one pass, where the server needs two, and new memory for each. */
static void
form_tuple(const ResultRow *row, TupleDesc desc)
{
	MinimalTuple tuple = row->tuple;
	bool		any_null = memchr(row->nulls, true, row->n) != NULL;
	Size		offset = MAXALIGN(SizeofMinimalTupleHeader + (any_null ? BITMAPLEN(row->n) : 0));

	tuple->t_infomask = any_null ? HEAP_HASNULL : 0;
	tuple->t_infomask2 = (uint16) row->n;
	tuple->t_hoff = (uint8) (offset + MINIMAL_TUPLE_OFFSET);
	if (any_null)
		memset(tuple->t_bits, 0, BITMAPLEN(row->n));
	for (int i = 0; i < row->n; i++)
	{
		const FormData_pg_attribute *column = TupleDescAttr(desc, i);
		char	   *place;

		if (row->nulls[i])
			continue;
		if (any_null)
			tuple->t_bits[i / 8] |= (uint8) (1 << i % 8);
		offset = att_align_nominal(offset, column->attalign);
		place = (char *) tuple + offset;
		offset += column->attlen;
		if (!column->attbyval)
			memcpy(place, DatumGetPointer(row->values[i]), column->attlen);
		else if (column->attlen == sizeof(Datum))
			memcpy(place, &row->values[i], sizeof(Datum));
		else
			store_att_byval(place, row->values[i], column->attlen);
	}
	tuple->t_len = (uint32) offset;
}

void
put_row(ReturnSetInfo *result, ResultRow *row)
{
	CHECK_FOR_INTERRUPTS();
	Assert(row->n == result->setDesc->natts);
	if (row->tuple == NULL)
		tuplestore_putvalues(result->setResult, result->setDesc, row->values, row->nulls);
	else
	{
		form_tuple(row, result->setDesc);
		ExecStoreMinimalTuple(row->tuple, row->slot, false);
		tuplestore_puttupleslot(result->setResult, row->slot);
	}
	row->n = 0;
}

Datum
single_row(FunctionCallInfo fcinfo, ResultRow *row)
{
	TupleDesc	desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE || desc->natts != row->n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_FUNCTION_DEFINITION),
				 errmsg("this function must return a row of %d columns", row->n),
				 errhint("Create it with the extension's own script.")));
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), row->values, row->nulls));
}
