/* What is in journeys: counts, times, labels, and all rows again. */
#include "journeys/journeys.h"

#include "common/hashfn.h"
#include "funcapi.h"
#include "state/history_value.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

/* Reads the head alone, however large the value. */
static History
arg_head(FunctionCallInfo fcinfo)
{
	struct varlena *head;
	History		history;

	if (datum_state(PG_GETARG_DATUM(0)) == NULL)
		head = PG_DETOAST_DATUM_SLICE(PG_GETARG_DATUM(0), 0, HISTORY_HEAD);
	else
		head = arg_value(fcinfo, 0, &journeys_kind);
	check_value(head, &journeys_kind);
	history_read_head(&history, (uint8 *) VARDATA(head));
	return history;
}

PLG_FUNCTION(plg_journeys_entities);
Datum
plg_journeys_entities(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64((int64) arg_head(fcinfo).entities);
}

PLG_FUNCTION(plg_journeys_events);
Datum
plg_journeys_events(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64((int64) arg_head(fcinfo).rows);
}

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
	uint64		hash;

	if (n <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("number of buckets must be positive: %d", n),
				 errhint("Use the number of parts to split the entities into, for example 16.")));
	arg_entity(fcinfo, 0, kind, &key);
	if (kind == ENTITY_TEXT)
		hash = hash_bytes_extended(key.bytes, (int) key.length, 0);
	else
	{
		char	   *text = entity_text(kind, &key);

		hash = hash_bytes_extended((unsigned char *) text, (int) strlen(text), 0);
		pfree(text);
	}
	PG_RETURN_INT32((int32) (hash % (uint64) n));
}

PLG_CALLS(plg_bucket_bigint, bucket(fcinfo, ENTITY_BIGINT))
PLG_CALLS(plg_bucket_uuid, bucket(fcinfo, ENTITY_UUID))
PLG_CALLS(plg_bucket_text, bucket(fcinfo, ENTITY_TEXT))

static Datum
string_datum(const HistoryString *string)
{
	return PointerGetDatum(cstring_to_text_with_len((const char *) string->bytes, string->length));
}

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
		bool		nulls[5] = {false};
		Datum		values[5] = {
			string_datum(&journeys.strings[i]),
			Int64GetDatum(labels[i].events),
			Int64GetDatum(labels[i].entities),
			TimestampTzGetDatum(labels[i].first_at),
			TimestampTzGetDatum(labels[i].last_at)
		};

		CHECK_FOR_INTERRUPTS();
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* All rows in order; the entity as text, or in its own type. */
static Datum
unnest(FunctionCallInfo fcinfo, int argno, bool as_text, EntityKind wanted)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	History		journeys;
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	Datum	   *labels;
	bool		nulls[3] = {false};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(argno))
		return (Datum) 0;
	arg_journeys(fcinfo, argno, &journeys);
	if (!as_text)
		require_entity_kind(journeys.kind, wanted, "unnest");

	labels = palloc_huge(Max(journeys.n_strings, 1) * sizeof(Datum));
	for (uint32 i = 0; i < journeys.n_strings; i++)
		labels[i] = string_datum(&journeys.strings[i]);

	cursor_open(cursor, &journeys, NULL);
	while (cursor_next(cursor))
	{
		Datum		entity = as_text ? entity_as_text(journeys.kind, &cursor->key) :
			entity_datum(journeys.kind, &cursor->key);

		for (int64 i = 0; i < cursor->n; i++)
		{
			Datum		values[3] = {
				entity,
				TimestampTzGetDatum(cursor->at[i]),
				labels[cursor->code[i]]
			};

			CHECK_FOR_INTERRUPTS();
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		}
		if (as_text || journeys.kind != ENTITY_BIGINT)
			pfree(DatumGetPointer(entity));
	}
	return (Datum) 0;
}

PLG_CALLS(plg_journeys_unnest, unnest(fcinfo, 0, true, ENTITY_TEXT))
PLG_CALLS(plg_journeys_unnest_bigint, unnest(fcinfo, 1, false, ENTITY_BIGINT))
PLG_CALLS(plg_journeys_unnest_uuid, unnest(fcinfo, 1, false, ENTITY_UUID))
PLG_CALLS(plg_journeys_unnest_text, unnest(fcinfo, 1, false, ENTITY_TEXT))
