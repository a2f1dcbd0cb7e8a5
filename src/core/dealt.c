/* Dealing rows to partitions; see dealt.h. */
#include "dealt.h"

#define FIRST_SLAB ((Size) 1024 * 1024)
#define LAST_SLAB ((Size) 8 * 1024 * 1024)
#define FIRST_SEGMENT ((Size) 2048)
#define LAST_SEGMENT ((Size) 16 * 1024)

/* Begins with partitions for numbers of a range. */
Dealt *
dealt_begin(int64 min, int64 max)
{
	Dealt	   *dealt = palloc0(sizeof(Dealt));
	Size		size = sizeof(LogRow) * DEALT_ROWS * DEALT_PARTITIONS;

	dealt->rows = palloc(size);
	dealt_widen(dealt, number_key(min), number_key(max), 0);
	return dealt;
}

static void
new_slab(Dealt *dealt)
{
	Size		size = Min(Max(dealt->slab_size * 2, FIRST_SLAB), LAST_SLAB);

	dealt->slab_place = 0;
	dealt->slab = dealt->source == NULL ? NULL :
		dealt->source->get(dealt->source, size, &dealt->slab_place);
	if (dealt->slab == NULL)
		dealt->slab = in_huge_pages(palloc(size), size);
	dealt->slab_left = dealt->slab_size = size;
}

static LogSegment *
new_segment(Dealt *dealt, Size size)
{
	LogSegment *segment;
	Size		whole = MAXALIGN(sizeof(LogSegment) + size);

	if (dealt->slab_left < whole)
		new_slab(dealt);
	segment = (LogSegment *) dealt->slab;
	memset(segment, 0, sizeof(LogSegment));
	segment->data = (uint8 *) (segment + 1);
	segment->size = size;
	if (dealt->slab_place != 0)
	{
		segment->place = dealt->slab_place + sizeof(LogSegment);
		dealt->slab_place += whole;
	}
	dealt->slab += whole;
	dealt->slab_left -= whole;
	return segment;
}

/* Notes that packed rows have a code. */
void
dealt_mark_code(Dealt *dealt, uint32 code)
{
	if (code >= dealt->max_codes)
	{
		uint32		max = Max(code + 1, Max(64, dealt->max_codes * 2));
		uint8	   *used = palloc_huge(max);

		memset(used, 0, max);
		if (dealt->used != NULL)
		{
			memcpy(used, dealt->used, dealt->max_codes);
			pfree(dealt->used);
		}
		dealt->used = used;
		dealt->max_codes = max;
	}
	dealt->used[code] = 1;
}

bool
dealt_has_code(const Dealt *dealt, uint32 code)
{
	return code < dealt->max_codes && dealt->used[code];
}

static void
pack_partition(Dealt *dealt, int partition)
{
	ChunkList   *chunks = &dealt->packed[partition];
	LogSegment *segment = chunks->last;
	const LogRow *rows = &dealt->rows[(Size) partition * DEALT_ROWS];
	int			n = dealt->n[partition];

	if (n == 0)
		return;
	if (segment == NULL || segment->size - segment->used < CHUNK_BOUND(DEALT_ROWS))
	{
		segment = new_segment(dealt, segment == NULL ? FIRST_SEGMENT :
							  Min(Max(segment->size * 2, FIRST_SEGMENT), LAST_SEGMENT));
		chunks_append(chunks, segment);
	}
	for (int i = 0; i < n && !dealt->any_codes; i++)
	{
		if (unlikely(!dealt_has_code(dealt, rows[i].code)))
			dealt_mark_code(dealt, rows[i].code);
	}
	segment->used = chunk_write(segment->data + segment->used, rows, n) - segment->data;
	chunks->rows += n;
	dealt->n[partition] = 0;
}

/* Packs what is open. */
void
dealt_pack_all(Dealt *dealt)
{
	for (int i = 0; i < DEALT_PARTITIONS; i++)
		pack_partition(dealt, i);
}

/* Adds another process's packed rows of keys that begin with this one and share a partition. */
void
dealt_append(Dealt *dealt, uint64 key, const ChunkList *chunks)
{
	ChunkList  *to = &dealt->packed[dealt_partition(dealt, key)];

	dealt->is_mixed |= to->first != NULL;
	chunks_join(to, chunks);
}

/* Makes partitions no narrower than a shift that take these keys beside their own. */
void
dealt_widen(Dealt *dealt, uint64 min_key, uint64 max_key, int shift)
{
	ChunkList	old[DEALT_PARTITIONS];
	uint64		old_first = dealt->first;
	int			old_shift = dealt->shift;
	bool		downwards = true;

	for (int i = 0; i < DEALT_PARTITIONS; i++)
	{
		pack_partition(dealt, i);
		old[i] = dealt->packed[i];
		if (old[i].rows > 0)
		{
			uint64		start = (old_first + i) << old_shift;

			downwards &= min_key < start;
			min_key = Min(min_key, start);
			max_key = Max(max_key, start + ((UINT64CONST(1) << old_shift) - 1));
		}
	}

	shift = Max(shift, old_shift);
	while ((max_key >> shift) - (min_key >> shift) >= DEALT_PARTITIONS)
		shift++;
	dealt->shift = shift;

	/* room is left on the side to which the keys grow */
	dealt->first = min_key >> shift;
	if (downwards)
		dealt->first = (max_key >> shift) - Min(max_key >> shift, DEALT_PARTITIONS - 1);

	memset(dealt->packed, 0, sizeof(dealt->packed));
	for (int i = 0; i < DEALT_PARTITIONS; i++)
	{
		if (old[i].rows > 0)
			chunks_join(&dealt->packed[((old_first + i) >> (shift - old_shift)) - dealt->first], &old[i]);
	}
}

/* Makes room for a row of the key. */
void
dealt_make_room(Dealt *dealt, uint64 key)
{
	uint64		partition = dealt_partition(dealt, key);

	if (partition >= DEALT_PARTITIONS)
		dealt_widen(dealt, key, key, 0);
	else
		pack_partition(dealt, (int) partition);
}

uint64
dealt_rows(const Dealt *dealt)
{
	uint64		rows = 0;

	for (int i = 0; i < DEALT_PARTITIONS; i++)
		rows += dealt->packed[i].rows + dealt->n[i];
	return rows;
}

/* Marks the codes that occur. */
void
dealt_mark_codes(const Dealt *dealt, uint8 *used)
{
	for (uint32 code = 0; code < dealt->max_codes; code++)
	{
		if (dealt_has_code(dealt, code))
			used[code] = 1;
	}
	for (int i = 0; i < DEALT_PARTITIONS; i++)
	{
		for (int row = 0; row < dealt->n[i]; row++)
			used[dealt->rows[i * DEALT_ROWS + row].code] = 1;
	}
}

/* Deals rows that a log has, or would have. */
void
dealt_put_chunk(Dealt *dealt, const Chunk *chunk)
{
	for (int i = 0; i < chunk->n; i++)
	{
		while (!dealt_put(dealt, chunk->entity[i], chunk->at[i], chunk->code[i]))
			dealt_make_room(dealt, number_key(chunk->entity[i]));
	}
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

	while (log->packed.first != NULL)
	{
		LogSegment *segment = log->packed.first;

		log->packed.first = segment->next;
		pfree(segment);
	}
	pfree(log->rows);
	memset(log, 0, sizeof(*log));
	log->dealt = dealt;
}
