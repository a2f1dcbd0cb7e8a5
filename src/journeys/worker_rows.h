/*
 * How the rows of a large aggregate travel before they are sorted: from a
 * parallel worker to the leader, who sorts all rows once.  An image never leaves
 * the query; what is shown or sent to a client is a value (state.c).
 *
 *	0	head, 8 bytes: magic, zeros
 *	8	number of labels (4), the partitions' shift (4), the first's number (8)
 *	24	time of the first row (8) and of the last (8)
 *	40	where the slabs are that the query's processes share (16)
 *	56	for each partition its rows (8), for each its number of segments (4)
 *		for each label its length, and whether a row has it, as twice the length
 *		plus one or zero (4); then the labels' bytes
 *		the partitions' segments: the place of their chunks in shared memory, or 0
 *		(8), and bytes (8); where it is 0 the chunks follow
 *		8 bytes to run over
 */
#ifndef PLG_WORKER_ROWS_H
#define PLG_WORKER_ROWS_H

#include "state/shared_memory.h"
#include "core/rowlog/partitions.h"
#include "core/base/dict.h"

extern bool is_worker_rows(const struct varlena *value);

/* Its size, or 0 for a log that had better be packed; brings the log into order for it. */
extern Size worker_rows_size(RowLog *log, const Dict *labels, MemoryContext context);
extern void write_worker_rows(const RowLog *log, const Dict *labels, struct varlena *image, Size size);

/* Adds the rows of an image, which is copied, to a log that lives in the arena. */
extern void add_worker_rows(RowLog *log, Dict *labels, const struct varlena *image, Arena *arena);

#endif							/* PLG_WORKER_ROWS_H */
