/* What is in journeys: counts, times, labels, and all rows again. */
#include "journeys/journeys.h"

#include "core/history/buckets.h"
#include "pg/entity.h"
#include "pg/result.h"
#include "state/history_value.h"
#include "utils/timestamp.h"

/*
 * Reads the head alone, however large the value, or what rows that are not packed
 * tell of themselves; of these the number of entities is not known.
 */
static History
arg_head(FunctionCallInfo fcinfo)
{
	struct varlena *head;
	History		history;

	if (arg_unpacked_journeys(fcinfo, 0, &history))
		return history;
	if (datum_state(PG_GETARG_DATUM(0)) != NULL)
	{
		arg_journeys(fcinfo, 0, &history);
		return history;
	}
	head = PG_DETOAST_DATUM_SLICE(PG_GETARG_DATUM(0), 0, HISTORY_HEAD);
	check_value(head, &journeys_kind);
	history_read_head(&history, (uint8 *) VARDATA(head));
	return history;
}

PLG_FUNCTION(plg_journeys_entities);
Datum
plg_journeys_entities(PG_FUNCTION_ARGS)
{
	History		head = arg_head(fcinfo);
	HistoryCursor *cursor;
	int64		entities = 0;

	/* they know only how many entities there are at most */
	if (head.sorter == NULL && head.pieces == NULL)
		PG_RETURN_INT64((int64) head.entities);
	cursor = palloc(sizeof(HistoryCursor));
	cursor_open_times(cursor, &head);
	cursor_any_order(cursor);
	while (cursor_next(cursor))
		entities++;
	PG_RETURN_INT64(entities);
}

PLG_CALLS(plg_journeys_events, Int64GetDatum((int64) arg_head(fcinfo).rows))

PLG_FUNCTION(plg_journeys_first_at);
Datum
plg_journeys_first_at(PG_FUNCTION_ARGS)
{
	History		head = arg_head(fcinfo);

	if (head.rows == 0)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(head.first_at);
}

PLG_FUNCTION(plg_journeys_last_at);
Datum
plg_journeys_last_at(PG_FUNCTION_ARGS)
{
	History		head = arg_head(fcinfo);

	if (head.rows == 0)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(head.last_at);
}

/*
 * The bucket of an entity, by the hash of its text form, so that 42 and '42'
 * share one whatever the column's type.
 */
static Datum
bucket(FunctionCallInfo fcinfo, EntityKind kind)
{
	int32		n = PG_GETARG_INT32(1);
	EntityKey	key;

	if (n <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("number of buckets must be positive: %d", n),
				 errhint("Use the number of parts to split the entities into, for example 16.")));
	arg_entity(fcinfo, 0, kind, &key);
	PG_RETURN_INT32((int32) (hash_entity(kind, &key) % (uint64) n));
}

PLG_CALLS(plg_bucket_bigint, bucket(fcinfo, ENTITY_BIGINT))
PLG_CALLS(plg_bucket_uuid, bucket(fcinfo, ENTITY_UUID))
PLG_CALLS(plg_bucket_text, bucket(fcinfo, ENTITY_TEXT))

typedef struct LabelSummary
{
	int64		events;
	int64		entities;
	uint64		last_entity;	/* counted last */
	TimestampTz first_at;
	TimestampTz last_at;
} LabelSummary;

PLG_FUNCTION(plg_event_summary);
Datum
plg_event_summary(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	History		journeys;
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	LabelSummary *labels;
	uint64		entity = 0;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	arg_journeys(fcinfo, 0, &journeys);
	labels = palloc_huge(Max(journeys.n_strings, 1) * sizeof(LabelSummary));
	memset(labels, 0, journeys.n_strings * sizeof(LabelSummary));
	for (uint32 i = 0; i < journeys.n_strings; i++)
	{
		labels[i].first_at = PG_INT64_MAX;
		labels[i].last_at = PG_INT64_MIN;
	}

	cursor_open(cursor, &journeys, NULL);
	cursor_any_order(cursor);
	while (cursor_next(cursor))
	{
		entity++;
		for (int64 i = 0; i < cursor->n; i++)
		{
			LabelSummary *label = &labels[cursor->code[i]];
			TimestampTz at = cursor->at[i];

			label->first_at = Min(label->first_at, at);
			label->last_at = Max(label->last_at, at);
			label->events++;
			label->entities += label->last_entity != entity;
			label->last_entity = entity;
		}
	}
	for (uint32 i = 0; i < journeys.n_strings; i++)
	{
		ResultRow	row = {0};

		put_datum(&row, string_datum(&journeys.strings[i]));
		put_number(&row, labels[i].events);
		put_number(&row, labels[i].entities);
		put_datum(&row, TimestampTzGetDatum(labels[i].first_at));
		put_datum(&row, TimestampTzGetDatum(labels[i].last_at));
		put_row(result, &row);
	}
	return (Datum) 0;
}

/* All rows in order. */
static Datum
unnest(FunctionCallInfo fcinfo, int argno, EntityResult entities)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	History		journeys;
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	Datum	   *labels;
	ResultRow	row = {0};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(argno))
		return (Datum) 0;
	arg_journeys(fcinfo, argno, &journeys);
	begin_entities(&entities, journeys.kind, "unnest");

	labels = palloc_huge(Max(journeys.n_strings, 1) * sizeof(Datum));
	for (uint32 i = 0; i < journeys.n_strings; i++)
		labels[i] = string_datum(&journeys.strings[i]);

	cursor_open(cursor, &journeys, NULL);
	while (cursor_next(cursor))
	{
		Datum		entity = entity_result(&entities, &cursor->key);

		for (int64 i = 0; i < cursor->n; i++)
		{
			put_datum(&row, entity);
			put_datum(&row, TimestampTzGetDatum(cursor->at[i]));
			put_datum(&row, labels[cursor->code[i]]);
			put_row(result, &row);
		}
		free_entity_result(&entities, entity);
	}
	return (Datum) 0;
}

ENTITY_READER(plg_journeys_unnest, unnest)
