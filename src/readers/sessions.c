/*
 * Sessions: an entity's events, cut where more than a gap of time passes
 * between two of them, or where a session would grow longer than max_length;
 * before an event in starts, and behind one in ends.
 *
 * Events at one instant may be taken in any order.  An end closes the session
 * that is open when the instant begins; then a start begins the next, to which
 * all other events of the instant belong.  Without a start these belong before
 * the end; and without an open session so does a start.  An event that is both is
 * a start, and the session that it begins is over at that instant.
 *
 * A session is not over while it may still grow.  The summary leaves such
 * sessions out, and says how many they are.
 */
#include "readers/shared/observed.h"

#include "core/base/elapsed.h"
#include "pg/args.h"
#include "pg/entity.h"
#include "readers/shared/durations.h"
#include "readers/shared/labels.h"

/* Classes of labels; one may be both. */
#define PLAIN 1
#define STARTS 2
#define ENDS 4

typedef struct SessionRules
{
	int64		gap;
	int64		max_length;
	char	  **starts;			/* labels */
	int			n_starts;
	char	  **ends;
	int			n_ends;
} SessionRules;

typedef struct SessionVisitor
{
	/* the session at hand */
	TimestampTz started_at;
	TimestampTz ended_at;
	int64		events;
	bool		first;			/* of its entity */
	bool		ended;			/* by an event */

	SessionRules rules;
	TimestampTz as_of;
	bool		by_labels;
	bool		ends_taken;		/* of the instant at which the next session begins */
	int64		next;			/* row of the entity */
	int64		n;
	History		journeys;
	HistoryCursor cursor;
} SessionVisitor;

static char **
arg_labels(FunctionCallInfo fcinfo, int argno, const char *argument, int *n)
{
	*n = 0;
	return PG_ARGISNULL(argno) ? NULL :
		arg_texts(fcinfo, argno, argument, "Give the labels of the events that begin or end a session, for example '{login}'.", n);
}

/* max_length, starts and ends follow each other. */
static void
arg_session_rules(FunctionCallInfo fcinfo, int gap_arg, int length_arg, SessionRules *rules)
{
	rules->gap = arg_duration(fcinfo, gap_arg, "gap", SHORTEST_TIME, DURATION_REQUIRED);
	rules->max_length = arg_duration(fcinfo, length_arg, "max_length", SHORTEST_TIME, PG_INT64_MAX);
	rules->starts = arg_labels(fcinfo, length_arg + 1, "starts", &rules->n_starts);
	rules->ends = arg_labels(fcinfo, length_arg + 2, "ends", &rules->n_ends);
}

/* NULL if there are no journeys. */
static SessionVisitor *
open_sessions(FunctionCallInfo fcinfo, int argno, const SessionRules *rules, TimestampTz as_of)
{
	SessionVisitor *visitor = palloc0(sizeof(SessionVisitor));
	const History *journeys = &visitor->journeys;
	uint8	   *classes;

	visitor->rules = *rules;
	visitor->as_of = as_of;
	if (!arg_observed_journeys(fcinfo, argno, &visitor->journeys, &visitor->as_of))
		return NULL;
	visitor->by_labels = rules->n_starts + rules->n_ends > 0;
	if (!visitor->by_labels)
	{
		cursor_open_times(&visitor->cursor, journeys);
		return visitor;
	}
	classes = palloc_huge(Max(journeys->n_strings, 1));
	memset(classes, PLAIN, journeys->n_strings);
	for (int i = 0; i < rules->n_starts; i++)
		add_label_class(fcinfo, journeys, rules->starts[i], classes, STARTS);
	for (int i = 0; i < rules->n_ends; i++)
		add_label_class(fcinfo, journeys, rules->ends[i], classes, ENDS);
	cursor_open(&visitor->cursor, journeys, classes);
	return visitor;
}

/* Whether the session at hand may hold a time at or after its last. */
static bool
reaches(const SessionVisitor *visitor, TimestampTz last, TimestampTz at)
{
	return elapsed(last, at) <= visitor->rules.gap && elapsed(visitor->started_at, at) <= visitor->rules.max_length;
}

/* What the rows of an instant say. */
typedef struct Instant
{
	int64		end;			/* behind its rows */
	int64		starts;
	int64		ends;			/* that are no starts */
	bool		both;			/* some are */
} Instant;

static Instant
read_instant(const SessionVisitor *visitor, int64 row)
{
	const HistoryCursor *cursor = &visitor->cursor;
	TimestampTz at = cursor->at[row];
	Instant		instant = {0};

	while (row > 0 && cursor->at[row - 1] == at)
		row--;
	for (; row < visitor->n && cursor->at[row] == at; row++)
	{
		uint32		class = cursor->code[row];

		if ((row & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		instant.starts += (class & STARTS) != 0;
		instant.ends += (class & (STARTS | ENDS)) == ENDS;
		instant.both |= (class & STARTS) && (class & ENDS);
	}
	instant.end = row;
	return instant;
}

/* The end of the session that begins with a row; those of one instant are told apart by number only. */
static int64
end_by_labels(SessionVisitor *visitor, int64 begin)
{
	const HistoryCursor *cursor = &visitor->cursor;
	bool		ends_taken = visitor->ends_taken;
	int64		i = begin;

	visitor->ended = visitor->ends_taken = false;
	while (i < visitor->n && !visitor->ended && (i == begin || reaches(visitor, cursor->at[i - 1], cursor->at[i])))
	{
		Instant		instant = read_instant(visitor, i);

		if (i > begin && instant.starts > 0)
		{
			visitor->ended = visitor->ends_taken = instant.ends > 0;
			return i + instant.ends;
		}
		visitor->ended = instant.both || (instant.ends > 0 && !ends_taken);
		ends_taken = false;
		i = instant.end;
	}
	return i;
}

/* Goes to the next session; false after the last. */
static bool
session_next(SessionVisitor *visitor)
{
	HistoryCursor *cursor = &visitor->cursor;
	int64		i;

	visitor->first = false;
	while (visitor->next == visitor->n)
	{
		if (!cursor_next(cursor))
			return false;
		visitor->next = 0;
		visitor->n = rows_observed(cursor->at, cursor->n, visitor->as_of);
		visitor->first = true;
	}
	i = visitor->next;
	visitor->started_at = cursor->at[i];
	if (visitor->by_labels)
		i = end_by_labels(visitor, i);
	else
	{
		while (++i < visitor->n && reaches(visitor, cursor->at[i - 1], cursor->at[i]))
			;
	}
	visitor->ended_at = cursor->at[i - 1];
	visitor->events = i - visitor->next;
	visitor->next = i;
	return true;
}

/* Whether later events may belong to the session at hand. */
static bool
may_grow(const SessionVisitor *visitor)
{
	return visitor->as_of != DT_NOEND && visitor->next == visitor->n && !visitor->ended &&
		reaches(visitor, visitor->ended_at, visitor->as_of);
}

/* All sessions in order. */
static Datum
sessions(FunctionCallInfo fcinfo, int argno, EntityResult entities)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	SessionRules rules;
	SessionVisitor *visitor;
	Datum		entity = 0;
	ResultRow	row = {0};

	arg_session_rules(fcinfo, argno + 1, argno + 2, &rules);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	visitor = open_sessions(fcinfo, argno, &rules, DT_NOEND);
	if (visitor == NULL)
		return (Datum) 0;
	begin_entities(&entities, visitor->journeys.kind, "sessions");
	while (session_next(visitor))
	{
		if (visitor->first)
		{
			if (entity != 0)
				free_entity_result(&entities, entity);
			entity = entity_result(&entities, &visitor->cursor.key);
		}
		put_datum(&row, entity);
		put_datum(&row, TimestampTzGetDatum(visitor->started_at));
		put_datum(&row, TimestampTzGetDatum(visitor->ended_at));
		put_number(&row, visitor->events);
		put_row(result, &row);
	}
	return (Datum) 0;
}

ENTITY_READER(plg_sessions, sessions)

PLG_FUNCTION(plg_session_summary);
Datum
plg_session_summary(PG_FUNCTION_ARGS)
{
	enum {J, GAP, AS_OF, MAX_LENGTH};

	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	TimestampTz as_of = arg_as_of(fcinfo, AS_OF);
	SessionRules rules;
	SessionVisitor *visitor;
	Durations	lengths = {0};
	int64		entities = 0;
	int64		events = 0;
	int64		single = 0;
	int64		unfinished = 0;
	int64		n;
	ResultRow	row = {0};

	arg_session_rules(fcinfo, GAP, MAX_LENGTH, &rules);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	visitor = open_sessions(fcinfo, J, &rules, as_of);
	if (visitor == NULL)
		return (Datum) 0;
	while (session_next(visitor))
	{
		CHECK_FOR_INTERRUPTS();
		if (may_grow(visitor))
		{
			unfinished++;
			continue;
		}
		entities += visitor->first;
		events += visitor->events;
		single += visitor->events == 1;
		/* most sessions are one event */
		if (visitor->ended_at == visitor->started_at)
			lengths.zeros++;
		else
			durations_add(&lengths, time_between(visitor->started_at, visitor->ended_at));
	}

	n = lengths.n + lengths.zeros;
	put_number(&row, n);
	put_number(&row, entities);
	put_number(&row, events);
	put_number(&row, single);
	put_number(&row, unfinished);
	put_float_if(&row, n > 0, (double) n / (double) entities);
	put_float_if(&row, n > 0, (double) events / (double) n);
	put_percentile(&row, &lengths, 0.5);
	put_percentile(&row, &lengths, 0.9);
	put_row(result, &row);
	return (Datum) 0;
}
