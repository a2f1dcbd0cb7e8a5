/*
 * Activation: of the entrants who had the time, how many met the goal in time.
 * Only entrants watched for all of within count, above and below the line.
 */
#include "conversion/conversion.h"
#include "core/base/elapsed.h"
#include "readers/shared/start_goal.h"

/* The arguments. */
enum
{
	J, START, GOAL, WITHIN, AS_OF, ENTERED, MIN_COUNT
};

#define CONFIDENCE 0.95

/* False if there are no journeys. */
static bool
compute_activation(FunctionCallInfo fcinfo, Activation *activation)
{
	int64		within = arg_within(fcinfo, WITHIN);
	StartGoal  *visitor = arg_start_goal(fcinfo, J, AS_OF, ENTERED);

	if (visitor == NULL)
		return false;
	memset(activation, 0, sizeof(*activation));
	while (start_goal_next(visitor))
	{
		activation->entered++;
		if (!observed_for(visitor->observed.as_of, visitor->started, within))
			continue;
		activation->mature++;
		activation->converted += visitor->converted != DT_NOEND &&
			elapsed(visitor->started, visitor->converted) <= within;
	}
	set_proportion(activation, activation->converted, activation->mature, CONFIDENCE);
	return true;
}

PLG_FUNCTION(plg_journeys_activation_rate);
Datum
plg_journeys_activation_rate(PG_FUNCTION_ARGS)
{
	Activation	activation;

	if (!compute_activation(fcinfo, &activation) || !activation.known)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(activation.rate);
}

PLG_FUNCTION(plg_journeys_activation);
Datum
plg_journeys_activation(PG_FUNCTION_ARGS)
{
	Activation	activation;

	if (!compute_activation(fcinfo, &activation))
		PG_RETURN_NULL();
	return activation_row(fcinfo, &activation);
}
