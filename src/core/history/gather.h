/*
 * The rows of one entity out of several pieces: put together in order, less those
 * that are taken away.
 */
#ifndef PLG_CORE_HISTORY_GATHER_H
#define PLG_CORE_HISTORY_GATHER_H

#include "core/history/pieces.h"
#include "core/history/single.h"

typedef struct Gathering
{
	const History *history;
	const HistoryPieces *pieces;
	bool		with_codes;		/* neither classes nor times alone */
	bool		times_only;
	void		(*report_missing) (const struct Gathering *gather, int64 at, uint32 code);	/* does not come back */

	int64		n;				/* rows at hand */
	int64	   *at;
	uint32	   *code;
	int64		capacity;
	EntityKey	key;
	int64		begin;			/* from here on rows are put in order */
	int64		gone;			/* from here on they are taken away; -1: none are */
	int			sources;
} Gathering;

extern void gather_begin(Gathering *gather, const EntityKey *key);

extern void gather_grow(Gathering *gather, int64 n);

/* Makes room behind the rows at hand for so many more. */
static inline void
gather_make_room(Gathering *gather, int64 more)
{
	if (gather->n + more > gather->capacity)
		gather_grow(gather, gather->n + more);
}

/* So many stand there now, of a piece; pieces come in ascending order. */
extern void gather_add(Gathering *gather, uint32 piece, int64 n);

/* False if nothing is left. */
extern bool gather_end(Gathering *gather);
extern void gather_free(Gathering *gather);

/* As what a cursor delivers next. */
static inline ReadyEntities
gathered(Gathering *gather)
{
	return (ReadyEntities) {0, 1, &gather->key, &gather->n, 0, gather->at, gather->code};
}

/* Turns codes of a piece into those of the union. */
static inline void
map_codes(const Gathering *gather, uint32 piece, uint32 *code, int64 n)
{
	const uint32 *map = gather->pieces->code_maps[piece];

	if (!gather->with_codes || map == NULL)
		return;
	for (int64 i = 0; i < n; i++)
		code[i] = map[code[i]];
}

#endif							/* PLG_CORE_HISTORY_GATHER_H */
