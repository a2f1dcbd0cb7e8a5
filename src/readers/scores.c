/*
 * Scores of all entities, and what they come from; leads/score.h says what a
 * score is.  The contribution of a label is the sum of its points, no further
 * from 0 than the cap; the score is the sum of the contributions.
 */
#include "leads/score.h"

#include "lib/stringinfo.h"
#include "pg/entity.h"
#include "pg/result.h"
#include "readers/shared/labels.h"
#include "readers/shared/observed.h"
#include "common/shortest_dec.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include <math.h>

/* The arguments, counted from the journeys. */
enum
{
	J, WEIGHTS, HALF_LIFE, AS_OF, CAP
};

typedef struct WeightedLabel
{
	char	   *json;			/* the label as a key */
	double		weight;
	ExactSum	sum;			/* of the entity at hand */
	bool		has_points;
} WeightedLabel;

typedef struct Scores
{
	int64		half_life;
	TimestampTz as_of;
	double		cap;
	WeightedLabel *labels;
	uint32		n_labels;
	uint8	   *classes;		/* by code: the number of its label + 1; NULL if they are too many */
	uint32	   *label_of;		/* by code, the same */
	uint32	   *touched;		/* labels of the entity at hand */
	uint32		n_touched;
} Scores;

static void
refuse_weights(const char *reason)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"weights\" must %s", reason),
			 errhint("Use an object of labels and numbers, such as '{\"invite\": 5, \"export\": 1.5}'.")));
}

static double
weight_of(const JsonbValue *value)
{
	return check_weight(DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(value->val.numeric))));
}

static void
check_weights(Jsonb *weights)
{
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	value;

	if (!JB_ROOT_IS_OBJECT(weights))
		refuse_weights("be an object");
	iterator = JsonbIteratorInit(&weights->root);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		CHECK_FOR_INTERRUPTS();
		if (token != WJB_VALUE)
			continue;
		if (value.type != jbvNumeric)
			refuse_weights("be an object of numbers");
		(void) weight_of(&value);
	}
}

static double
arg_cap(FunctionCallInfo fcinfo, int argno)
{
	double		cap = PG_ARGISNULL(argno) ? INFINITY : PG_GETARG_FLOAT8(argno);

	if (!(cap >= 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"cap\" must not be negative: %g", cap),
				 errhint("No label contributes more than it, below 0 no less than its opposite; NULL: no limit.")));
	return cap;
}

/* A label as the key of a JSON object. */
static char *
json_key(const char *label, int length)
{
	StringInfoData key;

	initStringInfo(&key);
	escape_json(&key, pnstrdup(label, length));
	appendStringInfoChar(&key, ':');
	return key.data;
}

/* Finds the labels that have a weight, in the order in which jsonb has them. */
static void
find_labels(FunctionCallInfo fcinfo, Scores *scores, const History *journeys, Jsonb *weights)
{
	JsonbIterator *iterator = JsonbIteratorInit(&weights->root);
	JsonbIteratorToken token;
	JsonbValue	value;

	scores->labels = palloc_huge((JB_ROOT_COUNT(weights) + 1) * sizeof(WeightedLabel));
	scores->touched = palloc_huge((JB_ROOT_COUNT(weights) + 1) * sizeof(uint32));
	scores->label_of = palloc_extended((journeys->n_strings + 1) * sizeof(uint32), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		WeightedLabel *label = &scores->labels[scores->n_labels];
		int64		code;

		CHECK_FOR_INTERRUPTS();
		if (token != WJB_KEY)
			continue;
		code = check_label(fcinfo, journeys, (const uint8 *) value.val.string.val, value.val.string.len);
		memset(label, 0, sizeof(*label));
		label->json = json_key(value.val.string.val, value.val.string.len);
		(void) JsonbIteratorNext(&iterator, &value, true);
		label->weight = weight_of(&value);
		if (code >= 0)
			scores->label_of[code] = ++scores->n_labels;
	}
	if (scores->n_labels > PG_UINT8_MAX)
		return;
	scores->classes = palloc_huge(journeys->n_strings + 1);
	for (uint32 i = 0; i < journeys->n_strings; i++)
		scores->classes[i] = (uint8) scores->label_of[i];
}

/* Adds up an entity's points; returns its last row that is worth some, or -1. */
static int64
add_points(Scores *scores, const HistoryCursor *cursor)
{
	int64		n = rows_observed(cursor->at, cursor->n, scores->as_of);
	int64		last = -1;

	scores->n_touched = 0;
	for_many(i, n)
	{
		uint32		number = scores->classes != NULL ? cursor->code[i] : scores->label_of[cursor->code[i]];
		WeightedLabel *label = &scores->labels[number - 1];

		if (number == 0)
			continue;
		if (!label->has_points)
		{
			label->has_points = true;
			memset(&label->sum, 0, sizeof(label->sum));
			scores->touched[scores->n_touched++] = number - 1;
		}
		exact_sum_add(&label->sum, score_point(label->weight, cursor->at[i], scores->half_life, scores->as_of));
		last = (int64) i;
	}
	return last;
}

/* The score of the entity at hand; its contributions, as JSON, in *json. */
static double
total(Scores *scores, StringInfo json)
{
	ExactSum	sum = {0};
	char		number[DOUBLE_SHORTEST_DECIMAL_LEN];

	resetStringInfo(json);
	appendStringInfoChar(json, '{');
	for (uint32 i = 0; i < scores->n_touched; i++)
	{
		WeightedLabel *label = &scores->labels[scores->touched[i]];
		double		points = Min(Max(score_value(&label->sum), -scores->cap), scores->cap);

		/* without a cap it is the sum of all points, rounded once */
		if (isinf(scores->cap))
			exact_sum_add_sum(&sum, &label->sum);
		else
			exact_sum_add(&sum, points);
		label->has_points = false;
		double_to_shortest_decimal_buf(points, number);
		appendStringInfo(json, "%s%s%s", i == 0 ? "" : ",", label->json, number);
	}
	appendStringInfoChar(json, '}');
	return score_value(&sum);
}

static Datum
scores(FunctionCallInfo fcinfo, int journeys_arg, EntityResult entities)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	Scores		scores = {0};
	StringInfoData json;
	Jsonb	   *weights;
	History		journeys;
	MemoryContext row_context = AllocSetContextCreate(CurrentMemoryContext, "plg scores", ALLOCSET_DEFAULT_SIZES);

	scores.half_life = arg_half_life(fcinfo, journeys_arg + HALF_LIFE);
	scores.as_of = arg_as_of(fcinfo, journeys_arg + AS_OF);
	scores.cap = arg_cap(fcinfo, journeys_arg + CAP);
	check_decay(scores.half_life, scores.as_of);
	if (PG_ARGISNULL(journeys_arg + WEIGHTS))
		refuse_weights("not be null");
	weights = PG_GETARG_JSONB_P(journeys_arg + WEIGHTS);
	check_weights(weights);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (!arg_observed_journeys(fcinfo, journeys_arg, &journeys, &scores.as_of))
		return (Datum) 0;
	begin_entities(&entities, journeys.kind, "scores");
	find_labels(fcinfo, &scores, &journeys, weights);
	initStringInfo(&json);
	cursor_open(cursor, &journeys, scores.classes);
	while (cursor_next(cursor))
	{
		int64		last = add_points(&scores, cursor);
		MemoryContext old;
		ResultRow	row = {0};

		if (last < 0)
			continue;
		old = MemoryContextSwitchTo(row_context);
		put_datum(&row, entity_result(&entities, &cursor->key));
		put_float(&row, total(&scores, &json));
		put_datum(&row, TimestampTzGetDatum(cursor->at[last]));
		put_datum(&row, DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data)));
		MemoryContextSwitchTo(old);
		put_row(result, &row);
		MemoryContextReset(row_context);
	}
	return (Datum) 0;
}

ENTITY_READER(plg_scores, scores)
