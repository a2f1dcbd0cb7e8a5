/*
 * Scores of all entities, and what they come from; leads/score.h says what a
 * score is.  The contribution of a label is the sum of its points, no further
 * from 0 than the cap; the score is the sum of the contributions.
 */
#include "leads/score.h"

#include "pg/entity.h"
#include "pg/json_object.h"
#include "pg/result.h"
#include "readers/shared/labels.h"
#include "readers/shared/observed.h"
#include "utils/builtins.h"
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
	char	   *name;
	uint32		length;
	double		weight;
	int64		n;				/* points of the entity at hand */
	int64		end;			/* behind them, in sorted */
} WeightedLabel;

typedef struct Scores
{
	int64		half_life;
	TimestampTz as_of;
	double		cap;
	WeightedLabel *labels;		/* in the order of jsonb */
	uint32		n_labels;
	uint8	   *classes;		/* by code: the number of its label + 1; NULL if they are too many */
	uint32	   *label_of;		/* by code, the same */

	/* of the entity at hand */
	uint32	   *touched;		/* labels with points, in order */
	uint32		n_touched;
	double	   *capped;			/* what they contribute */
	double	   *points;
	uint32	   *numbers;		/* of their labels */
	double	   *sorted;			/* points label by label */
	int64		n_points;
	int64		max_points;
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
				 errmsg("\"cap\" must be at least 0, not %g", cap),
				 errhint("No label contributes more than it, below 0 no less than its opposite; NULL: no limit.")));
	return cap;
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
	scores->capped = palloc_huge((JB_ROOT_COUNT(weights) + 1) * sizeof(double));
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
		label->name = pnstrdup(value.val.string.val, value.val.string.len);
		label->length = (uint32) value.val.string.len;
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

static void
make_room(Scores *scores, int64 n)
{
	if (n <= scores->max_points)
		return;
	scores->max_points = Max(n, scores->max_points * 2);
	if (scores->points != NULL)
	{
		pfree(scores->points);
		pfree(scores->numbers);
		pfree(scores->sorted);
	}
	scores->points = palloc_huge(scores->max_points * sizeof(double));
	scores->numbers = palloc_huge(scores->max_points * sizeof(uint32));
	scores->sorted = palloc_huge(scores->max_points * sizeof(double));
}

/* Lists an entity's points; returns when it last had some that count. */
static int64
list_points(Scores *scores, const HistoryCursor *cursor)
{
	int64		n = rows_observed(cursor->at, cursor->n, scores->as_of);
	int64		last_at = 0;

	make_room(scores, n);
	scores->n_points = scores->n_touched = 0;
	for_many(i, n)
	{
		uint32		number = scores->classes != NULL ? cursor->code[i] : scores->label_of[cursor->code[i]];
		WeightedLabel *label;

		if (number == 0)
			continue;
		label = &scores->labels[number - 1];
		if (label->n++ == 0)
			scores->touched[scores->n_touched++] = number - 1;
		scores->numbers[scores->n_points] = number - 1;
		scores->points[scores->n_points++] = score_point(label->weight, cursor->at[i], scores->half_life, scores->as_of);
		last_at = cursor->at[i];
	}
	return last_at;
}

static int
compare_numbers(const void *a, const void *b)
{
	uint32		x = *(const uint32 *) a;
	uint32		y = *(const uint32 *) b;

	return x < y ? -1 : x > y;
}

static void
sort_points(Scores *scores)
{
	int64		end = 0;

	if (scores->n_touched > 1)
		qsort(scores->touched, scores->n_touched, sizeof(uint32), compare_numbers);
	for (uint32 i = 0; i < scores->n_touched; i++)
	{
		WeightedLabel *label = &scores->labels[scores->touched[i]];

		label->end = end;
		end += label->n;
	}
	for_many(i, scores->n_points)
		scores->sorted[scores->labels[scores->numbers[i]].end++] = scores->points[i];
}

/* The score of the points listed, and what each label contributes. */
static double
total(Scores *scores, JsonObject *contributions)
{
	sort_points(scores);
	json_object_begin(contributions, scores->n_touched);
	for (uint32 i = 0; i < scores->n_touched; i++)
		json_object_key(contributions, scores->labels[scores->touched[i]].name, scores->labels[scores->touched[i]].length);
	for (uint32 i = 0; i < scores->n_touched; i++)
	{
		WeightedLabel *label = &scores->labels[scores->touched[i]];
		double		points = check_score(exact_sum_of(scores->sorted + label->end - label->n, label->n));

		scores->capped[i] = Min(Max(points, -scores->cap), scores->cap);
		json_object_number(contributions, scores->capped[i]);
		label->n = 0;
	}

	/* without a cap it is the sum of all points, rounded once */
	return check_score(isinf(scores->cap) ? exact_sum_of(scores->points, scores->n_points) :
					   exact_sum_of(scores->capped, scores->n_touched));
}

static Datum
scores(FunctionCallInfo fcinfo, int journeys_arg, EntityResult entities)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	Scores		scores = {0};
	JsonObject	contributions;
	ResultRow	row = {0};
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
	json_object_init(&contributions);
	expect_rows(fcinfo, &row, (int64) journeys.entities);
	cursor_open(cursor, &journeys, scores.classes);
	while (cursor_next(cursor))
	{
		int64		last_at = list_points(&scores, cursor);
		MemoryContext old;

		if (scores.n_points == 0)
			continue;
		old = MemoryContextSwitchTo(row_context);
		put_datum(&row, entity_result(&entities, &cursor->key));
		put_float(&row, total(&scores, &contributions));
		put_datum(&row, TimestampTzGetDatum(last_at));
		put_datum(&row, json_object_end(&contributions));
		MemoryContextSwitchTo(old);
		put_row(result, &row);
		MemoryContextReset(row_context);
	}
	return (Datum) 0;
}

ENTITY_READER(plg_scores, scores)
