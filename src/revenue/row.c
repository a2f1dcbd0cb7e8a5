/* Rows of revenue readers' results; see row.h. */
#include "revenue/row.h"

#include "utils/fmgrprotos.h"

void
put_money(ResultRow *row, int128 mantissa, int scale)
{
	put_datum(row, numeric_of_money(mantissa, scale));
}

void
put_mean_money(ResultRow *row, int128 mantissa, int scale, int64 n)
{
	if (n == 0)
		put_null(row);
	else
		put_datum(row, DirectFunctionCall1(numeric_trim_scale,
										   DirectFunctionCall2(numeric_div, numeric_of_money(mantissa, scale),
															   numeric_of_money(n, 0))));
}

void
put_ratio(ResultRow *row, bool known, int128 numerator, int128 denominator)
{
	double		ratio = 0;

	known = known && money_ratio(numerator, denominator, &ratio);
	put_float_if(row, known, ratio);
}

static void
put_tally_ratio(ResultRow *row, bool known, bool (*ratio_of) (const PeriodTally *, double *),
				const PeriodTally *period)
{
	double		ratio = 0;

	known = known && ratio_of(period, &ratio);
	put_float_if(row, known, ratio);
}

void
put_movements(ResultRow *row, const PeriodTally *period, int scale, bool with_flash, bool known)
{
	const int128 amounts[] = {
		period->opening, period->new, period->reactivation, period->expansion,
		period->contraction, period->churn, period->credit, period->closing, period->flash
	};
	const int64 counts[] = {
		period->accounts_opening, period->accounts_new, period->accounts_reactivated,
		period->accounts_expanded, period->accounts_contracted, period->accounts_churned,
		period->accounts_closing, period->accounts_flash
	};

	/* flash is the last of both */
	for (int i = 0; i < (int) lengthof(amounts) - !with_flash; i++)
		put_money(row, amounts[i], scale);
	for (int i = 0; i < (int) lengthof(counts) - !with_flash; i++)
		put_datum(row, Int64GetDatum(counts[i]));
	put_tally_ratio(row, known, tally_nrr, period);
	put_tally_ratio(row, known, tally_grr, period);
	put_tally_ratio(row, known, tally_logo_retention, period);
	put_tally_ratio(row, known, tally_quick_ratio, period);
	put_mean_money(row, period->closing, scale, period->accounts_closing);
}
