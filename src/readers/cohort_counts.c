/*
 * Cohort counts: how many events an entrant has had by the end of each period
 * after its start.  With accepted invitations for events this is K, by cohort and
 * age.
 *
 * A cohort's cell is known when even its latest member has been watched to the
 * period's end; then it is a plain mean.  The average over all cohorts is a mean
 * cumulative function (core/stats/mean_cumulative.h), which makes use of those
 * who have not been watched so long as well: on an entrant's own clock to the
 * instant, by the calendar in whole periods.
 */
#include "core/stats/mean_cumulative.h"

#include "core/base/elapsed.h"
#include "core/base/radix.h"
#include "core/stats/proportion.h"
#include "pg/result.h"
#include "readers/shared/activity.h"
#include "readers/shared/cohorts.h"
#include "readers/shared/durations.h"
#include "readers/shared/periods.h"

#include <math.h>

/* The arguments. */
enum
{
	J, START, EVENT, AS_OF, UNIT, PERIODS, MODE, TIME_ZONE, AVERAGE, ENTERED, ORIGIN
};

#define CONFIDENCE 0.95

typedef struct Cell
{
	int64		events;			/* up to the end of the period */
	double		squares;		/* the sum over entrants of their number of events squared */
} Cell;

typedef struct CohortCells
{
	int64		entities;
	int			over;			/* periods that are, + 1; 0: not asked yet */
	Cell		cells[FLEXIBLE_ARRAY_MEMBER];	/* by period */
} CohortCells;

typedef struct CohortCounts
{
	Periods		periods;
	TimestampTz as_of;
	int64	   *counts;			/* events of the entrant at hand, by period */
	Cohorts		cohorts;

	/* for the average: ages of events in us, or in periods by the calendar */
	bool		average;
	Durations	ages;
	Durations	watched;
	MeanCumulative *mean;
	double	   *variance;		/* by period */
} CohortCounts;

static CohortCells *
cells_of(CohortCounts *c, const ActivityVisitor *visitor, int32 *cohort)
{
	*cohort = calendar_index(c->periods.calendar, visitor->started);
	return cohort_data(&c->cohorts, *cohort);
}

/* How many periods of a cohort are over, from the first on. */
static int
periods_over(const CohortCounts *c, CohortCells *cells, int32 cohort)
{
	if (cells->over == 0)
	{
		while (cells->over < c->periods.n && period_is_over(&c->periods, cohort, cells->over, c->as_of))
			cells->over++;
		cells->over++;
	}
	return cells->over - 1;
}

/* On the clock of the average: how long the entrant was watched. */
static int64
watched_for(const CohortCounts *c, CohortCells *cells, int32 cohort, TimestampTz started)
{
	if (c->periods.rolling > 0)
		return c->as_of == DT_NOEND ? PG_INT64_MAX : elapsed(started, c->as_of);
	return periods_over(c, cells, cohort) - 1;
}

/* And where a period ends, exclusive. */
static int64
period_end(const CohortCounts *c, int period)
{
	int64		end;

	if (c->periods.rolling == 0)
		return period + 1;
	return __builtin_mul_overflow(period + 1, c->periods.rolling, &end) ? PG_INT64_MAX : end;
}

/* Counts the entrant's events by period; those of the average's clock are kept. */
static void
count_events(CohortCounts *c, int32 cohort, const ActivityVisitor *visitor, int64 watched)
{
	int64		i = 0;

	memset(c->counts, 0, c->periods.n * sizeof(int64));
	while (i < visitor->n)
	{
		TimestampTz until;
		int			period = period_at(&c->periods, cohort, visitor->started, visitor->at[i], &until);
		int64		from = i;

		if (period == c->periods.n)
			break;
		do
		{
			if (c->average && (c->periods.rolling > 0 || period <= watched))
				durations_add(&c->ages, c->periods.rolling > 0 ? time_between(visitor->started, visitor->at[i]) : period);
			i++;
		} while (i < visitor->n && visitor->at[i] < until);
		c->counts[period] += i - from;
	}
}

static void
count_entrant(CohortCounts *c, const ActivityVisitor *visitor)
{
	int32		cohort;
	CohortCells *cells = cells_of(c, visitor, &cohort);
	int64		watched = c->average ? watched_for(c, cells, cohort, visitor->started) : 0;
	int64		events = 0;

	cells->entities++;
	if (c->average && watched >= 0)
		durations_add(&c->watched, watched);
	if (visitor->n == 0)
		return;
	count_events(c, cohort, visitor, watched);
	for (int period = 0; period < c->periods.n; period++)
	{
		events += c->counts[period];
		cells->cells[period].events += events;
		cells->cells[period].squares += (double) events * (double) events;
	}
}

/* What the entrant moves the average by, squared, for the end of each period. */
static void
add_variance(CohortCounts *c, const ActivityVisitor *visitor)
{
	const MeanCumulative *m = c->mean;
	int32		cohort;
	CohortCells *cells = cells_of(c, visitor, &cohort);
	int64		watched = watched_for(c, cells, cohort, visitor->started);
	int64		last = watched < PG_INT64_MAX ? ages_before(m, watched + 1) : m->n;
	double		own = 0;
	int64		i = 0;

	if (watched < 0)
		return;
	for (int period = 0; period < c->periods.n; period++)
	{
		int64		end = period_end(c, period);
		int64		until = Min(ages_before(m, end), last);
		double		moved;

		for (; i < visitor->n; i++)
		{
			TimestampTz ignored;
			int64		age = c->periods.rolling > 0 ? elapsed(visitor->started, visitor->at[i]) :
				period_at(&c->periods, cohort, visitor->started, visitor->at[i], &ignored);

			if (age >= end || age > watched)
				break;
			own += m->share[ages_before(m, age)];
		}
		moved = own - m->expected[until];
		c->variance[period] += moved * moved;
	}
}

static void
put_mean(ReturnSetInfo *result, const CohortCounts *c, const int32 *cohort, int period, int64 entities,
		 int64 events, double mean, double variance, bool mature)
{
	double		error = two_sided_z(CONFIDENCE) * sqrt(Max(variance, 0));
	ResultRow	row = {0};

	put_cohort_date(&row, c->periods.calendar, cohort);
	put_number(&row, entities);
	put_datum(&row, Int32GetDatum(period));
	put_datum(&row, BoolGetDatum(mature));
	put_number_if(&row, mature, events);
	put_float_if(&row, mature, mean);
	put_float_if(&row, mature && entities > 1, Max(mean - error, 0));
	put_float_if(&row, mature && entities > 1, mean + error);
	put_cohort_start(&row, c->periods.calendar, cohort);
	put_row(result, &row);
}

static void
put_cohorts(ReturnSetInfo *result, CohortCounts *c)
{
	int			n;
	Cohort	  **ordered = cohorts_in_order(&c->cohorts, &n);

	for (int i = 0; i < n; i++)
	{
		CohortCells *cells = ordered[i]->data;
		int			over = periods_over(c, cells, ordered[i]->index);

		CHECK_FOR_INTERRUPTS();
		for (int period = 0; period < c->periods.n; period++)
		{
			const Cell *cell = &cells->cells[period];
			double		entities = (double) cells->entities;
			double		mean = (double) cell->events / entities;

			put_mean(result, c, &ordered[i]->index, period, cells->entities, cell->events, mean,
					 (cell->squares / entities - mean * mean) / entities, period < over);
		}
	}
}

static void
put_average(FunctionCallInfo fcinfo, ReturnSetInfo *result, CohortCounts *c)
{
	ActivityVisitor *visitor = arg_activity(fcinfo, AS_OF, EVENT, ENTERED);
	int64		left = 0;

	sort_int64(c->ages.us, c->ages.n);
	sort_int64(c->watched.us, c->watched.n);
	c->mean = mean_cumulative(c->ages.us, c->ages.n, c->watched.us, c->watched.n);
	c->variance = palloc0(c->periods.n * sizeof(double));
	while (activity_next(visitor))
		add_variance(c, visitor);
	for (int period = 0; period < c->periods.n; period++)
	{
		int64		end = period_end(c, period);
		int64		place = ages_before(c->mean, end);
		int64		events = lower_bound_time(c->ages.us, 0, c->ages.n, end);

		/* on an entrant's own clock a period is over at its end, by the calendar its last instant is watched */
		while (left < c->watched.n && c->watched.us[left] < (c->periods.rolling > 0 ? end : period))
			left++;
		put_mean(result, c, NULL, period, c->watched.n - left, events, c->mean->mean[place],
				 c->variance[period], left < c->watched.n);
	}
}

PLG_FUNCTION(plg_cohort_counts);
Datum
plg_cohort_counts(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	CohortCounts c = {0};
	ActivityVisitor *visitor;

	arg_periods(fcinfo, UNIT, PERIODS, MODE, TIME_ZONE, ORIGIN, &c.periods);
	c.average = !PG_ARGISNULL(AVERAGE) && PG_GETARG_BOOL(AVERAGE);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	visitor = arg_activity(fcinfo, AS_OF, EVENT, ENTERED);
	if (visitor == NULL)
		return (Datum) 0;
	c.as_of = visitor->observed.as_of;
	c.counts = palloc(c.periods.n * sizeof(int64));
	cohorts_begin(&c.cohorts, offsetof(CohortCells, cells) + c.periods.n * sizeof(Cell));
	while (activity_next(visitor))
		count_entrant(&c, visitor);
	put_cohorts(result, &c);
	if (c.average && c.watched.n > 0)
		put_average(fcinfo, result, &c);
	return (Datum) 0;
}
