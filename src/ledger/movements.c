/* MRR movements, a row for each period. */
#include "ledger/tally.h"

#include "args.h"
#include "calendar.h"
#include "funcapi.h"
#include "nodes/execnodes.h"
#include "utils/fmgrprotos.h"
#include "utils/tuplestore.h"

#define MAX_PERIODS 50000

#define MOVEMENTS_COLUMNS 24

typedef struct ResultRow
{
	int			n;
	Datum		values[MOVEMENTS_COLUMNS];
	bool		nulls[MOVEMENTS_COLUMNS];
} ResultRow;

static void
put_datum(ResultRow *row, Datum value)
{
	row->nulls[row->n] = false;
	row->values[row->n++] = value;
}

static void
put_null(ResultRow *row)
{
	row->nulls[row->n] = true;
	row->values[row->n++] = (Datum) 0;
}

static void
put_ratio(ResultRow *row, bool (*ratio_of) (const PeriodTally *, double *),
		  const PeriodTally *period)
{
	double		ratio;

	if (ratio_of(period, &ratio))
		put_datum(row, Float8GetDatum(ratio));
	else
		put_null(row);
}

static void
put_movements(ResultRow *row, const PeriodTally *period, int scale)
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

	for (int i = 0; i < (int) lengthof(amounts); i++)
		put_datum(row, numeric_of_money(amounts[i], scale));
	for (int i = 0; i < (int) lengthof(counts); i++)
		put_datum(row, Int64GetDatum(counts[i]));
	put_ratio(row, tally_nrr, period);
	put_ratio(row, tally_grr, period);
	put_ratio(row, tally_logo_retention, period);
	put_ratio(row, tally_quick_ratio, period);
	if (period->accounts_closing == 0)
		put_null(row);
	else
		put_datum(row, DirectFunctionCall1(numeric_trim_scale,
										   DirectFunctionCall2(numeric_div,
															   numeric_of_money(period->closing, scale),
															   numeric_of_money(period->accounts_closing, 0))));
}

/* movements(ledger, unit text, since date, until date, tz text, as_of timestamptz) */
PLG_FUNCTION(plg_ledger_movements);
Datum
plg_ledger_movements(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	bool		has_as_of = !PG_ARGISNULL(5);
	Calendar   *calendar;
	CalendarRange range;
	Tally		tally;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	calendar = make_calendar(arg_name(fcinfo, 1, "unit"), arg_name(fcinfo, 4, "tz"));
	calendar_range(calendar, arg_date(fcinfo, 2, "since"), arg_date(fcinfo, 3, "until"),
				   MAX_PERIODS, &range);

	tally.n = range.n;
	tally.starts = range.starts;
	tally.as_of = has_as_of ? PG_GETARG_TIMESTAMPTZ(5) : DT_NOEND;
	tally_ledger(&tally, arg_ledger(fcinfo, 0));

	for (int p = 0; p < tally.n; p++)
	{
		ResultRow	row = {0};

		CHECK_FOR_INTERRUPTS();
		put_datum(&row, DateADTGetDatum(calendar_date(calendar, range.first + p)));
		put_movements(&row, &tally.periods[p], tally.scale);
		put_datum(&row, BoolGetDatum(has_as_of && range.starts[p + 1] > tally.as_of));
		Assert(row.n == MOVEMENTS_COLUMNS);
		tuplestore_putvalues(result->setResult, result->setDesc, row.values, row.nulls);
	}
	return (Datum) 0;
}
