/*
 * What came before a conversion: the visitor behind attribution and touches_of.
 *
 * A conversion is an entity's first goal, or each of them, no later than as_of
 * and within the entered range.  Its path is the touches, which are rows of a
 * second history, no later than it and no earlier than the lookback; those of one
 * instant in the order of their labels.
 *
 * The second history may be the first one, and then the goal's row is among the
 * touches.  It is told by what it is: a touch of the goal's label at the goal's
 * instant; that one is left out.
 */
#ifndef PLG_READERS_SHARED_TOUCH_PATHS_H
#define PLG_READERS_SHARED_TOUCH_PATHS_H

#include "readers/shared/observed.h"
#include "readers/shared/paired.h"

typedef struct TouchPaths
{
	/* the conversion at hand; its entities have been so many */
	const EntityKey *key;
	TimestampTz converted;
	int64		n_entities;
	int64		n;				/* touches in its path */

	/* where they are: rows of the entity's touches from a place on, but for one */
	int64		from;
	int64		own;			/* or n of them, if none is the goal's */
	const int64 *at;
	const uint32 *code;

	/* the question */
	Observed	observed;
	int64		lookback;
	bool		each;
	Paired	   *paired;
	uint8	   *goals;			/* by code; the class of a goal that touches know tells the label */
	int64		goal_codes[256];	/* by class: the label's code there, or -1 */

	/* of the entity at hand */
	int64		next_goal;
} TouchPaths;

/*
 * The arguments of both readers: touches, goal, as_of and lookback follow the
 * journeys, per and entered are where the caller says.  NULL if there are no
 * journeys.
 */
extern TouchPaths *arg_touch_paths(FunctionCallInfo fcinfo, int journeys_arg, int per_arg, int entered_arg);

/* Goes to the next conversion; false after the last. */
extern bool touch_paths_next(TouchPaths *paths);

/* Where the i-th touch of the path is. */
static inline int64
touch_row(const TouchPaths *paths, int64 i)
{
	return paths->from + i + (paths->from + i >= paths->own);
}

#endif							/* PLG_READERS_SHARED_TOUCH_PATHS_H */
