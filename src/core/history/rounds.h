/*
 * The entities of several histories, one after the other in ascending order.
 *
 * They come in rounds.  Each history has a block unpacked; entities up to the first
 * that may go on in a block not yet read are complete, and are put in order all at
 * once.  So histories need not be compared entity by entity, and where the rows of
 * the next ones lie is known before they are wanted, as memory likes it.
 */
#ifndef PLG_CORE_HISTORY_ROUNDS_H
#define PLG_CORE_HISTORY_ROUNDS_H

#include "core/history/single.h"

/* What a history delivers next. */
typedef struct RoundPiece
{
	const EntityKey *key;
	const int64 *count;
	int64	   *at;
	uint32	   *code;
	HistoryCursor *cursor;
} RoundPiece;

/* An entity of a round: where it stands in the order, or nearly so, and where it is. */
typedef struct RoundEntity
{
	int64		order;
	uint32		run;			/* of the piece's cursor */
	uint32		piece;
} RoundEntity;

typedef struct Rounds
{
	EntityKind	kind;
	bool		any_order;		/* pieces may follow each other in a round without an entity in common */
	int			n_pieces;
	RoundPiece *pieces;

	/* the round at hand */
	uint32		shared;			/* that many bytes all entities begin with */
	int64		n;
	int64		next;
	int64		capacity;
	RoundEntity *entities;
	RoundEntity *scratch;
} Rounds;

/* Cursors that are NULL deliver nothing; of equal entities that of the first cursor comes first. */
extern void rounds_begin(Rounds *rounds, EntityKind kind, HistoryCursor **cursors, int n);
extern void rounds_end(Rounds *rounds);
extern bool rounds_begin_next(Rounds *rounds);

/* So many entities ahead rows are called for. */
#define ROWS_AHEAD 8

/* The piece that the next entity is of; NULL after the last. */
static inline RoundPiece *
rounds_next(Rounds *rounds)
{
	if (unlikely(rounds->next == rounds->n) && !rounds_begin_next(rounds))
		return NULL;
	if (rounds->next + ROWS_AHEAD < rounds->n)
	{
		const RoundPiece *ahead = &rounds->pieces[rounds->entities[rounds->next + ROWS_AHEAD].piece];

		__builtin_prefetch(ahead->at);
		__builtin_prefetch(ahead->code);
	}
	return &rounds->pieces[rounds->entities[rounds->next++].piece];
}

/* A piece goes to its next entity. */
static inline void
round_piece_advance(RoundPiece *piece)
{
	int64		n = *piece->count++;

	piece->key++;
	piece->at += n;
	piece->code += n;
}

/* Whether what follows the entity at hand may be the same entity. */
static inline bool
rounds_continue(const Rounds *rounds)
{
	const RoundEntity *entity = &rounds->entities[rounds->next];

	return rounds->next < rounds->n && entity->order == entity[-1].order;
}

/* The piece of what follows, if it is the same entity, of which the piece before has gone on; else NULL. */
static inline RoundPiece *
rounds_next_same(Rounds *rounds, const EntityKey *key)
{
	RoundPiece *piece;

	if (!rounds_continue(rounds))
		return NULL;
	piece = &rounds->pieces[rounds->entities[rounds->next].piece];
	if (rounds->kind != ENTITY_BIGINT && compare_entities(rounds->kind, piece->key, key) != 0)
		return NULL;
	rounds->next++;
	return piece;
}

#endif							/* PLG_CORE_HISTORY_ROUNDS_H */
