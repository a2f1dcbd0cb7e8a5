/* Many lists of times that grow together; see time_pieces.h. */
#include "readers/shared/time_pieces.h"

#define FIRST_BLOCK ((Size) 8 * 1024)
#define LAST_BLOCK (8 * MEGABYTE)

#define FEWEST_TIMES 8
#define MOST_TIMES 511			/* with what a piece begins with a page of 4 kB */

typedef struct TimePiece
{
	struct TimePiece *next;
	int64		times[FLEXIBLE_ARRAY_MEMBER];
} TimePiece;

static TimePiece *
new_piece(TimeRoom *room, int64 times)
{
	Size		size = offsetof(TimePiece, times) + times * sizeof(int64);
	TimePiece  *piece;

	if (room->left < size)
	{
		room->block = Min(Max(room->block * 2, FIRST_BLOCK), LAST_BLOCK);
		room->next = palloc_huge_pages(room->block);
		room->left = room->block;
	}
	piece = (TimePiece *) room->next;
	piece->next = NULL;
	room->next += size;
	room->left -= size;
	return piece;
}

static inline int64
in_last(const TimePieces *list)
{
	return list->last == NULL ? 0 : list->next - list->last->times;
}

int64
time_pieces_count(const TimePieces *list)
{
	return list->before + in_last(list);
}

/* How many times a piece has room for, by how many are in those before it. */
static inline int64
piece_room(int64 before)
{
	return Min(Max(before, FEWEST_TIMES), MOST_TIMES);
}

void
time_pieces_grow(TimePieces *list, TimeRoom *room)
{
	TimePiece  *piece;

	list->before += in_last(list);
	piece = new_piece(room, piece_room(list->before));
	if (list->last == NULL)
		list->first = piece;
	else
		list->last->next = piece;
	list->last = piece;
	list->next = piece->times;
	list->end = piece->times + piece_room(list->before);
}

void
time_pieces_copy(const TimePieces *list, int64 *times)
{
	int64		before = 0;

	for (const TimePiece *piece = list->first; piece != NULL; piece = piece->next)
	{
		int64		n = piece == list->last ? in_last(list) : piece_room(before);

		memcpy(times + before, piece->times, n * sizeof(int64));
		before += n;
	}
}
