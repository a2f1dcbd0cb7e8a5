/*
 * Cohort revenue: what the entities of a cohort pay at the end of each period
 * after their start, whether they pay or not.
 *
 * Who started when is told by journeys, who pays what by a ledger, which is gone
 * through beside them.  An entrant adds to its cohort only in the periods that
 * hold one of its account's changes, as the difference to the period before, as in
 * cohorts.c; changes before the start count in the first.
 */
#include "revenue/row.h"

#include "pg/args.h"
#include "readers/shared/cohorts.h"
#include "readers/shared/labels.h"
#include "readers/shared/observed.h"
#include "readers/shared/periods.h"

/* The arguments. */
enum
{
	J, START, L, AS_OF, UNIT, PERIODS, MODE, TIME_ZONE, ENTERED, ORIGIN
};

/* By period, at first as the difference to the one before. */
typedef struct PaidCell
{
	int128		amount;
	int64		paying;
} PaidCell;

typedef struct PaidCohort
{
	int64		entities;
	TimestampTz *ends;			/* of its periods, by the calendar; behind the cells */
	PaidCell	cells[FLEXIBLE_ARRAY_MEMBER];
} PaidCohort;

typedef struct CohortRevenue
{
	Periods		periods;
	Observed	observed;
	History		journeys;
	HistoryCursor cursor;
	LedgerReader *reader;		/* NULL: nobody pays */
	bool		has_account;	/* the reader stands at one */
	Cohorts		cohorts;
} CohortRevenue;

/* Opens what tells who started, with their start rows alone. */
static void
open_starts(FunctionCallInfo fcinfo, CohortRevenue *c)
{
	const uint8 *classes = arg_label_class(fcinfo, START, "start", &c->journeys);

	if (classes == NULL)
		cursor_open_times(&c->cursor, &c->journeys);
	else
		cursor_open(&c->cursor, &c->journeys, classes);
}

static void
open_accounts(FunctionCallInfo fcinfo, CohortRevenue *c)
{
	if (PG_ARGISNULL(L))
		return;
	c->reader = arg_ledger(fcinfo, L);
	if (c->reader->history.kind != c->journeys.kind)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("entities of \"j\" are %s, accounts of \"l\" are %s",
						entity_kind_name(c->journeys.kind), entity_kind_name(c->reader->history.kind)),
				 errhint("Build both over one type; a column can be cast, as in account_id::text.")));
	c->has_account = next_account(c->reader);
}

/* Goes on to the account of the entity at hand; false if it has none. */
static bool
find_account(CohortRevenue *c)
{
	int			order = -1;

	while (c->has_account &&
		   (order = compare_entities(c->journeys.kind, &c->reader->key, &c->cursor.key)) < 0)
	{
		cursor_seek(c->reader->cursor, &c->cursor.key);
		c->has_account = next_account(c->reader);
	}
	return c->has_account && order == 0;
}

static PaidCohort *
paid_cohort(CohortRevenue *c, int32 index)
{
	const Periods *periods = &c->periods;
	PaidCohort *cohort = cohort_data(&c->cohorts, index);

	if (periods->rolling == 0 && cohort->ends == NULL)
	{
		cohort->ends = (TimestampTz *) &cohort->cells[periods->n];
		for (int i = 0; i < periods->n; i++)
			cohort->ends[i] = calendar_start(periods->calendar, index + i + 1);
	}
	return cohort;
}

/* The first period that ends after a time; beyond the last one: how many there are. */
static int
find_period(const Periods *periods, const PaidCohort *cohort, TimestampTz started, TimestampTz at)
{
	if (periods->rolling > 0)
		return at < started ? 0 :
			(int) Min(((uint64) at - (uint64) started) / (uint64) periods->rolling, (uint64) periods->n);
	return (int) lower_bound_time(cohort->ends, 0, periods->n, at + 1);
}

static void
count_payments(const CohortRevenue *c, PaidCohort *cohort, TimestampTz started)
{
	const LedgerReader *reader = c->reader;
	int128		before = 0;
	int64		i = 0;

	while (i < reader->n)
	{
		int			period = find_period(&c->periods, cohort, started, reader->at[i]);
		int128		closing;

		if (period == c->periods.n)
			return;
		while (i + 1 < reader->n && find_period(&c->periods, cohort, started, reader->at[i + 1]) == period)
			i++;
		closing = reader->total[i++];
		cohort->cells[period].amount = money_add(cohort->cells[period].amount, money_subtract(closing, before));
		cohort->cells[period].paying += (closing > 0) - (before > 0);
		before = closing;
	}
}

static void
put_cohort(ReturnSetInfo *result, const CohortRevenue *c, int32 index, PaidCohort *cohort, TimestampTz as_of)
{
	int			scale = c->reader == NULL ? 0 : c->reader->scale;
	PaidCell	sum = {0};

	for (int period = 0; period < c->periods.n; period++)
	{
		bool		mature = period_is_over(&c->periods, index, period, as_of);
		ResultRow	row = {0};

		sum.amount = money_add(sum.amount, cohort->cells[period].amount);
		sum.paying += cohort->cells[period].paying;
		put_unit_date(&row, c->periods.calendar, index);
		put_number(&row, cohort->entities);
		put_datum(&row, Int32GetDatum(period));
		put_datum(&row, BoolGetDatum(mature));
		put_number_if(&row, mature, sum.paying);
		if (mature)
		{
			put_money(&row, sum.amount, scale);
			put_mean_money(&row, sum.amount, scale, cohort->entities);
		}
		else
		{
			put_null(&row);
			put_null(&row);
		}
		put_unit_start(&row, c->periods.calendar, index);
		put_row(result, &row);
	}
}

PLG_FUNCTION(plg_cohort_revenue);
Datum
plg_cohort_revenue(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	CohortRevenue c = {0};
	TimestampTz as_of;
	Cohort	  **cohorts;
	int			n;

	arg_periods(fcinfo, UNIT, PERIODS, MODE, TIME_ZONE, ORIGIN, &c.periods);
	arg_observed(fcinfo, AS_OF, ENTERED, &c.observed);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	as_of = c.observed.as_of;
	if (!arg_observed_journeys(fcinfo, J, &c.journeys, &c.observed.as_of))
		return (Datum) 0;
	open_starts(fcinfo, &c);
	open_accounts(fcinfo, &c);

	/* of snapshots nothing is known after the last, unless as_of says so */
	if (as_of == AS_OF_MISSING)
		as_of = c.reader == NULL ? c.observed.as_of : Min(c.observed.as_of, c.reader->known_until);
	cohorts_begin(&c.cohorts, offsetof(PaidCohort, cells) + c.periods.n * (sizeof(PaidCell) + sizeof(TimestampTz)));
	while (cursor_next(&c.cursor))
	{
		TimestampTz started = c.cursor.at[0];
		PaidCohort *cohort;

		if (!entered_in_time(&c.observed, started))
			continue;
		cohort = paid_cohort(&c, calendar_index(c.periods.calendar, started));
		cohort->entities++;
		if (find_account(&c))
			count_payments(&c, cohort, started);
	}
	cohorts = cohorts_in_order(&c.cohorts, &n);
	for (int i = 0; i < n; i++)
		put_cohort(result, &c, cohorts[i]->index, cohorts[i]->data, as_of);
	return (Datum) 0;
}
