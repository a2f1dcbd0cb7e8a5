/* The share converted, over the time since the start. */
#include "conversion/conversion.h"

#include "core/stats/proportion.h"
#include "funcapi.h"

#define MAX_POINTS 100000

static void
put_point(ReturnSetInfo *rsinfo, const SurvivalPoint *point)
{
	Datum		values[6];
	bool		nulls[6] = {false};

	values[0] = IntervalPGetDatum(microseconds_interval(point->time));
	values[1] = Float8GetDatum((double) point->time / USECS_PER_DAY);
	values[2] = Float8GetDatum(point->rate);
	values[3] = Float8GetDatum(point->low);
	values[4] = Float8GetDatum(point->high);
	values[5] = Int64GetDatum(point->at_risk);
	nulls[2] = nulls[3] = nulls[4] = !point->known;
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

PLG_FUNCTION(plg_conversion_curve);
Datum
plg_conversion_curve(PG_FUNCTION_ARGS)
{
	SurvivalPoint *points;
	Entrants	entrants;
	int64		step;
	int64		upto;
	int64		n;
	double		level;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	step = arg_duration(fcinfo, 1, "step", SHORTEST_TIME, DURATION_REQUIRED);
	upto = arg_duration(fcinfo, 2, "upto", SHORTEST_TIME, DURATION_REQUIRED);
	level = arg_level(fcinfo, 3);
	if (step == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"step\" must be greater than zero"),
				 errhint("Use a duration such as '1 day'.")));
	n = upto / step;
	if (n >= MAX_POINTS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("curve of more than %d points", MAX_POINTS),
				 errhint("Use a longer \"step\" or a shorter \"upto\".")));
	n++;						/* zero, too, is a point */
	if (PG_ARGISNULL(0))
		return (Datum) 0;

	points = palloc(n * sizeof(SurvivalPoint));
	for (int64 i = 0; i < n; i++)
		points[i].time = i * step;
	arg_conversion(fcinfo, 0, &entrants);
	survival_at(survival_input(&entrants), two_sided_z(level), points, (int) n);
	for (int64 i = 0; i < n; i++)
		put_point((ReturnSetInfo *) fcinfo->resultinfo, &points[i]);
	return (Datum) 0;
}
