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

#define EACH_BYTE UINT64CONST(0x0101010101010101)

/*
 * What one pass finds out of an entity; the risk takes all of them, so it is kept
 * small.
 */
#define UNIT_BITS 17

typedef struct Silence
{
	Datum		entity;
	TimestampTz last_at;
	int64		usual_gap;		/* in us */
	uint64		first:UNIT_BITS,	/* active unit, and the last */
				last:UNIT_BITS,
				active_units:UNIT_BITS,
				recent:64 - 3 * UNIT_BITS;	/* active units of the recent ones that are over */
} Silence;

StaticAssertDecl(MAX_UNITS < 1 << UNIT_BITS, "units do not fit");

/* Many entities have the same numbers; this many of them are kept, at most. */
#define P_VALUES_BITS 14

typedef struct PValue
{
	uint64		key;
	double		p;
} PValue;

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
	PValue	   *p_values;
	int			p_values_bits;
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
	a->classes = arg_label_class(fcinfo, argno + ACTIVITY, "activity", &a->journeys);
	if (!span_begin(&a->span, calendar, &a->journeys, a->observed.as_of, "units",
					"use a longer unit, or leave out older events with plg.slice"))
		return false;
	a->over = a->span.units.n - 1;
	if (!unit_is_over(calendar, a->span.units.first + a->over, a->observed.as_of))
		a->over--;
	a->silences = palloc_huge_pages(a->journeys.entities * sizeof(Silence));
	a->p_values_bits = Min(pg_leftmost_one_pos64(a->journeys.entities | 1) + 1, P_VALUES_BITS);
	a->p_values = palloc0(((Size) 1 << a->p_values_bits) * sizeof(PValue));
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

/* Of counts in bytes, which go up: the first that is larger than n, which is less than 128. */
static int
first_larger(uint64 counts, int n)
{
	uint64		larger = (counts + (uint64) (127 - n) * EACH_BYTE) & 128 * EACH_BYTE;

	return pg_rightmost_one_pos64(larger) / 8;
}

/*
 * Twice the median number of units.  Most gaps are short: of the bytes of a word
 * each counts those of its length, and the last the longer ones.
 */
static int64
twice_median_units(AtRisk *a, int n)
{
	const int32 *active = a->span.active;
	uint64		counts = 0;
	int			low;
	int			high;

	if (n >= 128)
		return twice_median(list_gaps(a, n), n);
	for (int i = 0; i < n; i++)
		counts += UINT64CONST(1) << 8 * Min(active[i + 1] - active[i], 7);
	low = first_larger(counts * EACH_BYTE, (n - 1) / 2);
	high = first_larger(counts * EACH_BYTE, n / 2);
	return high < 7 ? (int64) low + high : twice_median(list_gaps(a, n), n);
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

/* How many of the recent units that are over an entity was active in; its first unit is none of them. */
static int
recent_active(const AtRisk *a)
{
	const int32 *active = a->span.active;
	int32		since = a->over - a->recent;	/* units after it are recent */
	int			n = a->span.n_active;
	int			recent = 0;

	if (active[n - 1] > a->over)
		n--;
	for (int i = Max(n - a->recent, 1); i < n; i++)
		recent += active[i] > since;
	return recent;
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
		if (unlikely(a->n == (int64) a->journeys.entities))
			report_damaged_value("has more entities than it says");
		add_gaps(a->returns, span->active, span->n_active, a->over);
		*silence = (Silence)
		{
			.entity = entity_datum(a->journeys.kind, &cursor->key),
			.last_at = cursor->at[span->rows - 1],
			.usual_gap = usual_gap(a),
			.first = span->active[0],
			.last = span->active[span->n_active - 1],
			.active_units = span->n_active,
			.recent = recent_active(a),
		};
		a->n++;
	}
	returns_finish(a->returns, MIN_SILENCES);
}

static double
p_value(AtRisk *a, uint64 recent, uint64 before, uint64 past)
{
	uint64		key = past | before << UNIT_BITS | recent << 2 * UNIT_BITS;
	PValue	   *known = &a->p_values[(key * UINT64CONST(0x9E3779B97F4A7C15)) >> (64 - a->p_values_bits)];

	/* the past is not 0 */
	if (known->key != key)
	{
		known->key = key;
		known->p = binomial_at_most((int64) recent, (int64) (recent + before), a->recent / (double) ((uint64) a->recent + past));
	}
	return known->p;
}

/* Against its own past, if that is as long as what is recent. */
static void
put_recent(ResultRow *row, AtRisk *a, const Silence *s)
{
	int32		past = a->over - a->recent - (int32) s->first;
	int32		over = Max((int32) s->active_units - ((int32) s->last > a->over), 1);
	int32		before = over - 1 - (int32) s->recent;
	bool		has_past = past >= a->recent;

	put_number_if(row, has_past, (int64) s->recent);
	put_number_if(row, has_past, before);
	put_float_if(row, has_past, has_past ? p_value(a, s->recent, before, past) : 0);
}

static void
put_silence(ResultRow *row, AtRisk *a, const Silence *s, Interval *silent, Interval *gap)
{
	int64		time = elapsed(s->last_at, a->observed.as_of);
	double		risk = 0;
	bool		known = share_lost(a->returns, (int32) s->active_units, Max(a->over - (int32) s->last, 0), &risk);

	*silent = (Interval) {.day = (int32) (time / USECS_PER_DAY), .time = time % USECS_PER_DAY};
	*gap = (Interval) {.day = (int32) (s->usual_gap / USECS_PER_DAY), .time = s->usual_gap % USECS_PER_DAY};
	put_datum(row, TimestampTzGetDatum(s->last_at));
	put_datum(row, IntervalPGetDatum(silent));
	put_float(row, (double) time / USECS_PER_SEC);
	put_datum(row, Int32GetDatum(s->active_units));
	put_if(row, s->usual_gap != NO_USUAL_GAP, IntervalPGetDatum(gap));
	put_float_if(row, known, risk);
	put_recent(row, a, s);
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
	expect_rows(fcinfo, &row, a.n);
	for (int64 i = 0; i < a.n; i++)
	{
		const Silence *silence = &a.silences[i];
		EntityKey	key;
		Datum		entity;
		Interval	silent;
		Interval	gap;

		entity_of_datum(a.journeys.kind, silence->entity, &key);
		entity = entity_result(&entities, &key);
		put_datum(&row, entity);
		put_silence(&row, &a, silence, &silent, &gap);
		put_row(result, &row);
		free_entity_result(&entities, entity);
	}
	return (Datum) 0;
}

ENTITY_READER(plg_at_risk, at_risk)
