/*
 * Gathering the rows of a sorter's next partition from a log's chunks; see
 * sorter_sort.c.
 */
#include "core/history/sorter.h"

#include "core/base/grain.h"

/* A partition with so many rows that are so large a part of all may be dealt again ... */
#define MANY_ROWS ((uint64) 256 * 1024)
#define LARGE_SHARE 16

/* ... unless its keys are so close that it is sorted in one go. */
#define NEAR_BITS 11

/* Gives back the large pieces; the rest goes with the context. */
void
sorter_end(RowSorter *sorter)
{
	pfree(sorter->rows);
	pfree(sorter->sorted_entity);
	pfree(sorter->run_end);
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
	sorter->sorted_entity = palloc_huge((sorter->capacity + 1) * sizeof(uint32));
	sorter->run_end = palloc_huge((sorter->capacity + 1) * sizeof(uint64));
	sorter->sorted_at = palloc_huge(sorter->capacity * sizeof(int64));
	sorter->sorted_code = palloc_huge(sorter->capacity * sizeof(uint32));
}

/* Widens bounds to those of another chunk; the grain divides all distances between both. */
static void
add_bounds(ChunkBounds *all, const ChunkBounds *bounds)
{
	uint64		distance = bounds->min_at < all->min_at ? (uint64) all->min_at - (uint64) bounds->min_at :
		(uint64) bounds->min_at - (uint64) all->min_at;

	all->grain = Min(all->grain, bounds->grain);
	while (!divides(&grains[all->grain], distance))
		all->grain--;
	all->min_entity = Min(all->min_entity, bounds->min_entity);
	all->max_entity = Max(all->max_entity, bounds->max_entity);
	all->min_at = Min(all->min_at, bounds->min_at);
	all->max_at = Max(all->max_at, bounds->max_at);
	all->code_bits = Max(all->code_bits, bounds->code_bits);
}

static void
list_segment(RowSorter *sorter, const LogSegment *segment, ChunkBounds *all)
{
	for (const uint8 *in = segment->data; in < segment->data + segment->used;)
	{
		SortedChunk *chunk;
		ChunkBounds bounds;

		if (sorter->n_chunks == sorter->max_chunks)
		{
			sorter->max_chunks *= 2;
			sorter->chunks = repalloc_huge(sorter->chunks, sorter->max_chunks * sizeof(SortedChunk));
		}
		chunk = &sorter->chunks[sorter->n_chunks++];
		chunk->at = chunk_first_at(in);
		chunk->bytes = in;
		chunk->codes = segment->codes;
		in = chunk_bounds(in, &bounds);
		if (sorter->n_chunks == 1)
			*all = bounds;
		add_bounds(all, &bounds);
	}
}

/* Lists all chunks of a partition, its open rows packed as the last; finds their bounds. */
static void
list_chunks(RowSorter *sorter, const ChunkList *chunks, const LogRow *open, int n_open, ChunkBounds *all)
{
	LogSegment	last = {0};

	if (sorter->chunks == NULL)
	{
		sorter->max_chunks = 16;
		sorter->chunks = palloc(sorter->max_chunks * sizeof(SortedChunk));
		sorter->open = palloc(CHUNK_BOUND(sorter->dealt == NULL ? n_open : DEALT_ROWS));
	}
	sorter->n_chunks = 0;
	for (const LogSegment *segment = chunks->first; segment != NULL; segment = segment->next)
		list_segment(sorter, segment, all);
	if (n_open > 0)
	{
		last.data = sorter->open;
		last.used = chunk_write(sorter->open, open, n_open) - sorter->open;
		list_segment(sorter, &last, all);
	}
}

#define ST_SORT sort_chunks
#define ST_ELEMENT_TYPE SortedChunk
#define ST_COMPARE(a, b) ((a)->at < (b)->at ? -1 : (a)->at > (b)->at)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DECLARE
#define ST_DEFINE
#include "lib/sort_template.h"

/* The rows of the next partition. */
static uint64
partition_rows(const RowSorter *sorter)
{
	const Dealt *dealt = sorter->dealt;

	return dealt == NULL ? sorter->log->packed.rows + sorter->log->n :
		dealt->packed[sorter->partition].rows + dealt->n[sorter->partition];
}

/*
 * Lists the next partition's chunks.  What several processes collected lies in
 * order of time in each, more or less; so all chunks are taken in that order, for
 * the rows of an entity to come out nearly sorted again.
 */
static void
list_partition(RowSorter *sorter, ChunkBounds *all)
{
	const Dealt *dealt = sorter->dealt;
	const RowLog *log = sorter->log;
	int			partition = sorter->partition;

	if (dealt == NULL)
		list_chunks(sorter, &log->packed, log->rows, log->n, all);
	else
		list_chunks(sorter, &dealt->packed[partition], dealt_staged(dealt, partition), dealt->n[partition], all);
	if (dealt != NULL && dealt->is_mixed)
		sort_chunks(sorter->chunks, sorter->n_chunks);
}

/*
 * Rows become words where time and code fit 63 bits together: distances from the
 * earliest time, in the largest grain that divides them all, and then the code.
 */
static void
choose_words(RowSorter *sorter, const ChunkBounds *all)
{
	const Grain *grain = &grains[all->grain];
	uint64		range = divide((uint64) all->max_at - (uint64) all->min_at, grain);
	int			code_bits = sorter->codes_ranked ? bits_of(sorter->codes.n - 1) : all->code_bits;

	/* the latest time is only a bound, but a whole number of grains away, too */
	Assert(divides(grain, (uint64) all->max_at - (uint64) all->min_at));
	sorter->layout.min_at = all->min_at;
	sorter->layout.grain = all->grain;
	sorter->layout.code_bits = bits_of(range) + code_bits <= 63 ? code_bits : -1;
	for (sorter->grain = all->grain; !divides(&grains[sorter->grain], magnitude(all->min_at));)
		sorter->grain--;
	sorter->layout.ranks = sorter->codes_ranked ? sorter->codes.ranks : NULL;
}

/* Appends a chunk to the partition's rows, by way of columns. */
static void
gather_columns(RowSorter *sorter, const SortedChunk *packed, uint64 *keys)
{
	SortedRow  *to = sorter->rows + sorter->n_rows;
	Chunk	   *chunk = &sorter->reader->chunk;
	const WordLayout *layout = &sorter->layout;

	chunk_read(packed->bytes, chunk);
	chunk_translate(chunk, packed->codes);
	if (sorter->dealt == NULL)
		sorter_rank_entities(sorter, chunk);
	for (int i = 0; i < chunk->n; i++)
	{
		uint64		key = number_key(chunk->entity[i]);
		uint32		code = sorter->codes_ranked ? rank_of(&sorter->codes, chunk->code[i]) : chunk->code[i];

		to[i].at = chunk->at[i];
		to[i].entity = (uint32) (key - sorter->base);
		to[i].code = code;
		if (layout->code_bits >= 0)
			to[i].at = (int64) (divide((uint64) chunk->at[i] - (uint64) layout->min_at, &grains[layout->grain]) << layout->code_bits | code);
		if (sorter->is_far)
			sorter->far_keys[sorter->n_rows + i] = key;
		*keys |= key - sorter->base;
	}
	sorter->n_rows += chunk->n;
}

/* The same; nearly always in one step. */
static void
gather_chunk(RowSorter *sorter, const SortedChunk *packed, bool words, uint64 *keys)
{
	int			n = 0;

	CHECK_FOR_INTERRUPTS();
	if (words && chunk_read_words(packed->bytes, &sorter->layout, packed->codes, key_number(sorter->base),
								  sorter->rows + sorter->n_rows, &n, keys) != NULL)
		sorter->n_rows += n;
	else
		gather_columns(sorter, packed, keys);
}

/* The next partition's chunks, which are called for while this one's are read. */
typedef struct Ahead
{
	const LogSegment *segment;
	Size		place;
} Ahead;

#define AHEAD_LINES 10			/* more than a chunk usually has */

static inline void
call_ahead(Ahead *ahead)
{
	for (int line = 0; line < AHEAD_LINES && ahead->segment != NULL; line++)
	{
		__builtin_prefetch(ahead->segment->data + ahead->place, 0, 2);
		ahead->place += CACHE_LINE;
		if (ahead->place >= ahead->segment->used)
		{
			ahead->segment = ahead->segment->next;
			ahead->place = 0;
		}
	}
}

/*
 * A partition with far more than its share, for a few entities lie far from all
 * others, is dealt again, by the keys that it has; then its first part is next.
 */
bool
sorter_deal_again(RowSorter *sorter)
{
	const Dealt *dealt = sorter->dealt;
	Chunk	   *chunk = &sorter->reader->chunk;
	int64		min = PG_INT64_MAX;
	int64		max = PG_INT64_MIN;
	uint64		rows = partition_rows(sorter);
	ChunkBounds all;
	Dealt	   *again;

	if (dealt == NULL || dealt->shift <= NEAR_BITS || sorter->depth == MAX_DEALT_AGAIN ||
		rows < MANY_ROWS || rows < dealt_rows(dealt) / LARGE_SHARE)
		return false;

	list_partition(sorter, &all);
	for (uint64 i = 0; i < sorter->n_chunks; i++)
	{
		CHECK_FOR_INTERRUPTS();
		chunk_read(sorter->chunks[i].bytes, chunk);
		for (int row = 0; row < chunk->n; row++)
		{
			min = Min(min, chunk->entity[row]);
			max = Max(max, chunk->entity[row]);
		}
	}
	if (((uint64) max - (uint64) min) >> NEAR_BITS == 0)
		return false;

	again = sorter_begin_dealing(sorter, min, max, rows);
	for (uint64 i = 0; i < sorter->n_chunks; i++)
	{
		CHECK_FOR_INTERRUPTS();
		chunk_read(sorter->chunks[i].bytes, chunk);
		chunk_translate(chunk, sorter->chunks[i].codes);
		dealt_put_chunk(again, chunk);
	}
	dealt_close_chunks(again);
	sorter->outer[sorter->depth].dealt = dealt;
	sorter->outer[sorter->depth++].partition = sorter->partition + 1;
	sorter->dealt = again;
	sorter->partition = 0;
	return true;
}

/* Gathers the rows of the next partition; returns the bits of their ordinals. */
int
sorter_gather(RowSorter *sorter)
{
	const Dealt *dealt = sorter->dealt;
	int			partition = sorter->partition;
	uint64		rows = partition_rows(sorter);
	uint64		keys = 0;
	bool		words;
	ChunkBounds all;
	Ahead		ahead = {NULL, 0};

	sorter->n_rows = 0;
	if (rows > 0)
		list_partition(sorter, &all);
	sorter->partition++;
	if (rows == 0)
		return 0;
	make_room(sorter, rows);
	choose_words(sorter, &all);
	if (dealt != NULL)
	{
		sorter->base = (dealt->first + partition) << dealt->shift;
		sorter->is_far = dealt->shift > 32;
	}
	else if (sorter->dict != NULL)
		sorter->base = number_key(0);
	else
	{
		sorter->base = number_key(all.min_entity);
		sorter->is_far = (uint64) all.max_entity - (uint64) all.min_entity > PG_UINT32_MAX;
	}
	if (sorter->is_far)
		sorter->far_keys = palloc_huge(rows * sizeof(uint64));
	words = sorter->layout.code_bits >= 0 && !sorter->is_far && (dealt != NULL || sorter->dict == NULL) &&
		(!sorter->codes_ranked || sorter->codes.sorted_ids == NULL);
	if (dealt != NULL && sorter->partition < DEALT_PARTITIONS)
		ahead.segment = dealt->packed[sorter->partition].first;
	for (uint64 i = 0; i < sorter->n_chunks; i++)
	{
		gather_chunk(sorter, &sorter->chunks[i], words, &keys);
		call_ahead(&ahead);
	}
	Assert(sorter->n_rows == rows);
	return bits_of(keys);
}

/* Begins to deal so many rows of a sorter, whose keys lie between these. */
Dealt *
sorter_begin_dealing(const RowSorter *sorter, int64 min, int64 max, uint64 rows)
{
	Dealt	   *dealt = dealt_begin(min, max);

	dealt->slab_size = rows * sizeof(uint64) / 2;	/* the first slab, twice that or as large as there are, takes many */
	dealt->any_codes = !sorter->codes_ranked;
	return dealt;
}
