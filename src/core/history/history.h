/*
 * A history: many entities, each with its rows in order of time, in one run of
 * bytes.  journeys are histories whose codes stand for labels, ledgers are
 * histories whose codes stand for amounts of money.
 *
 * Layout, little-endian throughout:
 *
 *	0	head, 8 bytes: magic, version, zeros (value.h)
 *	8	kind of entity (1 byte), flags (1), zeros (2), number of strings (4)
 *	16	rows (8), entities (8), time of the first row (8) and of the last (8)
 *	48	bytes of the dictionary (4), a number of the type's own (4)
 *	56	dictionary: the strings' lengths as varints, then their bytes; strings
 *		ascend by memcmp, every one is in use, a code is a string's place; the
 *		last may be the history's title instead, of which a flag tells
 *		directory: for each block its end, counted from the start of the first
 *		block (4), its earliest (8) and latest time (8)
 *		blocks of 1024 rows, the last with what remains
 *		8 zeros, so that bits can be fetched eight bytes at a time
 *
 * Rows ascend by entity (numbers by value, uuid and text by memcmp), time and
 * code; equal rows are kept.  A block is complete in itself:
 *
 *		number of runs, as a varint; a run is an unbroken stretch of one entity
 *		the runs' entities: numbers a column; uuids as they are, 16 bytes each;
 *			texts a column of lengths, then their bytes
 *		column of the runs' lengths
 *		column of times
 *		column of codes
 *
 * An entity with rows in two blocks has a run in each.  Nothing in the layout
 * is left to choice, so histories that hold the same rows are the same bytes.
 * Offsets are four bytes: a history never exceeds MAX_VALUE_SIZE.
 */
#ifndef PLG_HISTORY_H
#define PLG_HISTORY_H

#include "core/base/column.h"
#include "core/rowlog/partitions.h"
#include "core/base/ranking.h"

#define BLOCK_ROWS 1024

#define HISTORY_VERSION 1
#define HISTORY_HEAD 56
#define DIRECTORY_ENTRY 20

/* The flag that tells of a title; the others are the type's own. */
#define HISTORY_TITLED 0x80

typedef enum EntityKind
{
	ENTITY_BIGINT = 0,
	ENTITY_UUID = 1,
	ENTITY_TEXT = 2
} EntityKind;

#define UUID_BYTES 16

/* One entity: a number, or bytes that belong to someone else. */
typedef struct EntityKey
{
	int64		number;
	const uint8 *bytes;
	uint32		length;
} EntityKey;

typedef struct HistoryString
{
	const uint8 *bytes;
	uint32		length;
} HistoryString;

/*
 * Where to get at the blocks of a history whose front alone is at hand.  What
 * bytes() returns, the history's from one place up to another, stays until the
 * call after the next.
 */
typedef struct HistorySource
{
	const uint8 *(*bytes) (struct HistorySource *source, Size from, Size to);
} HistorySource;

/* A history opened for reading; it points into the bytes. */
typedef struct History
{
	/* the head */
	EntityKind	kind;
	uint8		flags;
	uint32		n_strings;		/* without the title, which is strings[n_strings] */
	uint32		strings_size;
	uint32		extra;			/* the type's own number */
	uint64		rows;
	uint64		entities;
	int64		first_at;
	int64		last_at;

	uint32		n_blocks;
	HistoryString *strings;
	const uint8 *bytes;
	const uint8 *directory;
	Size		blocks;			/* where they begin in the bytes, and where they end */
	Size		end;
	HistorySource *source;		/* NULL: all bytes are at hand */

	/* or rows that are not packed: no bytes, entities are at most so many, numbers */
	struct RowSorter *sorter;
} History;

/* A block opened for reading. */
typedef struct Block
{
	int			n;
	int			n_runs;
	Column		numbers;		/* entities, or their lengths */
	const uint8 *key_bytes;
	Column		counts;
	Column		at;
	Column		code;
} Block;

/*
 * history.c: opening and checking.  Functions that return text return NULL, or
 * what is wrong, as the end of a sentence.
 */
extern void history_read_head(History *history, const uint8 *bytes);
extern Size history_front(const uint8 *head, Size size);
extern const char *history_open(History *history, const uint8 *bytes, Size size);
extern const char *history_check(const uint8 *bytes, Size size);
extern const char *block_open(Block *block, const History *history, uint32 index);
extern const char *block_runs(const Block *block, const History *history,
							  EntityKey *keys, int64 *counts);
extern int	compare_entities(EntityKind kind, const EntityKey *a, const EntityKey *b);

/*
 * cursor.c: the cursor, the one way to read a history.  It goes entity
 * by entity; at[0..n-1] and code[0..n-1] are the entity's rows in order.
 *
 * With classes, an array with a byte for each code, only rows whose class is
 * not 0 are delivered, code[] holds the classes, and entities without such a
 * row are left out.  The times of other rows are not even unpacked.
 *
 * A cursor opened for times delivers all rows, and no codes.
 *
 * The key of an entity stays until the next one is asked for.
 */
typedef struct RowChoice
{
	int			width;			/* of codes as the blocks pack them; -1: no table yet */
	uint64		base;
	uint64		unit;
	bool		all;			/* every code has a class */
	uint8		class_of[256];	/* by packed code */
	uint8		chosen[256];	/* by packed codes of one row or two: a bit for each */
	uint64		masks[BLOCK_ROWS / 64]; /* of the block at hand: a bit for each row */
} RowChoice;

typedef struct HistoryCursor
{
	/* the entity at hand */
	EntityKey	key;
	int64		n;
	int64	   *at;
	uint32	   *code;

	const History *history;
	const uint8 *classes;
	bool		times_only;		/* code[] stays empty */
	uint32		block;			/* to read next */
	int			run;			/* of the block, to deliver next */
	int			n_runs;
	int64		next;			/* first row of that run, in the arrays below */
	int64		loaded;			/* rows in the arrays, unless classes choose */
	int64		capacity;
	int64	   *all_at;
	uint32	   *all_code;
	EntityKey	keys[BLOCK_ROWS];
	int64		counts[BLOCK_ROWS];
	uint16		chosen[BLOCK_ROWS];
	RowChoice	choice;
} HistoryCursor;

extern void cursor_open(HistoryCursor *cursor, const History *history, const uint8 *classes);
extern void cursor_open_times(HistoryCursor *cursor, const History *history);
extern bool cursor_next(HistoryCursor *cursor);
extern void cursor_close(HistoryCursor *cursor);

/* Inside the cursor: block_filter.c unpacks the rows of a block that have a class. */
extern void unpack_chosen(HistoryCursor *cursor, const Block *block, int64 *at, uint32 *code);
extern void unpack_codes(const History *history, const Block *block, uint32 *code);

pg_noreturn static inline void
report_unknown_code(void)
{
	report_damaged_value("has a row whose code is not in the dictionary");
}

/*
 * writer.c: takes entities in ascending order, each with its rows in
 * order, and makes the bytes.  The strings must be known first.
 */
typedef struct TimeRange
{
	int64		min;
	int64		max;
	int			unit;			/* one that divides all times, a place in units (grain.h) */
} TimeRange;

typedef struct HistoryWriter
{
	uint8	   *out;			/* grows; the first reserve bytes are the caller's */
	Size		used;
	Size		size;
	Size		reserve;
	Size		directory;		/* offset of */
	Size		blocks;			/* offset of */
	uint32		n_blocks;
	EntityKind	kind;
	uint32		extra;			/* may be set until the end */
	uint64		rows;			/* announced */
	uint64		written;
	uint64		entities;
	int64		first_at;
	int64		last_at;
	bool		too_large;

	/* the block being filled */
	int			n;
	int			n_runs;
	uint64		key_bytes;
	int			unit;			/* divides all times */
	EntityKey	keys[BLOCK_ROWS];
	int64		counts[BLOCK_ROWS];
	int64		at[BLOCK_ROWS];
	int64		code[BLOCK_ROWS];
} HistoryWriter;

extern HistoryString *ranked_strings(const Ranking *ranking, const Dict *dict);
extern void history_begin(HistoryWriter *writer, Size reserve, const char magic[4], EntityKind kind,
						 uint8 flags, uint64 rows, const HistoryString *strings, uint32 n_strings);
extern void history_add(HistoryWriter *writer, const EntityKey *key, int64 n,
					   const int64 *at, const uint32 *code);
extern uint8 *history_finish(HistoryWriter *writer, Size *size);
extern uint8 *write_block(uint8 *out, EntityKind kind, int n_runs, const EntityKey *keys,
						  const int64 *counts, int n, const int64 *at, const TimeRange *times,
						  const int64 *code);
extern Size block_bound(int n_runs, uint64 key_bytes, int n);

/*
 * sorter_gather.c, sorter_sort.c, sorter_read.c: the rows of a log, entity
 * by entity in ascending order, each entity's rows sorted.  Callers choose the
 * codes' order by giving a dictionary.
 */
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
	WordForm	form;
	int			unit;			/* divides all times */
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

extern void history_add_sorted(HistoryWriter *writer, RowSorter *sorter);
extern void sorter_begin(RowSorter *sorter, const RowLog *log, const Dict *entities, const Dict *codes);
extern bool sorter_next_entity(RowSorter *sorter);
extern void sorter_read(const RowSorter *sorter, int64 first, int n, int64 *at, int64 *code);
extern int64 sorter_deliver(RowSorter *sorter, const uint8 *classes, bool times_only);
extern bool sorter_next(RowSorter *sorter);
extern void sorter_rewind(RowSorter *sorter);
extern void sorter_end(RowSorter *sorter);
extern void sorter_rank_entities(const RowSorter *sorter, Chunk *chunk);
extern Dealt *sorter_begin_dealing(const RowSorter *sorter, int64 min, int64 max, uint64 rows);
extern bool sorter_deal_again(RowSorter *sorter);
extern int	sorter_gather(RowSorter *sorter);
extern void sorter_sort_partition(RowSorter *sorter);
extern void sort_rows(SortedRow *rows, size_t n);
extern void sort_entity_rows(int64 *at, uint32 *code, int64 n);

/*
 * merge.c: several histories of one kind read as one.  Codes are those
 * of the union of their dictionaries.
 */
typedef struct HistoryMerge
{
	/* the entity at hand */
	EntityKey	key;
	int64		n;
	int64	   *at;
	uint32	   *code;

	EntityKind	kind;
	uint64		rows;			/* of all */
	HistoryString *strings;
	uint32		n_strings;

	HistoryCursor *cursors;
	uint32	  **code_maps;		/* by cursor, from its codes to ours */
	int		   *heap;			/* of cursors that have an entity, smallest first */
	int			n_heap;
	int64		capacity;
	int64	   *all_at;
	uint32	   *all_code;
} HistoryMerge;

extern void merge_begin(HistoryMerge *merge, const History *histories, int n);
extern bool merge_next(HistoryMerge *merge);

#endif							/* PLG_HISTORY_H */
