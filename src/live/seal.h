/* The seal of a live value (seal.c). */
#ifndef PLG_LIVE_SEAL_H
#define PLG_LIVE_SEAL_H

#include "live/live_value.h"

/* A line of the seal begins with what it is of, and the oid of that; a table's goes on with that of its trigger, or 0. */
#define SEAL_OF_TABLE "table "
#define SEAL_OF_VALUE "enum "
#define SEAL_OF_VIEW "view "

/* A line that no seal has, of a state that was never filled. */
#define SEAL_UNFILLED "unfilled"

/*
 * Whether a pending row, of that alias, is by one of the seal's triggers.  What is by
 * others counts for nothing: a partition that came and went since the last fill leaves
 * the seal as it was, and its rows are none of the sources' any more.  IS TRUE keeps
 * the list a hash table made once; a join, planned for the no rows that are pending
 * after a refresh, would read the list anew for each row.
 */
extern char *of_sealed_trigger(const LiveValue *live, const char *row);

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
