/* Journeys that come from outside, and as arguments of their readers. */
#include "journeys/journeys.h"

#include "journeys/pieces.h"
#include "journeys/state.h"
#include "state/history_value.h"

/* Entity, time and code as they are. */
#define UNPACKED_ROW_SIZE (sizeof(int64) + sizeof(int64) + sizeof(uint32))

/* The state that an argument is, if it is finished and has not been packed; else NULL. */
static JourneysState *
arg_unpacked(FunctionCallInfo fcinfo, int argno)
{
	State	   *state = finished_state(PG_GETARG_DATUM(argno));

	if (state == NULL || state->arena->kind != &journeys_aggregates || state->flat != NULL)
		return NULL;
	return (JourneysState *) state;
}

/*
 * One reader of rows that lie in a log sorts them as it goes.  A second one has them
 * packed, for itself and all that follow, unless that might take more than a value
 * holds.  Pieces are never put together, for the memory they would take.
 */
static bool
is_to_be_packed(JourneysState *state)
{
	return state->n_readers++ > 0 && state->n_pieces == 0 && state->gone == NULL &&
		rowlog_rows(&state->log) <= MAX_VALUE_SIZE / UNPACKED_ROW_SIZE;
}

void
arg_journeys(FunctionCallInfo fcinfo, int argno, History *journeys)
{
	JourneysState *state = arg_unpacked(fcinfo, argno);

	if (state != NULL && !is_to_be_packed(state))
		open_state(journeys, state);
	else
		arg_history(fcinfo, argno, &journeys_kind, journeys);
}

bool
arg_unpacked_journeys(FunctionCallInfo fcinfo, int argno, History *journeys)
{
	JourneysState *state = arg_unpacked(fcinfo, argno);

	if (state != NULL)
		open_state(journeys, state);
	return state != NULL;
}

void
arg_whole_journeys(FunctionCallInfo fcinfo, int argno, History *journeys)
{
	open_history(journeys, arg_value(fcinfo, argno, &journeys_kind));
}

PLG_CALLS(plg_journeys_in, value_in(fcinfo, &journeys_kind))
PLG_CALLS(plg_journeys_recv, value_recv(fcinfo, &journeys_kind))
