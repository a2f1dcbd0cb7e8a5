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
#include "funcapi.h"
#include "state/history_value.h"
#include "journeys/journeys.h"
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

/* All sessions in order; the entity as text, or in its own type. */
static Datum
sessions(FunctionCallInfo fcinfo, int argno, bool as_text, EntityKind wanted)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int64		gap = arg_gap(fcinfo, argno + 1);
	SessionVisitor *visitor;
	EntityKind	kind;
	Datum		values[4] = {0};
	bool		nulls[4] = {false};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	visitor = open_sessions(fcinfo, argno, gap, DT_NOEND);
	if (visitor == NULL)
		return (Datum) 0;
	kind = visitor->journeys.kind;
	if (!as_text && kind != wanted)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("entities of these journeys are %s, not %s",
						entity_kind_name(kind), entity_kind_name(wanted)),
				 errhint("Call plg.sessions_as(NULL::%s, ...), or plg.sessions for entities as text.",
						 entity_kind_name(kind))));
	while (session_next(visitor))
	{
		CHECK_FOR_INTERRUPTS();
		if (visitor->first)
		{
			if (values[0] != 0 && (as_text || kind != ENTITY_BIGINT))
				pfree(DatumGetPointer(values[0]));
			values[0] = as_text ? entity_as_text(kind, &visitor->cursor.key) :
				entity_datum(kind, &visitor->cursor.key);
		}
		values[1] = TimestampTzGetDatum(visitor->started_at);
		values[2] = TimestampTzGetDatum(visitor->ended_at);
		values[3] = Int64GetDatum(visitor->events);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

PLG_CALLS(plg_sessions, sessions(fcinfo, 0, true, ENTITY_TEXT))
PLG_CALLS(plg_sessions_bigint, sessions(fcinfo, 1, false, ENTITY_BIGINT))
PLG_CALLS(plg_sessions_uuid, sessions(fcinfo, 1, false, ENTITY_UUID))
PLG_CALLS(plg_sessions_text, sessions(fcinfo, 1, false, ENTITY_TEXT))

PLG_FUNCTION(plg_session_summary);
Datum
plg_session_summary(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int64		gap = arg_gap(fcinfo, 1);
	TimestampTz as_of = arg_as_of(fcinfo, 2);
	SessionVisitor *visitor;
	Times		lengths = {0};
	int64		entities = 0;
	int64		events = 0;
	int64		single = 0;
	int64		unfinished = 0;
	int64		n;
	Datum		values[9] = {0};
	bool		nulls[9] = {false};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	visitor = open_sessions(fcinfo, 0, gap, as_of);
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
			times_add(&lengths, elapsed(visitor->started_at, visitor->ended_at));
	}

	n = lengths.n + lengths.zeros;
	values[0] = Int64GetDatum(n);
	values[1] = Int64GetDatum(entities);
	values[2] = Int64GetDatum(events);
	values[3] = Int64GetDatum(single);
	values[4] = Int64GetDatum(unfinished);
	if (n > 0)
	{
		values[5] = Float8GetDatum((double) n / (double) entities);
		values[6] = Float8GetDatum((double) events / (double) n);
		values[7] = Float8GetDatum(times_percentile(&lengths, 0.5));
		values[8] = Float8GetDatum(times_percentile(&lengths, 0.9));
	}
	nulls[5] = nulls[6] = nulls[7] = nulls[8] = n == 0;
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	return (Datum) 0;
}
