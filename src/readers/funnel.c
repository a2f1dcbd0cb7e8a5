/*
 * The funnel: how many entities get to each step, and how long it takes them.
 *
 * Counts and times are those of the mature chains: an entity's first start, or
 * with attempt each the pass's own start, has been watched for all of within.
 * A row's percentiles are over the chains that are counted in it.
 */
#include "readers/shared/chains.h"

#include "catalog/pg_type.h"
#include "core/base/elapsed.h"
#include "funcapi.h"
#include "readers/shared/durations.h"
#include "utils/array.h"
#include "utils/builtins.h"

typedef struct FunnelStep
{
	int64		entities;
	int			previous;		/* the last step before it that is not optional, or -1 */
	Times		from_first;
	Times		from_previous;
} FunnelStep;

static FunnelStep *
funnel_steps(const ChainRules *rules)
{
	FunnelStep *steps = palloc0(rules->n_steps * sizeof(FunnelStep));

	for (int i = 0; i < rules->n_steps; i++)
	{
		steps[i].previous = i - 1;
		while (steps[i].previous > 0 && rules->optional != NULL && rules->optional[steps[i].previous])
			steps[i].previous--;
	}
	return steps;
}

/* Step 2's time from the first is its time from the previous, unless grace moves the start. */
static inline bool
has_own_previous(const ChainRules *rules, const FunnelStep *step)
{
	return step->previous > 0 || (step->previous == 0 && rules->grace > 0);
}

static void
count_chain(FunnelStep *steps, const ChainRules *rules, const Chain *chain)
{
	steps[0].entities++;
	if (rules->grace > 0)
		times_add(&steps[0].from_first, elapsed(chain->started, chain->at[0]));
	for (int i = 1; i < chain->level; i++)
	{
		FunnelStep *step = &steps[i];

		if (chain->at[i] == CHAIN_NEVER)
			continue;
		step->entities++;
		times_add(&step->from_first, elapsed(chain->started, chain->at[i]));
		/* grace may let it come before the previous: then both were at once */
		if (has_own_previous(rules, step))
			times_add(&step->from_previous, elapsed(chain->at[step->previous], chain->at[i]));
	}
}

static void
put_percentiles(Times *times, Datum *values, bool *nulls)
{
	static const double fractions[] = {0.5, 0.9};

	for (int i = 0; i < 2; i++)
	{
		nulls[i] = times->n == 0;
		if (!nulls[i])
			values[i] = Float8GetDatum(times_percentile(times, fractions[i]));
	}
}

/* Step, label, entities, rate_from_first, rate_from_previous. */
static void
put_counts(int step, Datum event, bool no_event, int64 entities, int64 first, int64 previous,
		   Datum *values, bool *nulls)
{
	values[0] = Int32GetDatum(step + 1);
	values[1] = event;
	nulls[1] = no_event;
	values[2] = Int64GetDatum(entities);
	nulls[3] = first == 0;
	values[3] = Float8GetDatum(first == 0 ? 0 : (double) entities / (double) first);
	nulls[4] = step == 0 || previous == 0;
	values[4] = Float8GetDatum(nulls[4] ? 0 : (double) entities / (double) previous);
}

static void
put_step(ReturnSetInfo *result, const Chains *chains, FunnelStep *steps, int i)
{
	FunnelStep *step = &steps[i];
	Datum		values[9];
	bool		nulls[9] = {false};
	char	   *event = chains->labels[i];

	if (chains->rules.mode == CHAIN_ANY)
		event = psprintf("any %d of %d", i + 1, chains->rules.n_steps);
	put_counts(i, event == NULL ? (Datum) 0 : CStringGetTextDatum(event), event == NULL, step->entities,
			   steps[0].entities, step->previous < 0 ? 0 : steps[step->previous].entities, values, nulls);
	if (i == 0 && chains->rules.grace == 0)
	{
		values[5] = values[6] = Float8GetDatum(0);
		nulls[5] = nulls[6] = step->entities == 0;
	}
	else
		put_percentiles(&step->from_first, values + 5, nulls + 5);
	if (has_own_previous(&chains->rules, step))
		put_percentiles(&step->from_previous, values + 7, nulls + 7);
	else
	{
		values[7] = values[5];
		values[8] = values[6];
		nulls[7] = nulls[8] = i == 0 || nulls[5];
	}
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

PLG_FUNCTION(plg_funnel);
Datum
plg_funnel(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Chains	   *chains = arg_chains(fcinfo, 0, 4, 3, 6);
	FunnelStep *steps;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (chains == NULL)
		return (Datum) 0;
	steps = funnel_steps(&chains->rules);
	while (chains_next(chains))
	{
		if (observed_for(chains->observed.as_of, chains->started, chains->rules.within))
			count_chain(steps, &chains->rules, &chains->chain);
	}
	for (int i = 0; i < chains->rules.n_steps; i++)
		put_step(result, chains, steps, i);
	return (Datum) 0;
}

/* Rows of a funnel from its counts, such as step_counts makes. */
PLG_FUNCTION(plg_funnel_rows);
Datum
plg_funnel_rows(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Datum	   *counts;
	bool	   *no_count;
	Datum	   *labels;
	bool	   *no_label;
	int			n;
	int			n_labels;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	for (int argno = 0; argno < 2; argno++)
	{
		int			dimensions = PG_ARGISNULL(argno) ? 0 : ARR_NDIM(PG_GETARG_ARRAYTYPE_P(argno));

		if (dimensions > 1)
			ereport(ERROR,
					(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
					 errmsg("\"%s\" must have one dimension, not %d", argno == 0 ? "counts" : "labels", dimensions),
					 errhint("Use a plain list, with an element for each step.")));
	}
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), INT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &counts, &no_count, &n);
	if (PG_ARGISNULL(1))
	{
		n_labels = n;
		labels = palloc0(Max(n, 1) * sizeof(Datum));
		no_label = palloc(Max(n, 1) * sizeof(bool));
		memset(no_label, true, n);
	}
	else
		deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT, &labels, &no_label, &n_labels);
	if (n != n_labels)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("there are %d counts for %d labels", n, n_labels),
				 errhint("Give one label for each step, or NULL for no labels.")));
	for (int i = 0; i < n; i++)
	{
		Datum		values[5];
		bool		nulls[5] = {false};

		if (no_count[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("count %d must not be null", i + 1),
					 errhint("Use the counts that step_counts gives.")));
		if (DatumGetInt64(counts[i]) < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("count %d must not be negative, but is %lld", i + 1, (long long) DatumGetInt64(counts[i])),
					 errhint("Use the counts that step_counts gives.")));
		put_counts(i, labels[i], no_label[i], DatumGetInt64(counts[i]), DatumGetInt64(counts[0]),
				   i == 0 ? 0 : DatumGetInt64(counts[i - 1]), values, nulls);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
