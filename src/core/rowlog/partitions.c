/* Dealing rows to partitions; see partitions.h. */
#include "core/rowlog/partitions.h"


#define FIRST_SLAB ((Size) 1024 * 1024)
#define LAST_SLAB ((Size) 8 * 1024 * 1024)
#define FIRST_SEGMENT ((Size) 2048)
#define LAST_SEGMENT ((Size) 16 * 1024)

/* A chunk of numbers has so many rows, and no fewer for want of room in a segment. */
#define OPEN_ROWS 128
#define FEW_OPEN_ROWS 32

/* Times have no more bits, which leaves room for a code beside them (sorter_gather.c). */
#define MOST_AT_BITS 48

/* A layout that leaves fewer bits to times, or that times did not fit more often, is given up. */
#define LEAST_AT_BITS 32
#define MOST_MOVES 16

/* Begins with partitions for numbers of a range. */
Dealt *
dealt_begin(int64 min, int64 max)
{
	Dealt	   *dealt = palloc0(sizeof(Dealt));

	dealt->first_at = PG_INT64_MAX;
	dealt->last_at = PG_INT64_MIN;
	dealt_widen(dealt, number_key(min), number_key(max), 0);
	return dealt;
}

/* Private slabs begin with where the one before is. */
#define SLAB_HEAD MAXALIGN(sizeof(uint8 *))

static void
new_slab(Dealt *dealt)
{
	Size		size = Min(Max(dealt->slab_size * 2, FIRST_SLAB), LAST_SLAB);

	dealt->slab_left = dealt->slab_size = size;
	dealt->slab_place = 0;
	dealt->slab = dealt->source == NULL ? NULL :
		dealt->source->get(dealt->source, size, &dealt->slab_place);
	if (dealt->slab == NULL)
	{
		uint8	   *slab = palloc_huge_pages(size);

		memcpy(slab, &dealt->last_slab, sizeof(uint8 *));
		dealt->last_slab = slab;
		dealt->slab = slab + SLAB_HEAD;
		dealt->slab_left -= SLAB_HEAD;
	}
}

/* Gives all memory back but what other processes see, and what came from elsewhere. */
void
dealt_free(Dealt *dealt)
{
	while (dealt->last_slab != NULL)
	{
		uint8	   *slab = dealt->last_slab;

		memcpy(&dealt->last_slab, slab, sizeof(uint8 *));
		free_huge_pages(slab);
	}
	if (dealt->rows != NULL)
		pfree(dealt->rows);
	if (dealt->used != NULL)
		pfree(dealt->used);
	pfree(dealt);
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

/* A partition's last segment, with room for so many bytes. */
static LogSegment *
roomy_segment(Dealt *dealt, int partition, Size size)
{
	ChunkList  *chunks = &dealt->packed[partition];
	LogSegment *segment = chunks->last;

	if (segment == NULL || segment->size - segment->used < size)
	{
		segment = new_segment(dealt, segment == NULL ? FIRST_SEGMENT :
							  Min(Max(segment->size * 2, FIRST_SEGMENT), LAST_SEGMENT));
		chunks_append(chunks, segment);
	}
	return segment;
}

static int
open_rows(const Dealt *dealt, int partition)
{
	const LogSegment *segment = dealt->packed[partition].last;
	const OpenChunk *open = &dealt->open[partition];

	return open->next == NULL ? 0 :
		(int) ((open->next - (segment->data + segment->used) - CHUNK_HEAD) / sizeof(uint64));
}

static void
close_chunk(Dealt *dealt, int partition)
{
	LogSegment *segment = dealt->packed[partition].last;
	OpenChunk  *open = &dealt->open[partition];
	int			n = open_rows(dealt, partition);

	if (n > 0)
	{
		chunk_end(segment->data + segment->used, n);
		segment->used = open->next - segment->data;
		dealt->packed[partition].rows += n;
	}
	open->next = open->end = NULL;
}

/* Lets all rows that are not staged be read from chunks. */
void
dealt_close_chunks(Dealt *dealt)
{
	for (int i = 0; i < DEALT_PARTITIONS; i++)
		close_chunk(dealt, i);
}

static void
open_chunk(Dealt *dealt, int partition)
{
	const RowLayout *layout = &dealt->layout;
	LogSegment *segment;
	OpenChunk  *open = &dealt->open[partition];
	Size		room;

	close_chunk(dealt, partition);
	segment = roomy_segment(dealt, partition, CHUNK_HEAD + FEW_OPEN_ROWS * sizeof(uint64));
	room = (segment->size - segment->used - CHUNK_HEAD) / sizeof(uint64);
	open->next = chunk_begin(segment->data + segment->used,
							 key_number((dealt->first + partition) << dealt->shift), dealt->shift,
							 layout->base, layout->at_bits, layout->grain_number);
	open->end = open->next + Min(room, OPEN_ROWS) * sizeof(uint64);
}

/* Makes all bits of a number serve the layout; false if times have too few of them. */
static bool
share_bits(RowLayout *layout, int entity_bits)
{
	int			code_bits = layout->max_codes <= 1 ? 1 : pg_leftmost_one_pos32(layout->max_codes - 1) + 1;

	/* the window is a quarter of all times at most; what the grain does not divide has more bits */
	layout->grain = grains[layout->grain_number];
	layout->at_bits = Min(64 - entity_bits - code_bits, 61 - pg_leftmost_one_pos64(layout->grain.size));
	layout->at_bits = Min(layout->at_bits, MOST_AT_BITS);
	layout->code_bits = 64 - entity_bits - layout->at_bits;
	layout->entity_shift = 64 - entity_bits;
	return 64 - entity_bits - code_bits >= LEAST_AT_BITS;
}

static bool
layout_has(const RowLayout *layout, int64 at)
{
	return divide((uint64) at - layout->base, &layout->grain) >> layout->at_bits == 0;
}

/*
 * Moves the window so that it has a time, in its first quarter, for most rows to
 * come are later; but not beyond the smallest and the largest time.
 */
static void
move_window(RowLayout *layout, int64 at)
{
	uint64		window = UINT64CONST(1) << layout->at_bits;
	uint64		before = ((uint64) at - (uint64) PG_INT64_MIN) / layout->grain.size;
	uint64		after = ((uint64) PG_INT64_MAX - (uint64) at) / layout->grain.size;
	uint64		grains_before = Min(window / 4, before);

	if (after < window - grains_before)
		grains_before = window - after;
	layout->base = (uint64) at - grains_before * layout->grain.size;
}

/* Stages the rows to come. */
static void
give_layout_up(Dealt *dealt)
{
	dealt->layout.max_codes = 0;
	dealt->rows = palloc(sizeof(LogRow) * DEALT_ROWS * DEALT_PARTITIONS);
}

/* Changes the layout, for it to have the row; or gives it up. */
static void
change_layout(Dealt *dealt, int64 at, uint32 code)
{
	RowLayout  *layout = &dealt->layout;
	bool		is_new = layout->max_codes == 0;

	if (dealt->any_codes)
	{
		give_layout_up(dealt);
		return;
	}
	dealt_close_chunks(dealt);
	dealt_mark_code(dealt, code);
	layout->max_codes = dealt->max_codes;
	if (is_new)
	{
		layout->base = (uint64) at;
		layout->grain_number = N_GRAINS - 1;
	}
	while (!divides(&grains[layout->grain_number], (uint64) at - layout->base) && layout->grain_number > 0)
		layout->grain_number--;
	if (!share_bits(layout, dealt->shift))
	{
		give_layout_up(dealt);
		return;
	}
	if (is_new || !layout_has(layout, at))
	{
		move_window(layout, at);
		if (layout->moves++ == MOST_MOVES)
			give_layout_up(dealt);
	}
}

static void
pack_partition(Dealt *dealt, int partition)
{
	LogSegment *segment;
	const LogRow *rows = &dealt->rows[(Size) partition * DEALT_ROWS];
	int			n = dealt->n[partition];

	if (n == 0)
		return;
	segment = roomy_segment(dealt, partition, CHUNK_BOUND(DEALT_ROWS));
	for (int i = 0; i < n && !dealt->any_codes; i++)
	{
		if (unlikely(!dealt_has_code(dealt, rows[i].code)))
			dealt_mark_code(dealt, rows[i].code);
	}
	segment->used = chunk_write(segment->data + segment->used, rows, n) - segment->data;
	dealt->packed[partition].rows += n;
	dealt->n[partition] = 0;
}

/* Lets all rows be read from chunks. */
void
dealt_pack_all(Dealt *dealt)
{
	dealt_close_chunks(dealt);
	for (int i = 0; i < DEALT_PARTITIONS && dealt->rows != NULL; i++)
		pack_partition(dealt, i);
}

/* Adds another process's packed rows of keys that begin with this one and share a partition. */
void
dealt_append(Dealt *dealt, uint64 key, const ChunkList *chunks)
{
	uint64		partition = dealt_partition(dealt, key);
	ChunkList  *to = &dealt->packed[partition];

	close_chunk(dealt, (int) partition);
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

	dealt_pack_all(dealt);
	for (int i = 0; i < DEALT_PARTITIONS; i++)
	{
		old[i] = dealt->packed[i];
		if (old[i].rows > 0)
		{
			uint64		start = (old_first + i) << old_shift;

			downwards &= min_key < start;
			min_key = Min(min_key, start);
			max_key = Max(max_key, start + ((UINT64CONST(1) << old_shift) - 1));
		}
	}

	/* of the entity's place in its partition there is a bit at least */
	shift = Max(Max(shift, old_shift), 1);
	while ((max_key >> shift) - (min_key >> shift) >= DEALT_PARTITIONS)
		shift++;
	dealt->shift = shift;

	/* room is left on the side to which the keys grow */
	dealt->first = min_key >> shift;
	if (downwards)
		dealt->first = (max_key >> shift) - Min(max_key >> shift, DEALT_PARTITIONS - 1);

	if (dealt->layout.max_codes > 0 && !share_bits(&dealt->layout, shift))
		give_layout_up(dealt);

	memset(dealt->packed, 0, sizeof(dealt->packed));
	for (int i = 0; i < DEALT_PARTITIONS; i++)
	{
		if (old[i].rows > 0)
			chunks_join(&dealt->packed[((old_first + i) >> (shift - old_shift)) - dealt->first], &old[i]);
	}
}

/* Adds a row that is not to be a number; false if there is no room. */
bool
dealt_stage(Dealt *dealt, int64 entity, int64 at, uint32 code)
{
	uint64		partition = dealt_partition(dealt, number_key(entity));
	uint32		n;

	if (dealt->rows == NULL || partition >= DEALT_PARTITIONS)
		return false;
	n = dealt->n[partition];
	if (n == DEALT_ROWS)
		return false;
	set_row(&dealt->rows[partition * DEALT_ROWS + n], entity, at, code);
	dealt->n[partition] = n + 1;
	return true;
}

/* Makes room for a row. */
void
dealt_make_room(Dealt *dealt, int64 entity, int64 at, uint32 code)
{
	uint64		key = number_key(entity);
	uint64		partition = dealt_partition(dealt, key);

	if (partition >= DEALT_PARTITIONS)
		dealt_widen(dealt, key, key, 0);
	else if (dealt->rows != NULL)
		pack_partition(dealt, (int) partition);
	else if (code >= dealt->layout.max_codes || !layout_has(&dealt->layout, at))
		change_layout(dealt, at, code);
	else
		open_chunk(dealt, (int) partition);
}

uint64
dealt_rows(const Dealt *dealt)
{
	uint64		rows = 0;

	for (int i = 0; i < DEALT_PARTITIONS; i++)
		rows += dealt->packed[i].rows + open_rows(dealt, i) + dealt->n[i];
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
			dealt_make_room(dealt, chunk->entity[i], chunk->at[i], chunk->code[i]);
	}
}
