/*
 * Entity summary: what a table of users shows of each of them, its first and its
 * last event, how many there are, on how many days, and how long it usually stays
 * away.
 */
#include "pg/entity.h"
#include "readers/shared/durations.h"
#include "readers/shared/span.h"

/* The arguments, counted from the journeys. */
enum
{
	J, AS_OF, TIME_ZONE
};

/* The median time from one event to the next; NULL of a single event. */
static void
put_usual_gap(ResultRow *row, Durations *gaps, const int64 *at, int64 n)
{
	gaps->n = 0;
	for (int64 i = 1; i < n; i++)
		durations_add(gaps, time_between(at[i - 1], at[i]));
	put_percentile(row, gaps, 0.5);
}

static Datum
entity_summary(FunctionCallInfo fcinfo, int journeys_arg, EntityResult entities)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Calendar   *calendar = arg_days(fcinfo, journeys_arg + TIME_ZONE);
	TimestampTz as_of = arg_as_of(fcinfo, journeys_arg + AS_OF);
	HistoryCursor *cursor;
	History		journeys;
	Durations	gaps = {0};
	Span		span;
	ResultRow	row = {0};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (!arg_observed_journeys(fcinfo, journeys_arg, &journeys, &as_of))
		return (Datum) 0;
	begin_entities(&entities, journeys.kind, "entity_summary");
	expect_rows(fcinfo, &row, (int64) journeys.entities);
	if (!span_begin(&span, calendar, &journeys, Min(as_of, journeys.last_at), "days",
					"leave out older events with plg.slice"))
		return (Datum) 0;

	cursor = palloc(sizeof(HistoryCursor));
	cursor_open_times(cursor, &journeys);
	while (span_next(&span, cursor))
	{
		Datum		entity = entity_result(&entities, &cursor->key);
		int64		n = span.rows;

		put_datum(&row, entity);
		put_datum(&row, TimestampTzGetDatum(cursor->at[0]));
		put_datum(&row, TimestampTzGetDatum(cursor->at[n - 1]));
		put_number(&row, n);
		put_number(&row, span.n_active);
		put_usual_gap(&row, &gaps, cursor->at, n);
		put_row(result, &row);
		free_entity_result(&entities, entity);
	}
	return (Datum) 0;
}

ENTITY_READER(plg_entity_summary, entity_summary)
