/*
 * The aggregate plg.nth(n, at, condition): the time of the n-th hit.
 *
 * The state is a bigint[]: n, the number of times kept, and the n earliest
 * times so far as a heap with the latest on top, followed by unused room.  It
 * is changed in place.
 */
#include "pg/args.h"

#include "catalog/pg_type.h"
#include "state/state.h"
#include "utils/array.h"
#include "utils/memutils.h"

#define HEAD 2					/* elements before the heap */

typedef struct NthState
{
	ArrayType  *array;
	int64	   *element;		/* of the array: n, times kept, times */
	int64		room;
} NthState;

static NthState
open_state(ArrayType *array)
{
	NthState	state;
	int			length;

	if (ARR_NDIM(array) != 1 || ARR_HASNULL(array) || ARR_ELEMTYPE(array) != INT8OID)
		refuse_damaged_state("nth");
	length = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	state.array = array;
	state.element = (int64 *) ARR_DATA_PTR(array);
	state.room = length - HEAD;
	if (length < HEAD || state.element[0] < 1 || state.element[0] > PG_INT32_MAX ||
		state.element[1] < 0 || state.element[1] > Min(state.room, state.element[0]))
		refuse_damaged_state("nth");
	return state;
}

/* A state with room, and what an older one held. */
static NthState
make_state(int64 n, int64 room, const NthState *old)
{
	Size		size;
	NthState	state;

	room = Min(room, n);
	size = ARR_OVERHEAD_NONULLS(1) + (HEAD + room) * sizeof(int64);
	if (!AllocSizeIsValid(size) || room > (int64) MaxArraySize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("plg.nth cannot keep " INT64_FORMAT " times", room),
				 errhint("Use a smaller \"n\".")));
	state.array = palloc0(size);
	SET_VARSIZE(state.array, size);
	state.array->ndim = 1;
	state.array->elemtype = INT8OID;
	ARR_DIMS(state.array)[0] = (int) (HEAD + room);
	ARR_LBOUND(state.array)[0] = 1;
	state.element = (int64 *) ARR_DATA_PTR(state.array);
	state.element[0] = n;
	state.room = room;
	if (old != NULL)
		memcpy(state.element, old->element, (HEAD + old->element[1]) * sizeof(int64));
	return state;
}

/* Moves the heap's place i, just filled, to where it belongs. */
static void
sift_up(int64 *heap, int64 i)
{
	while (i > 0 && heap[(i - 1) / 2] < heap[i])
	{
		int64		swapped = heap[i];

		heap[i] = heap[(i - 1) / 2];
		heap[(i - 1) / 2] = swapped;
		i = (i - 1) / 2;
	}
}

static void
sift_down(int64 *heap, int64 n)
{
	int64		i = 0;

	for (;;)
	{
		int64		largest = i;
		int64		swapped = heap[i];

		for (int64 child = 2 * i + 1; child <= 2 * i + 2 && child < n; child++)
		{
			if (heap[child] > heap[largest])
				largest = child;
		}
		if (largest == i)
			return;
		heap[i] = heap[largest];
		heap[largest] = swapped;
		i = largest;
	}
}

static void
keep_time(NthState *state, int64 at)
{
	int64	   *heap = state->element + HEAD;

	if (state->element[1] == state->element[0])
	{
		if (at >= heap[0])
			return;
		heap[0] = at;
		sift_down(heap, state->element[1]);
		return;
	}
	if (state->element[1] == state->room)
	{
		*state = make_state(state->element[0], Max(4, state->room * 2), state);
		heap = state->element + HEAD;
	}
	heap[state->element[1]++] = at;
	sift_up(heap, state->element[1] - 1);
}

/* The first argument, or a new state; n must be the same in all rows. */
static NthState
nth_state(FunctionCallInfo fcinfo, int64 n)
{
	NthState	state;

	if (PG_ARGISNULL(0))
		return make_state(n, Min(n, 4), NULL);
	state = open_state(PG_GETARG_ARRAYTYPE_P(0));
	if (state.element[0] != n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"n\" differs between rows of one group: " INT64_FORMAT " and " INT64_FORMAT,
						state.element[0], n),
				 errhint("Use one number for the whole group, or group by it.")));
	return state;
}

static Datum
add_hit(FunctionCallInfo fcinfo, bool is_date)
{
	int			n = arg_positive(fcinfo, 1, "n");
	TimestampTz at;
	NthState	state;

	(void) aggregate_context(fcinfo);
	if (PG_ARGISNULL(2) || PG_ARGISNULL(3) || !PG_GETARG_BOOL(3))
		PG_RETURN_UNCHANGED_STATE(fcinfo);
	at = arg_event_time(fcinfo, 2, is_date);
	state = nth_state(fcinfo, n);
	keep_time(&state, at);
	PG_RETURN_ARRAYTYPE_P(state.array);
}

/* A timestamp without time zone is read as UTC, so it needs no function of its own. */
PLG_CALLS(plg_nth_add, add_hit(fcinfo, false))
PLG_CALLS(plg_nth_add_date, add_hit(fcinfo, true))

PLG_FUNCTION(plg_nth_combine);
Datum
plg_nth_combine(PG_FUNCTION_ARGS)
{
	NthState	other;
	NthState	state;

	(void) aggregate_context(fcinfo);
	if (PG_ARGISNULL(1))
		PG_RETURN_UNCHANGED_STATE(fcinfo);
	other = open_state(PG_GETARG_ARRAYTYPE_P(1));
	state = nth_state(fcinfo, other.element[0]);
	for (int64 i = 0; i < other.element[1]; i++)
	{
		CHECK_FOR_INTERRUPTS();
		keep_time(&state, other.element[HEAD + i]);
	}
	PG_RETURN_ARRAYTYPE_P(state.array);
}

PLG_FUNCTION(plg_nth_final);
Datum
plg_nth_final(PG_FUNCTION_ARGS)
{
	NthState	state;

	(void) aggregate_context(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = open_state(PG_GETARG_ARRAYTYPE_P(0));
	if (state.element[1] < state.element[0])
		PG_RETURN_NULL();
	if (!IS_VALID_TIMESTAMP(state.element[HEAD]))
		refuse_damaged_state("nth");
	PG_RETURN_TIMESTAMPTZ(state.element[HEAD]);
}
