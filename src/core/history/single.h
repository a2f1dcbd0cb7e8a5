/*
 * The rows of one history, packed or still in a sorter: what cursors are made of
 * (cursor.h says what they deliver).
 */
#ifndef PLG_SINGLE_H
#define PLG_SINGLE_H

#include "core/history/block_filter.h"

/* Of what is packed the arrays have room for so many rows behind those of the last entity. */
#define ROWS_BEHIND 16

/* Entities that follow each other, with their rows; one may have none. */
typedef struct ReadyEntities
{
	int			next;
	int			end;
	const EntityKey *keys;
	int64	   *counts;
	int64		row;			/* of the next one */
	int64	   *at;
	uint32	   *code;
} ReadyEntities;

typedef struct HistoryCursor
{
	/* the entity at hand */
	EntityKey	key;
	int64		n;
	int64	   *at;
	uint32	   *code;

	ReadyEntities ready;		/* come after it */

	const History *history;
	const uint8 *classes;		/* by code, or NULL */
	BlockFilter *filter;		/* of these */
	bool		times_only;		/* code[] stays empty */
	struct HistoryMerge *merge; /* of a history of several pieces; of what follows it uses keys[] and counts[] */
	uint32		block;			/* to read next */
	HistoryStretch stretches[2];	/* in turns, for a key that stays may lie in one */
	int			turn;

	/*
	 * Runs in the arrays, of which the last may go on in the next block: it is
	 * ready only when all has been read.
	 */
	int			n_runs;
	bool		waits;			/* the last one, for what goes on */
	int64		loaded;			/* rows in the arrays, unless a filter chooses */
	int64		capacity;
	int64	   *all_at;
	uint32	   *all_code;
	EntityKey	keys[BLOCK_ROWS + 1];
	int64		counts[BLOCK_ROWS + 1];
} HistoryCursor;

/* A filter has begun, for strings like these, and stays; cursors may share it. */
extern void single_open(HistoryCursor *cursor, const History *history, BlockFilter *filter, bool times_only);
extern void single_seek(HistoryCursor *cursor, const EntityKey *key);

extern void single_close(HistoryCursor *cursor);

/* Makes entities ready, when none are; false if there are no more. */
extern bool single_fill(HistoryCursor *cursor);

/* Goes past so many of them, with so many rows. */
static inline void
pass_ready(ReadyEntities *ready, int n, int64 rows)
{
	ready->next += n;
	ready->row += rows;
}

#endif							/* PLG_SINGLE_H */
