/*
 * Sessions: an entity's events, cut where more than a gap of time passes
 * between two of them.
 *
 * An entity's last session is not over before the gap has passed since its
 * last event: it may still grow.  The summary leaves such sessions out, and
 * says how many they are.
 */
#include "readers/shared/observed.h"

#include "core/base/elapsed.h"
#include "journeys/journeys.h"
#include "pg/entity.h"
#include "readers/shared/durations.h"

typedef struct SessionVisitor
{
	/* the session at hand */
	TimestampTz started_at;
	TimestampTz ended_at;
	int64		events;
	bool		first;			/* of its entity */

	int64		gap;
	TimestampTz as_of;
	int64		next;			/* row of the entity */
	int64		n;
	History		journeys;
	HistoryCursor cursor;
} SessionVisitor;

static int64
arg_gap(FunctionCallInfo fcinfo, int argno)
{
	return arg_duration(fcinfo, argno, "gap", SHORTEST_TIME, DURATION_REQUIRED);
}

/* NULL if there are no journeys. */
static SessionVisitor *
open_sessions(FunctionCallInfo fcinfo, int argno, int64 gap, TimestampTz as_of)
{
	SessionVisitor *visitor = palloc0(sizeof(SessionVisitor));

	visitor->gap = gap;
	visitor->as_of = as_of;
	if (!arg_observed_journeys(fcinfo, argno, &visitor->journeys, &visitor->as_of))
		return NULL;
	cursor_open_times(&visitor->cursor, &visitor->journeys);
	return visitor;
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
	while (++i < visitor->n &&
		   (uint64) cursor->at[i] - (uint64) cursor->at[i - 1] <= (uint64) visitor->gap)
		;
	visitor->ended_at = cursor->at[i - 1];
	visitor->events = i - visitor->next;
	visitor->next = i;
	return true;
}

/* All sessions in order. */
static Datum
sessions(FunctionCallInfo fcinfo, int argno, EntityResult entities)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int64		gap = arg_gap(fcinfo, argno + 1);
	SessionVisitor *visitor;
	Datum		entity = 0;
	ResultRow	row = {0};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	visitor = open_sessions(fcinfo, argno, gap, DT_NOEND);
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
	enum {J, GAP, AS_OF};

	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int64		gap = arg_gap(fcinfo, GAP);
	TimestampTz as_of = arg_as_of(fcinfo, AS_OF);
	SessionVisitor *visitor;
	Durations	lengths = {0};
	int64		entities = 0;
	int64		events = 0;
	int64		single = 0;
	int64		unfinished = 0;
	int64		n;
	ResultRow	row = {0};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	visitor = open_sessions(fcinfo, J, gap, as_of);
	if (visitor == NULL)
		return (Datum) 0;
	while (session_next(visitor))
	{
		CHECK_FOR_INTERRUPTS();
		if (visitor->as_of != DT_NOEND &&
			(uint64) visitor->as_of - (uint64) visitor->ended_at <= (uint64) gap)
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
			durations_add(&lengths, elapsed(visitor->started_at, visitor->ended_at));
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
