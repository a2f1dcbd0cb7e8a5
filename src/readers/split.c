/*
 * Split: journeys by a property that is told by a second history, such as the
 * plan or the channel of each entity.
 *
 * Whatever the rule, every row goes to one segment, so the segments rolled up are
 * the journeys again.  First each row is given to its segment, as ranges of
 * numbered rows; then the segments are written, one after the other.
 */
#include "journeys/cut.h"

#include "pg/args.h"
#include "pg/entity.h"
#include "pg/result.h"
#include "readers/shared/labels.h"
#include "readers/shared/observed.h"
#include "readers/shared/paired.h"
#include "utils/memutils.h"

/* The arguments. */
enum
{
	J, PROPERTIES, VALUE, START, AS_OF, TOP
};

/* Which value counts for an event. */
typedef enum SplitBy
{
	BY_ENTRY, BY_FIRST, BY_LAST, BY_EVENT
} SplitBy;

/* What those segments are called that are not among the top. */
#define OTHERS "other"

/* Segments are numbered by the code of their value; who has none is in the last. */
typedef struct Split
{
	SplitBy		by;
	TimestampTz as_of;			/* of the properties */
	int			top;			/* 0: all segments */
	const uint8 *starts;		/* by code; NULL: any event is a start */
	Paired	   *paired;
	uint32		n_segments;

	/* ranges as they come, and their segments */
	RowRange   *ranges;
	uint32	   *segments;
	int64		n;
	int64		capacity;

	int64	   *entities;		/* by segment */
	int64	   *last_entity;	/* counted last */
	int64		entity;
	uint64		row;			/* next */
} Split;

/* Gives the next n rows to a segment. */
static void
add_range(Split *split, uint32 segment, int64 n)
{
	RowRange   *last = split->n > 0 ? &split->ranges[split->n - 1] : NULL;

	split->entities[segment] += split->last_entity[segment] != split->entity;
	split->last_entity[segment] = split->entity;
	if (last != NULL && split->segments[split->n - 1] == segment)
		last->n += (uint64) n;
	else
	{
		if (split->n == split->capacity)
		{
			split->capacity = Max(1024, split->capacity * 2);
			split->ranges = grow_huge_pages(split->ranges, split->n * sizeof(RowRange), split->capacity * sizeof(RowRange));
			split->segments = grow_huge_pages(split->segments, split->n * sizeof(uint32), split->capacity * sizeof(uint32));
		}
		split->segments[split->n] = segment;
		split->ranges[split->n++] = (RowRange) {split->row, (uint64) n};
	}
	split->row += (uint64) n;
}

/* The segment of the last of n values, of which there may be none. */
static inline uint32
segment_of(const Split *split, const PairedRows *values, int64 n)
{
	return n == 0 ? split->n_segments - 1 : values->code[n - 1];
}

/* The value in force at the entity's first start. */
static uint32
segment_at_entry(const Split *split, const PairedRows *events, const PairedRows *values, int64 n)
{
	int64		start = 0;

	if (split->starts != NULL)
	{
		while (start < events->n && !split->starts[events->code[start]])
			start++;
	}
	return segment_of(split, values, start == events->n ? 0 : rows_observed(values->at, n, events->at[start]));
}

/* Each event goes to the value in force at its time. */
static void
split_events(Split *split, const PairedRows *events, const PairedRows *values, int64 n)
{
	int64		value = 0;
	int64		done = 0;

	while (done < events->n)
	{
		int64		end = done;

		while (value < n && values->at[value] <= events->at[done])
			value++;
		if (value == n)
			end = events->n;
		while (end < events->n && events->at[end] < values->at[value])
			end++;
		add_range(split, segment_of(split, values, value), end - done);
		done = end;
	}
}

static void
split_entity(Split *split)
{
	const PairedRows *events = &split->paired->events;
	const PairedRows *values = &split->paired->context;
	int64		n = rows_observed(values->at, values->n, split->as_of);
	uint32		segment;

	split->entity++;
	switch (split->by)
	{
		case BY_EVENT:
			split_events(split, events, values, n);
			return;
		case BY_ENTRY:
			segment = segment_at_entry(split, events, values, n);
			break;
		case BY_FIRST:
			segment = segment_of(split, values, Min(n, 1));
			break;
		default:
			segment = segment_of(split, values, n);
	}
	add_range(split, segment, events->n);
}

static void
find_segments(Split *split)
{
	split->entities = palloc_extended(split->n_segments * sizeof(int64), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	split->last_entity = palloc_extended(split->n_segments * sizeof(int64), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	paired_begin(split->paired, PAIRED_WITHOUT_CONTEXT, NULL);
	while (paired_next(split->paired))
		split_entity(split);
	paired_end(split->paired);
}

static inline bool
is_others(const HistoryString *value)
{
	return compare_bytes(value->bytes, value->length, (const uint8 *) OTHERS, strlen(OTHERS)) == 0;
}

/* Of two segments first the one with more entities, then by name. */
#define ST_SORT rank_segments
#define ST_ELEMENT_TYPE uint32
#define ST_COMPARE_ARG_TYPE const int64
#define ST_COMPARE(a, b, entities) \
	((entities)[*(a)] != (entities)[*(b)] ? ((entities)[*(a)] > (entities)[*(b)] ? -1 : 1) : \
	 *(a) < *(b) ? -1 : *(a) > *(b))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * By segment the one that is shown for it: others for all values but the top ones.
 * Who has no value has its own row in any case, and a value that is called as the
 * others are is one of them.
 */
static uint32 *
choose_top(const Split *split, uint32 others)
{
	const HistoryString *values = split->paired->contexts.history.strings;
	uint32		n = split->n_segments - 1;
	uint32	   *shown = palloc_huge((n + 1) * sizeof(uint32));
	uint32	   *ranked = palloc_huge((n + 1) * sizeof(uint32));
	uint32		n_ranked = 0;

	for_many(segment, n)
	{
		shown[segment] = others;
		if (split->entities[segment] > 0 && !is_others(&values[segment]))
			ranked[n_ranked++] = (uint32) segment;
	}
	rank_segments(ranked, n_ranked, split->entities);
	for_many(i, Min(n_ranked, (uint32) split->top))
		shown[ranked[i]] = ranked[i];
	shown[n] = n;
	pfree(ranked);
	return shown;
}

/* Puts the ranges of each segment together; *ends are where each segment's end. */
static RowRange *
ranges_by_segment(Split *split, uint32 n_segments, int64 **ends)
{
	RowRange   *ordered = palloc_huge_pages(split->n * sizeof(RowRange));
	int64	   *place = palloc_extended(n_segments * sizeof(int64), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	int64		total = 0;

	for_many(i, split->n)
		place[split->segments[i]]++;
	for_many(segment, n_segments)
	{
		int64		n = place[segment];

		place[segment] = total;
		total += n;
	}
	for_many(i, split->n)
		ordered[place[split->segments[i]]++] = split->ranges[i];
	if (split->n > 0)
	{
		free_huge_pages(split->ranges);
		free_huge_pages(split->segments);
	}
	*ends = place;
	return ordered;
}

static void
put_segments(ReturnSetInfo *result, Split *split)
{
	const History *properties = &split->paired->contexts.history;
	uint32		none = split->n_segments - 1;
	uint32		others = split->n_segments;
	HistoryString others_name = {(const uint8 *) OTHERS, strlen(OTHERS)};
	Cutter	   *cutter = cutter_begin(&split->paired->journeys.history);
	MemoryContext per_segment = AllocSetContextCreate(CurrentMemoryContext, "plg segment", ALLOCSET_DEFAULT_SIZES);
	RowRange   *ranges;
	int64	   *ends;

	if (split->top > 0)
	{
		uint32	   *shown = choose_top(split, others);

		for_many(i, split->n)
			split->segments[i] = shown[split->segments[i]];
	}
	ranges = ranges_by_segment(split, split->n_segments + 1, &ends);

	/* by name, then the others, then who has no value */
	for_many(i, split->n_segments + 1)
	{
		uint32		segment = i < none ? (uint32) i : i == none ? others : none;
		int64		first = segment == 0 ? 0 : ends[segment - 1];
		MemoryContext old;
		ResultRow	row = {0};

		CHECK_FOR_INTERRUPTS();
		if (ends[segment] == first)
			continue;
		old = MemoryContextSwitchTo(per_segment);
		if (segment == none)
			put_null(&row);
		else
			put_datum(&row, string_datum(segment == others ? &others_name : &properties->strings[segment]));
		put_datum(&row, PointerGetDatum(cut(cutter, ranges + first, ends[segment] - first)));
		put_row(result, &row);
		MemoryContextSwitchTo(old);
		MemoryContextReset(per_segment);
	}
}

PLG_FUNCTION(plg_split);
Datum
plg_split(PG_FUNCTION_ARGS)
{
	static const char *const values[] = {"entry", "first", "last", "event"};

	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Split		split = {0};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	split.by = arg_choice(fcinfo, VALUE, "value", values, lengthof(values));
	if (split.by != BY_ENTRY && !PG_ARGISNULL(START))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"start\" cannot be used with value \"%s\"", values[split.by]),
				 errhint("It says which event is the entry; use value \"entry\", or leave it out.")));
	split.as_of = arg_as_of(fcinfo, AS_OF);
	if (split.as_of == AS_OF_MISSING)
		split.as_of = DT_NOEND;
	split.top = PG_ARGISNULL(TOP) ? 0 : arg_positive(fcinfo, TOP, "top");
	split.paired = arg_paired(fcinfo, J, PROPERTIES, "properties");
	if (split.paired == NULL)
		return (Datum) 0;
	arg_whole_journeys(fcinfo, J, &split.paired->journeys.history);
	split.n_segments = split.paired->contexts.history.n_strings + 1;
	split.starts = arg_label_class(fcinfo, START, "start", &split.paired->journeys.history);
	find_segments(&split);
	put_segments(result, &split);
	return (Datum) 0;
}
