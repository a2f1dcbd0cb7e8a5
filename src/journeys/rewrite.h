/*
 * Journeys made of the rows of other journeys: the same bytes that the
 * aggregate would have built from those rows.
 */
#ifndef PLG_JOURNEYS_REWRITE_H
#define PLG_JOURNEYS_REWRITE_H

#include "journeys/journeys.h"

typedef struct Rewrite
{
	const History *journeys;

	/* which rows stay */
	const uint8 *labels;		/* by code: not 0; NULL: all */
	int64		since;
	int64		until;			/* the last instant that stays */
	const EntityKey *entities;	/* ascending, without doubles; NULL: all */
	int64		n_entities;
	bool		except;			/* all entities but those */

	/* labels of the result, ascending; and by old code the new one */
	const HistoryString *strings;	/* NULL: those still in use, as they are */
	uint32		n_strings;
	uint32	   *codes;
} Rewrite;

/* Keeps all rows of journeys, until told otherwise. */
extern void rewrite_begin(Rewrite *rewrite, const History *journeys);

/* The new value, or NULL if no row stays. */
extern struct varlena *rewrite_journeys(Rewrite *rewrite);

#endif							/* PLG_JOURNEYS_REWRITE_H */
