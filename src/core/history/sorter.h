/*
 * The rows of a log, entity by entity in ascending order, each entity's rows
 * sorted (sorter_gather.c < sorter_sort.c < sorter_read.c).  Callers choose the
 * codes' order by giving a dictionary.
 */
#ifndef PLG_CORE_HISTORY_SORTER_H
#define PLG_CORE_HISTORY_SORTER_H

#include "core/base/ranking.h"
#include "core/history/history.h"
#include "core/rowlog/partitions.h"
#include "core/rowlog/rowlog.h"

/* A packed chunk of the partition at hand. */
typedef struct SortedChunk
{
	int64		at;				/* of its first row */
	const uint8 *bytes;
	const uint32 *codes;		/* what its codes stand for, or NULL */
} SortedChunk;

/* A partition may be dealt again, of which a partition may ... down to single keys. */
#define MAX_DEALT_AGAIN 8

typedef struct RowSorter
{
	/* the entity at hand */
	EntityKey	key;
	int64		n;
	int64	   *at;
	uint32	   *code;

	const Dict *dict;			/* of entities, unless they are numbers */
	Ranking		ranking;		/* of that, and ranks are the entities' numbers */
	bool		codes_ranked;
	Ranking		codes;			/* if so */
	const RowLog *log;			/* one partition, or dealt */
	const Dealt *dealt;
	int			partition;		/* to sort next */
	int			depth;			/* how often a partition was dealt again */
	struct
	{
		const Dealt *dealt;
		int			partition;	/* to go on with */
	}			outer[MAX_DEALT_AGAIN];
	LogReader  *reader;

	/* the partition at hand: its chunks, rows, and when sorted their columns */
	uint8	   *open;			/* packed, what is open in the log */
	SortedChunk *chunks;
	uint64		n_chunks;
	uint64		max_chunks;
	uint64		n_rows;
	WordLayout	layout;
	int			grain;			/* divides all times */
	uint64		n_runs;			/* entities */
	uint64		run;			/* to deliver next */
	uint64		base;			/* key of ordinal 0 */
	uint64	   *far_keys;		/* or keys by ordinal, if they lie far apart */
	bool		is_far;
	uint64		capacity;
	SortedRow  *rows;
	SortedRow  *scratch;
	uint32	   *sorted_entity;	/* in the end one for each run */
	uint64	   *run_end;
	int64	   *sorted_at;
	uint32	   *sorted_code;
} RowSorter;

/* sorter_gather.c */
extern Dealt *sorter_begin_dealing(const RowSorter *sorter, int64 min, int64 max, uint64 rows);
extern bool sorter_deal_again(RowSorter *sorter);
extern int	sorter_gather(RowSorter *sorter);
extern void sorter_rank_entities(const RowSorter *sorter, Chunk *chunk);
extern void sorter_end(RowSorter *sorter);

/* sorter_sort.c */
extern void sorter_begin(RowSorter *sorter, const RowLog *log, const Dict *entities, const Dict *codes);
extern void sorter_sort_partition(RowSorter *sorter);
extern void sort_rows(SortedRow *rows, size_t n);

/* sorter_read.c */
extern bool sorter_next_entity(RowSorter *sorter);
extern void sorter_read(const RowSorter *sorter, int64 first, int n, int64 *at, int64 *code);
extern int64 sorter_filter_rows(RowSorter *sorter, const uint8 *classes, bool times_only);
extern bool sorter_next(RowSorter *sorter);
extern void sorter_rewind(RowSorter *sorter);
extern void sort_entity_rows(int64 *at, uint32 *code, int64 n);

#endif							/* PLG_CORE_HISTORY_SORTER_H */
