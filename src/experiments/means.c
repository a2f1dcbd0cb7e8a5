/*
 * The aggregates welch and cuped: means of a number per unit, such as revenue or
 * usage, in two arms.
 *
 * The state is a bytea of exact sums, so that the result is the same in whatever
 * order, by whatever parts and workers rows are added up.
 */
#include "core/stats/means.h"

#include <math.h>

#include "pg/args.h"
#include "pg/result.h"
#include "state/state.h"

#define LEVEL 0.95

typedef struct MeansState
{
	char		vl_len_[4];
	int32		zero;
	int64		n[2];			/* by arm */
	ExactSum	sums[FLEXIBLE_ARRAY_MEMBER];	/* so many of the first arm, then of the second */
} MeansState;

/* What the two aggregates differ in. */
typedef struct MeansKind
{
	const char *name;
	int			n_sums;			/* of an arm */
	MeanDifference (*compare) (const ArmMoments arms[2], double level);
} MeansKind;

static const MeansKind welch_kind = {"welch", Y_SUMS, welch};
static const MeansKind cuped_kind = {"cuped", XY_SUMS, cuped};

static Size
state_size(const MeansKind *kind)
{
	return offsetof(MeansState, sums) + (Size) 2 * (Size) kind->n_sums * sizeof(ExactSum);
}

/* Anybody could pass any bytes; as sums all of them are some number. */
static MeansState *
arg_state(FunctionCallInfo fcinfo, int argno, const MeansKind *kind, bool copy)
{
	MeansState *state = copy ? (MeansState *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(argno)) :
		(MeansState *) arg_aligned(fcinfo, argno);

	if (VARSIZE(state) != state_size(kind) || state->n[0] < 0 || state->n[1] < 0 ||
		state->n[0] > PG_INT64_MAX / 2 || state->n[1] > PG_INT64_MAX / 2)
		refuse_damaged_state(kind->name);
	return state;
}

/* The state that the call adds to: the aggregate's own, or a copy. */
static MeansState *
first_state(FunctionCallInfo fcinfo, const MeansKind *kind)
{
	MeansState *state;

	if (!PG_ARGISNULL(0))
		return arg_state(fcinfo, 0, kind, AggCheckCallContext(fcinfo, NULL) == 0);
	state = palloc0(state_size(kind));
	SET_VARSIZE(state, state_size(kind));
	return state;
}

static double
arg_term(FunctionCallInfo fcinfo, int argno, const char *argument)
{
	double		term = PG_GETARG_FLOAT8(argno);

	if (!(fabs(term) <= LARGEST_TERM))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("\"%s\" must be a finite number of less than 1e150, not %g", argument, term),
				 errhint("Repair such rows, or leave them out with FILTER.")));
	return term;
}

/* Transition (state, value, [before,] treated). */
static Datum
add_row(FunctionCallInfo fcinfo, const MeansKind *kind)
{
	int			treated = PG_NARGS() - 1;
	MeansState *state;
	ExactSum   *sums;
	double		y;
	double		x;
	int			arm;

	for (int i = 1; i <= treated; i++)
	{
		if (PG_ARGISNULL(i))
			PG_RETURN_UNCHANGED_STATE(fcinfo);
	}
	state = first_state(fcinfo, kind);
	arm = PG_GETARG_BOOL(treated) ? 1 : 0;
	sums = state->sums + (int64) arm * kind->n_sums;
	y = arg_term(fcinfo, 1, "value");
	exact_sum_add(&sums[SUM_Y], y);
	exact_sum_add_product(&sums[SUM_YY], y, y);
	if (kind->n_sums == XY_SUMS)
	{
		x = arg_term(fcinfo, 2, "before");
		exact_sum_add(&sums[SUM_X], x);
		exact_sum_add_product(&sums[SUM_XX], x, x);
		exact_sum_add_product(&sums[SUM_XY], x, y);
	}
	state->n[arm]++;
	PG_RETURN_POINTER(state);
}

PLG_CALLS(plg_welch_add, add_row(fcinfo, &welch_kind))
PLG_CALLS(plg_cuped_add, add_row(fcinfo, &cuped_kind))

static Datum
combine(FunctionCallInfo fcinfo, const MeansKind *kind)
{
	const MeansState *other;
	MeansState *state;

	if (PG_ARGISNULL(1))
		PG_RETURN_UNCHANGED_STATE(fcinfo);
	state = first_state(fcinfo, kind);
	other = arg_state(fcinfo, 1, kind, false);
	for (int arm = 0; arm < 2; arm++)
		state->n[arm] += other->n[arm];
	for (int i = 0; i < 2 * kind->n_sums; i++)
		exact_sum_add_sum(&state->sums[i], &other->sums[i]);
	PG_RETURN_POINTER(state);
}

PLG_CALLS(plg_welch_combine, combine(fcinfo, &welch_kind))
PLG_CALLS(plg_cuped_combine, combine(fcinfo, &cuped_kind))

static Datum
final_row(FunctionCallInfo fcinfo, const MeansKind *kind)
{
	ResultRow	row = {0};
	const MeansState *state;
	ArmMoments	arms[2];
	MeanDifference d;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = arg_state(fcinfo, 0, kind, false);
	for (int arm = 0; arm < 2; arm++)
		arms[arm] = (ArmMoments) {state->n[arm], state->sums + (int64) arm * kind->n_sums};
	d = kind->compare(arms, LEVEL);
	put_number(&row, state->n[0]);
	put_number(&row, state->n[1]);
	put_known(&row, d.mean_a);
	put_known(&row, d.mean_b);
	put_known(&row, d.difference);
	put_known(&row, d.low);
	put_known(&row, d.high);
	put_known(&row, d.lift);
	put_known(&row, d.standard_error);
	put_known(&row, d.t);
	put_known(&row, d.degrees);
	put_known(&row, d.p_value);
	if (kind->n_sums == XY_SUMS)
	{
		put_known(&row, d.theta);
		put_known(&row, d.reduction);
	}
	return single_row(fcinfo, &row);
}

PLG_CALLS(plg_welch_final, final_row(fcinfo, &welch_kind))
PLG_CALLS(plg_cuped_final, final_row(fcinfo, &cuped_kind))
