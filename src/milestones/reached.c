/* Arrays of the times of steps, and what can be read from them; see reached.h. */
#include "milestones/reached.h"

#include "catalog/pg_type.h"
#include "common/int.h"
#include "state/state.h"
#include "utils/timestamp.h"

#define MAX_COUNTED_STEPS 100000

ArrayType *
times_array(const int64 *at, int n)
{
	int			lower = 1;
	ArrayType  *array;
	Datum	   *values = palloc(n * sizeof(Datum));
	bool	   *nulls = palloc(n * sizeof(bool));

	for (int i = 0; i < n; i++)
	{
		nulls[i] = at[i] == DT_NOEND;
		values[i] = TimestampTzGetDatum(at[i]);
	}
	array = construct_md_array(values, nulls, 1, &n, &lower, TIMESTAMPTZOID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
	pfree(values);
	pfree(nulls);
	return array;
}

/* The place of the last element that is not NULL. */
PLG_FUNCTION(plg_level);
Datum
plg_level(PG_FUNCTION_ARGS)
{
	ArrayType  *reached;
	uint8	   *bitmap;
	int			n;

	if (PG_ARGISNULL(0))
		PG_RETURN_INT32(0);
	reached = PG_GETARG_ARRAYTYPE_P(0);
	bitmap = ARR_NULLBITMAP(reached);
	n = ArrayGetNItems(ARR_NDIM(reached), ARR_DIMS(reached));
	while (bitmap != NULL && n > 0 && !(bitmap[(n - 1) / 8] >> ((n - 1) % 8) & 1))
		n--;
	PG_RETURN_INT32(n);
}

static ArrayType *
zero_counts(int n)
{
	Size		size = ARR_OVERHEAD_NONULLS(1) + n * sizeof(int64);
	ArrayType  *counts = palloc0(size);

	SET_VARSIZE(counts, size);
	counts->ndim = n > 0;
	counts->elemtype = INT8OID;
	ARR_DIMS(counts)[0] = n;
	ARR_LBOUND(counts)[0] = 1;
	return counts;
}

static int
array_length(ArrayType *array)
{
	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("times or counts of steps must have one dimension, not %d", ARR_NDIM(array)),
				 errhint("Use what plg.milestones gives.")));
	return ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
}

/*
 * The counts to add to, with room for at least n steps.  The state belongs to
 * the aggregate, so it may be changed in place.
 */
static ArrayType *
counts_state(FunctionCallInfo fcinfo, int n)
{
	ArrayType  *counts;
	ArrayType  *longer;

	(void) aggregate_context(fcinfo);
	if (n > MAX_COUNTED_STEPS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many steps: %d", n),
				 errhint("The limit is %d steps.", MAX_COUNTED_STEPS)));
	if (PG_ARGISNULL(0))
		return zero_counts(n);
	counts = PG_GETARG_ARRAYTYPE_P(0);
	if (ARR_HASNULL(counts))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("counts of steps must not contain nulls"),
				 errhint("Use the counts that step_counts gives.")));
	if (n <= array_length(counts))
		return counts;
	longer = zero_counts(n);
	memcpy(ARR_DATA_PTR(longer), ARR_DATA_PTR(counts), array_length(counts) * sizeof(int64));
	return longer;
}

pg_noreturn static void
refuse_count(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("count of a step is out of range"),
			 errhint("Use the counts that step_counts gives.")));
}

/* Transition of step_counts: adds the steps that one entity reached. */
PLG_FUNCTION(plg_step_counts_add);
Datum
plg_step_counts_add(PG_FUNCTION_ARGS)
{
	ArrayType  *reached;
	ArrayType  *counts;
	uint8	   *bitmap;
	int64	   *count;
	int			n;

	if (PG_ARGISNULL(1))
		PG_RETURN_UNCHANGED_STATE(fcinfo);
	reached = PG_GETARG_ARRAYTYPE_P(1);
	n = array_length(reached);
	counts = counts_state(fcinfo, n);
	bitmap = ARR_NULLBITMAP(reached);
	count = (int64 *) ARR_DATA_PTR(counts);
	for (int i = 0; i < n; i++)
	{
		if (pg_add_s64_overflow(count[i], bitmap == NULL || (bitmap[i / 8] >> (i % 8) & 1), &count[i]))
			refuse_count();
	}
	PG_RETURN_ARRAYTYPE_P(counts);
}

PLG_FUNCTION(plg_step_counts_combine);
Datum
plg_step_counts_combine(PG_FUNCTION_ARGS)
{
	ArrayType  *other;
	ArrayType  *counts;
	int64	   *count;
	int			n;

	if (PG_ARGISNULL(1))
		PG_RETURN_UNCHANGED_STATE(fcinfo);
	other = PG_GETARG_ARRAYTYPE_P(1);
	if (ARR_HASNULL(other))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("counts of steps must not contain nulls"),
				 errhint("Use the counts that step_counts gives.")));
	n = array_length(other);
	counts = counts_state(fcinfo, n);
	count = (int64 *) ARR_DATA_PTR(counts);
	for (int i = 0; i < n; i++)
	{
		if (pg_add_s64_overflow(count[i], ((int64 *) ARR_DATA_PTR(other))[i], &count[i]))
			refuse_count();
	}
	PG_RETURN_ARRAYTYPE_P(counts);
}
