/* The share converted, over the time since the start. */
#include "conversion/conversion.h"

#include "core/stats/proportion.h"
#include "pg/result.h"

/* The arguments. */
enum
{
	C, STEP, UPTO, LEVEL
};

#define MAX_POINTS 100000

static void
put_point(ReturnSetInfo *result, const SurvivalPoint *point)
{
	ResultRow	row = {0};

	put_datum(&row, IntervalPGetDatum(microseconds_interval(point->time)));
	put_float(&row, (double) point->time / USECS_PER_DAY);
	put_float_if(&row, point->known, point->rate);
	put_float_if(&row, point->known, point->low);
	put_float_if(&row, point->known, point->high);
	put_number(&row, point->at_risk);
	put_row(result, &row);
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
	step = arg_duration(fcinfo, STEP, "step", SHORTEST_TIME, DURATION_REQUIRED);
	upto = arg_duration(fcinfo, UPTO, "upto", SHORTEST_TIME, DURATION_REQUIRED);
	level = arg_level(fcinfo, LEVEL);
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
	if (PG_ARGISNULL(C))
		return (Datum) 0;

	points = palloc(n * sizeof(SurvivalPoint));
	for (int64 i = 0; i < n; i++)
		points[i].time = i * step;
	arg_conversion(fcinfo, C, &entrants);
	survival_at(survival_input(&entrants), two_sided_z(level), points, (int) n);
	for (int64 i = 0; i < n; i++)
		put_point((ReturnSetInfo *) fcinfo->resultinfo, &points[i]);
	return (Datum) 0;
}
