/*
 * The row log: rows as an aggregate collects them, until they are sorted.
 *
 * A log keeps its rows in order of arrival, packed into chunks (chunk.h) but for
 * the last, to which rows are added as they are.  One that has grown large, of
 * entities that are numbers, deals its rows as they come to partitions by
 * entity (partitions.h), which is half of the sort and is done where rows arrive: in
 * each parallel worker, and with no second copy of them.
 */
#ifndef PLG_CORE_ROWLOG_ROWLOG_H
#define PLG_CORE_ROWLOG_ROWLOG_H

#include "core/rowlog/chunk.h"

struct Dealt;

typedef struct RowLog
{
	/* the open chunk */
	int			n;
	int			capacity;
	LogRow	   *rows;

	ChunkList	packed;
	struct Dealt *dealt;		/* where all rows are, once they are dealt */
	SlabSource *source;			/* of memory for them, or NULL: it is private */
} RowLog;

typedef struct LogReader
{
	const RowLog *log;
	ChunkReader chunks;
	bool		open_done;
	Chunk		chunk;
} LogReader;

/* What reads rows in order of arrival takes logs not dealt. */
extern void rowlog_make_room(RowLog *log);
extern uint64 rowlog_rows(const RowLog *log);
extern void rowlog_entity_range(const RowLog *log, int64 *min, int64 *max);
extern void rowlog_rewind(LogReader *reader, const RowLog *log);
extern bool rowlog_next(LogReader *reader);
extern void rowlog_deal(RowLog *log);
extern void rowlog_free(RowLog *log);

/* Appends to a log that has room. */
static inline void
rowlog_put(RowLog *log, int64 entity, int64 at, uint32 code)
{
	set_row(&log->rows[log->n++], entity, at, code);
}

static inline bool
rowlog_full(const RowLog *log)
{
	return log->n == log->capacity;
}

#endif							/* PLG_CORE_ROWLOG_ROWLOG_H */
