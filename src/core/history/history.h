/*
 * A history: many entities, each with its rows in order of time, in one run of
 * bytes.  journeys are histories whose codes stand for labels, ledgers are
 * histories whose codes stand for amounts of money.
 *
 * Layout, little-endian throughout:
 *
 *	0	head, 8 bytes: magic, version, zeros (value.h)
 *	8	kind of entity (1 byte), flags (1), modulus (2, buckets.h), number of strings (4)
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
#ifndef PLG_CORE_HISTORY_HISTORY_H
#define PLG_CORE_HISTORY_HISTORY_H

#include "core/base/column.h"
#include "core/base/dict.h"

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

/* Bytes of a history that have been fetched, and belong to who reads them. */
typedef struct HistoryStretch
{
	const struct HistorySource *source;
	const uint8 *bytes;			/* from one place in the history to another */
	Size		from;
	Size		to;
	Size		room;
	void	   *memory;
	bool		lent;			/* who lends it frees it */
	Size		least;			/* so many are fetched at least, if there are */
} HistoryStretch;

/*
 * Where to get at the blocks of a history whose front alone is at hand.  What
 * fetch() puts into a stretch, the bytes asked for and as many more as it likes,
 * stays until it is used again.
 */
typedef struct HistorySource
{
	void		(*fetch) (const struct HistorySource *source, HistoryStretch *stretch, Size from, Size to);
} HistorySource;

/* A history opened for reading; it points into the bytes. */
typedef struct History
{
	/* the head */
	EntityKind	kind;
	uint8		flags;
	uint16		modulus;
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
	const HistorySource *source;	/* NULL: all bytes are at hand */

	/* or rows that are not packed: no bytes, entities are at most so many, numbers */
	struct RowSorter *sorter;

	/* or several histories read as one: no bytes, entities are at most so many */
	struct HistoryPieces *pieces;
} History;

/* A block opened for reading. */
typedef struct HistoryBlock
{
	int			n;
	int			n_runs;
	Column		numbers;		/* entities, or their lengths */
	const uint8 *key_bytes;
	Column		counts;
	Column		at;
	Column		code;
} HistoryBlock;

/* Functions that return text return NULL, or what is wrong, as the end of a sentence. */
extern void history_read_head(History *history, const uint8 *bytes);
extern Size history_front(const uint8 *head, Size size);
extern const char *history_open(History *history, const uint8 *bytes, Size size);
extern const char *block_open(HistoryBlock *block, const History *history, uint32 index, HistoryStretch *stretch);
extern const char *block_open_at(HistoryBlock *block, const History *history, uint32 index, const uint8 *at, Size size);
extern const char *blocks_place(const History *history, uint32 index, uint32 n, Size *start, Size *end);
extern const uint8 *history_bytes(const History *history, HistoryStretch *stretch, Size start, Size end);
extern void stretch_end(HistoryStretch *stretch);
extern const char *block_counts(const HistoryBlock *block, int64 *counts);
extern const char *block_runs(const HistoryBlock *block, const History *history,
							  EntityKey *keys, int64 *counts);

static inline int
compare_entities(EntityKind kind, const EntityKey *a, const EntityKey *b)
{
	if (likely(kind == ENTITY_BIGINT))
		return a->number < b->number ? -1 : a->number > b->number;
	return compare_bytes(a->bytes, a->length, b->bytes, b->length);
}

/* check.c */
extern const char *history_check(const uint8 *bytes, Size size);

/* Where a block ends, counted from the start of the first. */
static inline uint32
block_end(const History *history, uint32 index)
{
	return load_uint32(history->directory + (Size) index * DIRECTORY_ENTRY);
}

pg_noreturn static inline void
report_unknown_code(void)
{
	report_damaged_value("has a row whose code is not in the dictionary");
}

#endif							/* PLG_CORE_HISTORY_HISTORY_H */
