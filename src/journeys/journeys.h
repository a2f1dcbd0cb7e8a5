/*
 * plg.journeys: who did what, when.  A history whose codes stand for labels.
 */
#ifndef PLG_JOURNEYS_H
#define PLG_JOURNEYS_H

#include "state/state.h"
#include "state/value.h"
#include "core/history/history.h"

extern const ValueKind journeys_kind;

/* The argument, opened; it is not NULL.  All keys of whole journeys stay, else the key at hand. */
extern void arg_journeys(FunctionCallInfo fcinfo, int argno, History *journeys);
extern void arg_whole_journeys(FunctionCallInfo fcinfo, int argno, History *journeys);

#endif							/* PLG_JOURNEYS_H */
