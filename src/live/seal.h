/* The seal of a live value (seal.c). */
#ifndef PLG_LIVE_SEAL_H
#define PLG_LIVE_SEAL_H

#include "live/live_value.h"

/* A line of the seal begins with the relation's oid, or with one of these, for a value of an enum and the view of a source. */
#define SEAL_OF_VALUE "enum "
#define SEAL_OF_VIEW "view "

/* A line that no seal has, of a state that was never filled. */
#define SEAL_UNFILLED "unfilled"

/*
 * The lines of how sources capture rows that a row t of the state has not, as a query:
 * rows that are not committed yet may have been captured otherwise.
 */
extern char *newly_captured(const LiveValue *live);

/* Notes these in the state; what is not committed yet may have been captured otherwise, or is waited for. */
extern void note_capture(const LiveValue *live);

/* Whether the catalogs have another by now than in the active snapshot: tables are planned as they are by now. */
extern bool seal_has_changed(const LiveValue *live);

#endif							/* PLG_LIVE_SEAL_H */
