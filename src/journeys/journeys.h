/*
 * plg.journeys: who did what, when.  A history whose codes stand for labels.
 */
#ifndef PLG_JOURNEYS_H
#define PLG_JOURNEYS_H

#include "state/state.h"
#include "journeys/form.h"
#include "core/history/history.h"

/* The argument, opened; it is not NULL. */
extern void arg_journeys(FunctionCallInfo fcinfo, int argno, History *journeys);

/* For who asks for no rows: false unless they are not packed. */
extern bool arg_unpacked_journeys(FunctionCallInfo fcinfo, int argno, History *journeys);

/* The same, packed and in memory, for whoever goes to its bytes. */
extern void arg_whole_journeys(FunctionCallInfo fcinfo, int argno, History *journeys);

#endif							/* PLG_JOURNEYS_H */
