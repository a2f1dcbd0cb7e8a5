/*
 * From start to goal: the visitor behind activation, conversion, cohort conversion
 * and entrants.
 *
 * An entrant's start is its first start event, no later than as_of and within
 * the entered range.  Its goal is met at the min_count-th other goal event at
 * or after the start and no later than as_of.
 */
#ifndef PLG_READERS_SHARED_START_GOAL_H
#define PLG_READERS_SHARED_START_GOAL_H

#include "readers/shared/observed.h"

typedef struct StartGoal
{
	/* the entrant at hand; its key is the cursor's */
	TimestampTz started;
	TimestampTz converted;		/* DT_NOEND: not yet */

	Observed	observed;
	int			min_count;
	History		journeys;
	HistoryCursor cursor;
} StartGoal;

/*
 * Opens the journeys in an argument, with start and goal in those behind it; as_of,
 * and entered with min_count behind it, where the caller says.  NULL if there are
 * no journeys.
 */
extern StartGoal *arg_start_goal(FunctionCallInfo fcinfo, int journeys_arg, int as_of_arg, int entered_arg);

/* Goes to the next entrant; false after the last. */
extern bool start_goal_next(StartGoal *visitor);

#endif							/* PLG_READERS_SHARED_START_GOAL_H */
