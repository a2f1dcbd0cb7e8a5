/*
 * Entrants: the people behind a rate.  A row for each, of which those that are
 * mature are what plg.activation divides by, and those of them that converted what
 * it divides.
 */
#include "conversion/conversion.h"
#include "core/base/elapsed.h"
#include "pg/entity.h"
#include "pg/result.h"
#include "readers/shared/start_goal.h"

/* The arguments, counted from the journeys. */
enum
{
	J, START, GOAL, AS_OF, WITHIN, ENTERED, MIN_COUNT
};

static Datum
entrants(FunctionCallInfo fcinfo, int journeys_arg, EntityResult entities)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int64		within = arg_within(fcinfo, journeys_arg + WITHIN);
	StartGoal  *visitor = arg_start_goal(fcinfo, journeys_arg, journeys_arg + AS_OF, journeys_arg + ENTERED);
	ResultRow	row = {0};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (visitor == NULL)
		return (Datum) 0;
	begin_entities(&entities, visitor->journeys.kind, "entrants");
	expect_rows(fcinfo, &row, (int64) visitor->journeys.entities);
	while (start_goal_next(visitor))
	{
		Datum		entity = entity_result(&entities, &visitor->cursor.key);
		bool		converted = visitor->converted != DT_NOEND && elapsed(visitor->started, visitor->converted) <= within;

		put_datum(&row, entity);
		put_datum(&row, TimestampTzGetDatum(visitor->started));
		put_if(&row, converted, TimestampTzGetDatum(visitor->converted));
		put_float_if(&row, converted, converted ? (double) time_between(visitor->started, visitor->converted) / USECS_PER_SEC : 0);
		put_datum(&row, BoolGetDatum(observed_for(visitor->observed.as_of, visitor->started, within)));
		put_row(result, &row);
		free_entity_result(&entities, entity);
	}
	return (Datum) 0;
}

ENTITY_READER(plg_entrants, entrants)
