/* MRR movements, a row for each period. */
#include "revenue/row.h"

#include "pg/args.h"
#include "pg/calendar_range.h"

/* The first arguments of both; each has further ones. */
enum
{
	L, UNIT, SINCE, UNTIL, TIME_ZONE, AS_OF, MOVEMENT_BY, PERIOD_ARGS
};

/* The tally of the periods that the first arguments ask for. */
typedef struct PeriodsTally
{
	Calendar   *calendar;
	CalendarRange range;
	int			span;			/* units in each period, which slide over one another */
	TimestampTz known_until;
	Tally		tally;
} PeriodsTally;

/* False if there is no ledger. */
static bool
tally_periods(FunctionCallInfo fcinfo, int origin_arg, TallyOptions options, PeriodsTally *periods)
{
	TimestampTz as_of = arg_as_of(fcinfo, AS_OF);
	LedgerReader *reader;

	periods->calendar = arg_calendar(fcinfo, UNIT, TIME_ZONE, origin_arg);
	calendar_sliding(periods->calendar, arg_date(fcinfo, SINCE, "since"), arg_date(fcinfo, UNTIL, "until"),
					 MAX_LEDGER_PERIODS, periods->span, &periods->range);
	if (PG_ARGISNULL(L))
		return false;
	reader = arg_ledger(fcinfo, L);
	periods->known_until = known_until(reader, as_of, &options.course);
	periods->tally.n = periods->range.n;
	periods->tally.starts = periods->range.starts;
	periods->tally.options = options;
	if (periods->span == 1)
		tally_ledger(&periods->tally, reader);
	else
		tally_windows(&periods->tally, periods->span, reader);
	return true;
}

/* A period's last unit, and whether the period's end is not known yet. */
static int32
last_unit(const PeriodsTally *periods, int p)
{
	return periods->range.first + p + periods->span - 1;
}

static bool
is_provisional(const PeriodsTally *periods, int p)
{
	return periods->range.starts[p + periods->span] > periods->known_until;
}

PLG_FUNCTION(plg_ledger_movements);
Datum
plg_ledger_movements(PG_FUNCTION_ARGS)
{
	enum {REACTIVATION_WITHIN = PERIOD_ARGS, BRIDGE_GAP, GRR_METHOD, SPAN, ORIGIN};

	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	TallyOptions options = default_options();
	PeriodsTally periods = {.span = 1};
	ResultRow	row = {0};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	options.by_event = arg_by_event(fcinfo, MOVEMENT_BY);
	options.course.reactivation_within = arg_reactivation_within(fcinfo, REACTIVATION_WITHIN);
	options.course.bridge_gap = arg_bridge_gap(fcinfo, BRIDGE_GAP);
	options.grr = arg_grr_method(fcinfo, GRR_METHOD);
	periods.span = arg_positive(fcinfo, SPAN, "span");
	if (!tally_periods(fcinfo, ORIGIN, options, &periods))
		return (Datum) 0;
	for (int p = 0; p < periods.tally.n; p++)
	{
		bool		provisional = is_provisional(&periods, p);

		put_unit_date(&row, periods.calendar, last_unit(&periods, p));
		put_movements(&row, &periods.tally.periods[p], periods.tally.scale, true, !provisional);
		put_datum(&row, BoolGetDatum(provisional));
		put_unit_start(&row, periods.calendar, last_unit(&periods, p));
		put_row(result, &row);
	}
	return (Datum) 0;
}

PLG_FUNCTION(plg_ledger_expansion_revenue);
Datum
plg_ledger_expansion_revenue(PG_FUNCTION_ARGS)
{
	enum {BRIDGE_GAP = PERIOD_ARGS, ORIGIN};

	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	TallyOptions options = default_options();
	PeriodsTally periods = {.span = 1};
	ResultRow	row = {0};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	options.by_event = arg_by_event(fcinfo, MOVEMENT_BY);
	options.course.bridge_gap = arg_bridge_gap(fcinfo, BRIDGE_GAP);
	if (!tally_periods(fcinfo, ORIGIN, options, &periods))
		return (Datum) 0;
	for (int p = 0; p < periods.tally.n; p++)
	{
		const PeriodTally *period = &periods.tally.periods[p];
		bool		provisional = is_provisional(&periods, p);
		int128		gained = money_add(money_add(period->new, period->reactivation),
									   period->expansion);

		put_unit_date(&row, periods.calendar, last_unit(&periods, p));
		put_datum(&row, Int64GetDatum(period->accounts_expanded));
		put_money(&row, period->expansion, periods.tally.scale);
		put_money(&row, gained, periods.tally.scale);
		put_ratio(&row, !provisional, period->expansion, gained);
		put_ratio(&row, !provisional, period->expanded, period->paid_at_opening);
		put_datum(&row, BoolGetDatum(provisional));
		put_unit_start(&row, periods.calendar, last_unit(&periods, p));
		put_row(result, &row);
	}
	return (Datum) 0;
}
