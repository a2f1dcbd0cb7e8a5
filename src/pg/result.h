/* A row of a reader's result, filled in from column to column. */
#ifndef PLG_RESULT_H
#define PLG_RESULT_H

#include "pg/compat.h"
#include "funcapi.h"
#include "nodes/execnodes.h"
#include "utils/tuplestore.h"

#define MAX_COLUMNS 24

typedef struct ResultRow
{
	int			n;
	Datum		values[MAX_COLUMNS];
	bool		nulls[MAX_COLUMNS];
} ResultRow;

extern void put_datum(ResultRow *row, Datum value);
extern void put_null(ResultRow *row);

/* Adds the row to the result and begins the next. */
extern void put_row(ReturnSetInfo *result, ResultRow *row);

#endif							/* PLG_RESULT_H */
