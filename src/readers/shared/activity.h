/*
 * From start to activity: the visitor behind retention and cohort counts.
 *
 * An entrant's start is its first start event, as in start_goal.h.  Its
 * activity is every other row of the named kind, or of any, at or after the
 * start and no later than as_of.
 *
 * A visitor that is recurring gives an entity once for each instant with a start
 * event, whether it entered then or not.
 */
#ifndef PLG_READERS_SHARED_ACTIVITY_H
#define PLG_READERS_SHARED_ACTIVITY_H

#include "readers/shared/observed.h"

typedef struct ActivityVisitor
{
	/* the entrant at hand */
	TimestampTz started;
	int64		n;
	const int64 *at;			/* of its activity, ascending */

	Observed	observed;
	History		journeys;
	HistoryCursor cursor;
	bool		all_active;		/* any event is activity */

	/* recurring: the entity at hand, its starts and its activity */
	bool		recurring;
	int64		entity;			/* its number, from 1 */
	struct Starting *starts;
	int64		capacity;
	int64		n_starts;
	int64		next_start;
	int64		n_rows;			/* of activity, the first of the cursor's */
	int64		row;			/* the first that is not before the start */
} ActivityVisitor;

/* Opens the journeys in argument 0 with start in argument 1; NULL if there are none. */
extern ActivityVisitor *arg_activity(FunctionCallInfo fcinfo, int as_of_arg, int activity_arg,
									 int entered_arg);

/* Goes to the next entrant, or start; false after the last. */
extern bool activity_next(ActivityVisitor *visitor);

#endif							/* PLG_READERS_SHARED_ACTIVITY_H */
