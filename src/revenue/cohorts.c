/*
 * Revenue retention of cohorts.
 *
 * An account's cohort is the first period at whose close it pays, what it pays
 * then is its base; period k of a cohort is the k-th after that.  Who comes back
 * after more than reactivation_within is new, and so joins a second cohort; the
 * first has lost it.  An account adds to its cohort only in the periods that
 * hold one of its changes, as the difference to the period before; adding up
 * gives the cells.
 */
#include "revenue/row.h"

#include "core/base/elapsed.h"
#include "pg/args.h"
#include "pg/call_site.h"
#include "pg/calendar.h"
#include "readers/shared/cohorts.h"
#include "readers/shared/periods.h"

/* The arguments. */
enum
{
	L, UNIT, PERIODS, TIME_ZONE, AS_OF, AVERAGE, REACTIVATION_WITHIN, BRIDGE_GAP, GRR_METHOD,
	ORIGIN
};

/* By period, at first as the difference to the one before. */
typedef struct RevenueCell
{
	int128		mrr;
	int128		retained;		/* as GRR counts it */
	int64		customers;
} RevenueCell;

typedef struct RevenueCohort
{
	int64		accounts;
	RevenueCell cells[FLEXIBLE_ARRAY_MEMBER];
} RevenueCohort;

typedef struct Triangle
{
	Calendar   *calendar;
	int32		first;			/* period of the first change */
	int			n_periods;
	TimestampTz *starts;
	TimestampTz known_until;
	int			periods;		/* cells of a cohort */
	GrrMethod	grr;
	int			scale;
	Cohorts		cohorts;
} Triangle;

static void
add_cell(RevenueCell *cell, int128 mrr, int128 retained, int64 customers)
{
	cell->mrr = money_add(cell->mrr, mrr);
	cell->retained = money_add(cell->retained, retained);
	cell->customers += customers;
}

/* What GRR still counts of an account after a move in its cohort. */
static int128
retained_after(const Triangle *t, const Move *move, int128 base, int128 retained)
{
	switch (t->grr)
	{
		case GRR_LEAST:
			return Min(base, positive(move->closing));
		case GRR_LOW_WATER:
			return Min(retained, positive(move->lowest));
		case GRR_FLOW:
			break;
	}
	return money_subtract(retained, move->fallen);
}

static void
count_account(Triangle *t, Course *course)
{
	RevenueCohort *cohort = NULL;
	int			joined = 0;
	int128		base = 0;
	int128		retained = 0;

	while (course_next(course))
	{
		const Move *move = &course->move;
		int128		closing = positive(move->closing);

		/* the cohort that it was in lost it when it left */
		if (!move->was_customer && move->is_customer && !move->returns)
			cohort = NULL;
		if (cohort == NULL)
		{
			if (closing == 0)
				continue;
			joined = course->period;
			base = retained = closing;
			cohort = cohort_data(&t->cohorts, t->first + joined);
			cohort->accounts++;
			add_cell(&cohort->cells[0], base, base, 1);
		}
		else if (course->period - joined < t->periods)
		{
			int128		before = retained;

			retained = retained_after(t, move, base, before);
			add_cell(&cohort->cells[course->period - joined], closing - positive(move->opening),
					 retained - before, move->is_customer - move->was_customer);
		}
	}
}

static bool
cell_is_mature(const Triangle *t, int32 cohort, int period)
{
	return calendar_start(t->calendar, cohort + period + 1) <= t->known_until;
}

static void
put_cell(ReturnSetInfo *result, const Triangle *t, const int32 *cohort, int period,
		 int64 accounts, const RevenueCell *base, const RevenueCell *cell, bool mature)
{
	ResultRow	row = {0};

	put_cohort_date(&row, t->calendar, cohort);
	put_datum(&row, Int64GetDatum(accounts));
	put_datum(&row, Int32GetDatum(period));
	put_datum(&row, BoolGetDatum(mature));
	if (mature)
		put_money(&row, cell->mrr, t->scale);
	else
		put_null(&row);
	put_ratio(&row, mature, cell->mrr, base->mrr);
	put_ratio(&row, mature, cell->retained, base->mrr);
	put_ratio(&row, mature, cell->customers, base->customers);
	put_cohort_start(&row, t->calendar, cohort);
	put_row(result, &row);
}

/* All cohorts that are old enough, together. */
static void
put_average(ReturnSetInfo *result, const Triangle *t, Cohort **cohorts, int n)
{
	for (int period = 0; period < t->periods; period++)
	{
		RevenueCell base = {0};
		RevenueCell sum = {0};

		for (int i = 0; i < n; i++)
		{
			const RevenueCell *cells = ((RevenueCohort *) cohorts[i]->data)->cells;

			if (!cell_is_mature(t, cohorts[i]->index, period))
				continue;
			add_cell(&base, cells[0].mrr, cells[0].retained, cells[0].customers);
			add_cell(&sum, cells[period].mrr, cells[period].retained, cells[period].customers);
		}
		put_cell(result, t, NULL, period, base.customers, &base, &sum, base.customers > 0);
	}
}

/* The periods from the first change to the last one that is used; false if there is none. */
static bool
make_periods(Triangle *t, const History *history, TimestampTz as_of)
{
	if (history->rows == 0 || history->first_at > as_of)
		return false;
	t->first = calendar_started(t->calendar, history->first_at);
	t->n_periods = calendar_started(t->calendar, Min(history->last_at, as_of)) - t->first + 1;
	if (t->n_periods > MAX_LEDGER_PERIODS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("from the ledger's first change at %s to the last at %s are %d periods, the limit is %d",
						describe_time(history->first_at), describe_time(Min(history->last_at, as_of)),
						t->n_periods, MAX_LEDGER_PERIODS),
				 errhint("Ask for a longer unit, or give as_of; where a row has no end, give it none, not a date such as 9999-12-31.")));
	t->starts = palloc((t->n_periods + 1) * sizeof(TimestampTz));
	for (int i = 0; i <= t->n_periods; i++)
		t->starts[i] = calendar_start(t->calendar, t->first + i);
	return true;
}

/* No ledger is as long as that, but one with ends that stand for none. */
#define FAR_END (INT64CONST(50) * 365 * USECS_PER_DAY)

static void
tell_far_end(FunctionCallInfo fcinfo, const History *history)
{
	CallSite   *site = call_site(fcinfo);

	if (elapsed(history->first_at, history->last_at) < FAR_END ||
		site == NULL || site->told_far_end || !speaks_for_all())
		return;
	site->told_far_end = true;
	ereport(NOTICE,
			(errmsg("cells count as known up to the ledger's last change, at %s", describe_time(history->last_at)),
			 errhint("Give as_of; where a row has no end, give it none, not a date such as 9999-12-31.")));
}

/*
 * revenue_retention(ledger, unit text, periods int, tz text, as_of timestamptz,
 * average boolean, reactivation_within interval, bridge_gap interval, grr_method text, origin date)
 */
PLG_FUNCTION(plg_ledger_revenue_retention);
Datum
plg_ledger_revenue_retention(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	CourseOptions options = default_options().course;
	Course		course = {.options = &options};
	bool		average = !PG_ARGISNULL(AVERAGE) && PG_GETARG_BOOL(AVERAGE);
	Triangle	t = {0};
	TimestampTz as_of;
	LedgerReader *reader;
	Cohort	  **cohorts;
	int			n;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	t.calendar = arg_calendar(fcinfo, UNIT, TIME_ZONE, ORIGIN);
	t.periods = arg_period_count(fcinfo, PERIODS);
	as_of = arg_as_of(fcinfo, AS_OF);
	options.reactivation_within = arg_reactivation_within(fcinfo, REACTIVATION_WITHIN);
	options.bridge_gap = arg_bridge_gap(fcinfo, BRIDGE_GAP);
	t.grr = arg_grr_method(fcinfo, GRR_METHOD);
	if (PG_ARGISNULL(L))
		return (Datum) 0;
	reader = arg_ledger(fcinfo, L);
	t.scale = reader->scale;
	t.known_until = known_until(reader, as_of, &options);
	if (!make_periods(&t, &reader->history, options.as_of))
		return (Datum) 0;

	/* without as_of cells end with the last change, not in the far future */
	if (as_of == AS_OF_MISSING)
	{
		t.known_until = Min(t.known_until, t.starts[t.n_periods]);
		tell_far_end(fcinfo, &reader->history);
	}
	course.starts = t.starts;
	course.n_periods = t.n_periods;
	cohorts_begin(&t.cohorts, offsetof(RevenueCohort, cells) + t.periods * sizeof(RevenueCell));
	while (next_account(reader))
	{
		course_begin(&course, reader);
		count_account(&t, &course);
	}

	cohorts = cohorts_in_order(&t.cohorts, &n);
	for (int i = 0; i < n; i++)
	{
		const RevenueCohort *cohort = cohorts[i]->data;
		RevenueCell *cells = ((RevenueCohort *) cohorts[i]->data)->cells;

		for (int period = 0; period < t.periods; period++)
		{
			if (period > 0)
				add_cell(&cells[period], cells[period - 1].mrr, cells[period - 1].retained,
						 cells[period - 1].customers);
			put_cell(result, &t, &cohorts[i]->index, period, cohort->accounts, &cells[0],
					 &cells[period], cell_is_mature(&t, cohorts[i]->index, period));
		}
	}
	if (average && n > 0)
		put_average(result, &t, cohorts, n);
	return (Datum) 0;
}
