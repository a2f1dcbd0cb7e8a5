/*
 * Rows dealt to partitions by entity, as they arrive.
 *
 * An entity's key is its number with the sign's bit turned, so that keys ascend
 * as numbers do; the partition is what a shift leaves of the key.  Keys beyond
 * the last partition, which one cannot know beforehand, make the partitions
 * twice as wide, as often as it takes: then chains of packed rows are joined,
 * and no row is moved.
 */
#ifndef PLG_DEALT_H
#define PLG_DEALT_H

#include "rowlog.h"

#define DEALT_PARTITIONS 512

/* Rows of a partition's open chunk: all of them together fit the second cache. */
#define DEALT_ROWS 64

/* A log of numbers this long is worth its partitions' open chunks. */
#define DEAL_FROM_ROWS ((Size) 256 * 1024)

typedef struct Dealt
{
	uint64		first;			/* partition i has the keys first + i ... */
	int			shift;			/* ... when shifted so far */
	uint16		n[DEALT_PARTITIONS];	/* open rows */
	LogRow	   *rows;			/* of all partitions, DEALT_ROWS each */
	ChunkList	packed[DEALT_PARTITIONS];
	bool		is_mixed;		/* rows of several processes, each in order of its own */
	bool		any_codes;		/* they are no places in a dictionary, nor marked */
	uint8	   *used;			/* whether packed rows have the code */
	uint32		max_codes;
	SlabSource *source;			/* of slabs, or NULL: they are private */
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
extern void dealt_widen(Dealt *dealt, uint64 min_key, uint64 max_key, int shift);
extern void dealt_make_room(Dealt *dealt, uint64 key);
extern void dealt_put_chunk(Dealt *dealt, const Chunk *chunk);
extern void dealt_pack_all(Dealt *dealt);
extern void dealt_append(Dealt *dealt, uint64 key, const ChunkList *chunks);
extern void dealt_mark_code(Dealt *dealt, uint32 code);
extern bool dealt_has_code(const Dealt *dealt, uint32 code);
extern uint64 dealt_rows(const Dealt *dealt);
extern void dealt_mark_codes(const Dealt *dealt, uint8 *used);
extern void rowlog_deal(RowLog *log);

/* The partition of a key; none, that is beyond the last, may be. */
static inline uint64
dealt_partition(const Dealt *dealt, uint64 key)
{
	return (key >> dealt->shift) - dealt->first;
}

/* Adds a row, unless there is no room: then dealt_make_room makes some. */
static inline bool
dealt_put(Dealt *dealt, int64 entity, int64 at, uint32 code)
{
	uint64		partition = dealt_partition(dealt, number_key(entity));
	uint32		n;

	if (unlikely(partition >= DEALT_PARTITIONS))
		return false;
	n = dealt->n[partition];
	if (unlikely(n == DEALT_ROWS))
		return false;
	set_row(&dealt->rows[partition * DEALT_ROWS + n], entity, at, code);
	dealt->n[partition] = n + 1;
	return true;
}

#endif							/* PLG_DEALT_H */
