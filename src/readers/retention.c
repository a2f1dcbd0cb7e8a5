/*
 * Retention: for each cohort and each period after its start, how many were
 * active.
 *
 * An entrant is active in a period if at least min_count rows of its activity
 * lie in it.  What counts in period k of n:
 *
 *	on				active in it
 *	on_or_before	active in it or an earlier one
 *	on_or_after		active in it or a later one of the n
 *	streak			active in it and in every earlier one
 *
 * An entrant's active periods are the bits of a mask, found without a branch
 * that depends on the data.  Where the table is too long for that, or counts
 * per period are asked for, its rows are walked a period at a time.  An entrant
 * then adds 1 to one number of its cohort (on: to one for each active period),
 * from which the cells follow by adding up.
 *
 * With recurring an entity enters each cohort in whose unit it has a start event,
 * by the first one there.
 *
 * A cell is mature when its period is over, even for the latest member of the
 * cohort; with on_or_after when the last of the n is, because until then who
 * was absent may come back.
 */
#include "readers/shared/periods.h"

#include "core/base/ascending.h"
#include "core/base/elapsed.h"
#include "pg/result.h"
#include "readers/shared/activity.h"
#include "readers/shared/cohorts.h"

/* The arguments. */
enum
{
	J, START, AS_OF, ACTIVITY, UNIT, PERIODS, MODE, COUNTING, TIME_ZONE, AVERAGE, BRACKETS, ENTERED,
	MIN_COUNT, ORIGIN,
	RECURRING
};

typedef enum Counting
{
	COUNT_ON,
	COUNT_ON_OR_AFTER,
	COUNT_ON_OR_BEFORE,
	COUNT_STREAK
} Counting;

typedef struct CohortCells
{
	int64		entities;
	int64		latest;			/* recurring: the number of the entity that came last */
	int64		tally[FLEXIBLE_ARRAY_MEMBER];	/* by period */
} CohortCells;

typedef struct Retention
{
	Periods		periods;
	Counting	counting;
	int			min_count;
	TimestampTz as_of;
	bool		masks;			/* whether masks serve */
	Units		units;			/* for them, by the calendar */

	/* by period: the entrant who had rows there last, and how many */
	int64	   *entrant_of;
	int64	   *rows;
} Retention;

static Counting
arg_counting(FunctionCallInfo fcinfo, int argno)
{
	static const char *const names[] = {"on", "on_or_after", "on_or_before", "streak"};

	return (Counting) arg_choice(fcinfo, argno, "counting", names, lengthof(names));
}

/* Prepares masks, if they serve. */
static void
prepare_masks(Retention *r, const History *journeys)
{
	TimestampTz end = Min(r->as_of, journeys->last_at);
	int32		first;
	int32		last;

	r->masks = r->min_count == 1 && periods_fit_mask(&r->periods) && end >= journeys->first_at &&
		(uint64) end - (uint64) journeys->first_at <= (uint64) PG_INT64_MAX;
	if (!r->masks || r->periods.rolling > 0)
		return;
	units_between(r->periods.calendar, journeys->first_at, end, &first, &last);
	r->masks = (int64) last - first < MAX_UNITS;
	if (r->masks)
		units_begin(&r->units, r->periods.calendar, first, last - first + 1);
}

/* Adds an entrant's activity to its cohort. */
static void
count_mask(const Retention *r, CohortCells *cells, int32 cohort, const ActivityVisitor *visitor)
{
	uint64		mask = period_mask(&r->periods, &r->units, cohort, visitor->started,
								   visitor->at, visitor->n);

	switch (r->counting)
	{
		case COUNT_ON:
			for (int period = 0; period < r->periods.n; period++)
				cells->tally[period] += (int64) (mask >> period & 1);
			break;
		case COUNT_ON_OR_BEFORE:
			if (mask != 0)
				cells->tally[pg_rightmost_one_pos64(mask)]++;
			break;
		case COUNT_ON_OR_AFTER:
			if (mask != 0)
				cells->tally[pg_leftmost_one_pos64(mask)]++;
			break;
		case COUNT_STREAK:
			if (mask & 1)
				cells->tally[pg_rightmost_one_pos64(~mask) - 1]++;
			break;
	}
}

/* The same, a period at a time; entrants are numbered from 1. */
static void
count_entrant(Retention *r, CohortCells *cells, int32 cohort, int64 entrant,
			  const ActivityVisitor *visitor)
{
	const Periods *periods = &r->periods;
	int			first = periods->n;
	int			last = -1;
	int64		i = 0;

	while (i < visitor->n)
	{
		TimestampTz until;
		int			period = period_at(periods, cohort, visitor->started, visitor->at[i], &until);
		int64		from = i++;

		if (period == periods->n)
			break;
		while (i < visitor->n && visitor->at[i] < until)
			i++;
		if (period < 0)
			continue;
		if (r->entrant_of[period] != entrant)
		{
			r->entrant_of[period] = entrant;
			r->rows[period] = 0;
		}
		else if (r->rows[period] >= r->min_count)
			continue;
		r->rows[period] += i - from;
		if (r->rows[period] < r->min_count)
			continue;
		if (r->counting == COUNT_ON)
			cells->tally[period]++;
		first = Min(first, period);
		last = Max(last, period);
	}

	if (r->counting == COUNT_ON_OR_BEFORE && first < periods->n)
		cells->tally[first]++;
	else if (r->counting == COUNT_ON_OR_AFTER && last >= 0)
		cells->tally[last]++;
	else if (r->counting == COUNT_STREAK)
	{
		int			streak = 0;

		while (streak < periods->n && r->entrant_of[streak] == entrant &&
			   r->rows[streak] >= r->min_count)
			streak++;
		if (streak > 0)
			cells->tally[streak - 1]++;
	}
}

/* Turns the tally into the number of entrants who count in each period. */
static void
add_up(const Retention *r, CohortCells *cells)
{
	int			n = r->periods.n;

	if (r->counting == COUNT_ON_OR_BEFORE)
	{
		for (int period = 1; period < n; period++)
			cells->tally[period] += cells->tally[period - 1];
	}
	else if (r->counting != COUNT_ON)
	{
		for (int period = n - 2; period >= 0; period--)
			cells->tally[period] += cells->tally[period + 1];
	}
}

static bool
cell_is_mature(const Retention *r, int32 cohort, int period)
{
	return period_is_over(&r->periods, cohort,
						  r->counting == COUNT_ON_OR_AFTER ? r->periods.n - 1 : period, r->as_of);
}

/*
 * Recurring: whether this is the entity's first start in the cohort's unit, and
 * in time.  Activity beyond the periods is left out, or each of an entity's
 * cohorts would go through it.
 */
static bool
enters(const Retention *r, CohortCells *cells, int32 cohort, ActivityVisitor *visitor)
{
	const Periods *periods = &r->periods;
	int64		units = periods->units[periods->n];
	int64		length;
	TimestampTz end;

	if (cells->latest == visitor->entity)
		return false;
	cells->latest = visitor->entity;
	if (!entered_in_time(&visitor->observed, visitor->started))
		return false;
	if (periods->rolling > 0)
		end = __builtin_mul_overflow(units, periods->rolling, &length) ? PG_INT64_MAX : later_by(visitor->started, length);
	else
		end = calendar_settled(periods->calendar, (int32) (cohort + units - 1));
	visitor->n = lower_bound_time(visitor->at, 0, visitor->n, end);
	return true;
}

static void
put_cell(ReturnSetInfo *result, const Retention *r, const int32 *cohort, int period,
		 int64 entities, int64 active, bool mature)
{
	ResultRow	row = {0};

	put_cohort_date(&row, r->periods.calendar, cohort);
	put_number(&row, entities);
	put_datum(&row, Int32GetDatum(r->periods.units[period]));
	put_datum(&row, BoolGetDatum(mature));
	put_number_if(&row, mature, active);
	put_float_if(&row, mature, (double) active / (double) entities);
	put_cohort_start(&row, r->periods.calendar, cohort);
	put_row(result, &row);
}

/* All mature cohorts of a period together, so that each entrant weighs the same. */
static void
put_average(ReturnSetInfo *result, const Retention *r, Cohort **cohorts, int n)
{
	for (int period = 0; period < r->periods.n; period++)
	{
		int64		entities = 0;
		int64		active = 0;

		for (int i = 0; i < n; i++)
		{
			const CohortCells *cells = cohorts[i]->data;

			if (cell_is_mature(r, cohorts[i]->index, period))
			{
				entities += cells->entities;
				active += cells->tally[period];
			}
		}
		put_cell(result, r, NULL, period, entities, active, entities > 0);
	}
}

PLG_FUNCTION(plg_retention);
Datum
plg_retention(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Retention	r;
	bool		average = !PG_ARGISNULL(AVERAGE) && PG_GETARG_BOOL(AVERAGE);
	ActivityVisitor *visitor;
	int64		entrant = 0;
	Cohorts		cohorts;
	Cohort	  **ordered;
	int			n;

	arg_periods(fcinfo, UNIT, PERIODS, MODE, TIME_ZONE, ORIGIN, &r.periods);
	r.counting = arg_counting(fcinfo, COUNTING);
	arg_brackets(fcinfo, BRACKETS, &r.periods);
	r.min_count = arg_positive(fcinfo, MIN_COUNT, "min_count");
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	visitor = arg_activity(fcinfo, AS_OF, ACTIVITY, ENTERED);
	if (visitor == NULL)
		return (Datum) 0;
	r.as_of = visitor->observed.as_of;
	visitor->recurring = !PG_ARGISNULL(RECURRING) && PG_GETARG_BOOL(RECURRING);
	prepare_masks(&r, &visitor->journeys);
	r.entrant_of = palloc0(r.periods.n * sizeof(int64));
	r.rows = palloc(r.periods.n * sizeof(int64));
	cohorts_begin(&cohorts, offsetof(CohortCells, tally) + r.periods.n * sizeof(int64));
	while (activity_next(visitor))
	{
		int32		cohort = calendar_index(r.periods.calendar, visitor->started);
		CohortCells *cells = cohort_data(&cohorts, cohort);

		if (visitor->recurring && !enters(&r, cells, cohort, visitor))
			continue;
		entrant++;
		cells->entities++;
		if (r.masks)
			count_mask(&r, cells, cohort, visitor);
		else
			count_entrant(&r, cells, cohort, entrant, visitor);
	}

	ordered = cohorts_in_order(&cohorts, &n);
	for (int i = 0; i < n; i++)
	{
		CohortCells *cells = ordered[i]->data;

		add_up(&r, cells);
		/* a start that did not enter leaves an empty one */
		for (int period = 0; cells->entities > 0 && period < r.periods.n; period++)
			put_cell(result, &r, &ordered[i]->index, period, cells->entities,
					 cells->tally[period], cell_is_mature(&r, ordered[i]->index, period));
	}
	if (average && entrant > 0)
		put_average(result, &r, ordered, n);
	return (Datum) 0;
}
