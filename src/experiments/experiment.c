/*
 * experiment: what each variant that units were exposed to made of them.
 *
 * A unit is an entity of the exposures.  Its first exposure is its start; its goal is
 * the first goal event of the journeys at or after that.  Who was exposed to several
 * variants by as_of belongs to none: such units are left out, and counted, for to
 * take them by their first variant would count what another one did to them.
 */
#include "experiments/compare.h"
#include "experiments/weights.h"

#include "conversion/conversion.h"
#include "core/base/radix.h"
#include "core/stats/goodness_of_fit.h"
#include "core/stats/proportion.h"
#include "pg/entity.h"
#include "readers/shared/durations.h"
#include "readers/shared/labels.h"
#include "readers/shared/observed.h"
#include "readers/shared/paired.h"

/* The arguments. */
enum
{
	J, EXPOSURES, GOAL, WITHIN, AS_OF, CONTROL, WEIGHTS, LEVEL, MIN_COUNT, ENTERED, TUNING
};

typedef struct Variant
{
	Arm			arm;			/* first, for arm_times */
	HistoryString label;
	double		weight;
	bool		shown;			/* planned, or any unit was exposed to it */
	Durations	conversions;
	Durations	waiting;		/* how long each was watched */
	int64		waiting_forever;
} Variant;

typedef struct Experiment
{
	int64		within;
	int			min_count;
	Observed	observed;
	HistoryString control;
	Weights		plan;
	Paired	   *paired;

	Variant    *variants;		/* ascending by label, but for a control that is in no place else */
	int			n;
	int			control_place;
	int		   *variant_of;		/* by code; -1: not planned */
	int64		in_several;
} Experiment;

static TimeStream *
stream_of(const Durations *list)
{
	TimeStream *stream = palloc0(sizeof(TimeStream));

	stream->times = list->us;
	stream->n = list->n;
	return stream;
}

static SurvivalInput *
arm_times(const Arm *arm)
{
	const Variant *variant = (const Variant *) arm;
	SurvivalInput *input = palloc0(sizeof(SurvivalInput));

	input->events[0] = stream_of(&variant->conversions);
	input->censored[0] = stream_of(&variant->waiting);
	input->forever = variant->waiting_forever;
	input->total = arm->entered;
	return input;
}

/* All labels are variants, or those of the plan; the control always is one. */
static void
make_variants(FunctionCallInfo fcinfo, Experiment *e)
{
	const History *exposures = &e->paired->contexts.history;
	Weights		seen = {palloc_huge(Max(exposures->n_strings, 1) * sizeof(WeightedVariant)), (int) exposures->n_strings};
	const Weights *plan = e->plan.variants != NULL ? &e->plan : &seen;

	for (uint32 i = 0; i < exposures->n_strings; i++)
		seen.variants[i] = (WeightedVariant) {exposures->strings[i], 1};
	(void) check_label(fcinfo, exposures, e->control.bytes, e->control.length);
	e->variants = palloc_huge((plan->n + 1) * sizeof(Variant));
	e->n = plan->n;
	for (int i = 0; i < plan->n; i++)
		e->variants[i] = (Variant) {.arm.times = arm_times, .label = plan->variants[i].label,
			.weight = plan->variants[i].weight, .shown = plan == &e->plan};
	e->control_place = weights_find(plan, &e->control);
	if (e->control_place < 0)
	{
		e->control_place = e->n++;
		e->variants[e->control_place] = (Variant) {.arm.times = arm_times, .label = e->control, .weight = 1};
	}
	e->variants[e->control_place].shown = true;

	e->variant_of = palloc_huge(Max(exposures->n_strings, 1) * sizeof(int));
	for (uint32 i = 0; i < exposures->n_strings; i++)
		e->variant_of[i] = weights_find(plan, &exposures->strings[i]);
}

/* The variant of a code to which a unit was exposed. */
static Variant *
exposed_to(Experiment *e, uint32 code)
{
	const History *exposures = &e->paired->contexts.history;
	Variant    *variant;

	if (code >= exposures->n_strings)
		report_unknown_code();
	if (e->variant_of[code] < 0)
		refuse_unplanned(&exposures->strings[code]);
	variant = &e->variants[e->variant_of[code]];
	if (variant->weight == 0)
		refuse_unplanned(&variant->label);
	variant->shown = true;
	return variant;
}

/* When the unit at hand met its goal; DT_NOEND: not yet. */
static TimestampTz
find_goal(const Experiment *e, TimestampTz started)
{
	const PairedRows *goals = &e->paired->events;
	int64		place = lower_bound_time(goals->at, 0, goals->n, started) + e->min_count - 1;

	return place < goals->n && goals->at[place] <= e->observed.as_of ? goals->at[place] : DT_NOEND;
}

static void
add_unit(Experiment *e, Variant *variant, TimestampTz started)
{
	TimestampTz converted = find_goal(e, started);
	int64		time = converted == DT_NOEND ? NOT_CONVERTED : time_between(started, converted);
	int64		watched = watched_until(started, e->observed.as_of);

	variant->arm.entered++;
	if (observed_for(e->observed.as_of, started, e->within))
	{
		variant->arm.mature++;
		variant->arm.converted += time != NOT_CONVERTED && time <= e->within;
	}
	if (time != NOT_CONVERTED)
		durations_add(&variant->conversions, time);
	else if (watched == FOREVER)
		variant->waiting_forever++;
	else
		durations_add(&variant->waiting, watched);
}

static void
count_units(Experiment *e)
{
	while (paired_next(e->paired))
	{
		const PairedRows *exposed = &e->paired->context;
		TimestampTz started = exposed->at[0];
		Variant    *first;
		bool		in_several = false;

		if (!entered_in_time(&e->observed, started))
			continue;
		first = exposed_to(e, exposed->code[0]);
		for (int64 i = 1; i < exposed->n && exposed->at[i] <= e->observed.as_of; i++)
		{
			if (exposed->code[i] != exposed->code[i - 1])
				in_several |= exposed_to(e, exposed->code[i]) != first;
		}
		if (in_several)
			e->in_several++;
		else
			add_unit(e, first, started);
	}
	paired_end(e->paired);
	for (int i = 0; i < e->n; i++)
	{
		sort_int64(e->variants[i].conversions.us, e->variants[i].conversions.n);
		sort_int64(e->variants[i].waiting.us, e->variants[i].waiting.n);
	}
}

/* Whether the units came to the variants shown as was planned. */
static double
mismatch_p(const Experiment *e)
{
	int64	   *counts = palloc_huge(e->n * sizeof(int64));
	double	   *weights = palloc_huge(e->n * sizeof(double));
	int			n = 0;

	for (int i = 0; i < e->n; i++)
	{
		if (!e->variants[i].shown)
			continue;
		counts[n] = e->variants[i].arm.entered;
		weights[n++] = e->variants[i].weight;
	}
	return goodness_of_fit_p(counts, weights, n);
}

static void
put_variant(ReturnSetInfo *result, const Experiment *e, const Variant *variant, Certainty certainty, double mismatch)
{
	const Arm  *arm = &variant->arm;
	ResultRow	row = {0};
	double		low = 0;
	double		high = 0;
	bool		known = wilson_interval(arm->converted, arm->mature, certainty.level, &low, &high);

	put_datum(&row, string_datum(&variant->label));
	put_number(&row, arm->entered);
	put_number(&row, arm->mature);
	put_number(&row, arm->converted);
	put_float_if(&row, known, (double) arm->converted / (double) arm->mature);
	put_float_if(&row, known, low);
	put_float_if(&row, known, high);
	put_comparison(&row, &e->variants[e->control_place].arm, arm, e->within, certainty);
	put_known(&row, mismatch);
	put_number(&row, e->in_several);
	put_row(result, &row);
}

PLG_FUNCTION(plg_experiment);
Datum
plg_experiment(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Experiment	e = {0};
	Certainty	certainty;
	const History *journeys;
	char	   *control;
	uint8	   *classes;
	double		mismatch;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	e.within = arg_within(fcinfo, WITHIN);
	certainty = arg_certainty(fcinfo, LEVEL, TUNING);
	e.min_count = arg_positive(fcinfo, MIN_COUNT, "min_count");
	arg_observed(fcinfo, AS_OF, ENTERED, &e.observed);
	(void) arg_name(fcinfo, GOAL, "goal");
	control = arg_name(fcinfo, CONTROL, "control");
	e.control = (HistoryString) {(const uint8 *) control, (uint32) strlen(control)};
	e.plan = arg_weights(fcinfo, WEIGHTS, &e.control);
	if (PG_ARGISNULL(EXPOSURES))
		return (Datum) 0;
	e.paired = arg_paired(fcinfo, J, EXPOSURES, "exposures");
	if (e.paired == NULL)
		return (Datum) 0;

	journeys = &e.paired->journeys.history;
	if (e.observed.as_of == AS_OF_MISSING)
		e.observed.as_of = Max(journeys->last_at, e.paired->contexts.history.last_at);
	classes = arg_label_class(fcinfo, GOAL, "goal", journeys);
	make_variants(fcinfo, &e);
	paired_begin(e.paired, PAIRED_WITHOUT_EVENTS, classes);
	count_units(&e);

	mismatch = mismatch_p(&e);
	put_variant(result, &e, &e.variants[e.control_place], certainty, mismatch);
	for (int i = 0; i < e.n; i++)
	{
		if (i != e.control_place && e.variants[i].shown)
			put_variant(result, &e, &e.variants[i], certainty, mismatch);
	}
	return (Datum) 0;
}
