/* Collecting rows in order of arrival; see rowlog.h. */
#include "core/rowlog/rowlog.h"

#include "core/rowlog/partitions.h"

#define FIRST_CHUNK_BYTES 128

/* From so many rows on a log is packed before it gets a larger open chunk, which stays so small a part of it. */
#define FIRST_PACKED_ROWS 51
#define OPEN_SHARE 4

#define FIRST_SEGMENT ((Size) 64 * 1024)
#define LAST_SEGMENT (8 * MEGABYTE)

/* A segment with its data behind it, or beside it in huge pages, which are not for the logs of many groups. */
static void
add_segment(RowLog *log)
{
	Size		size = log->packed.last == NULL ? FIRST_SEGMENT :
		Min(Max(log->packed.last->size * 2, FIRST_SEGMENT), LAST_SEGMENT);
	bool		large = size >= HUGE_PAGE;
	LogSegment *segment = palloc(sizeof(LogSegment) + (large ? 0 : size));

	memset(segment, 0, sizeof(LogSegment));
	segment->data = large ? palloc_huge_pages(size) : (uint8 *) (segment + 1);
	segment->size = size;
	chunks_append(&log->packed, segment);
}

static void
pack_open_chunk(RowLog *log)
{
	LogSegment *segment = log->packed.last;

	if (segment == NULL || segment->size - segment->used < CHUNK_BOUND(CHUNK_ROWS))
	{
		add_segment(log);
		segment = log->packed.last;
	}
	segment->used = chunk_write(segment->data + segment->used, log->rows, log->n) - segment->data;
	log->packed.rows += log->n;
	log->n = 0;
}

/* Packs a chunk of a small log into a segment of just its size. */
static void
pack_small_chunk(RowLog *log)
{
	uint8		room[CHUNK_BOUND(CHUNK_ROWS)];
	Size		used = chunk_write(room, log->rows, log->n) - room;
	LogSegment *segment = palloc0(sizeof(LogSegment) + used + sizeof(uint64));

	segment->data = (uint8 *) (segment + 1);
	memcpy(segment->data, room, used);
	segment->used = segment->size = used;
	chunks_append(&log->packed, segment);
	log->packed.rows += log->n;
	log->n = 0;
}

/*
 * Makes room for one more row when the log is full.  Small groups grow by
 * doubling, in sizes that fill the allocator's powers of two.
 */
void
rowlog_make_room(RowLog *log)
{
	if (log->capacity == CHUNK_ROWS)
	{
		pack_open_chunk(log);
		return;
	}
	if (log->capacity >= FIRST_PACKED_ROWS)
		pack_small_chunk(log);
	if (log->n == log->capacity || log->packed.rows >= (uint64) OPEN_SHARE * log->capacity)
	{
		Size		bytes = FIRST_CHUNK_BYTES;

		while (bytes / sizeof(LogRow) <= (Size) log->capacity)
			bytes *= 2;
		log->capacity = (int) Min(bytes / sizeof(LogRow), CHUNK_ROWS);
		if (log->rows == NULL)
			log->rows = palloc(log->capacity * sizeof(LogRow));
		else
			log->rows = repalloc(log->rows, log->capacity * sizeof(LogRow));
	}
}

uint64
rowlog_rows(const RowLog *log)
{
	return log->packed.rows + log->n + (log->dealt == NULL ? 0 : dealt_rows(log->dealt));
}

/* Numbers between which all entities lie, for a log that has rows. */
void
rowlog_entity_range(const RowLog *log, int64 *min, int64 *max)
{
	*min = PG_INT64_MAX;
	*max = PG_INT64_MIN;
	for (const LogSegment *segment = log->packed.first; segment != NULL; segment = segment->next)
	{
		for (const uint8 *in = segment->data; in < segment->data + segment->used;)
		{
			ChunkBounds bounds;

			in = chunk_bounds(in, &bounds);
			*min = Min(*min, bounds.min_entity);
			*max = Max(*max, bounds.max_entity);
		}
	}
	for (int i = 0; i < log->n; i++)
	{
		*min = Min(*min, row_entity(&log->rows[i]));
		*max = Max(*max, row_entity(&log->rows[i]));
	}
}

void
rowlog_rewind(LogReader *reader, const RowLog *log)
{
	Assert(log->dealt == NULL);
	reader->log = log;
	reader->open_done = false;
	chunks_rewind(&reader->chunks, &log->packed);
}

/* Reads the next chunk; false after the last. */
bool
rowlog_next(LogReader *reader)
{
	const RowLog *log = reader->log;

	if (chunks_next(&reader->chunks, &reader->chunk))
		return true;
	if (reader->open_done || log->n == 0)
		return false;
	reader->open_done = true;
	chunk_of_rows(&reader->chunk, log->rows, log->n);
	return true;
}

void
rowlog_free(RowLog *log)
{
	while (log->packed.first != NULL)
	{
		LogSegment *segment = log->packed.first;

		log->packed.first = segment->next;
		if (segment->data != (uint8 *) (segment + 1))
			free_huge_pages(segment->data);
		pfree(segment);
	}
	if (log->rows != NULL)
		pfree(log->rows);
	if (log->dealt != NULL)
		dealt_free(log->dealt);
	memset(log, 0, sizeof(*log));
}

/* Deals all rows of a log that has some; those to come must be dealt too. */
void
rowlog_deal(RowLog *log)
{
	LogReader  *reader = palloc(sizeof(LogReader));
	Dealt	   *dealt;
	int64		min;
	int64		max;

	rowlog_entity_range(log, &min, &max);
	dealt = dealt_begin(min, max);
	dealt->source = log->source;
	rowlog_rewind(reader, log);
	while (rowlog_next(reader))
		dealt_put_chunk(dealt, &reader->chunk);
	pfree(reader);

	rowlog_free(log);
	log->dealt = dealt;
}
