/*
 * Adoption: for each kind of event, who takes it up after the start, how soon,
 * in what order, and who does it again.
 *
 * A use is a row of that event as a goal is one: any row at or after the
 * start and within the time, except the row that is the start.  Counts and
 * rates are of mature entities, those watched for all of the time.
 *
 * The median is Kaplan and Meier's, as in ttv, and uses all entrants.  Up to
 * the end of the time only those leave it early who are not mature and have
 * not adopted; everybody else without a use is at risk throughout.  So for
 * each event just the times of first uses are kept, and the follow-up of those
 * adopters who might have left.  At a use so many have left without it as have
 * left at all, which one sorted list tells for every event, less those
 * adopters: the work is that of the uses, however many events there are.
 */
#include "metrics/watch.h"

#include "core/elapsed.h"
#include "core/proportion.h"
#include "core/survival.h"
#include "funcapi.h"
#include "journeys/journeys.h"
#include "metrics/labels.h"
#include "metrics/times.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#define CONFIDENCE 0.95

typedef struct Event
{
	int64		adopters;		/* all of these: of mature entities */
	int64		repeaters;
	int64		places;			/* twice their sum */
	Times		first_uses;		/* of all entities */
	Times		watched;		/* for how long, of adopters who might have left */

	/* of the entrant at hand */
	int64		entrant;
	int64		uses;
	TimestampTz first_use;
} Event;

typedef struct Adoption
{
	int64		within;
	Watch		watch;
	uint8	   *is_start;		/* by code; NULL: any event */
	History		journeys;
	Event	   *events;			/* by code */
	int64		entrants;
	int64		mature;
	Times		watched;		/* for how long, of all who may leave early */
	Event	  **discovered;		/* by the entrant at hand, in order */
} Adoption;

/*
 * The one event whose row at the first instant is the start, or NULL if starts
 * of two kinds are there: then each can be the start for the other's sake.
 */
static const Event *
find_start(const Adoption *a, const HistoryCursor *cursor, int64 from)
{
	const Event *start = NULL;

	for (int64 i = from; i < cursor->n && cursor->at[i] == cursor->at[from]; i++)
	{
		Event	   *event = &a->events[cursor->code[i]];

		if (a->is_start != NULL && !a->is_start[cursor->code[i]])
			continue;
		if (start != NULL && start != event)
			return NULL;
		start = event;
	}
	return start;
}

/* Finds the entrant's uses of each event; returns how many events it discovered. */
static int
find_uses(Adoption *a, const HistoryCursor *cursor, int64 from, int64 n, const Event *start)
{
	TimestampTz started = cursor->at[from];
	int			discovered = 0;

	for (int64 i = from; i < n; i++)
	{
		Event	   *event = &a->events[cursor->code[i]];

		CHECK_FOR_INTERRUPTS();
		if (elapsed(started, cursor->at[i]) > a->within)
			break;
		if (event == start)
		{
			start = NULL;
			continue;
		}
		if (event->entrant != a->entrants)
		{
			event->entrant = a->entrants;
			event->uses = 0;
			event->first_use = cursor->at[i];
			a->discovered[discovered++] = event;
		}
		event->uses++;
	}
	return discovered;
}

static void
count_entrant(Adoption *a, const HistoryCursor *cursor, int64 from, int64 n)
{
	TimestampTz started = cursor->at[from];
	bool		mature = watched_for(a->watch.as_of, started, a->within);
	bool		leaves = !mature || (a->within == WITHIN_UNLIMITED && a->watch.as_of != DT_NOEND);
	int			discovered;

	a->entrants++;
	a->mature += mature;
	if (leaves)
		times_add(&a->watched, elapsed(started, a->watch.as_of));
	discovered = find_uses(a, cursor, from, n, find_start(a, cursor, from));
	for (int i = 0; i < discovered;)
	{
		int			end = i + 1;

		CHECK_FOR_INTERRUPTS();
		/* those of one instant share their places */
		while (end < discovered && a->discovered[end]->first_use == a->discovered[i]->first_use)
			end++;
		for (int k = i; k < end; k++)
		{
			Event	   *event = a->discovered[k];

			times_add(&event->first_uses, elapsed(started, event->first_use));
			if (leaves)
				times_add(&event->watched, elapsed(started, a->watch.as_of));
			if (!mature)
				continue;
			event->adopters++;
			event->repeaters += event->uses > 1;
			event->places += i + 1 + end;
		}
		i = end;
	}
}

/* An event's adopters and those who leave without it, as the estimate reads them. */
typedef struct Waiting
{
	SurvivalInput input;
	const Times *all;			/* who leave, with and without the event */
	const Times *adopters;
	int64		all_left;
	int64		adopters_left;
} Waiting;

/* How many had left without the event before a time: all, less its adopters. */
static int64
left_before(SurvivalInput *input, int64 time)
{
	Waiting    *waiting = (Waiting *) input;

	waiting->all_left = times_find(waiting->all, waiting->all_left, time);
	waiting->adopters_left = times_find(waiting->adopters, waiting->adopters_left, time);
	return waiting->all_left - waiting->adopters_left;
}

/* The median as ttv finds it; NOT_KNOWN if there is none. */
static int64
median_time(Adoption *a, Event *event)
{
	TimeStream	uses = {0};
	Waiting		waiting = {{{&uses, NULL}, NULL, 0, a->entrants, left_before}, &a->watched, &event->watched, 0, 0};
	SurvivalPoint end = {.time = a->within};
	SurvivalQuantile median = {.share = 0.5};

	CHECK_FOR_INTERRUPTS();
	times_sort(&event->first_uses);
	times_sort(&event->watched);
	uses.times = event->first_uses.us;
	uses.n = (int) event->first_uses.n;
	waiting.input.forever = a->entrants - event->first_uses.n - (a->watched.n - event->watched.n);
	survival_at(&waiting.input, 0, &end, 1);
	if (!end.known || !(end.rate > 0))
		return NOT_KNOWN;
	uses.next = 0;
	waiting.all_left = waiting.adopters_left = 0;
	survival_quantiles_within(&waiting.input, a->within, end.rate, &median, 1);
	return median.time;
}

static void
put_event(ReturnSetInfo *result, Adoption *a, uint32 code)
{
	const HistoryString *label = &a->journeys.strings[code];
	Event	   *event = &a->events[code];
	int64		median = median_time(a, event);
	double		low = 0;
	double		high = 0;
	Datum		values[10] = {0};
	bool		nulls[10] = {false};

	values[0] = PointerGetDatum(cstring_to_text_with_len((const char *) label->bytes, label->length));
	values[1] = Int64GetDatum(a->mature);
	values[2] = Int64GetDatum(event->adopters);
	values[8] = Int64GetDatum(event->repeaters);
	nulls[3] = nulls[4] = nulls[5] = !wilson_interval(event->adopters, a->mature, CONFIDENCE, &low, &high);
	nulls[6] = median == NOT_KNOWN;
	nulls[7] = nulls[9] = event->adopters == 0;
	if (!nulls[3])
	{
		values[3] = Float8GetDatum((double) event->adopters / (double) a->mature);
		values[4] = Float8GetDatum(low);
		values[5] = Float8GetDatum(high);
	}
	if (!nulls[6])
		values[6] = Float8GetDatum((double) median / USECS_PER_SEC);
	if (!nulls[7])
	{
		values[7] = Float8GetDatum((double) event->places / 2 / (double) event->adopters);
		values[9] = Float8GetDatum((double) event->repeaters / (double) event->adopters);
	}
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	pfree(DatumGetPointer(values[0]));
}

/* Where an event comes in the result. */
typedef struct Place
{
	int64		adopters;
	uint32		code;
} Place;

static int
compare_places(const Place *x, const Place *y)
{
	if (x->adopters != y->adopters)
		return x->adopters > y->adopters ? -1 : 1;
	return x->code < y->code ? -1 : x->code > y->code;
}

#define ST_SORT sort_places
#define ST_ELEMENT_TYPE Place
#define ST_COMPARE(a, b) compare_places(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

static void
put_events(ReturnSetInfo *result, Adoption *a)
{
	uint32		n = a->journeys.n_strings;
	Place	   *order = palloc_huge(n * sizeof(Place));

	for (uint32 i = 0; i < n; i++)
		order[i] = (Place) {a->events[i].adopters, i};
	sort_places(order, n);
	for (uint32 i = 0; i < n; i++)
		put_event(result, a, order[i].code);
}

static void
open_journeys(FunctionCallInfo fcinfo, Adoption *a)
{
	uint32		n_labels;

	arg_journeys(fcinfo, 0, &a->journeys);
	arg_watch(fcinfo, 2, 4, &a->journeys, &a->watch);
	n_labels = a->journeys.n_strings;
	if (!PG_ARGISNULL(1))
	{
		a->is_start = palloc_huge(Max(n_labels, 1));
		memset(a->is_start, 0, n_labels);
		add_label_class(fcinfo, &a->journeys, arg_name(fcinfo, 1, "start"), a->is_start, 1);
	}
	a->events = palloc_extended(Max(n_labels, 1) * sizeof(Event), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	a->discovered = palloc_huge(Max(n_labels, 1) * sizeof(Event *));
}

PLG_FUNCTION(plg_adoption);
Datum
plg_adoption(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	Adoption	a;

	memset(&a, 0, sizeof(a));
	a.within = arg_within(fcinfo, 3);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	open_journeys(fcinfo, &a);
	cursor_open(cursor, &a.journeys, NULL);
	while (cursor_next(cursor))
	{
		int64		n = rows_watched(cursor->at, cursor->n, a.watch.as_of);
		int64		from = 0;

		if (a.is_start != NULL)
		{
			while (from < n && !a.is_start[cursor->code[from]])
				from++;
		}
		if (from >= n || !entered_in_time(&a.watch, cursor->at[from]))
			continue;
		while (from > 0 && cursor->at[from - 1] == cursor->at[from])
			from--;
		count_entrant(&a, cursor, from, n);
	}

	if (a.entrants == 0)
		return (Datum) 0;
	times_sort(&a.watched);
	put_events(result, &a);
	return (Datum) 0;
}
