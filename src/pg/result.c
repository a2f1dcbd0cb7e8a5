/* Rows of results; see result.h. */
#include "pg/result.h"

#include "access/htup_details.h"
#include "access/tupmacs.h"
#include "executor/tuptable.h"
#include "pg/call_site.h"
#include "utils/memutils.h"

#define MOST_ROOM ((Size) 512 * 1024 * 1024)

/* Of columns that take no more than that each, for tuple and store. */
#define COLUMN_ROOM 16
#define TUPLE_ROOM 64

/*
 * Rows wait in memory until the executor asks for them, and most of what that
 * costs are pages that are new to the process.  So the store gets a context
 * whose first block has room for all rows, in huge pages, and for the array of them,
 * which a context of small blocks would move from place to place; the next call at the same
 * place, before which the executor has ended the store, takes the same one.  A store
 * that has a context of its own is left alone.
 */
static void
make_room(FunctionCallInfo fcinfo, int64 rows)
{
#if !STORE_HAS_CONTEXT
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	double		wanted = (double) rows * (TUPLE_ROOM + COLUMN_ROOM * result->setDesc->natts);
	Size		size = (Size) Min(wanted, (double) Min((Size) work_mem * 1024, MOST_ROOM));
	CallSite   *site = call_site(fcinfo);
	MemoryContext caller;
	void	   *start;

	if (size < HUGE_PAGE || site == NULL || site->context != result->econtext->ecxt_per_query_memory)
		return;
	size = TYPEALIGN(HUGE_PAGE, size + HUGE_PAGE);
	tuplestore_end(result->setResult);
	if (site->rows != NULL && site->rows_room < size)
	{
		MemoryContextDelete(site->rows);
		site->rows = NULL;
	}
	if (site->rows != NULL)
		MemoryContextReset(site->rows);
	else
		site->rows = GenerationContextCreate(site->context, "plg rows", size, ALLOCSET_DEFAULT_INITSIZE, Max(size, ALLOCSET_DEFAULT_MAXSIZE));
	site->rows_room = Max(site->rows_room, size);
	caller = MemoryContextSwitchTo(site->rows);
	start = in_huge_pages(palloc(1), size - HUGE_PAGE / 2);
	/* up to the first of these pages */
	(void) palloc(TYPEALIGN(HUGE_PAGE, start) - (uintptr_t) start);
	result->setResult = tuplestore_begin_heap((result->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
	MemoryContextSwitchTo(caller);
#else
	(void) fcinfo;
	(void) rows;
#endif
}

/*
 * Columns of fixed size are put into a tuple where the store keeps it: it copies
 * this slot, and what copies it forms the tuple.  The server needs two passes for
 * that, and another copy.
 */
typedef struct RowForm
{
	VirtualTupleTableSlot slot;
	const ResultRow *row;
	struct
	{
		int16		length;
		uint8		align;
		bool		by_value;
	}			columns[MAX_COLUMNS];
	Size		room;			/* of all columns, which is enough for some of them */
} RowForm;

static MinimalTuple
form_tuple(TupleTableSlot *slot PLG_COPY_EXTRA)
{
	const RowForm *form = (const RowForm *) slot;
	const ResultRow *row = form->row;
	int			n = row->n;
	bool		any_null;
	Size		size;
	MinimalTuple tuple;

	/* columns that a tuple does not have are NULL */
	while (n > 1 && row->nulls[n - 1])
		n--;
	any_null = row->any_null && memchr(row->nulls, true, n) != NULL;
	size = MAXALIGN(SizeofMinimalTupleHeader + (any_null ? BITMAPLEN(n) : 0));
	tuple = palloc0(size + form->room);
	tuple->t_infomask = any_null ? HEAP_HASNULL : 0;
	tuple->t_infomask2 = (uint16) n;
	tuple->t_hoff = (uint8) (size + MINIMAL_TUPLE_OFFSET);
	for (int i = 0; i < n; i++)
	{
		char	   *place;

		if (row->nulls[i])
			continue;
		if (any_null)
			tuple->t_bits[i / 8] |= (uint8) (1 << i % 8);
		size = TYPEALIGN(form->columns[i].align, size);
		place = (char *) tuple + size;
		size += form->columns[i].length;
		if (!form->columns[i].by_value)
			memcpy(place, DatumGetPointer(row->values[i]), form->columns[i].length);
		else if (form->columns[i].length == sizeof(Datum))
			memcpy(place, &row->values[i], sizeof(Datum));
		else
			store_att_byval(place, row->values[i], form->columns[i].length);
	}
	tuple->t_len = (uint32) size;
	return tuple;
}

static RowForm *
begin_form(const ResultRow *row, TupleDesc desc, TupleTableSlotOps *ops)
{
	RowForm    *form;

	ops->base_slot_size = sizeof(RowForm);
	form = (RowForm *) ExecStoreVirtualTuple(MakeSingleTupleTableSlot(desc, ops));
	form->row = row;
	return form;
}

static RowForm *
make_form(const ResultRow *row, TupleDesc desc)
{
	static TupleTableSlotOps ops;
	RowForm    *form;

	for (int i = 0; i < desc->natts; i++)
	{
		if (TupleDescAttr(desc, i)->attlen < 0)
			return NULL;
	}
	ops = TTSOpsVirtual;
	ops.copy_minimal_tuple = form_tuple;
	form = begin_form(row, desc, &ops);
	for (int i = 0; i < desc->natts; i++)
	{
		const FormData_pg_attribute *column = TupleDescAttr(desc, i);

		form->columns[i].length = column->attlen;
		form->columns[i].align = (uint8) att_align_nominal(1, column->attalign);
		form->columns[i].by_value = column->attbyval;
		form->room = TYPEALIGN(form->columns[i].align, form->room) + column->attlen;
	}
	return form;
}

/*
 * A tuple whose last value is large: it is copied into huge pages, which the server
 * would first fill with zeros.
 */
static MinimalTuple
form_wide_tuple(TupleTableSlot *slot PLG_COPY_EXTRA)
{
	const ResultRow *row = ((const RowForm *) slot)->row;
	Datum	   *values = (Datum *) row->values;	/* the server's functions know no const before 18 */
	bool	   *nulls = (bool *) row->nulls;
	TupleDesc	desc = slot->tts_tupleDescriptor;
	Size		head = MAXALIGN(SizeofMinimalTupleHeader + (row->any_null ? BITMAPLEN(row->n) : 0));
	Size		size = heap_compute_data_size(desc, values, nulls);
	MinimalTuple tuple = in_huge_pages(palloc(head + size), head + size);

	memset(tuple, 0, head + size - VARSIZE_ANY(DatumGetPointer(values[row->n - 1])));
	tuple->t_len = (uint32) (head + size);
	tuple->t_infomask2 = (uint16) row->n;
	tuple->t_hoff = (uint8) (head + MINIMAL_TUPLE_OFFSET);
	heap_fill_tuple(desc, values, nulls, (char *) tuple + head, size, &tuple->t_infomask,
					row->any_null ? tuple->t_bits : NULL);
	return tuple;
}

static bool
is_wide(const ResultRow *row, TupleDesc desc)
{
	int			last = row->n - 1;

	return TupleDescAttr(desc, last)->attlen == -1 && !row->nulls[last] &&
		VARSIZE_ANY(DatumGetPointer(row->values[last])) >= HUGE_PAGE;
}

static void
put_wide_row(ReturnSetInfo *result, const ResultRow *row)
{
	TupleTableSlotOps ops = TTSOpsVirtual;
	RowForm    *form;

	ops.copy_minimal_tuple = form_wide_tuple;
	form = begin_form(row, result->setDesc, &ops);
	tuplestore_puttupleslot(result->setResult, &form->slot.base);
	ExecDropSingleTupleTableSlot(&form->slot.base);
}

void
expect_rows(FunctionCallInfo fcinfo, ResultRow *row, int64 rows)
{
	make_room(fcinfo, rows);
	row->form = make_form(row, ((ReturnSetInfo *) fcinfo->resultinfo)->setDesc);
}

void
put_row(ReturnSetInfo *result, ResultRow *row)
{
	CHECK_FOR_INTERRUPTS();
	Assert(row->n == result->setDesc->natts);
	if (row->form != NULL)
		tuplestore_puttupleslot(result->setResult, &row->form->slot.base);
	else if (is_wide(row, result->setDesc))
		put_wide_row(result, row);
	else
		tuplestore_putvalues(result->setResult, result->setDesc, row->values, row->nulls);
	row->n = 0;
	row->any_null = false;
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
