/* Counting for plg.aha; see aha_cells.h. */
#include "readers/aha_cells.h"

#include "core/base/elapsed.h"
#include "readers/shared/first_start.h"
#include "readers/shared/halves.h"

/* Groups of counters take no more than this; candidates are first sought if each takes more than that. */
#define MOST_COUNTERS (256 * MEGABYTE)
#define LARGE_GROUP MEGABYTE

#define NEVER PG_UINT32_MAX
#define NO_CANDIDATE PG_UINT32_MAX

/* A label's rows of the entrant at hand. */
typedef struct Progress
{
	uint32		done;
	uint32		want;			/* the count that comes next, or NEVER */
	uint32		next;			/* its place */
	uint32		candidate;
} Progress;

typedef struct Sweep
{
	AhaCells   *cells;
	Progress   *progress;		/* by code */
	Size		group_size;		/* in counters */
	Size		allocated;		/* bytes of all groups */
} Sweep;

static int
stratum_of(int64 events)
{
	int			bits;

	if (events < 8)
		return (int) events;
	bits = pg_leftmost_one_pos64((uint64) events);
	return 8 + (bits - 3) * 4 + (int) (events >> (bits - 2) & 3);
}

static bool
has_outcome(const AhaCells *cells, const HistoryCursor *cursor, int64 n, TimestampTz started)
{
	int64		i = lower_bound_time(cursor->at, 0, n, later_by(later_by(started, cells->outcome_from), 1));
	TimestampTz until = later_by(started, cells->outcome_until);
	int64		found = 0;

	for (; i < n && cursor->at[i] <= until && found < cells->outcome_count; i++)
	{
		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		found += cells->is_outcome == NULL || cells->is_outcome[cursor->code[i]];
	}
	return found >= cells->outcome_count;
}

/* The counters of a group, which begin at the first of its entrants with a row. */
static uint32 *
group_counters(Sweep *sweep, int group)
{
	uint32	  **counters = &sweep->cells->counters[group];
	Size		size = sweep->group_size * sizeof(uint32);

	if (*counters == NULL)
	{
		if (size > MOST_COUNTERS - sweep->allocated)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("%u events in %d counts and %d windows are too many for %zu MB of counters",
							sweep->cells->n_candidates, sweep->cells->n_counts, sweep->cells->n_windows,
							MOST_COUNTERS / MEGABYTE),
					 errhint("Raise \"min_reach\" or \"min_entities\", or ask for fewer counts or windows.")));
		sweep->allocated += size;
		*counters = palloc_extended(Max(size, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	}
	return *counters;
}

/* Adds the entrant's rows to its group, and leaves its progress as it was. */
static void
count_rows(Sweep *sweep, const HistoryCursor *cursor, const FirstStart *start, int64 to, uint32 *counters)
{
	const AhaCells *cells = sweep->cells;
	const int64 *at = cursor->at;
	const uint32 *code = cursor->code;
	Progress   *progress = sweep->progress;
	uint32		first = (uint32) cells->counts[0];
	int			window = 0;

	/* the start's own row is none of its kind */
	if (start->code >= 0)
		progress[start->code].done--;
	for (int64 i = start->from; i < to; i++)
	{
		Progress   *p = &progress[code[i]];

		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		if (++p->done != p->want)
			continue;
		while (elapsed(start->started, at[i]) > cells->windows[window])
			window++;
		counters[((Size) p->candidate * cells->n_counts + p->next) * cells->n_windows + window]++;
		p->next++;
		p->want = p->next < (uint32) cells->n_counts ? (uint32) cells->counts[p->next] : NEVER;
	}
	for (int64 i = start->from; i < to; i++)
	{
		Progress   *p = &progress[code[i]];

		p->done = 0;
		p->next = 0;
		p->want = p->candidate == NO_CANDIDATE ? NEVER : first;
	}
}

static void
find_strata(AhaCells *cells)
{
	cells->n_strata = 0;
	for (int stratum = 0; stratum < AHA_STRATA; stratum++)
	{
		const int64 *entrants = &cells->entrants[(int64) 4 * stratum];

		if (entrants[0] + entrants[1] + entrants[2] + entrants[3] > 0)
			cells->strata[cells->n_strata++] = stratum;
	}
}

static void
sum_along_windows(Sweep *sweep)
{
	const AhaCells *cells = sweep->cells;
	Size		lines = sweep->group_size / cells->n_windows;

	for (int group = 0; group < AHA_GROUPS; group++)
	{
		uint32	   *counters = cells->counters[group];

		if (counters == NULL)
			continue;
		for_many(i, lines)
		{
			for (int w = 1; w < cells->n_windows; w++)
				counters[i * cells->n_windows + w] += counters[i * cells->n_windows + w - 1];
		}
	}
}

/* Goes through all entrants, as one group if they are not to be grouped; codes[] tells the candidates. */
static void
sweep_entrants(AhaCells *cells, bool grouped)
{
	uint32		n_labels = cells->journeys.n_strings;
	HistoryCursor *cursor = palloc(sizeof(HistoryCursor));
	Sweep		sweep = {.cells = cells};
	int64		longest = cells->windows[cells->n_windows - 1];
	FirstStart	start;

	sweep.group_size = (Size) cells->n_candidates * cells->n_counts * cells->n_windows;
	sweep.progress = palloc_huge(Max(n_labels, 1) * sizeof(Progress));
	for (uint32 i = 0; i < n_labels; i++)
		sweep.progress[i] = (Progress) {0, NEVER, 0, NO_CANDIDATE};
	for (uint32 i = 0; i < cells->n_candidates; i++)
		sweep.progress[cells->codes[i]] = (Progress) {0, (uint32) cells->counts[0], 0, i};

	cursor_open(cursor, &cells->journeys, NULL);
	while (cursor_next(cursor))
	{
		int64		n = rows_observed(cursor->at, cursor->n, cells->observed.as_of);
		int64		to;
		int			group = 0;

		if (!find_first_start(cursor, n, cells->is_start, &cells->observed, &start) ||
			!observed_for(cells->observed.as_of, start.started, cells->outcome_until))
			continue;
		to = lower_bound_time(cursor->at, start.from, n, later_by(later_by(start.started, longest), 1));
		if (grouped)
			group = 4 * stratum_of(to - start.from - 1) + 2 * half_of(cells->journeys.kind, &cursor->key) +
				has_outcome(cells, cursor, n, start.started);
		cells->entrants[group]++;
		count_rows(&sweep, cursor, &start, to, group_counters(&sweep, group));
	}
	cursor_close(cursor);
	pfree(cursor);
	pfree(sweep.progress);
	find_strata(cells);
	sum_along_windows(&sweep);
}

/*
 * Keeps the candidates that are in some cell often enough: in the one of the
 * least count and the longest window, which all others are within.
 */
static void
keep_frequent(AhaCells *cells, int64 min_entities, double min_reach)
{
	AhaCells	loosest = *cells;
	uint32		kept = 0;

	loosest.n_counts = 1;
	loosest.windows = &cells->windows[cells->n_windows - 1];
	loosest.n_windows = 1;
	sweep_entrants(&loosest, false);
	for (uint32 i = 0; i < cells->n_candidates; i++)
	{
		int64		did = loosest.entrants[0] == 0 ? 0 : loosest.counters[0][i];

		if (did >= min_entities && (double) did / (double) loosest.entrants[0] >= min_reach)
			cells->codes[kept++] = cells->codes[i];
	}
	cells->n_candidates = kept;
	if (loosest.counters[0] != NULL)
		pfree(loosest.counters[0]);
}

void
aha_count(AhaCells *cells, int64 min_entities, double min_reach)
{
	uint32		n_labels = cells->journeys.n_strings;

	cells->codes = palloc_huge(Max(n_labels, 1) * sizeof(uint32));
	cells->n_candidates = 0;
	for (uint32 i = 0; i < n_labels; i++)
	{
		if (cells->is_outcome == NULL || !cells->is_outcome[i])
			cells->codes[cells->n_candidates++] = i;
	}
	if ((double) cells->n_candidates * cells->n_counts * cells->n_windows * sizeof(uint32) > LARGE_GROUP)
		keep_frequent(cells, min_entities, min_reach);
	sweep_entrants(cells, true);
}

static void
add_to_table(AhaTable *table, const AhaTable *more)
{
	table->entrants += more->entrants;
	table->hits += more->hits;
	table->did += more->did;
	table->did_hit += more->did_hit;
}

void
aha_cell(const AhaCells *cells, uint32 candidate, int count, int window, AhaCell *cell)
{
	Size		place = ((Size) candidate * cells->n_counts + count) * cells->n_windows + window;

	memset(cell, 0, sizeof(*cell));
	for (int i = 0; i < cells->n_strata; i++)
	{
		AhaTable	both = {0};

		for (int half = 0; half < 2; half++)
		{
			int			missed = 4 * cells->strata[i] + 2 * half;
			int			hit = missed + 1;
			int64		did_hit = cells->counters[hit] == NULL ? 0 : cells->counters[hit][place];
			int64		did_miss = cells->counters[missed] == NULL ? 0 : cells->counters[missed][place];
			AhaTable	table = {cells->entrants[missed] + cells->entrants[hit], cells->entrants[hit],
			did_miss + did_hit, did_hit};

			add_to_table(&cell->half[half], &table);
			add_to_table(&both, &table);
		}
		add_to_table(&cell->all, &both);
		mantel_haenszel_add(&cell->strata, both.did, both.did_hit,
							both.entrants - both.did, both.hits - both.did_hit);
	}
}
