/*
 * Rows dealt to partitions by entity, as they arrive.
 *
 * An entity's key is its number with the sign's bit turned, so that keys ascend
 * as numbers do; the partition is what a shift leaves of the key.  Keys beyond
 * the last partition, which one cannot know beforehand, make the partitions
 * twice as wide, as often as it takes: then chains of packed rows are joined,
 * and no row is moved.
 *
 * A row is packed as it arrives, into one number of 64 bits: the entity's place
 * in its partition, the time and the code, of as many bits as the layout says.
 * These are ordinary chunks (chunk.c) whose heads are written before their rows,
 * so nothing is left to do once a chunk is full.  A row that does not fit changes
 * the layout, for chunks to come: a larger code leaves fewer bits for the time, a
 * time far away moves the window of times, one between two grains makes the grain
 * smaller.  Where entities, times and codes are spread so widely that no layout
 * fits for long, rows are staged, some for each partition, and packed together.
 */
#ifndef PLG_CORE_ROWLOG_PARTITIONS_H
#define PLG_CORE_ROWLOG_PARTITIONS_H

#include "core/base/grain.h"
#include "core/rowlog/chunk.h"

#define DEALT_PARTITIONS 512

/* Rows of a partition that are staged: all of them together fit the second cache. */
#define DEALT_ROWS 64

/* How a row becomes a number: entity, time and code, from the highest bit down. */
typedef struct RowLayout
{
	uint64		base;			/* the time that is 0 */
	Grain		grain;			/* in which times are counted */
	int			grain_number;
	int			entity_shift;
	int			at_bits;
	int			code_bits;
	uint32		max_codes;		/* codes are below; 0 at first: no row fits */
	int			moves;			/* how often times did not fit */
} RowLayout;

/* Where a chunk of numbers goes on, and where its room ends. */
typedef struct OpenChunk
{
	uint8	   *next;
	uint8	   *end;
} OpenChunk;

/* A log of numbers this long is worth its partitions' open chunks. */
#define DEAL_FROM_ROWS ((Size) 256 * 1024)

typedef struct Dealt
{
	uint64		first;			/* partition i has the keys first + i ... */
	int			shift;			/* ... when shifted so far */
	RowLayout	layout;
	OpenChunk	open[DEALT_PARTITIONS]; /* at the end of a partition's last segment */
	ChunkList	packed[DEALT_PARTITIONS];	/* without the rows of open chunks */
	LogRow	   *rows;			/* staged, DEALT_ROWS of each partition; NULL while there is a layout */
	uint16		n[DEALT_PARTITIONS];	/* rows staged */
	bool		is_mixed;		/* rows of several processes, each in order of its own */
	bool		any_codes;		/* they are no places in a dictionary, nor marked */
	int64		first_at;		/* of all rows */
	int64		last_at;
	uint8	   *used;			/* whether rows that are not staged have the code */
	uint32		max_codes;
	SlabSource *source;			/* of slabs, or NULL: they are private */
	uint8	   *last_slab;		/* of private ones */
	uint8	   *slab;			/* memory for segments */
	uint64		slab_place;		/* for other processes, or 0 */
	Size		slab_left;
	Size		slab_size;
} Dealt;

static inline uint64
number_key(int64 number)
{
	return (uint64) number ^ UINT64CONST(1) << 63;
}

static inline int64
key_number(uint64 key)
{
	return (int64) (key ^ UINT64CONST(1) << 63);
}

extern Dealt *dealt_begin(int64 min, int64 max);
extern void dealt_free(Dealt *dealt);
extern void dealt_widen(Dealt *dealt, uint64 min_key, uint64 max_key, int shift);
extern bool dealt_stage(Dealt *dealt, int64 entity, int64 at, uint32 code);
extern void dealt_make_room(Dealt *dealt, int64 entity, int64 at, uint32 code);
extern void dealt_put_chunk(Dealt *dealt, const Chunk *chunk);
extern void dealt_close_chunks(Dealt *dealt);
extern void dealt_pack_all(Dealt *dealt);
extern void dealt_append(Dealt *dealt, uint64 key, const ChunkList *chunks);
extern void dealt_mark_code(Dealt *dealt, uint32 code);
extern bool dealt_has_code(const Dealt *dealt, uint32 code);
extern uint64 dealt_rows(const Dealt *dealt);
extern void dealt_mark_codes(const Dealt *dealt, uint8 *used);

/* The partition of a key; none, that is beyond the last, may be. */
static inline uint64
dealt_partition(const Dealt *dealt, uint64 key)
{
	return (key >> dealt->shift) - dealt->first;
}

/* The rows of a partition that are staged, if any are. */
static inline const LogRow *
dealt_staged(const Dealt *dealt, int partition)
{
	return dealt->rows == NULL ? NULL : dealt->rows + (Size) partition * DEALT_ROWS;
}

/* Adds a row, unless there is no room: then dealt_make_room makes some. */
static inline bool
dealt_put(Dealt *dealt, int64 entity, int64 at, uint32 code)
{
	const RowLayout *layout = &dealt->layout;
	uint64		key = number_key(entity);
	uint64		partition = dealt_partition(dealt, key);
	uint64		time = divide((uint64) at - layout->base, &layout->grain);
	OpenChunk  *open;

	dealt->first_at = Min(dealt->first_at, at);
	dealt->last_at = Max(dealt->last_at, at);
	if (unlikely(code >= layout->max_codes || time >> layout->at_bits != 0 || partition >= DEALT_PARTITIONS))
		return dealt_stage(dealt, entity, at, code);
	open = &dealt->open[partition];
	if (unlikely(open->next == open->end))
		return false;
	/* partitions are more than what the processor fetches ahead by itself */
	__builtin_prefetch(open->next + 64, 1);
	store_uint64(open->next, code | time << layout->code_bits | key << layout->entity_shift);
	open->next += sizeof(uint64);
	dealt->used[code] = 1;
	return true;
}

#endif							/* PLG_CORE_ROWLOG_PARTITIONS_H */
