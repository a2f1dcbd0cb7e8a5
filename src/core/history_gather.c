/*
 * Gathering the rows of a sorter's next partition from a log's chunks; see
 * history_sort.c.
 */
#include "history.h"

#include "port/pg_bitutils.h"

/* Gives back the large pieces; the rest goes with the context. */
void
sorter_end(RowSorter *sorter)
{
	pfree(sorter->rows);
	pfree(sorter->sorted_entity);
	pfree(sorter->sorted_at);
	pfree(sorter->sorted_code);
	if (sorter->scratch != NULL)
		pfree(sorter->scratch);
	sorter->scratch = NULL;
}

/* Strings stand in the order of their ranks. */
void
sorter_rank_entities(const RowSorter *sorter, Chunk *chunk)
{
	if (sorter->dict != NULL)
	{
		for (int i = 0; i < chunk->n; i++)
			chunk->entity[i] = rank_of(&sorter->ranking, (uint32) chunk->entity[i]);
	}
}

static void
make_room(RowSorter *sorter, uint64 rows)
{
	if (rows <= sorter->capacity)
		return;
	if (sorter->capacity > 0)
		sorter_end(sorter);
	sorter->capacity = Max(rows, sorter->capacity + sorter->capacity / 4);
	sorter->rows = palloc_huge(sorter->capacity * sizeof(SortedRow));
	sorter->sorted_entity = palloc_huge(sorter->capacity * sizeof(uint32));
	sorter->sorted_at = palloc_huge(sorter->capacity * sizeof(int64));
	sorter->sorted_code = palloc_huge(sorter->capacity * sizeof(uint32));
}

/* Appends a chunk to the partition's rows. */
static void
gather_chunk(RowSorter *sorter, const Chunk *chunk, uint64 *keys)
{
	SortedRow  *to = sorter->rows + sorter->n_rows;

	CHECK_FOR_INTERRUPTS();
	for (int i = 0; i < chunk->n; i++)
	{
		uint64		distance = number_key(chunk->entity[i]) - sorter->base;

		to[i].at = chunk->at[i];
		to[i].entity = (uint32) distance;
		to[i].code = chunk->code[i];
		*keys |= distance;
	}
	if (sorter->codes_ranked)
	{
		for (int i = 0; i < chunk->n; i++)
			to[i].code = rank_of(&sorter->codes, to[i].code);
	}
	if (sorter->is_far)
	{
		for (int i = 0; i < chunk->n; i++)
			sorter->far_keys[sorter->n_rows + i] = number_key(chunk->entity[i]);
	}
	sorter->n_rows += chunk->n;
}

/* A chunk, to be gathered in order of time. */
typedef struct TimedChunk
{
	int64		at;
	const uint8 *bytes;
	const uint32 *codes;
} TimedChunk;

#define ST_SORT sort_chunks
#define ST_ELEMENT_TYPE TimedChunk
#define ST_COMPARE(a, b) ((a)->at < (b)->at ? -1 : (a)->at > (b)->at)
#define ST_SCOPE static
#define ST_DECLARE
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * Gathers packed rows that several processes collected.  What each one has lies
 * in order of time, more or less; so the chunks are taken in that order, for
 * the rows of an entity to come out nearly sorted again.
 */
static void
gather_mixed(RowSorter *sorter, const ChunkList *chunks, uint64 *keys)
{
	Chunk	   *chunk = &sorter->reader->chunk;
	uint64		max = chunks->rows / 32 + 64;
	TimedChunk *order = palloc_huge(max * sizeof(TimedChunk));
	uint64		n = 0;

	for (const LogSegment *segment = chunks->first; segment != NULL; segment = segment->next)
	{
		for (const uint8 *in = segment->data; in < segment->data + segment->used;)
		{
			int64		min;
			int64		last;

			if (n == max)
			{
				max *= 2;
				order = repalloc_huge(order, max * sizeof(TimedChunk));
			}
			order[n].at = chunk_first_at(in);
			order[n].bytes = in;
			order[n++].codes = segment->codes;
			in = chunk_entities(in, &min, &last);
		}
	}
	sort_chunks(order, n);
	for (uint64 i = 0; i < n; i++)
	{
		chunk_read(order[i].bytes, chunk);
		chunk_translate(chunk, order[i].codes);
		gather_chunk(sorter, chunk, keys);
	}
	pfree(order);
}

/* Gathers the rows of the next partition; returns the bits of their ordinals. */
int
sorter_gather(RowSorter *sorter)
{
	const Dealt *dealt = sorter->dealt;
	int			partition = sorter->partition++;
	Chunk	   *chunk = &sorter->reader->chunk;
	uint64		rows;
	uint64		keys = 0;

	sorter->n_rows = 0;
	sorter->next = 0;
	if (dealt != NULL)
	{
		ChunkReader reader;

		rows = dealt->packed[partition].rows + dealt->n[partition];
		if (rows == 0)
			return 0;
		make_room(sorter, rows);
		sorter->base = (dealt->first + partition) << dealt->shift;
		sorter->is_far = dealt->shift > 32;
		if (sorter->is_far)
			sorter->far_keys = palloc_huge(rows * sizeof(uint64));
		chunks_rewind(&reader, &dealt->packed[partition]);
		if (dealt->is_mixed)
			gather_mixed(sorter, &dealt->packed[partition], &keys);
		else
		{
			while (chunks_next(&reader, chunk))
				gather_chunk(sorter, chunk, &keys);
		}
		chunk_of_rows(chunk, dealt->rows + (Size) partition * DEALT_ROWS, dealt->n[partition]);
		gather_chunk(sorter, chunk, &keys);
	}
	else
	{
		int64		min = 0;
		int64		max = 0;

		rows = rowlog_rows(sorter->log);
		make_room(sorter, rows);
		if (sorter->dict == NULL)
			rowlog_entity_range(sorter->log, &min, &max);
		sorter->base = number_key(min);
		sorter->is_far = (uint64) max - (uint64) min > PG_UINT32_MAX;
		if (sorter->is_far)
			sorter->far_keys = palloc_huge(rows * sizeof(uint64));
		rowlog_rewind(sorter->reader, sorter->log);
		while (rowlog_next(sorter->reader))
		{
			sorter_rank_entities(sorter, chunk);
			gather_chunk(sorter, chunk, &keys);
		}
	}
	Assert(sorter->n_rows == rows);
	return keys == 0 ? 0 : pg_leftmost_one_pos64(keys) + 1;
}
