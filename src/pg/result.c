/* Rows of results; see result.h. */
#include "pg/result.h"

#include "miscadmin.h"

void
put_datum(ResultRow *row, Datum value)
{
	Assert(row->n < MAX_COLUMNS);
	row->nulls[row->n] = false;
	row->values[row->n++] = value;
}

void
put_null(ResultRow *row)
{
	Assert(row->n < MAX_COLUMNS);
	row->nulls[row->n] = true;
	row->values[row->n++] = (Datum) 0;
}

void
put_row(ReturnSetInfo *result, ResultRow *row)
{
	CHECK_FOR_INTERRUPTS();
	Assert(row->n == result->setDesc->natts);
	tuplestore_putvalues(result->setResult, result->setDesc, row->values, row->nulls);
	row->n = 0;
}
