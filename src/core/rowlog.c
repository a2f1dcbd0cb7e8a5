/* Collecting rows in order of arrival; see rowlog.h. */
#include "rowlog.h"

#define FIRST_CHUNK_BYTES 128
#define CHUNK_BOUND (3 * COLUMN_BOUND(CHUNK_ROWS))
#define FIRST_SEGMENT ((Size) 64 * 1024)
#define LAST_SEGMENT ((Size) 4 * 1024 * 1024)

static void
add_segment(RowLog *log)
{
	Size		size = log->last == NULL ? FIRST_SEGMENT : Min(log->last->size * 2, LAST_SEGMENT);
	LogSegment *segment = in_huge_pages(palloc(size), size);

	segment->next = NULL;
	segment->chunks = 0;
	segment->used = 0;
	segment->size = size;
	if (log->last == NULL)
		log->first = segment;
	else
		log->last->next = segment;
	log->last = segment;
}

static void
pack_open_chunk(RowLog *log)
{
	int64		entity[CHUNK_ROWS];
	int64		at[CHUNK_ROWS];
	int64		code[CHUNK_ROWS];
	int64		min_entity;
	int64		max_entity;
	int64		min_at;
	int64		max_at;
	LogSegment *segment = log->last;
	uint8	   *out;

	if (segment == NULL ||
		segment->size - segment->used < offsetof(LogSegment, data) + CHUNK_BOUND)
	{
		add_segment(log);
		segment = log->last;
	}
	min_entity = max_entity = row_entity(&log->rows[0]);
	min_at = max_at = row_at(&log->rows[0]);
	for (int i = 0; i < CHUNK_ROWS; i++)
	{
		entity[i] = row_entity(&log->rows[i]);
		at[i] = row_at(&log->rows[i]);
		code[i] = log->rows[i].code;
		min_entity = Min(min_entity, entity[i]);
		max_entity = Max(max_entity, entity[i]);
		min_at = Min(min_at, at[i]);
		max_at = Max(max_at, at[i]);
	}
	log->min_entity = log->packed == 0 ? min_entity : Min(log->min_entity, min_entity);
	log->max_entity = log->packed == 0 ? max_entity : Max(log->max_entity, max_entity);

	out = segment->data + segment->used;
	out = column_write_range(out, entity, CHUNK_ROWS, min_entity, max_entity);
	out = column_write_range(out, at, CHUNK_ROWS, min_at, max_at);
	out = column_write(out, code, CHUNK_ROWS);
	segment->used = out - segment->data;
	segment->chunks++;
	log->packed += CHUNK_ROWS;
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
		pack_open_chunk(log);
	else
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

/* The smallest and largest entity of a log that has rows. */
void
rowlog_entity_range(const RowLog *log, int64 *min, int64 *max)
{
	*min = log->packed > 0 ? log->min_entity : row_entity(&log->rows[0]);
	*max = log->packed > 0 ? log->max_entity : row_entity(&log->rows[0]);
	for (int i = 0; i < log->n; i++)
	{
		*min = Min(*min, row_entity(&log->rows[i]));
		*max = Max(*max, row_entity(&log->rows[i]));
	}
}

void
rowlog_rewind(LogReader *reader, const RowLog *log)
{
	reader->log = log;
	reader->segment = log->first;
	reader->chunk = 0;
	reader->open_done = false;
	reader->n = 0;
}

/*
 * The columns of the next packed chunk; false after the last.  Chunks were
 * packed here, in memory, so they need no check.
 */
static bool
next_packed(LogReader *reader, Column columns[3])
{
	const LogSegment *segment = reader->segment;

	while (segment != NULL && reader->chunk == segment->chunks)
	{
		segment = reader->segment = segment->next;
		reader->chunk = 0;
	}
	if (segment == NULL)
		return false;
	if (reader->chunk++ == 0)
	{
		reader->bytes.p = segment->data;
		reader->bytes.end = (const uint8 *) segment + segment->size;
	}
	for (int i = 0; i < 3; i++)
	{
		if (!column_open(&columns[i], &reader->bytes, CHUNK_ROWS))
		{
			Assert(false);
			return false;
		}
	}
	reader->n = CHUNK_ROWS;
	return true;
}

/* The rows of the open chunk, once; false if there are none left. */
static bool
next_open(LogReader *reader)
{
	const RowLog *log = reader->log;

	if (reader->open_done || log->n == 0)
		return false;
	reader->open_done = true;
	reader->n = log->n;
	for (int i = 0; i < log->n; i++)
	{
		reader->entity[i] = row_entity(&log->rows[i]);
		reader->at[i] = row_at(&log->rows[i]);
		reader->code[i] = log->rows[i].code;
	}
	return true;
}

/* Reads the entities of the next chunk, which is all that counting needs. */
bool
rowlog_next_entities(LogReader *reader)
{
	Column		columns[3];

	if (!next_packed(reader, columns))
		return next_open(reader);
	column_unpack(&columns[0], 0, CHUNK_ROWS, reader->entity);
	return true;
}

/* Reads the next chunk whole. */
bool
rowlog_next(LogReader *reader)
{
	Column		columns[3];

	if (!next_packed(reader, columns))
		return next_open(reader);
	column_unpack(&columns[0], 0, CHUNK_ROWS, reader->entity);
	column_unpack(&columns[1], 0, CHUNK_ROWS, reader->at);
	column_unpack32(&columns[2], 0, CHUNK_ROWS, reader->code);
	return true;
}
