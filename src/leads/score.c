/* The aggregate plg.score(weight, at, half_life, as_of); score.h says what a score is. */
#include "leads/score.h"

#include "state/state.h"

#include <math.h>

#define NAME "score"
#define STATE_MAGIC 0x73676c70	/* "plgs" */

typedef struct ScoreState
{
	int32		vl_len_;
	uint32		magic;
	int64		half_life;
	TimestampTz as_of;
	ExactSum	sum;
} ScoreState;

int64
arg_half_life(FunctionCallInfo fcinfo, int argno)
{
	int64		half_life = arg_duration(fcinfo, argno, "half_life", SHORTEST_TIME, WITHIN_UNLIMITED);

	if (half_life == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"half_life\" must be above 0"),
				 errhint("Points are worth half after it, for example '14 days'; NULL: they keep their worth.")));
	return half_life;
}

void
check_decay(int64 half_life, TimestampTz as_of)
{
	if (as_of == DT_NOEND && half_life != WITHIN_UNLIMITED)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"as_of\" must be finite where there is a \"half_life\""),
				 errhint("Nothing is left of any point at infinity; use the time for which the score is asked.")));
}

double
check_weight(double weight)
{
	if (!isfinite(weight))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("a weight must be a finite number, not %g", weight),
				 errhint("Leave out rows that are worth nothing.")));
	return weight;
}

double
score_point(double weight, TimestampTz at, int64 half_life, TimestampTz as_of)
{
	if (half_life == WITHIN_UNLIMITED)
		return weight;
	return at < as_of ? weight * exp2(-((double) ((uint64) as_of - (uint64) at) / (double) half_life)) : weight;
}

double
check_score(double score)
{
	if (!isfinite(score))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the score is out of range"),
				 errhint("Use smaller weights.")));
	return score;
}

/* Any bytes are some sum. */
static ScoreState *
arg_state(FunctionCallInfo fcinfo, int argno)
{
	ScoreState *state = (ScoreState *) arg_aligned(fcinfo, argno);

	if (VARSIZE(state) != sizeof(ScoreState) || state->magic != STATE_MAGIC || state->half_life < 1 ||
		(state->as_of != DT_NOEND && !IS_VALID_TIMESTAMP(state->as_of)))
		refuse_damaged_state(NAME);
	return state;
}

static void
check_same(const ScoreState *state, int64 half_life, TimestampTz as_of)
{
	if (state->half_life != half_life || state->as_of != as_of)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"half_life\" or \"as_of\" differs between rows of one group"),
				 errhint("Use one of each for the whole group, or group by it.")));
}

static Datum
add_row(FunctionCallInfo fcinfo, bool is_date)
{
	int64		half_life = arg_half_life(fcinfo, 3);
	TimestampTz as_of = arg_as_of(fcinfo, 4);
	ScoreState *state = NULL;
	TimestampTz at;
	double		weight;

	(void) aggregate_context(fcinfo);
	if (as_of == AS_OF_MISSING)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("\"as_of\" must not be null"),
				 errhint("Use the time for which the score is asked, for example now().")));
	check_decay(half_life, as_of);
	if (!PG_ARGISNULL(0))
	{
		state = arg_state(fcinfo, 0);
		check_same(state, half_life, as_of);
	}
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_UNCHANGED_STATE(fcinfo);
	weight = check_weight(PG_GETARG_FLOAT8(1));
	at = arg_event_time(fcinfo, 2, is_date);
	if (at > as_of)
		PG_RETURN_UNCHANGED_STATE(fcinfo);
	if (state == NULL)
	{
		state = palloc0(sizeof(ScoreState));
		SET_VARSIZE(state, sizeof(ScoreState));
		state->magic = STATE_MAGIC;
		state->half_life = half_life;
		state->as_of = as_of;
	}
	exact_sum_add(&state->sum, score_point(weight, at, half_life, as_of));
	PG_RETURN_POINTER(state);
}

/* A timestamp without time zone is read as UTC, so it needs no function of its own. */
PLG_CALLS(plg_score_add, add_row(fcinfo, false))
PLG_CALLS(plg_score_add_date, add_row(fcinfo, true))

PLG_FUNCTION(plg_score_combine);
Datum
plg_score_combine(PG_FUNCTION_ARGS)
{
	ScoreState *state;
	ScoreState *other;

	PLG_BEGIN_COMBINE(fcinfo, other, arg_state);
	state = arg_state(fcinfo, 0);
	check_same(state, other->half_life, other->as_of);
	exact_sum_add_sum(&state->sum, &other->sum);
	PG_RETURN_POINTER(state);
}

PLG_FUNCTION(plg_score_final);
Datum
plg_score_final(PG_FUNCTION_ARGS)
{
	(void) aggregate_context(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(check_score(exact_sum_value(&arg_state(fcinfo, 0)->sum)));
}
