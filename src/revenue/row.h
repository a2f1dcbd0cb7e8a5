/* A row of a reader's result, filled in from column to column. */
#ifndef PLG_LEDGER_ROW_H
#define PLG_LEDGER_ROW_H

#include "revenue/tally.h"
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
extern void put_money(ResultRow *row, int128 mantissa, int scale);

/* numerator / denominator as float8, NULL if that is 0 or not known. */
extern void put_ratio(ResultRow *row, bool known, int128 numerator, int128 denominator);

/* The columns from opening to arpa. */
extern void put_movements(ResultRow *row, const PeriodTally *period, int scale, bool with_flash);

/* Adds the row to the result and begins the next. */
extern void put_row(ReturnSetInfo *result, ResultRow *row);

#endif							/* PLG_LEDGER_ROW_H */
