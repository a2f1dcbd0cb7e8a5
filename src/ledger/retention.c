/* One number about a ledger: MRR at an instant, and retention over a window. */
#include "ledger/tally.h"

#include "args.h"
#include "calendar.h"

/* mrr(ledger, at timestamptz): in force at that instant */
PLG_FUNCTION(plg_ledger_mrr);
Datum
plg_ledger_mrr(PG_FUNCTION_ARGS)
{
	LedgerReader *reader = arg_ledger(fcinfo, 0);
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(1);
	int128		mrr = 0;

	while (next_account(reader))
	{
		int64		n = reader->n;

		while (n > 0 && reader->at[n - 1] > at)
			n--;
		if (n > 0)
			mrr = money_add(mrr, reader->total[n - 1]);
	}
	return numeric_of_money(mrr, reader->scale);
}

/* Functions (ledger, since date, until date, tz text, as_of timestamptz). */
static Datum
window_ratio(FunctionCallInfo fcinfo, bool (*ratio_of) (const PeriodTally *, double *))
{
	Calendar   *days;
	TimestampTz window[2];
	Tally		tally = {.n = 1, .starts = window, .as_of = DT_NOEND};
	double		ratio;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	days = make_calendar("day", arg_name(fcinfo, 3, "tz"));
	calendar_window(days, arg_date(fcinfo, 1, "since"), arg_date(fcinfo, 2, "until"), window);
	if (!PG_ARGISNULL(4))
		tally.as_of = PG_GETARG_TIMESTAMPTZ(4);

	/* what the accounts pay at the end is not known yet */
	if (window[1] > tally.as_of)
		PG_RETURN_NULL();

	tally_ledger(&tally, arg_ledger(fcinfo, 0));
	if (!ratio_of(&tally.periods[0], &ratio))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(ratio);
}

PLG_FUNCTION(plg_ledger_nrr);
Datum
plg_ledger_nrr(PG_FUNCTION_ARGS)
{
	return window_ratio(fcinfo, tally_nrr);
}

PLG_FUNCTION(plg_ledger_grr);
Datum
plg_ledger_grr(PG_FUNCTION_ARGS)
{
	return window_ratio(fcinfo, tally_grr);
}

PLG_FUNCTION(plg_ledger_logo_retention);
Datum
plg_ledger_logo_retention(PG_FUNCTION_ARGS)
{
	return window_ratio(fcinfo, tally_logo_retention);
}
