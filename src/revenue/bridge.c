/*
 * The aggregates nrr, grr and bridge, for people who keep snapshots: a row is
 * what an account paid at the opening and pays at the closing.
 *
 * The state is a tally of one period (revenue/tally.h) in a bytea, so that rows
 * can also be taken out of it again as a window moves on; its amounts are at
 * the finest scale met so far.
 */
#include "revenue/row.h"

#include "pg/args.h"
#include "state/state.h"

typedef struct BridgeState
{
	char		vl_len_[4];
	int32		scale;
	PeriodTally tally;
} BridgeState;

/* The tally's amounts come first, then its counts. */
#define TALLY_AMOUNTS ((int) (offsetof(PeriodTally, accounts_opening) / sizeof(int128)))
#define TALLY_COUNTS ((int) ((sizeof(PeriodTally) - offsetof(PeriodTally, accounts_opening)) / sizeof(int64)))

static void
rescale(BridgeState *state, int scale)
{
	int128	   *amounts = (int128 *) &state->tally;

	for (; state->scale < scale; state->scale++)
	{
		for (int i = 0; i < TALLY_AMOUNTS; i++)
		{
			if (__builtin_mul_overflow(amounts[i], 10, &amounts[i]))
				money_out_of_range();
		}
	}
}

/* Adds b to a, or takes it out; both are brought to one scale. */
static void
add_state(BridgeState *a, BridgeState *b, bool inverse)
{
	int128	   *to = (int128 *) &a->tally;
	int128	   *from = (int128 *) &b->tally;
	int64	   *to_counts = &a->tally.accounts_opening;
	int64	   *from_counts = &b->tally.accounts_opening;

	rescale(a, b->scale);
	rescale(b, a->scale);
	for (int i = 0; i < TALLY_AMOUNTS; i++)
		to[i] = inverse ? money_subtract(to[i], from[i]) : money_add(to[i], from[i]);
	for (int i = 0; i < TALLY_COUNTS; i++)
		to_counts[i] += inverse ? -from_counts[i] : from_counts[i];
}

/* Anybody could pass any bytes. */
static bool
is_valid(const BridgeState *state)
{
	const int128 *amounts = (const int128 *) &state->tally;
	const int64 *counts = &state->tally.accounts_opening;

	if (VARSIZE(state) != sizeof(BridgeState) || state->scale < 0 || state->scale > MONEY_MAX_SCALE)
		return false;
	for (int i = 0; i < TALLY_AMOUNTS; i++)
	{
		/* the one number that has no opposite */
		if (amounts[i] != 0 && (amounts[i] << 1) == 0)
			return false;
	}
	for (int i = 0; i < TALLY_COUNTS; i++)
	{
		if (counts[i] < 0 || counts[i] > PG_INT64_MAX / 2)
			return false;
	}
	return true;
}

static BridgeState *
arg_state(FunctionCallInfo fcinfo, int argno, bool copy)
{
	BridgeState *state = copy ? (BridgeState *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(argno)) :
		(BridgeState *) arg_aligned(fcinfo, argno);

	if (!is_valid(state))
		refuse_damaged_state("bridge");
	return state;
}

/* The state that the call adds to: the aggregate's own, or a copy. */
static BridgeState *
first_state(FunctionCallInfo fcinfo)
{
	BridgeState *state;

	if (!PG_ARGISNULL(0))
		return arg_state(fcinfo, 0, AggCheckCallContext(fcinfo, NULL) == 0);
	state = palloc0(sizeof(BridgeState));
	SET_VARSIZE(state, sizeof(BridgeState));
	return state;
}

/* An account that is not there pays nothing. */
static Money
arg_money(FunctionCallInfo fcinfo, int argno, const char *argument)
{
	Money		money = {0, 0};
	const char *reason = PG_ARGISNULL(argno) ? NULL :
		money_of_numeric(&money, PG_GETARG_DATUM(argno));

	if (reason != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("\"%s\" %s", argument, reason),
				 errhint("Repair or round such amounts; an account that is left out is missing above and below the line.")));
	return money;
}

/* Transition (state, opening, closing [, paid_before]). */
static Datum
add_row(FunctionCallInfo fcinfo, bool inverse)
{
	Money		opening = arg_money(fcinfo, 1, "opening");
	Money		closing = arg_money(fcinfo, 2, "closing");
	BridgeState *state = first_state(fcinfo);
	BridgeState row = {.scale = Max(opening.scale, closing.scale)};
	PeriodTally *tally = &row.tally;
	Move		move = {0};

	move.opening = money_at_scale(opening, row.scale);
	move.closing = money_at_scale(closing, row.scale);
	move.was_customer = move.opening > 0;
	move.is_customer = move.closing > 0;
	move.returns = PG_NARGS() > 3 && !PG_ARGISNULL(3) && PG_GETARG_BOOL(3);
	tally->opening = move.opening;
	tally->closing = move.closing;
	tally->paid_at_opening = positive(move.opening);
	tally->accounts_opening = move.was_customer;
	tally->accounts_closing = move.is_customer;
	tally_movement(tally, &move);
	tally_retention(tally, &move, GRR_LEAST);
	add_state(state, &row, inverse);
	PG_RETURN_POINTER(state);
}

PLG_CALLS(plg_bridge_add, add_row(fcinfo, false))
PLG_CALLS(plg_bridge_remove, add_row(fcinfo, true))

PLG_FUNCTION(plg_bridge_combine);
Datum
plg_bridge_combine(PG_FUNCTION_ARGS)
{
	BridgeState *state;

	if (PG_ARGISNULL(1))
		PG_RETURN_UNCHANGED_STATE(fcinfo);
	state = first_state(fcinfo);
	add_state(state, arg_state(fcinfo, 1, true), false);
	PG_RETURN_POINTER(state);
}

static Datum
final_ratio(FunctionCallInfo fcinfo, bool (*ratio_of) (const PeriodTally *, double *))
{
	double		ratio;

	if (PG_ARGISNULL(0) || !ratio_of(&arg_state(fcinfo, 0, false)->tally, &ratio))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(ratio);
}

PLG_CALLS(plg_bridge_nrr, final_ratio(fcinfo, tally_nrr))
PLG_CALLS(plg_bridge_grr, final_ratio(fcinfo, tally_grr))

PLG_FUNCTION(plg_bridge_totals);
Datum
plg_bridge_totals(PG_FUNCTION_ARGS)
{
	ResultRow	row = {0};
	BridgeState *state;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = arg_state(fcinfo, 0, false);
	put_movements(&row, &state->tally, state->scale, false, true);
	return single_row(fcinfo, &row);
}
