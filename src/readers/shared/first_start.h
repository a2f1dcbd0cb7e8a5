/*
 * Where an entrant's time begins, for readers that then look at rows of every
 * label: at its first start, with all rows of that instant, since events at one
 * instant may be taken in any order.
 */
#ifndef PLG_READERS_SHARED_FIRST_START_H
#define PLG_READERS_SHARED_FIRST_START_H

#include "readers/shared/observed.h"

typedef struct FirstStart
{
	TimestampTz started;
	int64		from;			/* the first row at that instant */

	/*
	 * The code of the one event whose row there is the start, and no use of that
	 * event; or -1 if starts of two kinds are there: then each can be the start
	 * for the other's sake.
	 */
	int64		code;
} FirstStart;

/* Of the cursor's n first rows, with classes by code, NULL for any event; false if it is no entrant. */
extern bool find_first_start(const HistoryCursor *cursor, int64 n, const uint8 *is_start,
							 const Observed *observed, FirstStart *start);

#endif							/* PLG_READERS_SHARED_FIRST_START_H */
