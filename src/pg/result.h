/* A row of a reader's result, filled in from column to column. */
#ifndef PLG_PG_RESULT_H
#define PLG_PG_RESULT_H

#include "pg/compat.h"

#include <math.h>

#include "funcapi.h"
#include "nodes/execnodes.h"
#include "utils/tuplestore.h"

#define MAX_COLUMNS 25

typedef struct ResultRow
{
	int			n;
	bool		any_null;
	Datum		values[MAX_COLUMNS];
	bool		nulls[MAX_COLUMNS];
	struct RowForm *form;		/* of many rows */
} ResultRow;

static inline void
put_datum(ResultRow *row, Datum value)
{
	Assert(row->n < MAX_COLUMNS);
	row->nulls[row->n] = false;
	row->values[row->n++] = value;
}

static inline void
put_null(ResultRow *row)
{
	Assert(row->n < MAX_COLUMNS);
	row->any_null = true;
	row->nulls[row->n] = true;
	row->values[row->n++] = (Datum) 0;
}

static inline void
put_number(ResultRow *row, int64 number)
{
	put_datum(row, Int64GetDatum(number));
}

static inline void
put_float(ResultRow *row, double value)
{
	put_datum(row, Float8GetDatum(value));
}

/* What may not be known. */
static inline void
put_if(ResultRow *row, bool known, Datum value)
{
	if (known)
		put_datum(row, value);
	else
		put_null(row);
}

static inline void
put_number_if(ResultRow *row, bool known, int64 number)
{
	put_if(row, known, Int64GetDatum(number));
}

static inline void
put_float_if(ResultRow *row, bool known, double value)
{
	put_if(row, known, Float8GetDatum(value));
}

/* What may be NaN, which is then not known. */
static inline void
put_known(ResultRow *row, double value)
{
	put_float_if(row, !isnan(value), value);
}

/* The row as the result of a function of one row. */
extern Datum single_row(FunctionCallInfo fcinfo, ResultRow *row);

/* Of a reader that gives many rows: makes room for so many, and forms them fast.  After InitMaterializedSRF. */
extern void expect_rows(FunctionCallInfo fcinfo, ResultRow *row, int64 rows);

/* Adds the row to the result and begins the next. */
extern void put_row(ReturnSetInfo *result, ResultRow *row);

#endif							/* PLG_PG_RESULT_H */
