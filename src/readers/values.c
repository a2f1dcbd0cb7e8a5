/*
 * From journeys to journeys: some of the rows, or other labels, so that a
 * stored value answers for a segment without another scan of the table.
 *
 * Where no row is left the result is NULL, as it is for the aggregate.
 */
#include "journeys/rewrite.h"

#include "pg/args.h"
#include "state/history_value.h"
#include "readers/shared/labels.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

static Datum
rewritten(FunctionCallInfo fcinfo, Rewrite *rewrite)
{
	struct varlena *value = rewrite_journeys(rewrite);

	if (value == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(value);
}

PLG_FUNCTION(plg_journeys_slice);
Datum
plg_journeys_slice(PG_FUNCTION_ARGS)
{
	enum {J, SINCE, UNTIL};

	TimestampTz since = PG_ARGISNULL(SINCE) ? DT_NOBEGIN : PG_GETARG_TIMESTAMPTZ(SINCE);
	TimestampTz until = PG_ARGISNULL(UNTIL) ? DT_NOEND : PG_GETARG_TIMESTAMPTZ(UNTIL);
	History		journeys;
	Rewrite		rewrite;

	if (since > until)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("since %s is after until %s", describe_time(since), describe_time(until)),
				 errhint("The slice holds events from since on and before until.")));
	if (PG_ARGISNULL(J))
		PG_RETURN_NULL();
	arg_whole_journeys(fcinfo, J, &journeys);
	rewrite_begin(&rewrite, &journeys);
	rewrite.since = since;
	if (until == DT_NOBEGIN)
		PG_RETURN_NULL();
	if (until != DT_NOEND)
		rewrite.until = until - 1;
	return rewritten(fcinfo, &rewrite);
}

PLG_FUNCTION(plg_journeys_only_events);
Datum
plg_journeys_only_events(PG_FUNCTION_ARGS)
{
	int			n;
	char	  **events = arg_texts(fcinfo, 1, "events",
								   "Give the events to keep, for example '{signup,upgrade}'.", &n);
	History		journeys;
	Rewrite		rewrite;
	uint8	   *labels;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	arg_whole_journeys(fcinfo, 0, &journeys);
	labels = palloc_huge(Max(journeys.n_strings, 1));
	memset(labels, 0, journeys.n_strings);
	for (int i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		add_label_class(fcinfo, &journeys, events[i], labels, 1);
	}
	rewrite_begin(&rewrite, &journeys);
	rewrite.labels = labels;
	return rewritten(fcinfo, &rewrite);
}

static Datum
choose_entities(FunctionCallInfo fcinfo, bool except)
{
	int			n;
	char	  **texts = arg_texts(fcinfo, 1, "entities",
								  "Give the entities in text form, for example '{17,42}'.", &n);
	EntityKey  *keys = palloc_huge(Max(n, 1) * sizeof(EntityKey));
	History		journeys;
	Rewrite		rewrite;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	arg_whole_journeys(fcinfo, 0, &journeys);
	for (int i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		keys[i] = parse_entity(journeys.kind, texts[i], "Entities of these journeys");
	}
	sort_entities(journeys.kind, keys, n);
	rewrite_begin(&rewrite, &journeys);
	rewrite.entities = keys;
	rewrite.n_entities = n;
	rewrite.except = except;
	return rewritten(fcinfo, &rewrite);
}

PLG_CALLS(plg_journeys_only_entities, choose_entities(fcinfo, false))
PLG_CALLS(plg_journeys_except_entities, choose_entities(fcinfo, true))

static void
refuse_labels(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"labels\" must %s", what),
			 errhint("Give an object of old and new names, for example '{\"sign_up\": \"signup\"}'.")));
}

/* The new name of a label, or its own. */
static HistoryString
new_name(Jsonb *labels, const HistoryString *label)
{
	JsonbValue *value = getKeyJsonValueFromContainer(&labels->root, (const char *) label->bytes,
													 (int) label->length, NULL);
	HistoryString name = *label;

	if (value != NULL)
	{
		name.bytes = (const uint8 *) value->val.string.val;
		name.length = value->val.string.len;
	}
	return name;
}

static int
compare_strings(const void *a, const void *b)
{
	const HistoryString *x = a;
	const HistoryString *y = b;

	return compare_bytes(x->bytes, x->length, y->bytes, y->length);
}

#define ST_SORT sort_strings
#define ST_ELEMENT_TYPE HistoryString
#define ST_COMPARE(a, b) compare_strings(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Checks the names; with journeys, tells of an old name that no event has. */
static void
check_labels(FunctionCallInfo fcinfo, Jsonb *labels, const History *journeys)
{
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	value;

	if (!JB_ROOT_IS_OBJECT(labels))
		refuse_labels("be an object");
	iterator = JsonbIteratorInit(&labels->root);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		CHECK_FOR_INTERRUPTS();
		if (token == WJB_KEY && journeys != NULL)
			check_label(fcinfo, journeys, (const uint8 *) value.val.string.val, value.val.string.len);
		if (token == WJB_VALUE && value.type != jbvString)
			refuse_labels("be an object of strings");
	}
}

PLG_FUNCTION(plg_journeys_relabel);
Datum
plg_journeys_relabel(PG_FUNCTION_ARGS)
{
	Jsonb	   *labels;
	HistoryString *strings;
	HistoryString *sorted;
	uint32		n = 0;
	History		journeys;
	Rewrite		rewrite;

	if (PG_ARGISNULL(1))
		refuse_labels("not be null");
	labels = PG_GETARG_JSONB_P(1);
	check_labels(fcinfo, labels, NULL);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	arg_whole_journeys(fcinfo, 0, &journeys);
	check_labels(fcinfo, labels, &journeys);
	rewrite_begin(&rewrite, &journeys);

	strings = palloc_huge(Max(journeys.n_strings, 1) * sizeof(HistoryString));
	sorted = palloc_huge(Max(journeys.n_strings, 1) * sizeof(HistoryString));
	for (uint32 i = 0; i < journeys.n_strings; i++)
	{
		CHECK_FOR_INTERRUPTS();
		strings[i] = sorted[i] = new_name(labels, &journeys.strings[i]);
	}
	sort_strings(sorted, journeys.n_strings);
	for (uint32 i = 0; i < journeys.n_strings; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (n == 0 || compare_strings(&sorted[n - 1], &sorted[i]) != 0)
			sorted[n++] = sorted[i];
	}

	rewrite.strings = sorted;
	rewrite.n_strings = n;
	rewrite.codes = palloc_huge(Max(journeys.n_strings, 1) * sizeof(uint32));
	for (uint32 i = 0; i < journeys.n_strings; i++)
	{
		CHECK_FOR_INTERRUPTS();
		rewrite.codes[i] = (HistoryString *) bsearch(&strings[i], sorted, n, sizeof(HistoryString),
													 compare_strings) - sorted;
	}
	return rewritten(fcinfo, &rewrite);
}
