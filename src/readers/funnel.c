/*
 * The funnel: how many entities get to each step, and how long it takes them.
 *
 * Counts and times are those of the mature chains: an entity's first start, or
 * with attempt each the pass's own start, has been watched for all of within.
 * A row's percentiles are over the chains that are counted in it.
 */
#include "readers/shared/chains.h"

#include "catalog/pg_type.h"
#include "readers/shared/durations.h"
#include "utils/builtins.h"

typedef struct FunnelStep
{
	int64		entities;
	int			previous;		/* the last step before it that is not optional, or -1 */
	Durations	from_first;
	Durations	from_previous;
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
		durations_add(&steps[0].from_first, time_between(chain->started, chain->at[0]));
	for (int i = 1; i < chain->level; i++)
	{
		FunnelStep *step = &steps[i];

		if (chain->at[i] == CHAIN_NEVER)
			continue;
		step->entities++;
		durations_add(&step->from_first, time_between(chain->started, chain->at[i]));
		/* grace may let it come before the previous: then both were at once */
		if (has_own_previous(rules, step))
			durations_add(&step->from_previous, Max(time_between(chain->at[step->previous], chain->at[i]), 0));
	}
}

static void
put_percentiles(ResultRow *row, const Durations *times)
{
	put_percentile(row, times, 0.5);
	put_percentile(row, times, 0.9);
}

/* Step, label, entities, rate_from_first, rate_from_previous. */
static void
put_counts(ResultRow *row, int step, Datum event, bool no_event, int64 entities, int64 first, int64 previous)
{
	put_datum(row, Int32GetDatum(step + 1));
	put_if(row, !no_event, event);
	put_number(row, entities);
	put_float_if(row, first > 0, (double) entities / (double) first);
	put_float_if(row, step > 0 && previous > 0, (double) entities / (double) previous);
}

static void
put_step(ReturnSetInfo *result, const Chains *chains, FunnelStep *steps, int i)
{
	FunnelStep *step = &steps[i];
	ResultRow	row = {0};
	char	   *event = chains->labels[i];
	int			from_first;

	if (chains->rules.mode == CHAIN_ANY)
		event = psprintf("any %d of %d", i + 1, chains->rules.n_steps);
	put_counts(&row, i, event == NULL ? (Datum) 0 : CStringGetTextDatum(event), event == NULL, step->entities,
			   steps[0].entities, step->previous < 0 ? 0 : steps[step->previous].entities);
	from_first = row.n;
	if (i == 0 && chains->rules.grace == 0)
	{
		put_float_if(&row, step->entities > 0, 0);
		put_float_if(&row, step->entities > 0, 0);
	}
	else
		put_percentiles(&row, &step->from_first);
	if (has_own_previous(&chains->rules, step))
		put_percentiles(&row, &step->from_previous);
	else
	{
		for (int j = from_first; j < from_first + 2; j++)
			put_if(&row, i > 0 && !row.nulls[j], row.values[j]);
	}
	put_row(result, &row);
}

PLG_FUNCTION(plg_funnel);
Datum
plg_funnel(PG_FUNCTION_ARGS)
{
	enum {J, STEPS, WITHIN, AS_OF, MODE, ATTEMPT, ENTERED};

	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Chains	   *chains = arg_chains(fcinfo, J, MODE, AS_OF, ENTERED);
	FunnelStep *steps;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (chains == NULL)
		return (Datum) 0;
	cursor_any_order(&chains->cursor);
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
	enum {COUNTS, LABELS};

	static const char *const one_each = "Use a plain list, with an element for each step.";
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Datum	   *counts;
	bool	   *no_count;
	Datum	   *labels;
	bool	   *no_label;
	int			n;
	int			n_labels;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	n = arg_array(fcinfo, COUNTS, "counts", INT8OID, one_each, &counts, &no_count);
	n_labels = arg_array(fcinfo, LABELS, "labels", TEXTOID, one_each, &labels, &no_label);
	if (n < 0)
		return (Datum) 0;
	if (n_labels < 0)
	{
		n_labels = n;
		labels = palloc0(Max(n, 1) * sizeof(Datum));
		no_label = palloc(Max(n, 1) * sizeof(bool));
		memset(no_label, true, n);
	}
	if (n != n_labels)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("there are %d counts for %d labels", n, n_labels),
				 errhint("Give one label for each step, or NULL for no labels.")));
	for (int i = 0; i < n; i++)
	{
		ResultRow	row = {0};

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
		put_counts(&row, i, labels[i], no_label[i], DatumGetInt64(counts[i]), DatumGetInt64(counts[0]),
				   i == 0 ? 0 : DatumGetInt64(counts[i - 1]));
		put_row(result, &row);
	}
	return (Datum) 0;
}
