/*
 * At risk: how likely it is that who is silent never comes back, by what became
 * of silences like it (core/stats/returns.h), and whether an entity does less
 * than it used to.
 *
 * Units are counted when they are over: what happens in the one of as_of is not
 * yet a return, but it ends a silence.
 *
 * Recent are the active units of the last four weeks, or of one month, quarter or
 * year; before are those between the entity's first unit, which is active by
 * being the first, and these.  The p-value is of the conditional binomial test
 * (core/stats/binomial.h) that its rate has not fallen.
 */
#include "core/stats/binomial.h"
#include "core/stats/returns.h"

#include "core/base/elapsed.h"
#include "pg/entity.h"
#include "pg/result.h"
#include "readers/shared/labels.h"
#include "readers/shared/span.h"

/* The arguments, counted from the journeys. */
enum
{
	J, AS_OF, ACTIVITY, UNIT, TIME_ZONE, ENTERED, ORIGIN
};

/* Silences that must have been watched, and gaps of an entity's own, for there to be an answer. */
#define MIN_SILENCES 25
#define MIN_GAPS 2

typedef struct AtRisk
{
	Observed	observed;
	History		journeys;
	uint8	   *classes;
	Calendar   *calendar;
	Span		span;
	HistoryCursor *cursor;
	int32		over;			/* the last unit that is over; -1: none */
	int32		recent;			/* how many units are recent */
	int64	   *gaps;			/* of an entity, in us */
	int64		max_gaps;
} AtRisk;

static void
refuse_as_of(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"as_of\" must be finite"),
			 errhint("Whoever is silent for ever is lost; use the time up to which the data are complete, for example now().")));
}

/* Units of about four weeks, or one. */
static int32
recent_units(const Grid *grid)
{
	return grid->length > 0 ? (int32) Max(28 * SECS_PER_DAY / grid->length, 1) : 1;
}

/* False if there are no journeys with activity. */
static bool
open_journeys(FunctionCallInfo fcinfo, int argno, AtRisk *a)
{
	Calendar   *calendar = arg_calendar(fcinfo, argno + UNIT, argno + TIME_ZONE, argno + ORIGIN);

	arg_observed(fcinfo, argno + AS_OF, argno + ENTERED, &a->observed);
	if (a->observed.as_of == DT_NOEND)
		refuse_as_of();
	a->calendar = calendar;
	a->recent = recent_units(calendar_grid(calendar));
	if (!arg_observed_journeys(fcinfo, argno, &a->journeys, &a->observed.as_of))
		return false;
	if (!PG_ARGISNULL(argno + ACTIVITY))
	{
		a->classes = palloc_extended(Max(a->journeys.n_strings, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
		add_label_class(fcinfo, &a->journeys, arg_name(fcinfo, argno + ACTIVITY, "activity"), a->classes, 1);
	}
	if (!span_begin(&a->span, calendar, &a->journeys, a->observed.as_of, "units",
					"use a longer unit, or leave out older events with plg.slice"))
		return false;
	a->over = a->span.units.n - 1;
	if (!unit_is_over(calendar, a->span.units.first + a->over, a->observed.as_of))
		a->over--;
	a->cursor = palloc(sizeof(HistoryCursor));
	return true;
}

static void
open_cursor(AtRisk *a)
{
	if (a->classes == NULL)
		cursor_open_times(a->cursor, &a->journeys);
	else
		cursor_open(a->cursor, &a->journeys, a->classes);
}

/* Goes to the next entity that was active and entered. */
static bool
next_entity(AtRisk *a)
{
	while (span_next(&a->span, a->cursor))
	{
		if (entered_in_time(&a->observed, a->cursor->at[0]))
			return true;
	}
	return false;
}

static Returns *
watch_gaps(AtRisk *a)
{
	Returns    *returns = make_returns(Max(a->over + 1, 1));
	const int32 *active;

	open_cursor(a);
	while (next_entity(a))
	{
		active = a->span.active;
		for (int i = 0; i < a->span.n_active && active[i] <= a->over; i++)
		{
			if (i + 1 < a->span.n_active && active[i + 1] <= a->over)
				gap_ended(returns, i + 1, active[i + 1] - active[i]);
			else
				gap_censored(returns, i + 1, a->over - active[i]);
		}
	}
	returns_finish(returns, MIN_SILENCES);
	return returns;
}

#define ST_SORT sort_gaps
#define ST_ELEMENT_TYPE int64
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* The median of its gaps, from the start of one active unit to the next. */
static void
put_usual_gap(ResultRow *row, AtRisk *a, Interval *gap)
{
	int			n = a->span.n_active - 1;
	int64		median;

	if (n < MIN_GAPS)
	{
		put_null(row);
		return;
	}
	if (n > a->max_gaps)
	{
		if (a->gaps != NULL)
			pfree(a->gaps);
		a->max_gaps = Max(n, a->max_gaps * 2);
		a->gaps = palloc_huge(a->max_gaps * sizeof(int64));
	}
	for (int i = 0; i < n; i++)
		a->gaps[i] = calendar_distance(a->calendar, a->span.units.first + a->span.active[i],
									   a->span.units.first + a->span.active[i + 1]);
	sort_gaps(a->gaps, n);
	median = a->gaps[(n - 1) / 2] + (a->gaps[n / 2] - a->gaps[(n - 1) / 2]) / 2;
	*gap = (Interval) {.day = (int32) (median / USECS_PER_DAY), .time = median % USECS_PER_DAY};
	put_datum(row, IntervalPGetDatum(gap));
}

/* Against its own past, if that is as long as what is recent. */
static void
put_trend(ResultRow *row, const AtRisk *a)
{
	const Span *span = &a->span;
	int32		since = a->over - a->recent;	/* units after it are recent */
	int32		past = since - span->active[0];
	int64		recent = 0;
	int64		before = 0;
	bool		known = past >= a->recent;

	for (int i = 1; i < span->n_active && span->active[i] <= a->over; i++)
	{
		recent += span->active[i] > since;
		before += span->active[i] <= since;
	}
	put_number_if(row, known, recent);
	put_number_if(row, known, before);
	put_float_if(row, known, known ? binomial_at_most(recent, recent + before, (double) a->recent / (double) (a->recent + past)) : 0);
}

static Datum
at_risk(FunctionCallInfo fcinfo, int journeys_arg, EntityResult entities)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	AtRisk		a = {0};
	Returns    *returns;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (!open_journeys(fcinfo, journeys_arg, &a))
		return (Datum) 0;
	begin_entities(&entities, a.journeys.kind, "at_risk");
	returns = watch_gaps(&a);
	open_cursor(&a);
	while (next_entity(&a))
	{
		int64		n = rows_observed(a.cursor->at, a.cursor->n, a.observed.as_of);
		TimestampTz last_at = a.cursor->at[n - 1];
		int64		silent = elapsed(last_at, a.observed.as_of);
		int32		silent_units = Max(a.over - a.span.active[a.span.n_active - 1], 0);
		double		risk = 0;
		bool		known = share_lost(returns, a.span.n_active, silent_units, &risk);
		Datum		entity = entity_result(&entities, &a.cursor->key);
		Interval	interval = {.day = (int32) (silent / USECS_PER_DAY), .time = silent % USECS_PER_DAY};
		Interval	gap;
		ResultRow	row = {0};

		put_datum(&row, entity);
		put_datum(&row, TimestampTzGetDatum(last_at));
		put_datum(&row, IntervalPGetDatum(&interval));
		put_float(&row, (double) silent / USECS_PER_SEC);
		put_datum(&row, Int32GetDatum(a.span.n_active));
		put_usual_gap(&row, &a, &gap);
		put_float_if(&row, known, risk);
		put_trend(&row, &a);
		put_row(result, &row);
		free_entity_result(&entities, entity);
	}
	return (Datum) 0;
}

ENTITY_READER(plg_at_risk, at_risk)
