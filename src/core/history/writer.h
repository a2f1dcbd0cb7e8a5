/*
 * Writing histories: takes entities in ascending order, each with its rows in
 * order, and makes the bytes.  The strings must be known first.
 */
#ifndef PLG_CORE_HISTORY_WRITER_H
#define PLG_CORE_HISTORY_WRITER_H

#include "core/history/buckets.h"
#include "core/history/sorter.h"

typedef struct TimeRange
{
	int64		min;
	int64		max;
	int			grain;			/* one that divides all times, a place in grains (grain.h) */
} TimeRange;

typedef struct HistoryWriter
{
	uint8	   *out;			/* grows; the first reserve bytes are the caller's */
	Size		used;
	Size		size;
	Size		reserve;
	Size		directory;		/* offset of */
	Size		blocks;			/* offset of */
	uint32		n_blocks;
	EntityKind	kind;
	uint32		extra;			/* may be set until the end */
	uint64		rows;			/* announced */
	uint64		written;
	uint64		entities;
	Modulus		modulus;
	int64		first_at;
	int64		last_at;
	bool		too_large;

	/* the block being filled */
	int			n;
	int			n_runs;
	uint64		key_bytes;
	uint8	   *key_room;		/* entities that are no numbers, one after the other */
	Size		key_room_size;
	int			grain;			/* divides all times */
	EntityKey	keys[BLOCK_ROWS];
	int64		counts[BLOCK_ROWS];
	int64		at[BLOCK_ROWS];
	int64		code[BLOCK_ROWS];
} HistoryWriter;

extern HistoryString *ranked_strings(const Ranking *ranking, const Dict *dict);
extern void history_begin(HistoryWriter *writer, Size reserve, const char magic[4], EntityKind kind,
						 uint8 flags, uint64 rows, const HistoryString *strings, uint32 n_strings);
extern void history_add(HistoryWriter *writer, const EntityKey *key, int64 n,
					   const int64 *at, const uint32 *code);
extern void history_add_more(HistoryWriter *writer, const EntityKey *key, int64 n,
							 const int64 *at, const uint32 *code);
extern void history_add_sorted(HistoryWriter *writer, RowSorter *sorter);
extern uint8 *history_finish(HistoryWriter *writer, Size *size);
extern uint8 *write_block(uint8 *out, EntityKind kind, int n_runs, const EntityKey *keys,
						  const int64 *counts, int n, const int64 *at, const TimeRange *times,
						  const int64 *code);
extern Size block_bound(int n_runs, uint64 key_bytes, int n);

#endif							/* PLG_CORE_HISTORY_WRITER_H */
