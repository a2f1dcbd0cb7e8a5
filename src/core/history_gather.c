/*
 * Gathering the rows of a sorter's next partition from a log's chunks; see
 * history_sort.c.
 */
#include "history.h"

#include "unit.h"

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

/* Widens bounds to those of another chunk; the unit divides all distances between both. */
static void
add_bounds(ChunkBounds *all, const ChunkBounds *bounds)
{
	uint64		distance = bounds->min_at < all->min_at ? (uint64) all->min_at - (uint64) bounds->min_at :
		(uint64) bounds->min_at - (uint64) all->min_at;

	all->unit = Min(all->unit, bounds->unit);
	while (!divides(&units[all->unit], distance))
		all->unit--;
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

/*
 * Rows become words where time and code fit 63 bits together: distances from the
 * earliest time, in the largest unit that divides them all, and then the code.
 */
static void
choose_words(RowSorter *sorter, const ChunkBounds *all)
{
	const Unit *unit = &units[all->unit];
	uint64		range = divide((uint64) all->max_at - (uint64) all->min_at, unit);
	int			code_bits = sorter->codes_ranked ? bits_of(sorter->codes.n - 1) : all->code_bits;

	/* the latest time is only a bound, but a whole number of units away, too */
	Assert(divides(unit, (uint64) all->max_at - (uint64) all->min_at));
	sorter->form.min_at = all->min_at;
	sorter->form.unit = all->unit;
	sorter->form.code_bits = bits_of(range) + code_bits <= 63 ? code_bits : -1;
	for (sorter->unit = all->unit; !divides(&units[sorter->unit], magnitude(all->min_at));)
		sorter->unit--;
	sorter->form.ranks = sorter->codes_ranked ? sorter->codes.ranks : NULL;
}

/* Appends a chunk to the partition's rows, by way of columns. */
static void
gather_columns(RowSorter *sorter, const SortedChunk *packed, uint64 *keys)
{
	SortedRow  *to = sorter->rows + sorter->n_rows;
	Chunk	   *chunk = &sorter->reader->chunk;
	const WordForm *form = &sorter->form;

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
		if (form->code_bits >= 0)
			to[i].at = (int64) (divide((uint64) chunk->at[i] - (uint64) form->min_at, &units[form->unit]) << form->code_bits | code);
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
	if (words && chunk_read_words(packed->bytes, &sorter->form, packed->codes, key_number(sorter->base),
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

#define ST_SORT sort_chunks
#define ST_ELEMENT_TYPE SortedChunk
#define ST_COMPARE(a, b) ((a)->at < (b)->at ? -1 : (a)->at > (b)->at)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DECLARE
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * Gathers the rows of the next partition; returns the bits of their ordinals.
 * What several processes collected lies in order of time in each, more or less;
 * so all chunks are taken in that order, for the rows of an entity to come out
 * nearly sorted again.
 */
int
sorter_gather(RowSorter *sorter)
{
	const Dealt *dealt = sorter->dealt;
	const RowLog *log = sorter->log;
	int			partition = sorter->partition++;
	const ChunkList *chunks = dealt == NULL ? &log->packed : &dealt->packed[partition];
	int			n_open = dealt == NULL ? log->n : dealt->n[partition];
	uint64		rows = chunks->rows + n_open;
	uint64		keys = 0;
	bool		words;
	ChunkBounds all;
	Ahead		ahead = {NULL, 0};

	sorter->n_rows = 0;
	if (rows == 0)
		return 0;
	make_room(sorter, rows);
	list_chunks(sorter, chunks, dealt == NULL ? log->rows : dealt_staged(dealt, partition), n_open, &all);
	choose_words(sorter, &all);
	if (dealt != NULL)
	{
		sorter->base = (dealt->first + partition) << dealt->shift;
		sorter->is_far = dealt->shift > 32;
		if (dealt->is_mixed)
			sort_chunks(sorter->chunks, sorter->n_chunks);
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
	words = sorter->form.code_bits >= 0 && !sorter->is_far && (dealt != NULL || sorter->dict == NULL) &&
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
