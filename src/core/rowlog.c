/* Collecting rows in order of arrival; see rowlog.h. */
#include "rowlog.h"

#define ROW_BYTES (2 * sizeof(int64) + sizeof(uint32))
#define FIRST_CHUNK_BYTES 256
#define CHUNK_BOUND (3 * COLUMN_BOUND(CHUNK_ROWS))
#define FIRST_SEGMENT ((Size) 64 * 1024)
#define LAST_SEGMENT ((Size) 4 * 1024 * 1024)

/* Moves the open chunk into arrays for capacity rows. */
static void
resize_open_chunk(RowLog *log, int capacity)
{
	int64	   *entity = palloc(capacity * ROW_BYTES);
	int64	   *at = entity + capacity;
	uint32	   *code = (uint32 *) (at + capacity);

	if (log->n > 0)
	{
		memcpy(entity, log->entity, log->n * sizeof(int64));
		memcpy(at, log->at, log->n * sizeof(int64));
		memcpy(code, log->code, log->n * sizeof(uint32));
	}
	if (log->entity != NULL)
		pfree(log->entity);
	log->entity = entity;
	log->at = at;
	log->code = code;
	log->capacity = capacity;
}

static void
add_segment(RowLog *log)
{
	Size		size = log->last == NULL ? FIRST_SEGMENT : Min(log->last->size * 2, LAST_SEGMENT);
	LogSegment *segment = palloc(size);

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
entity_range(const int64 *entity, int n, int64 *min, int64 *max)
{
	for (int i = 0; i < n; i++)
	{
		*min = Min(*min, entity[i]);
		*max = Max(*max, entity[i]);
	}
}

static void
pack_open_chunk(RowLog *log)
{
	int64		codes[CHUNK_ROWS];
	LogSegment *segment = log->last;
	uint8	   *out;

	if (segment == NULL ||
		segment->size - segment->used < offsetof(LogSegment, data) + CHUNK_BOUND)
	{
		add_segment(log);
		segment = log->last;
	}
	for (int i = 0; i < CHUNK_ROWS; i++)
		codes[i] = log->code[i];

	out = segment->data + segment->used;
	out = column_write(out, log->entity, CHUNK_ROWS);
	out = column_write(out, log->at, CHUNK_ROWS);
	out = column_write(out, codes, CHUNK_ROWS);
	segment->used = out - segment->data;
	segment->chunks++;

	if (log->packed == 0)
		log->min_entity = log->max_entity = log->entity[0];
	entity_range(log->entity, CHUNK_ROWS, &log->min_entity, &log->max_entity);
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
	if (log->capacity == 0)
		resize_open_chunk(log, FIRST_CHUNK_BYTES / ROW_BYTES);
	else if (log->capacity < CHUNK_ROWS)
		resize_open_chunk(log, Min(log->capacity * 2 + 1, CHUNK_ROWS));
	else
		pack_open_chunk(log);
}

/* The smallest and largest entity of a log that has rows. */
void
rowlog_entity_range(const RowLog *log, int64 *min, int64 *max)
{
	*min = log->packed > 0 ? log->min_entity : log->entity[0];
	*max = log->packed > 0 ? log->max_entity : log->entity[0];
	entity_range(log->entity, log->n, min, max);
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

/* Reads the entities of the next chunk, which is all that counting needs. */
bool
rowlog_next_entities(LogReader *reader)
{
	Column		columns[3];
	const RowLog *log = reader->log;

	if (next_packed(reader, columns))
	{
		column_unpack(&columns[0], 0, CHUNK_ROWS, reader->entity);
		return true;
	}
	if (reader->open_done || log->n == 0)
		return false;
	reader->open_done = true;
	reader->n = log->n;
	memcpy(reader->entity, log->entity, log->n * sizeof(int64));
	return true;
}

/* Reads the next chunk whole. */
bool
rowlog_next(LogReader *reader)
{
	Column		columns[3];
	const RowLog *log = reader->log;

	if (next_packed(reader, columns))
	{
		column_unpack(&columns[0], 0, CHUNK_ROWS, reader->entity);
		column_unpack(&columns[1], 0, CHUNK_ROWS, reader->at);
		column_unpack32(&columns[2], 0, CHUNK_ROWS, reader->code);
		return true;
	}
	if (reader->open_done || log->n == 0)
		return false;
	reader->open_done = true;
	reader->n = log->n;
	memcpy(reader->entity, log->entity, log->n * sizeof(int64));
	memcpy(reader->at, log->at, log->n * sizeof(int64));
	memcpy(reader->code, log->code, log->n * sizeof(uint32));
	return true;
}
