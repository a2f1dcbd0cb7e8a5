/*
 * Chunks of packed rows.
 *
 * A row is an entity (a number, or the number of a string in a dictionary), a
 * time and a code.  Rows are packed, some at a time, into chunks in which every
 * row takes the same number of bytes; rows that arrive together have close
 * times, so these are few.  Chunks lie in segments, and segments in lists.
 */
#ifndef PLG_CORE_ROWLOG_CHUNK_H
#define PLG_CORE_ROWLOG_CHUNK_H

#include "core/base/bytes.h"

/* The most rows of a chunk. */
#define CHUNK_ROWS 1024

/*
 * A row of an open chunk.  Its fields lie together, so that adding to one of
 * many groups costs one cache miss, and without padding, in 20 bytes.
 */
typedef struct LogRow
{
	uint32		entity[2];
	uint32		at[2];
	uint32		code;
} LogRow;

/* A chunk unpacked. */
typedef struct Chunk
{
	int			n;
	int64		entity[CHUNK_ROWS];
	int64		at[CHUNK_ROWS];
	uint32		code[CHUNK_ROWS];
} Chunk;

/* What the rows of a packed chunk lie between. */
typedef struct ChunkBounds
{
	int64		min_entity;
	int64		max_entity;
	int64		min_at;
	int64		max_at;
	int			grain;			/* of all distances of times, a place in grains (grain.h) */
	int			code_bits;
} ChunkBounds;

/* A row as it is sorted. */
typedef struct SortedRow
{
	int64		at;				/* or time and code in one word */
	uint32		entity;			/* ordinal: the distance from the smallest key */
	uint32		code;
} SortedRow;

/*
 * How times and codes become words that ascend as they do: distances from the
 * earliest time, in a grain that divides all of them, and then the code or its rank.
 */
typedef struct WordLayout
{
	int			code_bits;		/* -1: they do not fit */
	int			grain;
	int64		min_at;
	const uint32 *ranks;		/* by code, or NULL: the code itself */
} WordLayout;

/* The most bytes that a packed chunk can take. */
#define CHUNK_HEAD 24
#define CHUNK_BOUND(n) (CHUNK_HEAD + (Size) (n) * sizeof(LogRow) + sizeof(uint64))

/* Chunks, one after the other, and behind them a few bytes to run over. */
typedef struct LogSegment
{
	struct LogSegment *next;
	const uint32 *codes;		/* what the chunks' codes stand for, or NULL: themselves */
	uint8	   *data;
	uint64		place;			/* of the data for other processes, or 0: they cannot see it */
	Size		used;
	Size		size;
} LogSegment;

/* Memory for packed rows that other processes see as well. */
typedef struct SlabSource
{
	/* NULL if there is none; else its place for other processes is not 0. */
	void	   *(*get) (struct SlabSource *source, Size size, uint64 *place);
} SlabSource;

typedef struct ChunkList
{
	LogSegment *first;
	LogSegment *last;
	uint64		rows;
} ChunkList;

typedef struct ChunkReader
{
	const LogSegment *segment;
	const uint8 *next;			/* NULL at a segment's start */
} ChunkReader;

static inline int64
row_entity(const LogRow *row)
{
	int64		entity;

	memcpy(&entity, row->entity, sizeof(entity));
	return entity;
}

static inline int64
row_at(const LogRow *row)
{
	int64		at;

	memcpy(&at, row->at, sizeof(at));
	return at;
}

static inline void
set_row(LogRow *row, int64 entity, int64 at, uint32 code)
{
	memcpy(row->entity, &entity, sizeof(entity));
	memcpy(row->at, &at, sizeof(at));
	row->code = code;
}

extern uint8 *chunk_write(uint8 *out, const LogRow *rows, int n);
extern uint8 *chunk_begin(uint8 *out, int64 min_entity, int entity_bits, uint64 min_at, int at_bits, int grain);
extern void chunk_end(uint8 *out, int n);
extern const uint8 *chunk_read(const uint8 *in, Chunk *chunk);
extern const uint8 *chunk_bounds(const uint8 *in, ChunkBounds *bounds);
extern const uint8 *chunk_read_words(const uint8 *in, const WordLayout *layout, const uint32 *codes,
									 int64 min_entity, SortedRow *rows, int *n, uint64 *entities);
extern int64 chunk_first_at(const uint8 *in);
extern void chunk_translate(Chunk *chunk, const uint32 *codes);
extern void chunk_of_rows(Chunk *chunk, const LogRow *rows, int n);
extern void chunks_append(ChunkList *chunks, LogSegment *segment);
extern void chunks_join(ChunkList *to, const ChunkList *chunks);
extern void chunks_rewind(ChunkReader *reader, const ChunkList *chunks);
extern bool chunks_next(ChunkReader *reader, Chunk *chunk);

#endif							/* PLG_CORE_ROWLOG_CHUNK_H */
