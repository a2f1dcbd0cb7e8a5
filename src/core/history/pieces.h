/*
 * Several histories of one kind, to be read as one (merge.h).  Codes are those of
 * the union of their dictionaries.
 *
 * The last of them may be taken away from the others: of each row that they hold
 * one that is the same goes.
 */
#ifndef PLG_CORE_HISTORY_PIECES_H
#define PLG_CORE_HISTORY_PIECES_H

#include "core/history/history.h"

/* A row that is taken away and is not there: the report does not come back. */
typedef void (*MissingRow) (EntityKind kind, const EntityKey *key, int64 at, const HistoryString *string);

typedef struct HistoryPieces
{
	int			n;
	int			n_gone;			/* of these, the last */
	const History *histories;
	uint32	  **code_maps;		/* by history, from its codes to those of the union; NULL: the same */
	bool		trimmed;		/* strings that no row has are out of the union */
	MissingRow	missing;		/* NULL: a row that is not there is not missed */
} HistoryPieces;

/* How many bytes of each of n pieces are at hand at a time: some megabytes of all, in stretches that are worth fetching. */
static inline Size
window_size(int n)
{
	return Min(Max(4 * MEGABYTE / n, MEGABYTE / 32), MEGABYTE / 4);
}

/*
 * Makes one history of several, which must stay open and may have pieces themselves.
 * If rows are taken away, times and strings are those that there were before.
 */
extern void pieces_open(History *history, const History *histories, int n, int n_gone, MissingRow missing);

/* Of the strings only those named stay; the others' codes are no more used. */
extern void pieces_trim(History *history, const uint8 *used);

#endif							/* PLG_CORE_HISTORY_PIECES_H */
