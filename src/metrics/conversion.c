/* From journeys to conversions: one of all entrants, or one a cohort. */
#include "conversion/conversion.h"

#include "calendar.h"
#include "funcapi.h"
#include "metrics/cohorts.h"
#include "metrics/start_goal.h"

PLG_FUNCTION(plg_journeys_conversion);
Datum
plg_journeys_conversion(PG_FUNCTION_ARGS)
{
	ConversionBuilder builder;
	StartGoal  *visitor;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	visitor = arg_start_goal(fcinfo, 3, 4);
	conversion_begin(&builder, CurrentMemoryContext);
	while (start_goal_next(visitor))
		conversion_add(&builder, visitor->started, visitor->converted, visitor->watch.as_of);
	PG_RETURN_POINTER(conversion_value(&builder));
}

PLG_FUNCTION(plg_journeys_conversions);
Datum
plg_journeys_conversions(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Calendar   *calendar;
	StartGoal  *visitor;
	Cohorts		cohorts;
	Cohort	  **ordered;
	int			n;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	calendar = make_calendar(arg_name(fcinfo, 4, "unit"), arg_name(fcinfo, 5, "tz"));
	visitor = arg_start_goal(fcinfo, 3, 6);
	cohorts_begin(&cohorts, sizeof(ConversionBuilder));
	while (start_goal_next(visitor))
	{
		ConversionBuilder *builder = cohort_data(&cohorts, calendar_index(calendar, visitor->started));

		if (builder->context == NULL)
			conversion_begin(builder, CurrentMemoryContext);
		conversion_add(builder, visitor->started, visitor->converted, visitor->watch.as_of);
	}

	ordered = cohorts_in_order(&cohorts, &n);
	for (int i = 0; i < n; i++)
	{
		struct varlena *value = conversion_value(ordered[i]->data);
		Datum		values[2] = {
			DateADTGetDatum(calendar_date(calendar, ordered[i]->index)),
			PointerGetDatum(value)
		};
		bool		nulls[2] = {false};

		CHECK_FOR_INTERRUPTS();
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		pfree(value);
	}
	return (Datum) 0;
}
