/* The touches of each conversion: what attribution shares credit among, one by one. */
#include "readers/shared/touch_paths.h"

#include "pg/entity.h"
#include "pg/result.h"

/* The arguments, counted from the journeys. */
enum
{
	J, TOUCHES, GOAL, AS_OF, LOOKBACK, PER, ENTERED
};

static void
put_touch(ReturnSetInfo *result, const TouchPaths *paths, Datum entity, const Datum *labels, int64 i)
{
	ResultRow	row = {0};

	put_datum(&row, entity);
	put_datum(&row, TimestampTzGetDatum(paths->converted));
	if (paths->n == 0)
	{
		put_null(&row);
		put_null(&row);
		put_null(&row);
	}
	else
	{
		put_datum(&row, labels[paths->code[touch_row(paths, i)]]);
		put_datum(&row, TimestampTzGetDatum(paths->at[touch_row(paths, i)]));
		put_datum(&row, Int32GetDatum((int32) i + 1));
	}
	put_datum(&row, Int32GetDatum((int32) paths->n));
	put_row(result, &row);
}

static Datum
touches_of(FunctionCallInfo fcinfo, int journeys_arg, EntityResult entities)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	TouchPaths *paths = arg_touch_paths(fcinfo, journeys_arg, journeys_arg + PER, journeys_arg + ENTERED);
	const History *touches;
	Datum	   *labels;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (paths == NULL)
		return (Datum) 0;
	begin_entities(&entities, paths->paired->journeys.history.kind, "touches_of");
	touches = &paths->paired->contexts.history;
	labels = palloc_huge(Max(touches->n_strings, 1) * sizeof(Datum));
	for_many(i, touches->n_strings)
		labels[i] = string_datum(&touches->strings[i]);
	while (touch_paths_next(paths))
	{
		Datum		entity = entity_result(&entities, paths->key);

		/* a conversion without touches has a row, too */
		for_many(i, Max(paths->n, 1))
			put_touch(result, paths, entity, labels, (int64) i);
		free_entity_result(&entities, entity);
	}
	return (Datum) 0;
}

ENTITY_READER(plg_touches_of, touches_of)
