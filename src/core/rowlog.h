/*
 * The row log: rows in order of arrival, as an aggregate collects them.
 *
 * A row is an entity (a number, or the number of a string in a dictionary), a
 * time and a code.  Every full chunk of rows is packed into columns at once:
 * rows that arrive together have close times, so ten million of them need
 * about as much memory before they are sorted as after, and no sort is done
 * until all are there.
 */
#ifndef PLG_ROWLOG_H
#define PLG_ROWLOG_H

#include "column.h"

/* Rows of a full chunk. */
#define CHUNK_ROWS 1024

/*
 * A row of the open chunk.  Its fields lie together, so that adding to one of
 * many groups costs one cache miss, and without padding, in 20 bytes.
 */
typedef struct LogRow
{
	uint32		entity[2];
	uint32		at[2];
	uint32		code;
} LogRow;

typedef struct LogSegment
{
	struct LogSegment *next;
	uint32		chunks;
	Size		used;
	Size		size;
	uint8		data[FLEXIBLE_ARRAY_MEMBER];
} LogSegment;

typedef struct RowLog
{
	/* the open chunk */
	int			n;
	int			capacity;
	LogRow	   *rows;

	uint64		packed;			/* rows in segments */
	int64		min_entity;		/* over packed rows */
	int64		max_entity;
	LogSegment *first;
	LogSegment *last;
} RowLog;

typedef struct LogReader
{
	const RowLog *log;
	const LogSegment *segment;
	uint32		chunk;			/* of the segment, to read next */
	ByteReader	bytes;
	bool		open_done;

	/* the chunk at hand */
	int			n;
	int64		entity[CHUNK_ROWS];
	int64		at[CHUNK_ROWS];
	uint32		code[CHUNK_ROWS];
} LogReader;

static inline uint64
rowlog_rows(const RowLog *log)
{
	return log->packed + log->n;
}

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

extern void rowlog_make_room(RowLog *log);
extern void rowlog_entity_range(const RowLog *log, int64 *min, int64 *max);
extern void rowlog_rewind(LogReader *reader, const RowLog *log);
extern bool rowlog_next_entities(LogReader *reader);
extern bool rowlog_next(LogReader *reader);

/* Appends to a log that has room. */
static inline void
rowlog_put(RowLog *log, int64 entity, int64 at, uint32 code)
{
	LogRow	   *row = &log->rows[log->n++];

	memcpy(row->entity, &entity, sizeof(entity));
	memcpy(row->at, &at, sizeof(at));
	row->code = code;
}

static inline bool
rowlog_full(const RowLog *log)
{
	return log->n == log->capacity;
}

#endif							/* PLG_ROWLOG_H */
