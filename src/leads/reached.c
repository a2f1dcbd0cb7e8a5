/*
 * The aggregate plg.reached(at, quantity, threshold): the first instant at which
 * the running sum is there.
 *
 * The state (state/flat_rows.h) holds the rows as they came: a time, and the
 * quantity as money is written (core/base/money.h), after its length.  Sums are
 * exact decimals, and all rows of one instant come at once.
 */
#include "pg/args.h"

#include "core/base/radix.h"
#include "ledger/money.h"
#include "state/flat_rows.h"
#include "state/state.h"

#define NAME "reached"
#define STATE_MAGIC 0x72676c70	/* "plgr" */

typedef struct ReachedState
{
	FlatRows	flat;
	uint8		threshold_length;
	uint8		threshold[MONEY_MAX_BYTES];
	uint8		rows[FLEXIBLE_ARRAY_MEMBER];
} ReachedState;

#define HEAD offsetof(ReachedState, rows)
#define ROW_HEAD (sizeof(int64) + 1)

static ReachedState *
arg_state(FunctionCallInfo fcinfo, int argno)
{
	ReachedState *state = (ReachedState *) arg_flat_rows(fcinfo, argno, NAME, STATE_MAGIC, HEAD);

	if (state->threshold_length > MONEY_MAX_BYTES)
		refuse_damaged_state(NAME);
	return state;
}

static Money
arg_decimal(FunctionCallInfo fcinfo, int argno, const char *argument)
{
	Money		money;
	const char *reason = money_of_numeric(&money, PG_GETARG_DATUM(argno));

	if (reason != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("\"%s\" %s", argument, reason),
				 errhint("Round it, or use a larger unit.")));
	return money;
}

static void
check_same(const ReachedState *state, const uint8 *threshold, uint32 length)
{
	if (state->threshold_length != length || memcmp(state->threshold, threshold, length) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"threshold\" differs between rows of one group"),
				 errhint("Use one for the whole group, or group by it; where a limit changes, add up the rest of it: docs/freemium.md.")));
}

static Datum
add_row(FunctionCallInfo fcinfo, bool is_date)
{
	ReachedState *state = NULL;
	uint8		threshold[MONEY_MAX_BYTES];
	uint32		length;
	TimestampTz at;
	uint8	   *row;

	(void) aggregate_context(fcinfo);
	if (PG_ARGISNULL(3))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("\"threshold\" must not be null"),
				 errhint("Whoever has no limit never reaches it: leave such rows out with FILTER.")));
	length = money_write(threshold, arg_decimal(fcinfo, 3, "threshold"));
	if (!PG_ARGISNULL(0))
	{
		state = arg_state(fcinfo, 0);
		check_same(state, threshold, length);
	}
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_UNCHANGED_STATE(fcinfo);
	at = arg_event_time(fcinfo, 1, is_date);
	if (state == NULL)
	{
		state = (ReachedState *) make_flat_rows(STATE_MAGIC, HEAD);
		state->threshold_length = (uint8) length;
		memcpy(state->threshold, threshold, length);
	}
	state = (ReachedState *) flat_rows_with_room(&state->flat, NAME, HEAD, ROW_HEAD + MONEY_MAX_BYTES);
	row = state->rows + state->flat.used;
	memcpy(row, &at, sizeof(at));
	row[sizeof(at)] = (uint8) money_write(row + ROW_HEAD, arg_decimal(fcinfo, 2, "quantity"));
	state->flat.used += (int64) (ROW_HEAD + row[sizeof(at)]);
	/* what money_write wrote beyond is unused room again */
	memset(row + ROW_HEAD + row[sizeof(at)], 0, MONEY_MAX_BYTES - row[sizeof(at)]);
	PG_RETURN_POINTER(state);
}

/* A timestamp without time zone is read as UTC, so it needs no function of its own. */
PLG_CALLS(plg_reached_add, add_row(fcinfo, false))
PLG_CALLS(plg_reached_add_date, add_row(fcinfo, true))

PLG_FUNCTION(plg_reached_combine);
Datum
plg_reached_combine(PG_FUNCTION_ARGS)
{
	ReachedState *state;
	ReachedState *other;

	PLG_BEGIN_COMBINE(fcinfo, other, arg_state);
	state = arg_state(fcinfo, 0);
	check_same(state, other->threshold, other->threshold_length);
	PG_RETURN_POINTER(flat_rows_append(&state->flat, &other->flat, NAME, HEAD));
}

static Money
read_decimal(const uint8 *bytes, uint32 length)
{
	Money		money;

	if (!money_read(&money, bytes, length))
		refuse_damaged_state(NAME);
	return money;
}

/* The rows as pairs of a time and where the quantity stands, in order of time; how many in *n, and the finest scale. */
static int64 *
read_rows(const ReachedState *state, int64 *n, int *scale)
{
	int64	   *pairs = palloc_huge((state->flat.used / ROW_HEAD + 1) * 2 * sizeof(int64));
	int64		place = 0;

	for (*n = 0; place < state->flat.used; ++*n)
	{
		int64		at;
		Money		quantity;

		if ((*n & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		if (state->flat.used - place < (int64) ROW_HEAD)
			refuse_damaged_state(NAME);
		memcpy(&at, state->rows + place, sizeof(at));
		place += ROW_HEAD;
		if (!IS_VALID_TIMESTAMP(at) || state->rows[place - 1] > state->flat.used - place)
			refuse_damaged_state(NAME);
		quantity = read_decimal(state->rows + place, state->rows[place - 1]);
		*scale = Max(*scale, quantity.scale);
		pairs[2 * *n] = at;
		pairs[2 * *n + 1] = place;
		place += state->rows[place - 1];
	}
	sort_pairs(pairs, *n, 0);
	return pairs;
}

PLG_FUNCTION(plg_reached_final);
Datum
plg_reached_final(PG_FUNCTION_ARGS)
{
	ReachedState *state;
	Money		threshold;
	int64	   *pairs;
	int64		n;
	int			scale;
	int128		wanted;
	int128		sum = 0;

	(void) aggregate_context(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = arg_state(fcinfo, 0);
	threshold = read_decimal(state->threshold, state->threshold_length);
	scale = threshold.scale;
	pairs = read_rows(state, &n, &scale);
	wanted = money_at_scale(threshold, scale);
	for (int64 i = 0; i < n; i++)
	{
		const uint8 *quantity = state->rows + pairs[2 * i + 1];

		if ((i & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		sum = money_add(sum, money_at_scale(read_decimal(quantity, quantity[-1]), scale));
		if (i + 1 < n && pairs[2 * i + 2] == pairs[2 * i])
			continue;
		if (sum >= wanted)
			PG_RETURN_TIMESTAMPTZ(pairs[2 * i]);
	}
	PG_RETURN_NULL();
}
