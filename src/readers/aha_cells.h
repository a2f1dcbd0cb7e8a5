/*
 * The cells of plg.aha: for each event, count and window, who of the mature
 * entrants had it so often in that time, and what became of them.
 *
 * An entrant's exposure is the rows at or after its start and within a window,
 * except the row that is the start; its outcome the rows strictly after
 * outcome_from and until outcome_until.
 *
 * Entrants are counted in groups: by stratum, by half, and by whether they met
 * the outcome.  Strata are of how many events an entrant had in the longest
 * window, of whatever kind: if a level of activity drives everything, and events
 * come at its pace, then among those with equally many events how they divide
 * among the labels says nothing of the level, so that no association is left in
 * a stratum.  (To count the events of other labels alone would leave some: the
 * event's own number would still tell of the level what the others left open.)
 * So many events are a stratum of their own up to 7; then there are four to a
 * doubling.
 *
 * An entrant's n-th row of a label, for one of the counts, adds 1 to the
 * shortest window that reaches it; when all are in, sums along the windows make
 * the counters what they are for.  So the work is that of the rows, once,
 * however many cells there are.
 */
#ifndef PLG_READERS_AHA_CELLS_H
#define PLG_READERS_AHA_CELLS_H

#include "core/stats/mantel_haenszel.h"
#include "readers/shared/observed.h"

/* An entity has fewer than 2^27 rows. */
#define AHA_STRATA (8 + 4 * 24)
#define AHA_GROUPS (AHA_STRATA * 4)

typedef struct AhaCells
{
	/* the question */
	History		journeys;
	Observed	observed;
	uint8	   *is_start;		/* by code; NULL: any event */
	uint8	   *is_outcome;
	int			n_windows;
	int64	   *windows;		/* ascending */
	int			n_counts;
	int32	   *counts;			/* ascending */
	int64		outcome_from;
	int64		outcome_until;
	int64		outcome_count;

	/* the answer */
	uint32		n_candidates;
	uint32	   *codes;			/* of the candidates, ascending */
	int			n_strata;
	int			strata[AHA_STRATA]; /* that have entrants */
	int64		entrants[AHA_GROUPS];
	uint32	   *counters[AHA_GROUPS];	/* by candidate, count and window; NULL: none */
} AhaCells;

/* A cell's table of two by two in a half. */
typedef struct AhaTable
{
	int64		entrants;
	int64		hits;
	int64		did;
	int64		did_hit;
} AhaTable;

typedef struct AhaCell
{
	AhaTable	half[2];
	AhaTable	all;
	MantelHaenszel strata;
} AhaCell;

/*
 * Counts.  Events are candidates unless they are outcomes, or fewer than so many
 * entrants, or a smaller share of them, had them in any cell.
 */
extern void aha_count(AhaCells *cells, int64 min_entities, double min_reach);

extern void aha_cell(const AhaCells *cells, uint32 candidate, int count, int window, AhaCell *cell);

#endif							/* PLG_READERS_AHA_CELLS_H */
