/*
 * Journeys less other journeys: the same entity's event at the same instant cancels
 * one in each.  What nothing is left of is NULL, as it is for the aggregate.
 */
#include "journeys/rewrite.h"

#include "core/history/pieces.h"
#include "journeys/pieces.h"
#include "pg/entity.h"
#include "pg/result.h"
#include "state/state.h"

static void
require_one_kind(const History *journeys, const History *gone)
{
	if (journeys->kind != gone->kind)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("journeys of %s entities cannot be taken away from journeys of %s entities",
						entity_kind_name(gone->kind), entity_kind_name(journeys->kind)),
				 errhint("Build them over one type of entity.")));
}

/* One argument less the other; a null pointer where that is NULL. */
static Datum
difference(FunctionCallInfo fcinfo, int argno, int gone_argno, MissingRow missing)
{
	History    *both = palloc(2 * sizeof(History));
	bool		has_rows = !PG_ARGISNULL(argno);
	History		journeys;
	Rewrite		rewrite;

	/* the datum of a NULL is not always 0 */
	if (PG_ARGISNULL(gone_argno))
		return has_rows ? PG_GETARG_DATUM(argno) : PointerGetDatum(NULL);
	if (has_rows)
		arg_journeys(fcinfo, argno, &both[0]);
	arg_journeys(fcinfo, gone_argno, &both[has_rows]);
	if (has_rows)
		require_one_kind(&both[0], &both[1]);
	pieces_open(&journeys, both, 1 + has_rows, 1, missing);
	rewrite_begin(&rewrite, &journeys);
	return PointerGetDatum(rewrite_journeys(&rewrite));
}

PLG_FUNCTION(plg_journeys_minus);
Datum
plg_journeys_minus(PG_FUNCTION_ARGS)
{
	Datum		result = difference(fcinfo, 0, 1, report_missing_row);

	if (DatumGetPointer(result) == NULL)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(result);
}

PLG_FUNCTION(plg_journeys_net);
Datum
plg_journeys_net(PG_FUNCTION_ARGS)
{
	TupleDesc	desc;
	ResultRow	row = {0};

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "the result of net is no row");
	for (int argno = 0; argno < 2; argno++)
	{
		Datum		rest = difference(fcinfo, argno, 1 - argno, NULL);

		put_if(&row, DatumGetPointer(rest) != NULL, rest);
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), row.values, row.nulls)));
}
