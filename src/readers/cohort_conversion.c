/*
 * The cohort triangle: for each cohort and each period after its start the
 * share that had converted by the period's end.
 *
 * An entrant's period runs on its own clock (rolling: k weeks after its own
 * start) or by the calendar (the k-th week after the week it started in).  A
 * cell is mature when the cohort is complete and even its latest member has
 * been watched to the end of the period; before that its numbers are NULL.
 */
#include "readers/shared/periods.h"

#include "core/stats/proportion.h"
#include "pg/result.h"
#include "readers/shared/cohorts.h"
#include "readers/shared/start_goal.h"

/* The arguments. */
enum
{
	J, START, GOAL, AS_OF, UNIT, PERIODS, MODE, TIME_ZONE, ENTERED, MIN_COUNT, ORIGIN
};

#define CONFIDENCE 0.95

typedef struct CohortCells
{
	int64		entities;
	int64		converted[FLEXIBLE_ARRAY_MEMBER];	/* in just this period */
} CohortCells;

static void
put_cohort(ReturnSetInfo *result, const Periods *periods, int32 cohort,
		   const CohortCells *cells, const StartGoal *visitor)
{
	int64		converted = 0;

	for (int period = 0; period < periods->n; period++)
	{
		bool		mature = period_is_over(periods, cohort, period, visitor->observed.as_of);
		ResultRow	row = {0};
		double		low = 0;
		double		high = 0;

		converted += cells->converted[period];
		wilson_interval(converted, cells->entities, CONFIDENCE, &low, &high);
		put_unit_date(&row, periods->calendar, cohort);
		put_number(&row, cells->entities);
		put_datum(&row, Int32GetDatum(period));
		put_datum(&row, BoolGetDatum(mature));
		put_number_if(&row, mature, converted);
		put_float_if(&row, mature, (double) converted / (double) cells->entities);
		put_float_if(&row, mature, low);
		put_float_if(&row, mature, high);
		put_unit_start(&row, periods->calendar, cohort);
		put_row(result, &row);
	}
}

PLG_FUNCTION(plg_cohort_conversion);
Datum
plg_cohort_conversion(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Periods		periods;
	StartGoal  *visitor;
	Cohorts		cohorts;
	Cohort	  **ordered;
	int			n;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	arg_periods(fcinfo, UNIT, PERIODS, MODE, TIME_ZONE, ORIGIN, &periods);
	visitor = arg_start_goal(fcinfo, J, AS_OF, ENTERED);
	if (visitor == NULL)
		return (Datum) 0;
	cohorts_begin(&cohorts, offsetof(CohortCells, converted) + periods.n * sizeof(int64));
	while (start_goal_next(visitor))
	{
		int32		cohort = calendar_index(periods.calendar, visitor->started);
		CohortCells *cells = cohort_data(&cohorts, cohort);

		cells->entities++;
		if (visitor->converted != DT_NOEND)
		{
			TimestampTz until;
			int			period = period_at(&periods, cohort, visitor->started,
										   visitor->converted, &until);

			if (period < periods.n)
				cells->converted[period]++;
		}
	}

	ordered = cohorts_in_order(&cohorts, &n);
	for (int i = 0; i < n; i++)
		put_cohort(result, &periods, ordered[i]->index, ordered[i]->data, visitor);
	return (Datum) 0;
}
