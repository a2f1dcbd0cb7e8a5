/* One fact about a ledger: its currency, MRR at an instant, and retention over a window. */
#include "revenue/window.h"

#include "ledger/currency.h"
#include "pg/args.h"
#include "pg/calendar_range.h"
#include "utils/builtins.h"

/* The further arguments. */
enum
{
	BRIDGE_GAP = WINDOW_ARGS, GRR_METHOD
};

/* currency(ledger) */
PLG_FUNCTION(plg_ledger_currency);
Datum
plg_ledger_currency(PG_FUNCTION_ARGS)
{
	LedgerReader *reader = arg_ledger(fcinfo, 0);
	uint32		length;
	const uint8 *currency = history_currency(&reader->history, &length);

	if (currency == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len((const char *) currency, (int) length));
}

/* mrr(ledger, at timestamptz): in force at that instant */
PLG_FUNCTION(plg_ledger_mrr);
Datum
plg_ledger_mrr(PG_FUNCTION_ARGS)
{
	LedgerReader *reader = arg_ledger(fcinfo, 0);
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(1);
	int128		mrr = 0;

	if (at >= reader->known_until && !TIMESTAMP_IS_NOEND(reader->known_until))
		PG_RETURN_NULL();
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

void
arg_window(FunctionCallInfo fcinfo, LedgerWindow *window)
{
	Calendar   *days = arg_days(fcinfo, TIME_ZONE);

	calendar_window(days, arg_date(fcinfo, SINCE, "since"), arg_date(fcinfo, UNTIL, "until"),
					window->bounds);
	window->as_of = arg_as_of(fcinfo, AS_OF);
}

bool
open_window(FunctionCallInfo fcinfo, LedgerWindow *window, CourseOptions *course)
{
	if (PG_ARGISNULL(L))
		return false;
	window->reader = arg_ledger(fcinfo, L);
	window->known = window->bounds[1] <= known_until(window->reader, window->as_of, course);
	return true;
}

/* Functions (ledger, since, until, tz, as_of, bridge_gap interval). */
static Datum
window_ratio(FunctionCallInfo fcinfo, TallyOptions options,
			 bool (*ratio_of) (const PeriodTally *, double *))
{
	LedgerWindow window;
	Tally		tally = {.n = 1, .starts = window.bounds};
	double		ratio;

	options.course.bridge_gap = arg_bridge_gap(fcinfo, BRIDGE_GAP);
	arg_window(fcinfo, &window);

	/* what the accounts pay at the end may not be known yet */
	if (!open_window(fcinfo, &window, &options.course) || !window.known)
		PG_RETURN_NULL();

	tally.options = options;
	tally_ledger(&tally, window.reader);
	if (!ratio_of(&tally.periods[0], &ratio))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(ratio);
}

PLG_CALLS(plg_ledger_nrr, window_ratio(fcinfo, default_options(), tally_nrr))

/* with grr_method text */
PLG_FUNCTION(plg_ledger_grr);
Datum
plg_ledger_grr(PG_FUNCTION_ARGS)
{
	TallyOptions options = default_options();

	options.grr = arg_grr_method(fcinfo, GRR_METHOD);
	return window_ratio(fcinfo, options, tally_grr);
}

PLG_CALLS(plg_ledger_logo_retention, window_ratio(fcinfo, default_options(), tally_logo_retention))
