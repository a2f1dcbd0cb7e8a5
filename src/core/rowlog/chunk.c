/*
 * Packing and unpacking chunks of rows; see chunk.h.
 *
 * The head holds the smallest entity (8 bytes) and time (8), the number of rows
 * (2), the bits of the largest distances of an entity (1) and a time (1) from the
 * smallest, and of the largest code (1), and which grain distances of times are
 * counted in (1): all of them are multiples of it.  Rows follow.  Where the three
 * together have no more than 64 bits, as usual, a row is one number in as many
 * bytes as it needs; else each of the three is a number of its own.  A row is
 * written and read eight bytes at a time, over what comes next.
 *
 * Chunks never leave the server they were made in.
 */
#include "core/rowlog/chunk.h"

#include "core/base/grain.h"

typedef struct ChunkHead
{
	int64		min_entity;
	int64		min_at;
	uint16		n;
	uint8		entity_bits;
	uint8		at_bits;
	uint8		code_bits;
	uint8		grain;
} ChunkHead;

StaticAssertDecl(sizeof(ChunkHead) <= CHUNK_HEAD, "a chunk's head is larger than CHUNK_HEAD");

static inline int
bytes_of(int bits)
{
	return (bits + 7) / 8;
}

static inline uint64
mask_of(int bits)
{
	return bits == 64 ? PG_UINT64_MAX : (UINT64CONST(1) << bits) - 1;
}

static inline bool
is_one_number(const ChunkHead *head)
{
	return head->entity_bits + head->at_bits + head->code_bits <= 64;
}

static inline int
row_bytes(const ChunkHead *head)
{
	if (is_one_number(head))
		return bytes_of(head->entity_bits + head->at_bits + head->code_bits);
	return bytes_of(head->entity_bits) + bytes_of(head->at_bits) + bytes_of(head->code_bits);
}

/*
 * The largest grain of all distances of times from the smallest.  What a grain
 * does not divide has a quotient beyond all others, so the bits of all
 * quotients together tell.
 */
static uint8
common_grain(const LogRow *rows, int n, int64 min_at, int64 max_at)
{
	uint64		range = (uint64) max_at - (uint64) min_at;

	for (uint8 i = N_GRAINS - 1; i > 0; i--)
	{
		const Grain *grain = &grains[i];
		uint64		quotients = divide(range, grain);
		uint64		largest = mask_of(bits_of(quotients));

		if (largest > PG_UINT64_MAX / grain->size)
			continue;
		for (int row = 0; row < n; row++)
			quotients |= divide((uint64) row_at(&rows[row]) - (uint64) min_at, grain);
		if (quotients <= largest)
			return i;
	}
	return 0;
}

/* Packs n > 0 rows into CHUNK_BOUND(n) bytes and returns the end of what they took. */
uint8 *
chunk_write(uint8 *out, const LogRow *rows, int n)
{
	int64		max_entity = row_entity(&rows[0]);
	int64		max_at = row_at(&rows[0]);
	uint32		codes = 0;
	ChunkHead	head = {max_entity, max_at, (uint16) n, 0, 0, 0, 0};
	const Grain *grain;

	for (int i = 0; i < n; i++)
	{
		int64		entity = row_entity(&rows[i]);
		int64		at = row_at(&rows[i]);

		head.min_entity = Min(head.min_entity, entity);
		max_entity = Max(max_entity, entity);
		head.min_at = Min(head.min_at, at);
		max_at = Max(max_at, at);
		codes |= rows[i].code;
	}
	head.entity_bits = bits_of((uint64) max_entity - (uint64) head.min_entity);
	head.grain = common_grain(rows, n, head.min_at, max_at);
	grain = &grains[head.grain];
	head.at_bits = bits_of(divide((uint64) max_at - (uint64) head.min_at, grain));
	head.code_bits = bits_of(codes);
	memcpy(out, &head, sizeof(head));
	out += CHUNK_HEAD;

	if (is_one_number(&head))
	{
		int			bytes = row_bytes(&head);
		int			at_shift = head.code_bits;
		int			entity_shift = (head.code_bits + head.at_bits) & 63;	/* 64: entity is 0 */

		for (int i = 0; i < n; i++, out += bytes)
			store_uint64(out, rows[i].code |
						 divide((uint64) row_at(&rows[i]) - (uint64) head.min_at, grain) << at_shift |
						 ((uint64) row_entity(&rows[i]) - (uint64) head.min_entity) << entity_shift);
	}
	else
	{
		for (int i = 0; i < n; i++)
		{
			store_uint64(out, (uint64) row_entity(&rows[i]) - (uint64) head.min_entity);
			out += bytes_of(head.entity_bits);
			store_uint64(out, divide((uint64) row_at(&rows[i]) - (uint64) head.min_at, grain));
			out += bytes_of(head.at_bits);
			store_uint64(out, rows[i].code);
			out += bytes_of(head.code_bits);
		}
	}
	return out;
}

/*
 * Begins a chunk of numbers of 64 bits, to be written by the caller: an entity's
 * distance, a time's in the grain, and a code in the bits that are left.  Returns
 * where they go.
 */
uint8 *
chunk_begin(uint8 *out, int64 min_entity, int entity_bits, uint64 min_at, int at_bits, int grain)
{
	ChunkHead	head = {min_entity, (int64) min_at, 0, (uint8) entity_bits, (uint8) at_bits,
		(uint8) (64 - entity_bits - at_bits), (uint8) grain};

	memcpy(out, &head, sizeof(head));
	return out + CHUNK_HEAD;
}

/* Ends it, once it has n rows. */
void
chunk_end(uint8 *out, int n)
{
	uint16		rows = (uint16) n;

	memcpy(out + offsetof(ChunkHead, n), &rows, sizeof(rows));
}

/* Unpacks a chunk and returns its end. */
const uint8 *
chunk_read(const uint8 *in, Chunk *chunk)
{
	ChunkHead	head;
	uint64		grain;

	memcpy(&head, in, sizeof(head));
	in += CHUNK_HEAD;
	chunk->n = head.n;
	grain = grains[head.grain].size;

	if (is_one_number(&head))
	{
		int			bytes = row_bytes(&head);
		int			at_shift = head.code_bits;
		int			entity_shift = (head.code_bits + head.at_bits) & 63;
		uint64		code_mask = mask_of(head.code_bits);
		uint64		at_mask = mask_of(head.at_bits);
		uint64		entity_mask = mask_of(head.entity_bits);

		for (int i = 0; i < head.n; i++, in += bytes)
		{
			uint64		row = load_uint64(in);

			chunk->entity[i] = (int64) ((uint64) head.min_entity + (row >> entity_shift & entity_mask));
			chunk->at[i] = (int64) ((uint64) head.min_at + grain * (row >> at_shift & at_mask));
			chunk->code[i] = (uint32) (row & code_mask);
		}
	}
	else
	{
		for (int i = 0; i < head.n; i++)
		{
			chunk->entity[i] = (int64) ((uint64) head.min_entity + (load_uint64(in) & mask_of(bytes_of(head.entity_bits) * 8)));
			in += bytes_of(head.entity_bits);
			chunk->at[i] = (int64) ((uint64) head.min_at + grain * (load_uint64(in) & mask_of(bytes_of(head.at_bits) * 8)));
			in += bytes_of(head.at_bits);
			chunk->code[i] = (uint32) (load_uint64(in) & mask_of(bytes_of(head.code_bits) * 8));
			in += bytes_of(head.code_bits);
		}
	}
	return in;
}

static pg_attribute_always_inline uint64
read_words(const uint8 *in, const ChunkHead *head, const WordLayout *layout, const uint32 *codes,
		   const uint32 *ranks, uint64 first_entity, SortedRow *rows)
{
	int			bytes = row_bytes(head);
	int			at_shift = head->code_bits;
	int			entity_shift = (head->code_bits + head->at_bits) & 63;
	uint64		code_mask = mask_of(head->code_bits);
	uint64		at_mask = mask_of(head->at_bits);
	uint64		entity_mask = mask_of(head->entity_bits);
	uint64		grains_in_grain = grains[head->grain].size / grains[layout->grain].size;
	uint64		first_at = divide((uint64) head->min_at - (uint64) layout->min_at, &grains[layout->grain]);
	int			word_shift = layout->code_bits;
	int			n = head->n;
	uint64		entities = 0;

	for (int i = 0; i < n; i++, in += bytes)
	{
		uint64		row = load_uint64(in);
		uint64		entity = first_entity + (row >> entity_shift & entity_mask);
		uint64		at = first_at + grains_in_grain * (row >> at_shift & at_mask);
		uint32		code = (uint32) (row & code_mask);

		if (codes != NULL)
			code = codes[code];
		if (ranks != NULL)
			code = ranks[code];
		rows[i].at = (int64) (at << word_shift | code);
		rows[i].entity = (uint32) entity;
		entities |= entity;
	}
	return entities;
}

/*
 * Reads a chunk as words, entities counted from the smallest one; NULL if its
 * rows are not one number each, else its end.  All bits of entities are added.
 */
const uint8 *
chunk_read_words(const uint8 *in, const WordLayout *layout, const uint32 *codes,
				 int64 min_entity, SortedRow *rows, int *n, uint64 *entities)
{
	ChunkHead	head;
	uint64		first;

	memcpy(&head, in, sizeof(head));
	if (!is_one_number(&head))
		return NULL;
	Assert(codes == NULL || layout->ranks != NULL);
	first = (uint64) head.min_entity - (uint64) min_entity;
	in += CHUNK_HEAD;
	if (layout->ranks == NULL)
		*entities |= read_words(in, &head, layout, NULL, NULL, first, rows);
	else if (codes == NULL)
		*entities |= read_words(in, &head, layout, NULL, layout->ranks, first, rows);
	else
		*entities |= read_words(in, &head, layout, codes, layout->ranks, first, rows);
	*n = head.n;
	return in + (Size) head.n * row_bytes(&head);
}

/* Up to where a number may go, that many bits above a smallest one. */
static inline int64
above(int64 min, int bits, uint64 grain)
{
	uint64		room = (uint64) PG_INT64_MAX - (uint64) min;

	return (int64) ((uint64) min + Min(mask_of(bits), room / grain) * grain);
}

/* What a chunk's rows lie between; returns its end. */
const uint8 *
chunk_bounds(const uint8 *in, ChunkBounds *bounds)
{
	ChunkHead	head;

	memcpy(&head, in, sizeof(head));
	bounds->min_entity = head.min_entity;
	bounds->max_entity = above(head.min_entity, head.entity_bits, 1);
	bounds->min_at = head.min_at;
	bounds->max_at = above(head.min_at, head.at_bits, grains[head.grain].size);
	bounds->grain = head.grain;
	bounds->code_bits = head.code_bits;
	return in + CHUNK_HEAD + (Size) head.n * row_bytes(&head);
}

/* The time of a chunk's first row. */
int64
chunk_first_at(const uint8 *in)
{
	ChunkHead	head;
	uint64		at;

	memcpy(&head, in, sizeof(head));
	in += CHUNK_HEAD;
	if (is_one_number(&head))
		at = load_uint64(in) >> head.code_bits & mask_of(head.at_bits);
	else
		at = load_uint64(in + bytes_of(head.entity_bits)) & mask_of(bytes_of(head.at_bits) * 8);
	return (int64) ((uint64) head.min_at + grains[head.grain].size * at);
}

/* Open rows, as if they had been packed. */
void
chunk_of_rows(Chunk *chunk, const LogRow *rows, int n)
{
	chunk->n = n;
	for (int i = 0; i < n; i++)
	{
		chunk->entity[i] = row_entity(&rows[i]);
		chunk->at[i] = row_at(&rows[i]);
		chunk->code[i] = rows[i].code;
	}
}

void
chunks_append(ChunkList *chunks, LogSegment *segment)
{
	segment->next = NULL;
	if (chunks->last == NULL)
		chunks->first = segment;
	else
		chunks->last->next = segment;
	chunks->last = segment;
}

/* Adds the chunks of a list that is not empty. */
void
chunks_join(ChunkList *to, const ChunkList *chunks)
{
	if (to->last == NULL)
		to->first = chunks->first;
	else
		to->last->next = chunks->first;
	to->last = chunks->last;
	to->rows += chunks->rows;
}

void
chunks_rewind(ChunkReader *reader, const ChunkList *chunks)
{
	reader->segment = chunks->first;
	reader->next = NULL;
}

/* Reads the next chunk of a list; false after the last. */
bool
chunks_next(ChunkReader *reader, Chunk *chunk)
{
	const LogSegment *segment = reader->segment;

	while (segment != NULL &&
		   (segment->used == 0 || reader->next == segment->data + segment->used))
	{
		segment = reader->segment = segment->next;
		reader->next = NULL;
	}
	if (segment == NULL)
		return false;
	reader->next = chunk_read(reader->next == NULL ? segment->data : reader->next, chunk);
	chunk_translate(chunk, segment->codes);
	return true;
}

/* Lets codes stand for what a segment says they do. */
void
chunk_translate(Chunk *chunk, const uint32 *codes)
{
	if (codes != NULL)
	{
		for (int i = 0; i < chunk->n; i++)
			chunk->code[i] = codes[chunk->code[i]];
	}
}
