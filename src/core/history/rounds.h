/*
 * The entities of several histories, one after the other in ascending order.
 *
 * They come in rounds.  Each history has a window (window.h); entities up to the
 * first that may go on beyond its window are complete, and are put in order all at
 * once.  So histories need not be compared entity by entity.
 *
 * If the order does not matter, entities that only one history has are left where
 * they are, and only the others are put in order.
 */
#ifndef PLG_CORE_HISTORY_ROUNDS_H
#define PLG_CORE_HISTORY_ROUNDS_H

#include "core/history/rounds_sort.h"
#include "core/history/window.h"

/* Some entities of a piece that follow each other, and that no other piece has. */
typedef struct RoundStretch
{
	uint32		piece;
	uint32		run;
	uint32		n;
} RoundStretch;

typedef struct Rounds
{
	EntityKind	kind;
	bool		any_order;
	int			n_pieces;
	int			n_kept;			/* pieces that are not taken away */
	HistoryWindow *windows;
	int		   *ends;			/* by piece, where the round ends in its window */

	/* the round at hand: entities that only one piece has, if they need no order */
	int64		n_stretches;
	int64		next_stretch;
	RoundStretch *stretches;

	/* and others */
	uint32		shared;			/* that many bytes all entities begin with */
	int64		n;
	int64		next;
	int64		capacity;
	RoundEntity *entities;
	uint64	   *seen;
	uint64		max_seen;
} Rounds;

/* Windows that have no history deliver nothing; of equal entities that of the first window comes first. */
extern void rounds_begin(Rounds *rounds, EntityKind kind, HistoryWindow *windows, int n, int n_gone);
extern void rounds_end(Rounds *rounds);
extern bool rounds_begin_next(Rounds *rounds);

/*
 * Goes to what is to be delivered next.  False if that may be an entity which several
 * pieces have, or which is taken away: rounds_next_same tells where it is.
 */
extern bool rounds_next_stretch(Rounds *rounds, RoundStretch *stretch);

/* The next place of an entity; NULL if it has no more, or key is NULL, which begins one. */
extern const RoundEntity *rounds_next_same(Rounds *rounds, const EntityKey *key);

static inline bool
round_is_over(const Rounds *rounds)
{
	return rounds->next_stretch == rounds->n_stretches && rounds->next == rounds->n;
}

#endif							/* PLG_CORE_HISTORY_ROUNDS_H */
