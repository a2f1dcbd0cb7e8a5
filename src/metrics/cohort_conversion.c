/*
 * The cohort triangle: for each cohort and each period after its start the
 * share that had converted by the period's end.
 *
 * An entrant's period runs on its own clock (rolling: k weeks after its own
 * start) or by the calendar (the k-th week after the week it started in).  A
 * cell is mature when the cohort is complete and even its latest member has
 * been watched to the end of the period; before that its numbers are NULL.
 */
#include "args.h"

#include "calendar.h"
#include "core/proportion.h"
#include "funcapi.h"
#include "metrics/cohorts.h"
#include "metrics/start_goal.h"

#define MAX_PERIODS 10000
#define CONFIDENCE 0.95

typedef struct CohortCells
{
	int64		entities;
	int64		converted[FLEXIBLE_ARRAY_MEMBER];	/* in just this period */
} CohortCells;

/* A triangle's way of counting periods. */
typedef struct Periods
{
	Calendar   *calendar;
	int			n;
	int64		rolling;		/* length in us; 0: by the calendar */
} Periods;

static bool
arg_rolling(FunctionCallInfo fcinfo, int argno)
{
	char	   *mode = arg_name(fcinfo, argno, "mode");

	if (strcmp(mode, "rolling") == 0)
		return true;
	if (strcmp(mode, "calendar") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("mode \"%s\" is not valid", mode),
				 errhint("Valid values are \"rolling\" and \"calendar\".")));
	return false;
}

static void
arg_periods(FunctionCallInfo fcinfo, Periods *periods)
{
	periods->calendar = make_calendar(arg_name(fcinfo, 4, "unit"), arg_name(fcinfo, 7, "tz"));
	periods->n = arg_positive(fcinfo, 5, "periods");
	if (periods->n > MAX_PERIODS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many periods: %d", periods->n),
				 errhint("The limit is %d periods.", MAX_PERIODS)));
	periods->rolling = arg_rolling(fcinfo, 6) ? calendar_rolling(periods->calendar) : 0;
}

/* The period in which an entrant of the cohort converted. */
static int64
period_of(const Periods *periods, int32 cohort, const StartGoal *entrant)
{
	if (periods->rolling > 0)
		return (int64) (((uint64) entrant->converted - (uint64) entrant->started) /
						(uint64) periods->rolling);
	return (int64) calendar_index(periods->calendar, entrant->converted) - cohort;
}

static bool
cell_is_mature(const Periods *periods, int32 cohort, int period, const StartGoal *visitor)
{
	if (visitor->as_of == DT_NOEND)
		return true;
	if (periods->rolling > 0)
		return watched_for(visitor, calendar_start(periods->calendar, cohort + 1),
						   (period + 1) * periods->rolling);
	return calendar_start(periods->calendar, cohort + 1 + period) <= visitor->as_of;
}

static void
put_cohort(ReturnSetInfo *result, const Periods *periods, int32 cohort,
		   const CohortCells *cells, const StartGoal *visitor)
{
	int64		converted = 0;

	for (int period = 0; period < periods->n; period++)
	{
		bool		mature = cell_is_mature(periods, cohort, period, visitor);
		Datum		values[8];
		bool		nulls[8] = {false};
		double		low = 0;
		double		high = 0;

		CHECK_FOR_INTERRUPTS();
		converted += cells->converted[period];
		wilson_interval(converted, cells->entities, CONFIDENCE, &low, &high);
		values[0] = DateADTGetDatum(calendar_date(periods->calendar, cohort));
		values[1] = Int64GetDatum(cells->entities);
		values[2] = Int32GetDatum(period);
		values[3] = BoolGetDatum(mature);
		values[4] = Int64GetDatum(converted);
		values[5] = Float8GetDatum((double) converted / (double) cells->entities);
		values[6] = Float8GetDatum(low);
		values[7] = Float8GetDatum(high);
		nulls[4] = nulls[5] = nulls[6] = nulls[7] = !mature;
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
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

	arg_periods(fcinfo, &periods);
	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	visitor = arg_start_goal(fcinfo, 3, 8);
	cohorts_begin(&cohorts, offsetof(CohortCells, converted) + periods.n * sizeof(int64));
	while (start_goal_next(visitor))
	{
		int32		cohort = calendar_index(periods.calendar, visitor->started);
		CohortCells *cells = cohort_data(&cohorts, cohort);

		cells->entities++;
		if (visitor->converted != DT_NOEND)
		{
			int64		period = period_of(&periods, cohort, visitor);

			if (period < periods.n)
				cells->converted[period]++;
		}
	}

	ordered = cohorts_in_order(&cohorts, &n);
	for (int i = 0; i < n; i++)
		put_cohort(result, &periods, ordered[i]->index, ordered[i]->data, visitor);
	return (Datum) 0;
}
