/* MRR movements, a row for each period. */
#include "revenue/row.h"

#include "pg/args.h"
#include "pg/calendar_range.h"

/*
 * The tally of the periods of a function (ledger, unit text, since date, until
 * date, tz text, as_of timestamptz, ...), whose further options are given.
 */
typedef struct PeriodsTally
{
	Calendar   *calendar;
	CalendarRange range;
	TimestampTz known_until;
	Tally		tally;
} PeriodsTally;

/* False if there is no ledger. */
static bool
tally_periods(FunctionCallInfo fcinfo, TallyOptions options, PeriodsTally *periods)
{
	TimestampTz as_of = arg_as_of(fcinfo, 5);
	LedgerReader *reader;

	periods->calendar = make_calendar(arg_name(fcinfo, 1, "unit"), arg_name(fcinfo, 4, "tz"));
	calendar_range(periods->calendar, arg_date(fcinfo, 2, "since"), arg_date(fcinfo, 3, "until"),
				   MAX_LEDGER_PERIODS, &periods->range);
	if (PG_ARGISNULL(0))
		return false;
	reader = arg_ledger(fcinfo, 0);
	periods->known_until = known_until(reader, as_of, &options.course);
	periods->tally.n = periods->range.n;
	periods->tally.starts = periods->range.starts;
	periods->tally.options = options;
	tally_ledger(&periods->tally, reader);
	return true;
}

/*
 * movements(ledger, unit text, since date, until date, tz text, as_of
 * timestamptz, movement_by text, reactivation_within interval, bridge_gap
 * interval, grr_method text)
 */
PLG_FUNCTION(plg_ledger_movements);
Datum
plg_ledger_movements(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	TallyOptions options = default_options();
	PeriodsTally periods;
	ResultRow	row = {0};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	options.by_event = arg_by_event(fcinfo, 6);
	options.course.reactivation_within = arg_reactivation_within(fcinfo, 7);
	options.course.bridge_gap = arg_bridge_gap(fcinfo, 8);
	options.grr = arg_grr_method(fcinfo, 9);
	if (!tally_periods(fcinfo, options, &periods))
		return (Datum) 0;
	for (int p = 0; p < periods.tally.n; p++)
	{
		put_datum(&row, DateADTGetDatum(calendar_date(periods.calendar, periods.range.first + p)));
		put_movements(&row, &periods.tally.periods[p], periods.tally.scale, true);
		put_datum(&row, BoolGetDatum(periods.range.starts[p + 1] > periods.known_until));
		put_row(result, &row);
	}
	return (Datum) 0;
}

/*
 * expansion_revenue(ledger, unit text, since date, until date, tz text, as_of
 * timestamptz, movement_by text, bridge_gap interval)
 */
PLG_FUNCTION(plg_ledger_expansion_revenue);
Datum
plg_ledger_expansion_revenue(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	TallyOptions options = default_options();
	PeriodsTally periods;
	ResultRow	row = {0};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	options.by_event = arg_by_event(fcinfo, 6);
	options.course.bridge_gap = arg_bridge_gap(fcinfo, 7);
	if (!tally_periods(fcinfo, options, &periods))
		return (Datum) 0;
	for (int p = 0; p < periods.tally.n; p++)
	{
		const PeriodTally *period = &periods.tally.periods[p];
		int128		gained = money_add(money_add(period->new, period->reactivation),
									   period->expansion);

		put_datum(&row, DateADTGetDatum(calendar_date(periods.calendar, periods.range.first + p)));
		put_datum(&row, Int64GetDatum(period->accounts_expanded));
		put_money(&row, period->expansion, periods.tally.scale);
		put_money(&row, gained, periods.tally.scale);
		put_ratio(&row, true, period->expansion, gained);
		put_ratio(&row, true, period->expanded, period->paid_at_opening);
		put_datum(&row, BoolGetDatum(periods.range.starts[p + 1] > periods.known_until));
		put_row(result, &row);
	}
	return (Datum) 0;
}
