/*
 * NRR, GRR and logo retention over sliding windows, a row for each unit.
 *
 * One pass over the accounts serves all windows: an account's levels at all
 * boundaries of units are written down, and each window reads two of them.  What
 * GRR may need of the units between is gathered for all windows as they slide,
 * so that an account is work by units and windows, not by one times the other.
 */
#include "revenue/row.h"

#include "pg/args.h"
#include "pg/calendar_range.h"

/* The arguments. */
enum
{
	L, UNIT, SPAN, SINCE, UNTIL, TIME_ZONE, AS_OF, BRIDGE_GAP, GRR_METHOD, ORIGIN
};

typedef struct Series
{
	int			span;
	int			n_windows;
	int			n_units;		/* window w has units w to w + span - 1 */
	TimestampTz *starts;		/* of units, n_units + 1 */
	GrrMethod	grr;
	PeriodTally *tallies;		/* by window */

	/* of the account at hand */
	int128	   *levels;			/* just before each start */
	bool	   *customers;
	int128	   *fallen;			/* sum of the falls before each start */
	int128	   *lowest;			/* by unit; then by window */
	int		   *queue;			/* of units, see lowest_by_window */
} Series;

/* Writes an account's levels down. */
static void
trace_account(Series *s, Course *course)
{
	int			unit = 0;
	bool		more;

	s->levels[0] = course->opening;
	s->fallen[0] = 0;
	s->customers[0] = course->opens_as_customer;
	do
	{
		int			upto;

		more = course_next(course);
		upto = more ? course->period : s->n_units;
		for (; unit < upto; unit++)
		{
			s->levels[unit + 1] = s->levels[unit];
			s->customers[unit + 1] = s->customers[unit];
			s->lowest[unit] = s->levels[unit];
			s->fallen[unit + 1] = s->fallen[unit];
		}
		if (more)
		{
			s->levels[unit + 1] = course->move.closing;
			s->customers[unit + 1] = course->move.is_customer;
			s->lowest[unit] = course->move.lowest;
			s->fallen[unit + 1] = money_add(s->fallen[unit], course->move.fallen);
			unit++;
		}
	} while (more);
}

/*
 * From the lowest levels of units to those of windows.  The queue holds the
 * units of the window at hand that are below all later ones: the first is its
 * lowest.  A window is written where its first unit was, which is read by then.
 */
static void
lowest_by_window(Series *s)
{
	int			head = 0;
	int			tail = 0;

	for (int unit = 0; unit < s->n_units; unit++)
	{
		int			window = unit - (s->span - 1);

		while (tail > head && s->lowest[s->queue[tail - 1]] >= s->lowest[unit])
			tail--;
		s->queue[tail++] = unit;
		if (window < 0)
			continue;
		if (s->queue[head] < window)
			head++;
		s->lowest[window] = s->lowest[s->queue[head]];
	}
}

static void
tally_window(Series *s, int window)
{
	PeriodTally *tally = &s->tallies[window];
	int			end = window + s->span;
	Move		move;

	move.was_customer = s->customers[window];
	if (!move.was_customer)
		return;
	move.is_customer = s->customers[end];
	move.opening = s->levels[window];
	move.closing = s->levels[end];
	move.lowest = s->lowest[window];
	move.fallen = money_subtract(s->fallen[end], s->fallen[window]);
	tally->accounts_opening++;
	tally->paid_at_opening = money_add(tally->paid_at_opening, positive(move.opening));
	tally_retention(tally, &move, s->grr);
}

static void
put_window(ResultRow *row, const PeriodTally *tally, bool opened, bool mature, int scale)
{
	int128		paid = tally->paid_at_opening;
	int128		closing = money_add(paid, tally->change);
	int128		retained = money_subtract(paid, tally->loss);
	int64		stayed = tally->accounts_opening - tally->accounts_lost;

	put_datum(row, BoolGetDatum(mature));
	if (opened)
	{
		put_datum(row, Int64GetDatum(tally->accounts_opening));
		put_money(row, paid, scale);
	}
	else
	{
		put_null(row);
		put_null(row);
	}
	if (mature)
	{
		put_datum(row, Int64GetDatum(stayed));
		put_money(row, closing, scale);
		put_money(row, retained, scale);
	}
	else
	{
		for (int i = 0; i < 3; i++)
			put_null(row);
	}
	put_ratio(row, mature, closing, paid);
	put_ratio(row, mature, retained, paid);
	put_ratio(row, mature, stayed, tally->accounts_opening);
}

/* Units from before since, so that the first one has a window of its own. */
static int32
make_windows(Series *s, Calendar *calendar, DateADT since, DateADT until)
{
	CalendarRange range;

	calendar_sliding(calendar, since, until, MAX_LEDGER_PERIODS, s->span, &range);
	s->n_windows = range.n;
	s->n_units = range.n + s->span - 1;
	s->starts = range.starts;
	s->tallies = palloc0(s->n_windows * sizeof(PeriodTally));
	s->levels = palloc((s->n_units + 1) * sizeof(int128));
	s->customers = palloc((s->n_units + 1) * sizeof(bool));
	s->fallen = palloc((s->n_units + 1) * sizeof(int128));
	s->lowest = palloc(s->n_units * sizeof(int128));
	s->queue = palloc(s->n_units * sizeof(int));
	return range.first;
}

/*
 * nrr_series(ledger, unit text, span int, since date, until date, tz text, as_of
 * timestamptz, bridge_gap interval, grr_method text, origin date)
 */
PLG_FUNCTION(plg_ledger_nrr_series);
Datum
plg_ledger_nrr_series(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	CourseOptions options = default_options().course;
	Course		course = {.options = &options};
	LedgerReader *reader;
	Calendar   *calendar;
	TimestampTz as_of;
	Series		s = {0};
	ResultRow	row = {0};
	int32		first;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	calendar = arg_calendar(fcinfo, UNIT, TIME_ZONE, ORIGIN);
	s.span = arg_positive(fcinfo, SPAN, "span");
	first = make_windows(&s, calendar, arg_date(fcinfo, SINCE, "since"), arg_date(fcinfo, UNTIL, "until"));
	as_of = arg_as_of(fcinfo, AS_OF);
	options.bridge_gap = arg_bridge_gap(fcinfo, BRIDGE_GAP);
	s.grr = arg_grr_method(fcinfo, GRR_METHOD);
	if (PG_ARGISNULL(L))
		return (Datum) 0;
	reader = arg_ledger(fcinfo, L);
	as_of = known_until(reader, as_of, &options);

	course.starts = s.starts;
	course.n_periods = s.n_units;
	while (next_account(reader))
	{
		course_begin(&course, reader);
		trace_account(&s, &course);
		if (s.grr == GRR_LOW_WATER)
			lowest_by_window(&s);
		for (int window = 0; window < s.n_windows; window++)
			tally_window(&s, window);
	}
	for (int window = 0; window < s.n_windows; window++)
	{
		int			end = window + s.span;

		put_unit_date(&row, calendar, first + end - 1);
		put_unit_date(&row, calendar, first + window);
		put_window(&row, &s.tallies[window], s.starts[window] <= as_of, s.starts[end] <= as_of, reader->scale);
		put_unit_start(&row, calendar, first + end - 1);
		put_row(result, &row);
	}
	return (Datum) 0;
}
