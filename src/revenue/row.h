/* What the rows of revenue readers' results have in common. */
#ifndef PLG_REVENUE_ROW_H
#define PLG_REVENUE_ROW_H

#include "pg/result.h"
#include "revenue/tally.h"

extern void put_money(ResultRow *row, int128 mantissa, int scale);

/* An amount for each of n, NULL if there is none. */
extern void put_mean_money(ResultRow *row, int128 mantissa, int scale, int64 n);

/* numerator / denominator as float8, NULL if that is 0 or not known. */
extern void put_ratio(ResultRow *row, bool known, int128 numerator, int128 denominator);

/* The columns from opening to arpa; ratios are NULL where the period's end is not known. */
extern void put_movements(ResultRow *row, const PeriodTally *period, int scale, bool with_flash, bool known);

#endif							/* PLG_REVENUE_ROW_H */
