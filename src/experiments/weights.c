/* What was planned; see weights.h. */
#include "experiments/weights.h"

#include <math.h>

#include "core/base/dict.h"
#include "pg/args.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

pg_noreturn static void
refuse_weights(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"weights\" must %s", what),
			 errhint("Give an object of variants and their shares, for example '{\"control\": 0.5, \"treatment\": 0.5}'.")));
	pg_unreachable();
}

static int
compare_labels(const HistoryString *a, const HistoryString *b)
{
	return compare_bytes(a->bytes, a->length, b->bytes, b->length);
}

static int
compare_variants(const void *a, const void *b)
{
	return compare_labels(&((const WeightedVariant *) a)->label, &((const WeightedVariant *) b)->label);
}

static double
weight_of(const JsonbValue *value)
{
	double		weight;

	if (value->type != jbvNumeric)
		refuse_weights("be an object of numbers");
	/* what is beyond doubles becomes infinite, and is refused below */
	weight = strtod(DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric))), NULL);
	if (!(weight >= 0 && isfinite(weight)))
		refuse_weights(psprintf("be finite and at least 0, not %g", weight));
	return weight;
}

int
weights_find(const Weights *plan, const HistoryString *label)
{
	WeightedVariant key = {.label = *label};
	WeightedVariant *found = bsearch(&key, plan->variants, plan->n, sizeof(WeightedVariant), compare_variants);

	return found == NULL ? -1 : (int) (found - plan->variants);
}

Weights
arg_weights(FunctionCallInfo fcinfo, int argno, const HistoryString *control)
{
	Weights		plan = {NULL, 0};
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	value;
	Jsonb	   *weights;
	int			place;

	if (PG_ARGISNULL(argno))
		return plan;
	weights = PG_GETARG_JSONB_P(argno);
	if (!JB_ROOT_IS_OBJECT(weights))
		refuse_weights("be an object");
	plan.variants = palloc_huge(Max(JB_ROOT_COUNT(weights), 1) * sizeof(WeightedVariant));
	iterator = JsonbIteratorInit(&weights->root);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		CHECK_FOR_INTERRUPTS();
		if (token == WJB_KEY)
			plan.variants[plan.n].label = (HistoryString) {(const uint8 *) value.val.string.val, value.val.string.len};
		if (token == WJB_VALUE)
			plan.variants[plan.n++].weight = weight_of(&value);
	}
	qsort(plan.variants, plan.n, sizeof(WeightedVariant), compare_variants);
	place = weights_find(&plan, control);
	if (place < 0 || plan.variants[place].weight == 0)
		refuse_weights(psprintf("have a share for the control, \"%s\"", describe_text((const char *) control->bytes, control->length)));
	return plan;
}

void
refuse_unplanned(const HistoryString *label)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("units were exposed to variant \"%s\", which has no share in \"weights\"",
					describe_text((const char *) label->bytes, label->length)),
			 errhint("Give it one, or leave its exposures out with plg.only_events(exposures, ...).")));
	pg_unreachable();
}
