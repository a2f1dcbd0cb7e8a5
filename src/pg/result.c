/* Rows of results; see result.h. */
#include "pg/result.h"

#include "miscadmin.h"

void
put_row(ReturnSetInfo *result, ResultRow *row)
{
	CHECK_FOR_INTERRUPTS();
	Assert(row->n == result->setDesc->natts);
	tuplestore_putvalues(result->setResult, result->setDesc, row->values, row->nulls);
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
