/*
 * PostgreSQL tells valgrind what of its memory may be used at any time: chunks
 * that palloc has handed out and pfree has not taken back, and no byte around
 * them.  Found before valgrind's own header, this one tells the address
 * sanitizer the same, which of itself knows nothing of palloc.
 */
#ifndef PLG_MEMCHECK_H
#define PLG_MEMCHECK_H

#include <sanitizer/asan_interface.h>

#define VALGRIND_MAKE_MEM_NOACCESS(start, size)		__asan_poison_memory_region((start), (size))
#define VALGRIND_MAKE_MEM_DEFINED(start, size)		__asan_unpoison_memory_region((start), (size))
#define VALGRIND_MAKE_MEM_UNDEFINED(start, size)	__asan_unpoison_memory_region((start), (size))
#define VALGRIND_MEMPOOL_ALLOC(pool, start, size)	__asan_unpoison_memory_region((start), (size))
#define VALGRIND_MEMPOOL_CHANGE(pool, old, start, size) \
	__asan_unpoison_memory_region((start), (size))

/* pfree wipes a chunk, which forbids it; and what is undefined only valgrind knows */
#define VALGRIND_MEMPOOL_FREE(pool, start)			((void) 0)
#define VALGRIND_CREATE_MEMPOOL(pool, zone, zeroed)	((void) 0)
#define VALGRIND_DESTROY_MEMPOOL(pool)				((void) 0)
#define VALGRIND_CHECK_MEM_IS_DEFINED(start, size)	((void) 0)

#define VALGRIND_COUNT_ERRORS	0
#define VALGRIND_PRINTF(...)	((void) 0)
#define RUNNING_ON_VALGRIND		0

#endif							/* PLG_MEMCHECK_H */
