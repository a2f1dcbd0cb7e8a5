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
#include "readers/shared/first_start.h"

#include "conversion/conversion.h"
#include "core/base/elapsed.h"
#include "core/stats/proportion.h"
#include "core/stats/km_medians.h"
#include "pg/entity.h"
#include "readers/shared/labels.h"
#include "readers/shared/places.h"
#include "readers/shared/time_pieces.h"
#include "pg/result.h"

/* The arguments. */
enum
{
	J, START, AS_OF, WITHIN, ENTERED
};

#define CONFIDENCE 0.95

typedef struct Event
{
	int64		adopters;		/* all of these: of mature entities */
	int64		repeaters;
	int64		places;			/* twice their sum */
	bool		happened;		/* by as_of, to anybody */
	TimePieces	first_uses;		/* of all entities */
	TimePieces	watched;		/* for how long, of adopters who might have left */
} Event;

typedef struct Adoption
{
	int64		within;
	Observed	observed;
	uint8	   *is_start;		/* by code; NULL: any event */
	History		journeys;
	Event	   *events;			/* by code */
	uint32		n_happened;		/* events that did */
	int64		entrants;
	int64		mature;
	TimePieces	watched;		/* for how long, of all who may leave early */
	Leavers    *leavers;		/* the same, after all entities */
	TimeRoom	room;			/* of all times */
	int64	   *conversions;	/* times of the event at hand */
	int64		max_conversions;
	int64	   *converted;
	int64		max_converted;

	/* of the entrant at hand */
	int8	   *uses;			/* by code, no more than MANY */
	int64	   *discovered;		/* rows of first uses, in order */
} Adoption;

#define MANY 2

/*
 * Finds the entrant's first use of each event, and counts uses; returns how
 * many events it discovered.  Whether a row is a first use is hard to foretell,
 * so there is no branch on it.
 */
static int
find_uses(Adoption *a, const HistoryCursor *cursor, int64 from, int64 n)
{
	const uint32 *code = cursor->code + from;
	int8	   *uses = a->uses;
	int64	   *discovered = a->discovered;
	int			found = 0;

	n = rows_observed(cursor->at + from, n - from, later_by(cursor->at[from], a->within));
	for_many(i, n)
	{
		int8		before = uses[code[i]];

		discovered[found] = from + (int64) i;
		found += before == 0;
		uses[code[i]] = (int8) (before + (before < MANY));
	}
	return found;
}

/* Notes which events have happened; all are noted after few rows as a rule. */
static inline void
note_events(Adoption *a, const uint32 *code, int64 n)
{
	for (int64 i = 0; i < n && a->n_happened < a->journeys.n_strings; i++)
	{
		Event	   *event = &a->events[code[i]];

		a->n_happened += !event->happened;
		event->happened = true;
	}
}

static void
count_entrant(Adoption *a, const HistoryCursor *cursor, const FirstStart *first, int64 n)
{
	TimestampTz started = first->started;
	bool		mature = observed_for(a->observed.as_of, started, a->within);
	bool		leaves = !mature || (a->within == WITHIN_UNLIMITED && a->observed.as_of != DT_NOEND);
	int64		start = first->code;
	int			discovered;

	a->entrants++;
	a->mature += mature;
	if (leaves)
		time_pieces_add(&a->watched, &a->room, elapsed(started, a->observed.as_of));
	/* the start's own row is no use */
	if (start >= 0)
		a->uses[start] = -1;
	discovered = find_uses(a, cursor, first->from, n);
	for (int i = 0; i < discovered;)
	{
		TimestampTz first_use = cursor->at[a->discovered[i]];
		int			end = i + 1;

		CHECK_FOR_INTERRUPTS();
		/* those of one instant share their places */
		while (end < discovered && cursor->at[a->discovered[end]] == first_use)
			end++;
		for (int k = i; k < end; k++)
		{
			uint32		code = cursor->code[a->discovered[k]];
			Event	   *event = &a->events[code];

			time_pieces_add(&event->first_uses, &a->room, time_between(started, first_use));
			if (leaves)
				time_pieces_add(&event->watched, &a->room, elapsed(started, a->observed.as_of));
			event->adopters += mature;
			event->repeaters += mature && a->uses[code] == MANY;
			event->places += mature ? i + 1 + end : 0;
			a->uses[code] = 0;
		}
		i = end;
	}
	if (start >= 0)
		a->uses[start] = 0;
}

/* In memory that is kept from one event to the next. */
static TimeList
all_times(const TimePieces *pieces, int64 **memory, int64 *capacity)
{
	TimeList	list = {.n = time_pieces_count(pieces)};

	if (*memory == NULL || list.n > *capacity)
	{
		*capacity = Max(list.n, *capacity * 2);
		*memory = grow_huge_pages(*memory, 0, *capacity * sizeof(int64));
	}
	list.times = *memory;
	time_pieces_copy(pieces, list.times);
	return list;
}

/* The median as ttv finds it; NOT_KNOWN if there is none. */
static int64
median_time(Adoption *a, Event *event)
{
	EventTimes	times = {
		.conversions = all_times(&event->first_uses, &a->conversions, &a->max_conversions),
		.converted_leavers = all_times(&event->watched, &a->converted, &a->max_converted),
		.total = a->entrants
	};

	CHECK_FOR_INTERRUPTS();
	return km_median(&times, a->leavers, a->within);
}

static void
put_event(ReturnSetInfo *result, Adoption *a, uint32 code)
{
	const HistoryString *label = &a->journeys.strings[code];
	Event	   *event = &a->events[code];
	int64		median = median_time(a, event);
	double		low = 0;
	double		high = 0;
	bool		known = wilson_interval(event->adopters, a->mature, CONFIDENCE, &low, &high);
	Datum		name = string_datum(label);
	ResultRow	row = {0};

	put_datum(&row, name);
	put_number(&row, a->mature);
	put_number(&row, event->adopters);
	put_float_if(&row, known, (double) event->adopters / (double) a->mature);
	put_float_if(&row, known, low);
	put_float_if(&row, known, high);
	put_float_if(&row, median != NOT_KNOWN, (double) median / USECS_PER_SEC);
	put_float_if(&row, event->adopters > 0, (double) event->places / 2 / (double) event->adopters);
	put_number(&row, event->repeaters);
	put_float_if(&row, event->adopters > 0, (double) event->repeaters / (double) event->adopters);
	put_row(result, &row);
	pfree(DatumGetPointer(name));
}

static void
put_events(ReturnSetInfo *result, Adoption *a)
{
	uint32		n = a->journeys.n_strings;
	Place	   *order = palloc_huge(n * sizeof(Place));
	uint32		listed = 0;

	for (uint32 i = 0; i < n; i++)
	{
		if (a->events[i].happened)
			order[listed++] = (Place) {(uint128) a->events[i].adopters, i};
	}
	sort_places(order, listed);
	for (uint32 i = 0; i < listed; i++)
		put_event(result, a, order[i].code);
}

/* False if there are none. */
static bool
open_journeys(FunctionCallInfo fcinfo, Adoption *a)
{
	uint32		n_labels;

	if (!arg_observed_journeys(fcinfo, J, &a->journeys, &a->observed.as_of))
		return false;
	n_labels = a->journeys.n_strings;
	a->is_start = arg_label_class(fcinfo, START, "start", &a->journeys);
	a->events = palloc_extended(Max(n_labels, 1) * sizeof(Event), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	a->uses = palloc_extended(Max(n_labels, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	/* one more, for a row that is looked at and is no first use */
	a->discovered = palloc_huge(((Size) n_labels + 1) * sizeof(int64));
	return true;
}

PLG_FUNCTION(plg_adoption);
Datum
plg_adoption(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	Adoption	a;

	memset(&a, 0, sizeof(a));
	a.within = arg_within(fcinfo, WITHIN);
	arg_observed(fcinfo, AS_OF, ENTERED, &a.observed);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (!open_journeys(fcinfo, &a))
		return (Datum) 0;
	cursor_open(cursor, &a.journeys, NULL);
	cursor_any_order(cursor);
	while (cursor_next(cursor))
	{
		int64		n = rows_observed(cursor->at, cursor->n, a.observed.as_of);
		FirstStart	start;

		note_events(&a, cursor->code, n);
		if (find_first_start(cursor, n, a.is_start, &a.observed, &start))
			count_entrant(&a, cursor, &start, n);
	}

	if (a.entrants == 0)
		return (Datum) 0;
	a.leavers = make_leavers(all_times(&a.watched, &a.converted, &a.max_converted));
	put_events(result, &a);
	return (Datum) 0;
}
