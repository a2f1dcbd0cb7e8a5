/*
 * Transitions: in each calendar period, how many entities went from one value of
 * a property to another, and how many stayed.
 *
 * An entity goes from the value in force just before the period to the one in
 * force just before its end; none yet is NULL.  So everybody who has a value by
 * the end is in one row of the period, and who arrived at a value in one period
 * leaves from it, or stays, in the next.
 *
 * Only periods that hold a row of an entity can move it.  Moves are counted
 * entity by entity, and those who stay follow from period to period: they are
 * those who stood there and did not move.
 */
#include "pg/args.h"
#include "pg/calendar_range.h"
#include "pg/entity.h"
#include "pg/result.h"
#include "readers/shared/observed.h"

#include "common/hashfn.h"
#include "journeys/journeys.h"

#define MAX_PERIODS 50000

/* A move; labels are codes, and who has none yet comes from behind the last one. */
typedef struct MoveKey
{
	int32		period;
	uint32		from;
	uint32		to;
} MoveKey;

typedef struct Moves
{
	MoveKey		key;
	char		status;			/* of the hash table's */
	int64		entities;
} Moves;

#define SH_PREFIX moves
#define SH_ELEMENT_TYPE Moves
#define SH_KEY_TYPE MoveKey
#define SH_KEY key
#define SH_HASH_KEY(table, key) hash_combine(murmurhash32((uint32) (key).period), \
	hash_combine(murmurhash32((key).from), murmurhash32((key).to)))
#define SH_EQUAL(table, a, b) ((a).period == (b).period && (a).from == (b).from && (a).to == (b).to)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

static inline int
compare_moves(const Moves *a, const Moves *b)
{
	if (a->key.period != b->key.period)
		return a->key.period < b->key.period ? -1 : 1;
	if (a->key.from != b->key.from)
		return a->key.from < b->key.from ? -1 : 1;
	return a->key.to < b->key.to ? -1 : a->key.to > b->key.to;
}

#define ST_SORT sort_moves
#define ST_ELEMENT_TYPE Moves
#define ST_COMPARE(a, b) compare_moves(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* The property's rows as they are gone through. */
typedef struct Property
{
	History		history;
	HistoryCursor cursor;
	TimestampTz as_of;
	int64		n;				/* rows of the entity that are known */
	int64		next;
	uint32		label;			/* in force before that */
	Datum	   *texts;			/* by label, of those that have been put */
} Property;

typedef struct Transitions
{
	Calendar   *calendar;
	CalendarRange range;
	Property    property;
	moves_hash *moves;
	int64	   *standing;		/* by label, at first just before the first period */
} Transitions;

/* False if there are no rows. */
static bool
open_property(FunctionCallInfo fcinfo, int argno, TimestampTz as_of, Property *property)
{
	if (PG_ARGISNULL(argno))
		return false;
	arg_journeys(fcinfo, argno, &property->history);
	property->as_of = as_of;
	property->texts = palloc_extended(Max(property->history.n_strings, 1) * sizeof(Datum), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	cursor_open(&property->cursor, &property->history, NULL);
	return true;
}

/* What an entity has before its first row. */
static inline uint32
no_label(const Property *property)
{
	return property->history.n_strings;
}

static bool
next_entity(Property *property)
{
	HistoryCursor *cursor = &property->cursor;

	if (!cursor_next(cursor))
		return false;
	property->n = rows_observed(cursor->at, cursor->n, property->as_of);
	property->next = 0;
	property->label = no_label(property);
	return true;
}

/* Goes on to a time, and returns what is in force just before it; of several values at one instant the last. */
static inline uint32
label_before(Property *property, TimestampTz t)
{
	const HistoryCursor *cursor = &property->cursor;
	int64		next = property->next;

	while (next < property->n && cursor->at[next] < t)
		next++;
	if (next > property->next)
		property->label = cursor->code[next - 1];
	property->next = next;
	return property->label;
}

static void
count_entity(Transitions *t)
{
	Property   *property = &t->property;
	const CalendarRange *range = &t->range;
	uint32		from = label_before(property, range->starts[0]);

	if (from != no_label(property))
		t->standing[from]++;
	while (property->next < property->n)
	{
		TimestampTz at = property->cursor.at[property->next];
		int32		period;
		uint32		to;

		if (at >= range->starts[range->n])
			break;
		period = calendar_started(t->calendar, at) - range->first;
		to = label_before(property, range->starts[period + 1]);
		if (to != from)
		{
			bool		found;
			Moves	   *moves = moves_insert(t->moves, (MoveKey) {period, from, to}, &found);

			if (!found)
				moves->entities = 0;
			moves->entities++;
		}
		from = to;
	}
}

static Moves *
moves_in_order(moves_hash *table, int64 *n)
{
	moves_iterator scan;
	Moves	   *moves;
	Moves	   *ordered = palloc_huge(Max(table->members, 1) * sizeof(Moves));

	*n = 0;
	moves_start_iterate(table, &scan);
	while ((moves = moves_iterate(table, &scan)) != NULL)
		ordered[(*n)++] = *moves;
	sort_moves(ordered, *n);
	return ordered;
}

static void
put_label(ResultRow *row, const Property *property, uint32 label)
{
	if (label == no_label(property))
	{
		put_null(row);
		return;
	}
	if (property->texts[label] == (Datum) 0)
		property->texts[label] = string_datum(&property->history.strings[label]);
	put_datum(row, property->texts[label]);
}

static void
put_transition(ReturnSetInfo *result, Transitions *t, int period, uint32 from, uint32 to, int64 entities)
{
	ResultRow	row = {0};

	put_unit_date(&row, t->calendar, t->range.first + period);
	put_label(&row, &t->property, from);
	put_label(&row, &t->property, to);
	put_number(&row, entities);
	put_datum(&row, BoolGetDatum(t->range.starts[period + 1] > t->property.as_of));
	put_unit_start(&row, t->calendar, t->range.first + period);
	put_row(result, &row);
}

/* The n moves of a period in order, and between them who stays. */
static void
put_period(ReturnSetInfo *result, Transitions *t, int period, const Moves *moves, int64 n)
{
	uint32		none = no_label(&t->property);
	int64		next = 0;

	for (uint32 from = 0; from <= none; from++)
	{
		int64		first = next;
		int64		stay;

		if ((from & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		stay = from == none ? 0 : t->standing[from];
		for (; next < n && moves[next].key.from == from; next++)
			stay -= from == none ? 0 : moves[next].entities;
		for (int64 i = first; i <= next; i++)
		{
			if (stay > 0 && (i == next || moves[i].key.to > from))
			{
				put_transition(result, t, period, from, from, stay);
				stay = 0;
			}
			if (i < next)
				put_transition(result, t, period, from, moves[i].key.to, moves[i].entities);
		}
	}
	for (int64 i = 0; i < n; i++)
	{
		if (moves[i].key.from != none)
			t->standing[moves[i].key.from] -= moves[i].entities;
		t->standing[moves[i].key.to] += moves[i].entities;
	}
}

PLG_FUNCTION(plg_transitions);
Datum
plg_transitions(PG_FUNCTION_ARGS)
{
	enum {J, UNIT, SINCE, UNTIL, TIME_ZONE, AS_OF, ORIGIN};

	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Transitions t = {0};
	TimestampTz as_of;
	Moves	   *moves;
	int64		n;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	t.calendar = arg_calendar(fcinfo, UNIT, TIME_ZONE, ORIGIN);
	calendar_sliding(t.calendar, arg_date(fcinfo, SINCE, "since"), arg_date(fcinfo, UNTIL, "until"),
					 MAX_PERIODS, 1, &t.range);
	as_of = arg_as_of(fcinfo, AS_OF);
	if (!open_property(fcinfo, J, as_of == AS_OF_MISSING ? DT_NOEND : as_of, &t.property))
		return (Datum) 0;
	cursor_any_order(&t.property.cursor);
	t.moves = moves_create(CurrentMemoryContext, 64, NULL);
	t.standing = palloc_huge(Max(t.property.history.n_strings, 1) * sizeof(int64));
	memset(t.standing, 0, t.property.history.n_strings * sizeof(int64));
	while (next_entity(&t.property))
		count_entity(&t);

	moves = moves_in_order(t.moves, &n);
	for (int period = 0; period < t.range.n; period++)
	{
		int64		of_period = 0;

		while (of_period < n && moves[of_period].key.period == period)
			of_period++;
		put_period(result, &t, period, moves, of_period);
		moves += of_period;
		n -= of_period;
	}
	return (Datum) 0;
}

/* The entities behind the transitions of one period. */
static Datum
transitions_of(FunctionCallInfo fcinfo, int first_arg, EntityResult entities)
{
	enum {J, SINCE, UNTIL, TIME_ZONE, AS_OF};

	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Calendar   *calendar = arg_days(fcinfo, first_arg + TIME_ZONE);
	Property   *property = palloc0(sizeof(Property));
	TimestampTz window[2];
	TimestampTz as_of;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	calendar_window(calendar, arg_date(fcinfo, first_arg + SINCE, "since"),
					arg_date(fcinfo, first_arg + UNTIL, "until"), window);
	as_of = arg_as_of(fcinfo, first_arg + AS_OF);
	if (!open_property(fcinfo, first_arg + J, as_of == AS_OF_MISSING ? DT_NOEND : as_of, property))
		return (Datum) 0;
	begin_entities(&entities, property->history.kind, "transitions_of");
	while (next_entity(property))
	{
		uint32		from = label_before(property, window[0]);
		uint32		to = label_before(property, window[1]);
		ResultRow	row = {0};
		Datum		entity;

		if (to == no_label(property))
			continue;
		entity = entity_result(&entities, &property->cursor.key);
		put_datum(&row, entity);
		put_label(&row, property, from);
		put_label(&row, property, to);
		put_row(result, &row);
		free_entity_result(&entities, entity);
	}
	return (Datum) 0;
}

ENTITY_READER(plg_transitions_of, transitions_of)
