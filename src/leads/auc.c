/*
 * The aggregate plg.auc(score, outcome): the area under the ROC curve, which is
 * the share of pairs of a row with the outcome and one without in which the
 * first has the higher score, ties counted as half: Mann and Whitney's U, a
 * whole number of halves, and so exact.
 *
 * The state (state/flat_rows.h) holds the rows as they came.
 */
#include "pg/args.h"

#include "core/base/radix.h"
#include "state/flat_rows.h"
#include "state/state.h"

#include <math.h>

#define NAME "auc"
#define STATE_MAGIC 0x61676c70	/* "plga" */
#define ROW (sizeof(double) + 1)

typedef struct AucState
{
	FlatRows	flat;
	uint8		rows[FLEXIBLE_ARRAY_MEMBER];
} AucState;

#define HEAD offsetof(AucState, rows)

static AucState *
arg_state(FunctionCallInfo fcinfo, int argno)
{
	AucState   *state = (AucState *) arg_flat_rows(fcinfo, argno, NAME, STATE_MAGIC, HEAD);

	if (state->flat.used % ROW != 0)
		refuse_damaged_state(NAME);
	return state;
}

PLG_FUNCTION(plg_auc_add);
Datum
plg_auc_add(PG_FUNCTION_ARGS)
{
	AucState   *state;
	double		score;
	uint8	   *row;

	(void) aggregate_context(fcinfo);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_UNCHANGED_STATE(fcinfo);
	score = PG_GETARG_FLOAT8(1);
	if (isnan(score))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("a score must be a number, not NaN"),
				 errhint("NULL is for what is not known: such rows are left out.")));
	state = PG_ARGISNULL(0) ? (AucState *) make_flat_rows(STATE_MAGIC, HEAD) : arg_state(fcinfo, 0);
	state = (AucState *) flat_rows_with_room(&state->flat, NAME, HEAD, ROW);
	row = state->rows + state->flat.used;
	state->flat.used += ROW;
	memcpy(row, &score, sizeof(score));
	row[sizeof(score)] = PG_GETARG_BOOL(2);
	PG_RETURN_POINTER(state);
}

PLG_FUNCTION(plg_auc_combine);
Datum
plg_auc_combine(PG_FUNCTION_ARGS)
{
	AucState   *other;

	PLG_BEGIN_COMBINE(fcinfo, other, arg_state);
	PG_RETURN_POINTER(flat_rows_append(&arg_state(fcinfo, 0)->flat, &other->flat, NAME, HEAD));
}

/* An int64 that is in the order of doubles; both zeros are one. */
static int64
in_order(double score)
{
	int64		bits;

	score += 0.0;
	memcpy(&bits, &score, sizeof(bits));
	return bits >= 0 ? bits : PG_INT64_MIN - bits;
}

PLG_FUNCTION(plg_auc_final);
Datum
plg_auc_final(PG_FUNCTION_ARGS)
{
	AucState   *state;
	int64		n;
	int64	   *pairs;
	int64		with = 0;
	int64		without = 0;
	uint128		halves = 0;

	(void) aggregate_context(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = arg_state(fcinfo, 0);
	n = state->flat.used / (int64) ROW;
	pairs = palloc_huge((n + 1) * 2 * sizeof(int64));
	for_many(i, n)
	{
		double		score;

		memcpy(&score, state->rows + i * ROW, sizeof(score));
		if (isnan(score) || state->rows[i * ROW + sizeof(score)] > 1)
			refuse_damaged_state(NAME);
		pairs[2 * i] = in_order(score);
		pairs[2 * i + 1] = state->rows[i * ROW + sizeof(score)];
	}
	sort_pairs(pairs, n, 0);
	for (int64 i = 0; i < n;)
	{
		int64		tied_with = 0;
		int64		tied = i;

		CHECK_FOR_INTERRUPTS();
		for (; i < n && pairs[2 * i] == pairs[2 * tied]; i++)
			tied_with += pairs[2 * i + 1];
		tied = i - tied - tied_with;
		halves += (uint128) tied_with * (uint64) (2 * without + tied);
		with += tied_with;
		without += tied;
	}
	if (with == 0 || without == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) halves / (2.0 * (double) with * (double) without));
}
