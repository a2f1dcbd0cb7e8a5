/* The seal of a live value (seal.c). */
#ifndef PLG_LIVE_SEAL_H
#define PLG_LIVE_SEAL_H

#include "live/live_value.h"

/* A line of the seal begins with the relation's oid, or with one of these, for a value of an enum and the view of a source. */
#define SEAL_OF_VALUE "enum "
#define SEAL_OF_VIEW "view "

/* A line that no seal has, of a state that was never filled. */
#define SEAL_UNFILLED "unfilled"

/* Of a line called line, as SQL: whether it tells how rows are captured, so that those not committed yet may be captured otherwise. */
#define SEAL_OF_CAPTURE "(starts_with(line, '" SEAL_OF_VALUE "') OR starts_with(line, '" SEAL_OF_VIEW "'))"

/* Notes in the state how sources capture rows (refresh.c); nothing not committed yet may have been captured otherwise, or it is waited for. */
extern void note_capture(const LiveValue *live);

#endif							/* PLG_LIVE_SEAL_H */
