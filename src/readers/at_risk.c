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

#define NO_USUAL_GAP (-1)
#define SHORT_GAPS 32

/* What one pass finds out of an entity; the risk takes all of them. */
typedef struct Silence
{
	EntityKey	key;
	TimestampTz last_at;
	int64		usual_gap;		/* in us */
	int32		active_units;
	int32		silent_units;
	int32		past;			/* units before the recent ones; -1: too few */
	int32		recent;
	int32		before;
} Silence;

typedef struct AtRisk
{
	Observed	observed;
	History		journeys;
	uint8	   *classes;
	Calendar   *calendar;
	int64		unit_length;	/* of days and weeks, in seconds; 0: they differ */
	Span		span;
	HistoryCursor *cursor;
	int32		over;			/* the last unit that is over; -1: none */
	int32		recent;			/* how many units are recent */
	int64	   *gaps;			/* of an entity */
	int64		max_gaps;
	Returns    *returns;
	Silence    *silences;
	int64		n;
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
	return grid->length > 0 ? (int32) Max((int64) 28 * SECS_PER_DAY / grid->length, 1) : 1;
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
	a->unit_length = calendar_grid(calendar)->unit == UNIT_HOUR ? 0 : calendar_grid(calendar)->length;
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
	a->silences = palloc_huge_pages(a->journeys.entities * sizeof(Silence));
	a->returns = make_returns(Max(a->over + 1, 1));
	a->cursor = palloc(sizeof(HistoryCursor));
	if (a->classes == NULL)
		cursor_open_times(a->cursor, &a->journeys);
	else
		cursor_open(a->cursor, &a->journeys, a->classes);
	return true;
}

#define ST_SORT sort_gaps
#define ST_ELEMENT_TYPE int64
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Gaps between n + 1 active units, in units or, where these differ in length, in us. */
static int64 *
list_gaps(AtRisk *a, int n)
{
	const int32 *active = a->span.active;

	if (n > a->max_gaps)
	{
		if (a->gaps != NULL)
			pfree(a->gaps);
		a->max_gaps = Max(n, a->max_gaps * 2);
		a->gaps = palloc_huge(a->max_gaps * sizeof(int64));
	}
	for (int i = 0; i < n; i++)
		a->gaps[i] = a->unit_length > 0 ? active[i + 1] - active[i] :
			calendar_distance(a->calendar, a->span.units.first + active[i], a->span.units.first + active[i + 1]);
	return a->gaps;
}

static int64
twice_median(int64 *gaps, int n)
{
	sort_gaps(gaps, n);
	return gaps[(n - 1) / 2] + gaps[n / 2];
}

/* Twice the median number of units.  Most gaps are short, and these are counted. */
static int64
twice_median_units(AtRisk *a, int n)
{
	const int32 *active = a->span.active;
	int32		counts[SHORT_GAPS] = {0};
	int			low = 0;
	int			high;
	int			reached;

	for (int i = 0; i < n; i++)
		counts[Min(active[i + 1] - active[i], SHORT_GAPS - 1)]++;
	for (reached = counts[0]; reached <= (n - 1) / 2; reached += counts[low])
		low++;
	high = low;
	while (reached <= n / 2)
		reached += counts[++high];
	return high < SHORT_GAPS - 1 ? (int64) low + high : twice_median(list_gaps(a, n), n);
}

/* The median of its gaps, from the start of one active unit to the next, in us. */
static int64
usual_gap(AtRisk *a)
{
	int			n = a->span.n_active - 1;

	if (n < MIN_GAPS)
		return NO_USUAL_GAP;
	if (a->unit_length > 0)
		return twice_median_units(a, n) * a->unit_length * (USECS_PER_SEC / 2);
	return twice_median(list_gaps(a, n), n) / 2;
}

/* Against its own past, if that is as long as what is recent. */
static void
count_recent(const AtRisk *a, Silence *silence)
{
	const int32 *active = a->span.active;
	int32		since = a->over - a->recent;	/* units after it are recent */
	int			n = a->span.n_active;
	int			until;

	while (n > 1 && active[n - 1] > a->over)
		n--;
	for (until = n; until > 1 && active[until - 1] > since;)
		until--;
	silence->recent = n - until;
	silence->before = until - 1;
	silence->past = since - active[0] >= a->recent ? since - active[0] : -1;
}

static void
list_silences(AtRisk *a)
{
	const Span *span = &a->span;
	const HistoryCursor *cursor = a->cursor;

	while (span_next(&a->span, a->cursor))
	{
		Silence    *silence = &a->silences[a->n];

		if (!entered_in_time(&a->observed, cursor->at[0]))
			continue;
		add_gaps(a->returns, span->active, span->n_active, a->over);
		silence->key = entity_copy(a->journeys.kind, &cursor->key);
		silence->last_at = cursor->at[rows_observed(cursor->at, cursor->n, a->observed.as_of) - 1];
		silence->active_units = span->n_active;
		silence->silent_units = Max(a->over - span->active[span->n_active - 1], 0);
		silence->usual_gap = usual_gap(a);
		count_recent(a, silence);
		a->n++;
	}
	returns_finish(a->returns, MIN_SILENCES);
}

static void
put_silence(ResultRow *row, const AtRisk *a, const Silence *s, Interval *silent, Interval *gap)
{
	int64		time = elapsed(s->last_at, a->observed.as_of);
	double		risk = 0;
	bool		known = share_lost(a->returns, s->active_units, s->silent_units, &risk);
	bool		has_past = s->past >= 0;

	*silent = (Interval) {.day = (int32) (time / USECS_PER_DAY), .time = time % USECS_PER_DAY};
	*gap = (Interval) {.day = (int32) (s->usual_gap / USECS_PER_DAY), .time = s->usual_gap % USECS_PER_DAY};
	put_datum(row, TimestampTzGetDatum(s->last_at));
	put_datum(row, IntervalPGetDatum(silent));
	put_float(row, (double) time / USECS_PER_SEC);
	put_datum(row, Int32GetDatum(s->active_units));
	put_if(row, s->usual_gap != NO_USUAL_GAP, IntervalPGetDatum(gap));
	put_float_if(row, known, risk);
	put_number_if(row, has_past, s->recent);
	put_number_if(row, has_past, s->before);
	put_float_if(row, has_past, !has_past ? 0 :
				 binomial_at_most(s->recent, (int64) s->recent + s->before, (double) a->recent / (double) (a->recent + s->past)));
}

static Datum
at_risk(FunctionCallInfo fcinfo, int journeys_arg, EntityResult entities)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	AtRisk		a = {0};
	ResultRow	row = {0};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (!open_journeys(fcinfo, journeys_arg, &a))
		return (Datum) 0;
	begin_entities(&entities, a.journeys.kind, "at_risk");
	list_silences(&a);
	expect_rows(result, &row, a.n);
	for (int64 i = 0; i < a.n; i++)
	{
		Datum		entity = entity_result(&entities, &a.silences[i].key);
		Interval	silent;
		Interval	gap;

		put_datum(&row, entity);
		put_silence(&row, &a, &a.silences[i], &silent, &gap);
		put_row(result, &row);
		free_entity_result(&entities, entity);
	}
	return (Datum) 0;
}

ENTITY_READER(plg_at_risk, at_risk)
