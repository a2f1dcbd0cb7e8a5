/*
 * Many lists of times that grow together.  A list lies in pieces, each about as
 * large as all before it up to a page, which follow each other in few blocks: no
 * list moves as it grows, and none has room that it does not need.
 */
#ifndef PLG_READERS_SHARED_TIME_PIECES_H
#define PLG_READERS_SHARED_TIME_PIECES_H

#include "core/base/platform.h"

/* Of all lists. */
typedef struct TimeRoom
{
	char	   *next;
	Size		left;
	Size		block;
} TimeRoom;

typedef struct TimePieces
{
	struct TimePiece *first;
	struct TimePiece *last;
	int64	   *next;			/* where the next time goes, unless it is the end */
	int64	   *end;
	int64		before;			/* times in pieces before the last */
} TimePieces;

extern void time_pieces_grow(TimePieces *list, TimeRoom *room);

static inline void
time_pieces_add(TimePieces *list, TimeRoom *room, int64 time)
{
	if (unlikely(list->next == list->end))
		time_pieces_grow(list, room);
	*list->next++ = time;
}

extern int64 time_pieces_count(const TimePieces *list);

/* Copies the list to memory with room for all of it. */
extern void time_pieces_copy(const TimePieces *list, int64 *times);

#endif							/* PLG_READERS_SHARED_TIME_PIECES_H */
