/*
 * Paths: the visitor behind flows.
 *
 * An entity's path starts with its first row of some kind and goes on, after
 * it or before it, from neighbour to neighbour, for depth steps at most.  Step
 * 0 is the row where it starts.
 */
#ifndef PLG_READERS_SHARED_PATHS_H
#define PLG_READERS_SHARED_PATHS_H

#include "readers/shared/observed.h"

/* The arguments of flows. */
enum
{
	J, FROM_EVENT, DEPTH, DIRECTION, AS_OF, WITHIN, TOP, OTHER, COLLAPSE, ENTERED
};

typedef struct Paths
{
	/* the path at hand */
	int64		length;
	int64	   *at;
	uint32	   *code;
	int64		capacity;

	int			depth;
	bool		after;
	bool		collapse;		/* repeats of an event count once */
	int64		within;
	Observed	observed;
	uint8	   *is_from;		/* by code; NULL: any event */
	History		journeys;
	HistoryCursor cursor;
} Paths;

/* The arguments of flows that say what a path is. */
extern Paths *arg_paths(FunctionCallInfo fcinfo);

/* Opens the journeys in argument 0; false if there are none. */
extern bool paths_open(FunctionCallInfo fcinfo, Paths *paths);

/* Goes to the next path; false after the last, and then starts again. */
extern bool paths_next(Paths *paths);

#endif							/* PLG_READERS_SHARED_PATHS_H */
